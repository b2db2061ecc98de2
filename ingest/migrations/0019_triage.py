"""Fold the inbox by story, and keep who did what, who has what open, and the views that curators keep."""

from typing import ClassVar

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


FORWARD = r"""
-- The inbox is ordered and narrowed by what the article says. Copied by the database, so that no writer can forget it.
CREATE FUNCTION candidate_follow_article() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A date in the future would stay on top for as long as it lies there.
    SELECT coalesce(article."group", article.id),
        least(coalesce(article.published_at, article.first_seen_at), article.first_seen_at),
        article.source, article.language
    INTO NEW.story, NEW.dated_at, NEW.source, NEW.language
    FROM disputes_article AS article WHERE article.id = NEW.article_id;
    RETURN NEW;
END
$$;
CREATE TRIGGER candidate_follows_article
    BEFORE INSERT OR UPDATE OF article_id, story, dated_at, source, language ON ingest_candidate
    FOR EACH ROW EXECUTE FUNCTION candidate_follow_article();

CREATE FUNCTION article_tell_candidates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ingest_candidate SET story = story WHERE article_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER article_tells_candidates
    AFTER UPDATE OF "group", published_at, first_seen_at, source, language ON disputes_article
    FOR EACH ROW WHEN (
        (OLD."group", OLD.published_at, OLD.first_seen_at, OLD.source, OLD.language)
        IS DISTINCT FROM (NEW."group", NEW.published_at, NEW.first_seen_at, NEW.source, NEW.language)
    ) EXECUTE FUNCTION article_tell_candidates();
UPDATE ingest_candidate SET story = story;

-- Who did what stays as it was written, for whoever asks later.
CREATE FUNCTION triage_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: steps of triage are append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'LG004';
END
$$;
CREATE TRIGGER triage_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ingest_triagestep
    FOR EACH STATEMENT EXECUTE FUNCTION triage_refuse_change();
ALTER TABLE ingest_triagestep ENABLE ALWAYS TRIGGER triage_append_only;
"""

BACKWARD = """
DROP TRIGGER triage_append_only ON ingest_triagestep;
DROP FUNCTION triage_refuse_change();
DROP TRIGGER article_tells_candidates ON disputes_article;
DROP FUNCTION article_tell_candidates();
DROP TRIGGER candidate_follows_article ON ingest_candidate;
DROP FUNCTION candidate_follow_article();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("disputes", "0016_article_lookup"),
        ("ingest", "0018_front_page_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                (
                    "query",
                    models.CharField(
                        blank=True, help_text="The filters, as they stand in an address.", max_length=2000
                    ),
                ),
                ("is_shared", models.BooleanField(default=False, help_text="Whether other curators see it.")),
                ("saved_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "ordering": ("name", "id"),
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="StoryClaim",
            fields=[
                ("story", models.UUIDField(primary_key=True, serialize=False)),
                ("by", models.CharField(db_index=True, max_length=150)),
                ("since", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("until", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TriageStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "press",
                    models.UUIDField(help_text="The same for all that one press of a button did; undone together."),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("accepted", "Accepted"),
                            ("rejected", "Rejected"),
                            ("snoozed", "Snoozed"),
                            ("assigned", "Assigned"),
                            ("filed", "Attached to another dispute"),
                            ("undone", "Put back"),
                        ],
                        max_length=20,
                    ),
                ),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("until", models.DateTimeField(help_text="When a candidate that was put off waits again.", null=True)),
                (
                    "assigned_to",
                    models.CharField(
                        blank=True, help_text="Whose it is from then on; empty: nobody's.", max_length=150
                    ),
                ),
                ("assigned_before", models.CharField(blank=True, help_text="Whose it was before.", max_length=150)),
                (
                    "dispute",
                    models.CharField(
                        blank=True, help_text="The other dispute that the article went to.", max_length=100
                    ),
                ),
                ("event", models.UUIDField(help_text="The event in the ledger that records it.", null=True)),
            ],
            options={
                "ordering": ("id",),
                "default_permissions": (),
            },
        ),
        migrations.RemoveIndex(
            model_name="candidate",
            name="candidate_dispute",
        ),
        migrations.AddField(
            model_name="candidate",
            name="assigned_to",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="The curator who is to judge it.", max_length=150
            ),
        ),
        migrations.AddField(
            model_name="candidate",
            name="dated_at",
            field=models.DateTimeField(editable=False, help_text="When the article appeared, or was seen.", null=True),
        ),
        migrations.AddField(
            model_name="candidate",
            name="language",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=20),
        ),
        migrations.AddField(
            model_name="candidate",
            name="source",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name="candidate",
            name="story",
            field=models.UUIDField(editable=False, help_text="The article's group, or the article alone.", null=True),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(fields=["state", "-dated_at", "-id"], name="candidate_newest"),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(fields=["state", "-decided_at", "-id"], name="candidate_decided"),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(fields=["dispute", "state", "-dated_at", "-id"], name="candidate_of_dispute"),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(fields=["story", "state", "-dated_at", "-id"], name="candidate_story"),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(
                condition=models.Q(("state", "pending")), fields=["source", "-dated_at", "-id"], name="candidate_source"
            ),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(
                condition=models.Q(("state", "pending")),
                fields=["language", "-dated_at", "-id"],
                name="candidate_language",
            ),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(
                condition=models.Q(("state", "pending"), models.Q(("assigned_to", ""), _negated=True)),
                fields=["assigned_to", "-dated_at", "-id"],
                name="candidate_assigned",
            ),
        ),
        migrations.AddField(
            model_name="savedview",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="inbox_views", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="triagestep",
            name="candidate",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="steps",
                to="ingest.candidate",
            ),
        ),
        migrations.AddField(
            model_name="triagestep",
            name="takes_back",
            field=models.OneToOneField(
                help_text="The step that this one undoes.",
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="taken_back",
                to="ingest.triagestep",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="saved_view_name"),
        ),
        migrations.AddIndex(
            model_name="triagestep",
            index=models.Index(fields=["candidate", "id"], name="triage_step_candidate"),
        ),
        migrations.AddIndex(
            model_name="triagestep",
            index=models.Index(fields=["by", "-id"], name="triage_step_by"),
        ),
        migrations.AddIndex(
            model_name="triagestep",
            index=models.Index(fields=["press"], name="triage_step_press"),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
