"""The keys of persons whose words are sealed, which can be destroyed and never come back; what an article lost."""

from typing import ClassVar

from django.db import migrations, models

FORWARD = r"""
-- What was erased stays erased: a key that is gone is never entered again, and the row that says so stays. A key may
-- be wrapped anew, under another master key.
CREATE FUNCTION subject_key_check_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.erased_at IS NOT NULL THEN
        RAISE EXCEPTION 'the data of % were erased at %: no key is entered again', OLD.subject, OLD.erased_at
            USING ERRCODE = 'LG005';
    END IF;
    IF NEW.subject <> OLD.subject OR NEW.created_at <> OLD.created_at THEN
        RAISE EXCEPTION 'the key of % stays its own', OLD.subject USING ERRCODE = 'LG005';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER subject_key_change BEFORE UPDATE ON disputes_subjectkey
    FOR EACH ROW EXECUTE FUNCTION subject_key_check_change();
ALTER TABLE disputes_subjectkey ENABLE ALWAYS TRIGGER subject_key_change;

CREATE FUNCTION subject_key_refuse_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: keys are destroyed by a command, which says why', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'LG005';
END
$$;
CREATE TRIGGER subject_key_stays BEFORE DELETE OR TRUNCATE ON disputes_subjectkey
    FOR EACH STATEMENT EXECUTE FUNCTION subject_key_refuse_removal();
ALTER TABLE disputes_subjectkey ENABLE ALWAYS TRIGGER subject_key_stays;
"""

BACKWARD = """
DROP TRIGGER subject_key_change ON disputes_subjectkey;
DROP TRIGGER subject_key_stays ON disputes_subjectkey;
DROP FUNCTION subject_key_check_change();
DROP FUNCTION subject_key_refuse_removal();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("disputes", "0004_subscriptions"),
    ]

    operations: ClassVar = [
        migrations.AddField(
            model_name="article",
            name="erased_at",
            field=models.DateTimeField(
                blank=True, help_text="When its words were erased; they are not captured again.", null=True
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="erased_by",
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name="article",
            name="erased_reason",
            field=models.TextField(blank=True, help_text="Why they were erased."),
        ),
        migrations.AddField(
            model_name="party",
            name="erased_at",
            field=models.DateTimeField(blank=True, help_text="When its names and notes were erased.", null=True),
        ),
        migrations.AddField(
            model_name="party",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[("organisation", "Organisation"), ("person", "Person")],
                help_text="Empty where nobody has said it.",
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="SubjectKey",
            fields=[
                (
                    "subject",
                    models.CharField(
                        help_text='Names the key: "party/…" for a party, "person/…" with a random id for anybody else.',
                        max_length=120,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "key",
                    models.BinaryField(
                        help_text="Wrapped under the master key, which is not in the database.", null=True
                    ),
                ),
                ("master", models.CharField(help_text="Which master key wraps it.", max_length=16)),
                (
                    "lookup",
                    models.BinaryField(
                        help_text="Finds the key by the person's name: an HMAC, which names nobody.",
                        max_length=32,
                        null=True,
                    ),
                ),
                (
                    "name",
                    models.TextField(
                        blank=True, help_text="The person's name, encrypted under the key; empty for a party."
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("erased_at", models.DateTimeField(blank=True, help_text="When the key was destroyed.", null=True)),
                ("erased_by", models.CharField(blank=True, max_length=150)),
                ("reason", models.TextField(blank=True, help_text="Why it was destroyed.")),
            ],
            options={
                "verbose_name": "sealed person",
                "verbose_name_plural": "sealed persons",
                "permissions": [("erase_personal_data", "Can erase personal data for good")],
                "default_permissions": ("view",),
                "constraints": [
                    models.UniqueConstraint(fields=("lookup",), name="subject_lookup"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("erased_at__isnull", True), ("key__isnull", False)),
                            models.Q(
                                ("erased_at__isnull", False),
                                ("key__isnull", True),
                                ("lookup__isnull", True),
                                ("name", ""),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="subject_erased_whole",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
