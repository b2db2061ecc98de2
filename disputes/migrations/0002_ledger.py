"""The ledger's guarantees, in the database itself."""

from typing import ClassVar

from django.db import migrations

FORWARD = r"""
-- The one row that appends queue up for. It exists from the start and for ever.
INSERT INTO disputes_ledgerhead (id, position, recorded_at) VALUES (1, 0, 'epoch');

-- Append events to one stream, all or none.
--
-- The head row is locked first, so appends run one after the other to their commit and positions are given out in
-- commit order without gaps. That needs READ COMMITTED: each statement below then sees what committed while it waited.
-- An event id that is already there with the same content is not appended again; its stored row is returned.
--
-- Errors: LG001 the stream has another version than expected, LG002 an id is there with other content,
-- LG003 wrong isolation level. DETAIL carries the numbers as JSON.
CREATE FUNCTION ledger_append(
    in_stream text, in_expected integer, in_ids uuid[], in_types text[], in_schemas smallint[],
    in_recorded_by text, in_bodies text[]
) RETURNS SETOF disputes_event
LANGUAGE plpgsql AS $$
DECLARE
    head disputes_ledgerhead%ROWTYPE;
    known integer;
    actual integer;
    differing uuid;
    amount integer := cardinality(in_ids);
    moment timestamptz;
    moment_text text;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'the ledger appends under READ COMMITTED only' USING ERRCODE = 'LG003';
    END IF;
    SELECT * INTO STRICT head FROM disputes_ledgerhead WHERE id = 1 FOR UPDATE;

    SELECT count(*), (array_agg(event.event_id) FILTER (WHERE event.body <> given.body))[1]
        INTO known, differing
        FROM unnest(in_ids, in_bodies) AS given(id, body)
        JOIN disputes_event AS event ON event.event_id = given.id;
    IF differing IS NOT NULL THEN
        RAISE EXCEPTION 'event % is recorded with other content', differing
            USING ERRCODE = 'LG002', DETAIL = json_build_object('event_id', differing);
    END IF;
    IF known = amount THEN
        RETURN QUERY SELECT event.* FROM disputes_event AS event WHERE event.event_id = ANY (in_ids) ORDER BY position;
        RETURN;
    END IF;
    IF known > 0 THEN
        SELECT event.event_id INTO differing FROM disputes_event AS event WHERE event.event_id = ANY (in_ids) LIMIT 1;
        RAISE EXCEPTION 'only some of these events are recorded, % among them', differing
            USING ERRCODE = 'LG002', DETAIL = json_build_object('event_id', differing);
    END IF;

    SELECT coalesce(max(version), 0) INTO actual FROM disputes_event WHERE stream = in_stream;
    IF actual <> in_expected THEN
        RAISE EXCEPTION 'stream % is at version %, not %', in_stream, actual, in_expected
            USING ERRCODE = 'LG001',
                  DETAIL = json_build_object('stream', in_stream, 'expected', in_expected, 'actual', actual);
    END IF;

    -- The clock never goes back, so "as known at a time" is a prefix of positions.
    moment := greatest(head.recorded_at, clock_timestamp());
    moment_text := to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
    UPDATE disputes_ledgerhead SET position = head.position + amount, recorded_at = moment WHERE id = 1;
    RETURN QUERY
        INSERT INTO disputes_event
            (position, event_id, stream, version, type, schema, recorded_at, recorded_by, body, leaf_hash)
        SELECT head.position + given.place, given.id, in_stream, in_expected + given.place::integer, given.type,
               given.schema, moment, in_recorded_by, given.body,
               sha256('\x00'::bytea || convert_to(
                   '{"body":' || given.body || ',"position":' || (head.position + given.place)
                   || ',"recorded_at":"' || moment_text || '","version":' || (in_expected + given.place) || '}',
                   'UTF8'))
        FROM unnest(in_ids, in_types, in_schemas, in_bodies) WITH ORDINALITY
            AS given(id, type, schema, body, place)
        RETURNING *;
END
$$;

CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: events are append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'LG004', HINT = 'Record a correction or a retraction instead.';
END
$$;

-- Statement triggers cost nothing for each row and see TRUNCATE too. ALWAYS: they fire under
-- session_replication_role = replica as well.
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON disputes_event
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
ALTER TABLE disputes_event ENABLE ALWAYS TRIGGER event_append_only;
CREATE TRIGGER head_stays BEFORE DELETE OR TRUNCATE ON disputes_ledgerhead
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
ALTER TABLE disputes_ledgerhead ENABLE ALWAYS TRIGGER head_stays;

-- An INSERT that does not come from ledger_append must not leave a gap or run ahead of the head either.
CREATE FUNCTION ledger_check_positions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lowest bigint;
    highest bigint;
    amount bigint;
    head_position bigint;
BEGIN
    SELECT min(position), max(position), count(*) INTO lowest, highest, amount FROM added;
    IF amount = 0 THEN
        RETURN NULL;
    END IF;
    SELECT position INTO head_position FROM disputes_ledgerhead WHERE id = 1;
    IF highest <> head_position OR highest - lowest + 1 <> amount THEN
        RAISE EXCEPTION 'positions % to % do not continue the log up to %', lowest, highest, head_position
            USING ERRCODE = 'LG004', HINT = 'Append through ledger_append.';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER event_positions AFTER INSERT ON disputes_event
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_positions();
ALTER TABLE disputes_event ENABLE ALWAYS TRIGGER event_positions;

-- The head only ever moves forward.
CREATE FUNCTION ledger_check_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id <> 1 OR NEW.position <= OLD.position OR NEW.recorded_at < OLD.recorded_at THEN
        RAISE EXCEPTION 'the head of the ledger moves forward only' USING ERRCODE = 'LG004';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER head_forward BEFORE UPDATE ON disputes_ledgerhead
    FOR EACH ROW EXECUTE FUNCTION ledger_check_head();
ALTER TABLE disputes_ledgerhead ENABLE ALWAYS TRIGGER head_forward;
"""

BACKWARD = """
DROP TRIGGER event_append_only ON disputes_event;
DROP TRIGGER event_positions ON disputes_event;
DROP TRIGGER head_stays ON disputes_ledgerhead;
DROP TRIGGER head_forward ON disputes_ledgerhead;
DROP FUNCTION ledger_append(text, integer, uuid[], text[], smallint[], text, text[]);
DROP FUNCTION ledger_refuse_change();
DROP FUNCTION ledger_check_positions();
DROP FUNCTION ledger_check_head();
DELETE FROM disputes_ledgerhead;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("disputes", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(FORWARD, BACKWARD)]
