-- What an Application of the eventsourcing library needs beside its event log: how far it has followed others, and
-- snapshots. Only in schemas made by adapters/eventsourcing_module.py.
--
-- Exceptions for squawk: the runner sets lock_timeout; the tables are empty; versions are the library's, as in events.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, prefer-bigint-over-int

create table tracking (
    application_name text not null,
    notification_id bigint not null,
    constraint tracking_application primary key (application_name, notification_id)
);

create table aggregate_records (
    -- `snapshots` or what else the library names.
    purpose text not null,
    originator_id uuid not null,
    originator_version integer not null,
    topic text not null,
    state bytea not null,
    constraint aggregate_records_version primary key (purpose, originator_id, originator_version)
);

-- Record that a notification is processed. Refused at or below the last one: what is skipped stays skipped.
create function insert_tracking(application text, notification bigint) returns void
language plpgsql set search_path from current as $$
begin
    -- Two followers of one application take turns.
    perform pg_advisory_xact_lock(1413567563, hashtext(current_schema() || application));
    if notification <= (select max(t.notification_id) from tracking t where t.application_name = application) then
        raise unique_violation using message = 'the notification is tracked already, or a later one is';
    end if;
    insert into tracking (application_name, notification_id) values (application, notification);
end
$$;
