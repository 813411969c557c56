-- Runs of reports in the background: what was asked, how far it has come, and the digest of what came out.
--
-- Not part of the log and not rebuilt from it: a run is forgotten after a while. Nothing personal is in it; the report
-- itself is not kept, for it is a value and comes out again.
--
-- Exceptions for squawk: the runner sets lock_timeout; the table is new and empty; versions count definitions.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, prefer-bigint-over-int

create table report_runs (
    run_id uuid primary key,
    kind text not null check (kind in ('report', 'seal')),
    report text not null,
    definition_version integer not null,
    as_of date not null,
    -- The position is settled when the run is asked for; the instant only where one was asked for.
    position bigint not null,
    known_at timestamptz,
    parameters jsonb not null,
    asked_at timestamptz not null,
    -- Who seals; opaque ids. Null for a report that is only run.
    actor text,
    organisation text,
    state text not null,
    entries_done bigint not null default 0,
    entries_total bigint not null default 0,
    cancel_asked boolean not null default false,
    digest text,
    refusal jsonb,
    constraint report_runs_done check (state <> 'done' or digest is not null)
);

create index report_runs_asked on report_runs (asked_at desc);

comment on table report_runs is 'Runs of reports in the background; kept for a while, nothing personal.';
