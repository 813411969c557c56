-- One data key per case stream, wrapped by a key-encryption key that is never in the database.
--
-- Destroying the wrapped keys of a participant erases the personal fields of all their events, here and in every copy
-- of the log. Why: docs/decisions/0008-personal-fields.md.
--
-- Exceptions for squawk: the runner sets lock_timeout; the table is empty, so no statement is slow.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout

create table subject_keys (
    stream_id uuid primary key,
    participant_id uuid not null,
    -- Null once destroyed. The row stays: an event whose key row is missing altogether is a defect, not an erasure.
    wrapped_key bytea,
    -- Fingerprint of the key-encryption key.
    kek_id text,
    created_at timestamptz not null default clock_timestamp(),
    destroyed_at timestamptz,
    constraint subject_keys_destroyed_whole check (
        (wrapped_key is null) = (destroyed_at is not null) and (kek_id is null) = (wrapped_key is null)
    )
);

comment on table subject_keys is 'Wrapped data keys of case streams. wrapped_key null: destroyed, the person is erased.';

create index subject_keys_participant on subject_keys (participant_id);

-- Take the given keys for streams that have none, and return the keys that count, given or found.
--
-- A stream of a participant whose keys are destroyed gets none, and is missing in the answer if it had none: nobody
-- writes about an erased person under a fresh key. Two callers at once get the same key.
create function ensure_subject_keys(streams uuid[], participants uuid[], wrapped_keys bytea[], kek text)
returns setof subject_keys language plpgsql set search_path from current as $$
begin
    -- Shared among those who make keys, exclusive for those who destroy: no key slips in beside an erasure.
    perform pg_advisory_xact_lock_shared(hashtextextended(current_schema() || '.subject_keys', 0));
    insert into subject_keys (stream_id, participant_id, wrapped_key, kek_id)
    select n.stream_id, n.participant_id, n.wrapped_key, kek
    from unnest(streams, participants, wrapped_keys) as n (stream_id, participant_id, wrapped_key)
    where not exists (
        select from subject_keys k where k.participant_id = n.participant_id and k.destroyed_at is not null
    )
    order by n.stream_id -- Always the same order, so that two callers cannot wait for each other.
    on conflict (stream_id) do nothing;
    return query select k.* from subject_keys k where k.stream_id = any (streams);
end
$$;

-- Destroy all keys of a participant; returns how many are destroyed now, however often it is called.
create function destroy_subject_keys(participant uuid) returns bigint
language plpgsql set search_path from current as $$
begin
    perform pg_advisory_xact_lock(hashtextextended(current_schema() || '.subject_keys', 0));
    update subject_keys k set wrapped_key = null, kek_id = null, destroyed_at = clock_timestamp()
    where k.participant_id = participant and k.destroyed_at is null;
    return (select count(*) from subject_keys k where k.participant_id = participant and k.destroyed_at is not null);
end
$$;
