"""Signed checkpoints, which are append-only, the inner nodes of the tree, and the results of audits."""

from typing import ClassVar

from django.db import migrations, models

FORWARD = r"""
-- What was signed stays as it was signed.
CREATE FUNCTION checkpoint_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: checkpoints are append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'LG004';
END
$$;
CREATE TRIGGER checkpoint_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON disputes_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION checkpoint_refuse_change();
ALTER TABLE disputes_checkpoint ENABLE ALWAYS TRIGGER checkpoint_append_only;

-- A checkpoint covers more than the one before, and nothing that is not there.
CREATE FUNCTION checkpoint_check_size() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    newest bigint;
    head_position bigint;
BEGIN
    SELECT max(size) INTO newest FROM disputes_checkpoint;
    SELECT position INTO head_position FROM disputes_ledgerhead WHERE id = 1;
    IF NEW.size < 0 OR NEW.size <= newest OR NEW.size > head_position THEN
        RAISE EXCEPTION 'a checkpoint of % events does not lie behind the newest, of %, and within the log of %',
            NEW.size, newest, head_position USING ERRCODE = 'LG004';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER checkpoint_grows BEFORE INSERT ON disputes_checkpoint
    FOR EACH ROW EXECUTE FUNCTION checkpoint_check_size();
ALTER TABLE disputes_checkpoint ENABLE ALWAYS TRIGGER checkpoint_grows;
"""

BACKWARD = """
DROP TRIGGER checkpoint_append_only ON disputes_checkpoint;
DROP TRIGGER checkpoint_grows ON disputes_checkpoint;
DROP FUNCTION checkpoint_refuse_change();
DROP FUNCTION checkpoint_check_size();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("disputes", "0002_ledger"),
    ]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "size",
                    models.BigIntegerField(
                        help_text="How many events it covers, which is the position of the last of them.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "root",
                    models.BinaryField(help_text="The RFC 6962 root over the leaves of these events.", max_length=32),
                ),
                ("note", models.TextField(help_text="The checkpoint as a C2SP signed note.")),
                ("made_at", models.DateTimeField(help_text="When it was made. The signature does not cover this.")),
            ],
            options={
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="LedgerAudit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField(help_text="When the verification began.")),
                ("finished_at", models.DateTimeField(help_text="When it ended.")),
                ("size", models.BigIntegerField(help_text="How many events it verified.")),
                ("ok", models.BooleanField(help_text="Whether everything was in order.")),
                (
                    "first_bad_position",
                    models.BigIntegerField(
                        help_text="Position of the first event that is altered or missing, where one could be named.",
                        null=True,
                    ),
                ),
                (
                    "problem",
                    models.TextField(
                        blank=True, help_text="What was found, one problem a line; empty where all is in order."
                    ),
                ),
            ],
            options={
                "get_latest_by": "id",
                "default_permissions": ("view",),
            },
        ),
        migrations.CreateModel(
            name="TreeNode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("height", models.SmallIntegerField(help_text="8, 16, …: the subtree covers 2^height events.")),
                ("index", models.BigIntegerField(help_text="Place among the subtrees of this height, from 0.")),
                ("hash", models.BinaryField(help_text="The RFC 6962 hash of the subtree.", max_length=32)),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("height", "index"), name="tree_node_place")],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
