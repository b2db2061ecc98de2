"""A quicker append of one event, which is what most commands do: it needs no set of rows and no second statement."""

from typing import ClassVar

from django.db import migrations

FORWARD = r"""
-- As 0007 says. One event is inserted as one row of values; and to take the lock is an expression here, which costs
-- half of what a statement does.
CREATE OR REPLACE FUNCTION ledger_append(
    in_stream text, in_expected integer, in_ids text, in_types text, in_schemas text, in_recorded_by text,
    in_bodies text, OUT out_position bigint, OUT out_moment timestamptz
) LANGUAGE plpgsql AS $$
DECLARE
    locked text;
    ids uuid[];
    known integer;
    differing text;
    actual integer;
    newest bigint;
    newest_moment timestamptz;
    moment_text text;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'the ledger appends under READ COMMITTED only' USING ERRCODE = 'LG003';
    END IF;
    locked := pg_advisory_xact_lock(7310593858020254331);

    SELECT version INTO actual FROM disputes_event WHERE stream = in_stream ORDER BY version DESC LIMIT 1;
    IF coalesce(actual, 0) <> in_expected THEN
        -- Whoever never saw the first answer asks again, and expects the version of then.
        ids := string_to_array(in_ids, ',');
        SELECT count(event.event_id), min(event.event_id::text) FILTER (WHERE event.body <> given.body)
            INTO known, differing
            FROM unnest(ids, string_to_array(in_bodies, E'\n')) AS given(id, body)
            JOIN disputes_event AS event ON event.event_id = given.id;
        IF known = cardinality(ids) AND differing IS NULL THEN
            RETURN;
        ELSIF known > 0 THEN
            RAISE EXCEPTION 'some of these events are recorded, with other content or without the others'
                USING ERRCODE = 'LG002', DETAIL = json_build_object('event_id', coalesce(differing, ids[1]::text));
        END IF;
        RAISE EXCEPTION 'stream % is at version %, not %', in_stream, coalesce(actual, 0), in_expected
            USING ERRCODE = 'LG001', DETAIL = json_build_object(
                'stream', in_stream, 'expected', in_expected, 'actual', coalesce(actual, 0));
    END IF;

    SELECT position, recorded_at INTO newest, newest_moment FROM disputes_event ORDER BY position DESC LIMIT 1;
    out_position := coalesce(newest, 0);
    -- The clock never goes back, so "as known at a time" is a prefix of positions.
    out_moment := greatest(newest_moment, clock_timestamp());
    moment_text := to_char(out_moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
    IF strpos(in_ids, ',') = 0 THEN
        INSERT INTO disputes_event
            (position, event_id, stream, version, type, schema, recorded_at, recorded_by, body, leaf_hash)
        VALUES (
            out_position + 1, in_ids::uuid, in_stream, in_expected + 1, in_types, in_schemas::smallint, out_moment,
            in_recorded_by, in_bodies,
            sha256('\x00'::bytea || convert_to(
                '{"body":' || in_bodies || ',"position":' || (out_position + 1)
                || ',"recorded_at":"' || moment_text || '","version":' || (in_expected + 1) || '}',
                'UTF8'))
        );
        RETURN;
    END IF;
    INSERT INTO disputes_event
        (position, event_id, stream, version, type, schema, recorded_at, recorded_by, body, leaf_hash)
    SELECT out_position + given.place, given.id, in_stream, in_expected + given.place::integer, given.type,
           given.schema::smallint, out_moment, in_recorded_by, given.body,
           sha256('\x00'::bytea || convert_to(
               '{"body":' || given.body || ',"position":' || (out_position + given.place)
               || ',"recorded_at":"' || moment_text || '","version":' || (in_expected + given.place) || '}',
               'UTF8'))
    FROM unnest(
        string_to_array(in_ids, ',')::uuid[], string_to_array(in_types, ','), string_to_array(in_schemas, ','),
        string_to_array(in_bodies, E'\n')
    ) WITH ORDINALITY AS given(id, type, schema, body, place);
END
$$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("disputes", "0011_terms_of_the_landscape")]
    operations: ClassVar = [migrations.RunSQL(FORWARD)]
