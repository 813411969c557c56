-- The rates that grant notices set, for reports: what a unit is worth is data, with its validity and its source.
--
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, prefer-bigint-over-int

create table grant_rates (
    grant_id uuid not null,
    version integer not null,
    place integer not null,
    decided_on date not null,
    code text not null,
    module text not null,
    unit text not null,
    amount_cents bigint not null,
    valid_from date not null,
    valid_to date,
    source text not null,
    primary key (grant_id, version, place)
);

comment on table grant_rates is 'Every rate of every grant notice and amendment (version: its entry); one without rates leaves those before.';
