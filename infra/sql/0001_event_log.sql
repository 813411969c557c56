-- The event log: one table, gap-free and in commit order, written only through append_events().
--
-- Run by adapters/migrations.py, which sets search_path to the schema of this log; several logs can live side by
-- side in one database. Why it is built this way: docs/decisions/0002 and 0003.
--
-- Exceptions for squawk: the runner sets lock_timeout; the tables are empty, so no statement is slow; no stream comes
-- near 2^31 rows and no append near 2^15, and the primary key is read on every load.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, prefer-bigint-over-int, prefer-bigint-over-smallint

create table events (
    position bigint not null,
    recorded_at timestamptz not null,
    stream_id uuid not null,
    -- Counts the rows of a stream from 1 (from 0 where the first writer said so).
    version integer not null,
    -- Rows the command recorded; set together with command_id, on the first of them.
    command_rows smallint,
    command_id uuid,
    type text not null,
    actor text not null,
    organisation text not null,
    payload bytea not null,
    -- Personal fields, sealed.
    personal bytea,
    constraint events_stream_version primary key (stream_id, version),
    constraint events_position unique (position)
);

-- A sealed box cannot be compressed: do not try.
alter table events alter column personal set storage external;

comment on table events is 'Append-only. Readers that have seen position n have seen everything below n, for ever.';

create unique index events_command on events (stream_id, command_id) where command_id is not null;

create function refuse_rewriting() returns trigger language plpgsql as $$
begin
    raise exception 'the event log is append-only: % on %.% is refused', tg_op, tg_table_schema, tg_table_name
        using errcode = 'object_not_in_prerequisite_state';
end
$$;

-- Per statement, not per row: an insert pays nothing for it.
create trigger events_append_only before update or delete or truncate on events
for each statement execute function refuse_rewriting();

-- Taken before the head is read and held until the commit is visible: this is what makes positions gap-free. The oid
-- of the table keeps the locks of several logs in one database apart.
create function lock_log() returns void language sql set search_path from current as $$
    select pg_advisory_xact_lock(1413564744, 'events'::regclass::oid::integer)
$$;

-- Wait until no append is under way.
create function await_appends() returns void language sql set search_path from current as $$
    select pg_advisory_xact_lock_shared(1413564744, 'events'::regclass::oid::integer)
$$;

-- Append a batch of requests. The arrays have one entry per row; `is_first` marks the first row of each request.
--
-- A request is refused alone when its stream is not at the version before its first row, or when the stream already
-- has its command id. With `all_or_none` the first refusal raises instead and nothing is written.
-- `instants` (null: the log's clock) may give the recorded_at of each request; it never runs backwards.
--
-- When every request was taken, `outcomes` is null: the rows lie at first_position … in the given order.
-- Otherwise there is one entry per request in outcomes ('a' appended, 'c' version conflict, 'r' command repeated),
-- versions and positions (of the last row: appended now, or by the repeated command; the version of the stream for a
-- conflict) and instants_given (recorded_at).
create function append_events(
    is_first boolean[],
    streams uuid[],
    versions_wanted integer[],
    commands uuid[],
    command_sizes smallint[],
    types text[],
    actors text[],
    organisations text[],
    payloads bytea[],
    personals bytea[],
    instants timestamptz[],
    all_or_none boolean,
    out first_position bigint,
    out recorded timestamptz,
    out outcomes text[],
    out versions integer[],
    out positions bigint[],
    out instants_given timestamptz[]
) language plpgsql
set search_path from current
as $$
declare
    head bigint;
    last_instant timestamptz;
    careful boolean;
    inserted bigint;
    entry record;
    found_version integer;
    found_position bigint;
    found_instant timestamptz;
    request integer := 0;
    taken boolean := false;
begin
    -- lock_log(), written out: calling it costs an eighth of an append.
    perform pg_advisory_xact_lock(1413564744, 'events'::regclass::oid::integer);
    -- A new statement, hence a snapshot taken under the lock: it sees every append committed before.
    select e.position, e.recorded_at into head, last_instant from events e order by e.position desc limit 1;
    head := coalesce(head, 0);
    first_position := head + 1;
    recorded := greatest(last_instant, clock_timestamp());

    -- The swift way takes a batch without a conflict in one statement, the careful way any batch, request by request.
    -- Swift, a missing predecessor drops out of the insert, a taken version or command breaks a unique key: both undo
    -- the insert and the batch goes the careful way, as it does when one request builds on another.
    careful := instants is not null or 0 = any (versions_wanted);
    if not careful then
        begin
            insert into events (position, recorded_at, stream_id, version, command_rows, command_id, type, actor,
                                organisation, payload, personal)
            select head + r.place, recorded, r.stream_id, r.version, r.command_rows, r.command_id, r.type, r.actor,
                   r.organisation, r.payload, r.personal
            from unnest(is_first, streams, versions_wanted, command_sizes, commands, types, actors, organisations,
                        payloads, personals)
                 with ordinality as r (is_first, stream_id, version, command_rows, command_id, type, actor,
                                       organisation, payload, personal, place)
            -- Not "exists": the planner may answer that by hashing the whole log once per batch.
            where not r.is_first or r.version = 1
               or (select true from events e where e.stream_id = r.stream_id and e.version = r.version - 1);
            get diagnostics inserted = row_count;
            if inserted <> cardinality(streams) then
                raise integrity_constraint_violation;
            end if;
            head := head + inserted;
        exception
            when integrity_constraint_violation then
                careful := true;
        end;
    end if;

    if careful then
        for entry in
            select r.* from unnest(is_first, streams, versions_wanted, command_sizes, commands, types, actors,
                                   organisations, payloads, personals, instants)
                 with ordinality as r (is_first, stream_id, version, command_rows, command_id, type, actor,
                                       organisation, payload, personal, instant, place)
            order by r.place
        loop
            if entry.is_first then
                request := request + 1;
                taken := false;
                select e.version + e.command_rows - 1, e.position + e.command_rows - 1, e.recorded_at
                into found_version, found_position, found_instant
                from events e where e.stream_id = entry.stream_id and e.command_id = entry.command_id;
                if found then
                    outcomes[request] := 'r';
                else
                    select max(e.version) into found_version from events e where e.stream_id = entry.stream_id;
                    found_version := coalesce(found_version, least(entry.version - 1, 0));
                    if found_version <> entry.version - 1 then
                        outcomes[request] := 'c';
                        found_position := head;
                        found_instant := recorded;
                    else
                        outcomes[request] := 'a';
                        taken := true;
                        recorded := greatest(last_instant, coalesce(entry.instant, clock_timestamp()));
                        last_instant := recorded;
                    end if;
                end if;
                if all_or_none and not taken then
                    raise exception 'a request of an all-or-none batch is refused'
                        using errcode = 'integrity_constraint_violation', detail = outcomes[request];
                end if;
            end if;
            if taken then
                head := head + 1;
                insert into events (position, recorded_at, stream_id, version, command_rows, command_id, type, actor,
                                    organisation, payload, personal)
                values (head, recorded, entry.stream_id, entry.version, entry.command_rows, entry.command_id,
                        entry.type, entry.actor, entry.organisation, entry.payload, entry.personal);
                found_version := entry.version;
                found_position := head;
                found_instant := recorded;
            end if;
            versions[request] := found_version;
            positions[request] := found_position;
            instants_given[request] := found_instant;
        end loop;
    end if;

    if head >= first_position then
        -- One per batch: NOTIFY serialises all commits of the cluster, so a NOTIFY per append would be the ceiling.
        perform pg_notify(current_schema() || '.events', head::text);
    end if;
end
$$;

comment on function append_events is 'Appends a batch of requests in one transaction; the only way rows enter events, besides COPY under lock_log().';

-- The last position recorded at or before an instant; 0 when there is none.
--
-- recorded_at never runs backwards in order of position, so this is a binary search on the position alone. The answer
-- stays the same for ever once the instant has passed: an append still under way is waited for.
create function position_at(instant timestamptz) returns bigint language plpgsql set search_path from current as $$
declare
    low bigint := 0;
    high bigint;
    middle bigint;
    last_instant timestamptz;
begin
    select e.position, e.recorded_at into high, last_instant from events e order by e.position desc limit 1;
    if last_instant is null or last_instant <= instant then
        perform await_appends();
        select e.position, e.recorded_at into high, last_instant from events e order by e.position desc limit 1;
        if last_instant is null or last_instant <= instant then
            return coalesce(high, 0);
        end if;
    end if;
    while low < high loop
        middle := (low + high + 1) / 2;
        select e.recorded_at into last_instant from events e where e.position = middle;
        if last_instant <= instant then
            low := middle;
        else
            high := middle - 1;
        end if;
    end loop;
    return low;
end
$$;
