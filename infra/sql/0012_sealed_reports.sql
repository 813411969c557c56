-- Sealed reports: the read table of their streams.
--
-- Exceptions for squawk: the runner sets lock_timeout; the table is new and empty; versions count definitions.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, prefer-bigint-over-int

create table sealed_reports (
    seal_id uuid primary key,
    position bigint not null,
    report text not null,
    definition_version integer not null,
    log_position bigint not null,
    as_of date not null,
    parameters jsonb not null,
    digest text not null,
    sealed_on date not null,
    recorded_at timestamptz not null,
    actor text not null,
    organisation text not null
);

create index sealed_reports_position on sealed_reports (position);

comment on table sealed_reports is 'One row per sealed report: what it was counted from, its digest, who sealed it and when.';
