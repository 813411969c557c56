-- Published reports: the read table of their series.
--
-- Exceptions for squawk: the runner sets lock_timeout; the table is new and empty; versions count entries of a stream.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, prefer-bigint-over-int

create table published_reports (
    series_id uuid not null,
    version integer not null,
    position bigint not null,
    report text not null,
    seal_id uuid not null,
    as_of date not null,
    threshold integer not null,
    published_on date not null,
    lines jsonb not null,
    primary key (series_id, version)
);

comment on table published_reports is 'One row per published report: its figures as they went out, which later ones are controlled against.';
