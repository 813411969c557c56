-- The read tables of grants with corrections, repayments, flat rates, onward grants and statements.
--
-- Made anew from the log like every read table: the old ones are dropped with their rows, and the new ones are filled by
-- a rebuild, which the raised versions of their projections ask for.
--
-- Exceptions for squawk: the runner sets lock_timeout; nothing but disposable rows is dropped; versions and places count
-- entries of one stream.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, prefer-bigint-over-int, require-concurrent-index-creation, ban-drop-table

drop table grants;
drop table grant_use;
drop table grant_plans;
drop table grant_movements;

create table grants (
    grant_id uuid primary key,
    version integer not null,
    last_position bigint not null,
    reference text not null,
    organisation text not null,
    period_from date not null,
    period_to date not null,
    own_share integer not null,
    planned_cents bigint not null,
    land_cents bigint not null,
    spent_cents bigint not null,
    drawn_cents bigint not null,
    repaid_cents bigint not null
);

comment on table grants is 'One row per grant as its latest notice has it. Money in cents, own_share in basis points; drawn less repaid.';

create table grant_use (
    grant_id uuid not null,
    place integer not null,
    module text not null,
    municipality text not null,
    year integer not null,
    organisation text not null,
    planned_cents bigint not null,
    spent_cents bigint not null,
    over_cents bigint not null,
    compensated_cents bigint not null,
    flag text not null,
    primary key (grant_id, place)
);

comment on table grant_use is 'One row per line of the financing plan, in its order: planned, spent, over, made up for by other lines of the year.';

create table grant_plans (
    grant_id uuid not null,
    version integer not null,
    place integer not null,
    decided_on date not null,
    reference text not null,
    period_from date,
    period_to date not null,
    own_share integer not null,
    module text not null,
    municipality text not null,
    year integer not null,
    amount_cents bigint not null,
    valid_from date not null,
    proof_due_on date,
    primary key (grant_id, version, place)
);

comment on table grant_plans is 'Every financing plan there was: the lines of the notice and of each amendment (version: its entry).';

create table grant_movements (
    grant_id uuid not null,
    version integer not null,
    place integer not null,
    kind text not null,
    occurred_on date not null,
    reference text not null,
    module text,
    municipality text,
    year integer,
    amount_cents bigint not null,
    payee text,
    purpose text,
    cost_kind text,
    onward_reference text,
    offer_id uuid,
    participation_id uuid,
    service_from date,
    service_to date,
    primary key (grant_id, version, place)
);

comment on table grant_movements is 'Payments with their vouchers, drawdowns and repayments. A correction takes back what was booked and books anew.';

create table grant_flat_rates (
    grant_id uuid not null,
    version integer not null,
    place integer not null,
    decided_on date not null,
    revised boolean not null,
    case_id uuid not null,
    participation_id uuid not null,
    offer_id uuid not null,
    module text not null,
    municipality text not null,
    result text not null,
    entered_on date not null,
    entry_by date,
    rule text not null,
    rule_valid_from date,
    from_on date,
    to_on date,
    units_attended integer not null,
    units_held integer not null,
    case_version integer,
    rate_code text,
    rate_cents bigint,
    rate_source text,
    primary key (grant_id, version, place)
);

comment on table grant_flat_rates is 'One row per span of each decision about a flat rate; a revised one stands for all before about its participation.';

create table onward_grants (
    grant_id uuid not null,
    reference text not null,
    place integer not null,
    version integer not null,
    provider text not null,
    given_on date not null,
    period_from date not null,
    period_to date not null,
    module text not null,
    municipality text not null,
    year integer not null,
    amount_cents bigint not null,
    proof_due_on date,
    proof_version integer,
    proof_delivered_on date,
    proof_spent_cents bigint,
    proof_checked_on date,
    proof_accepted_cents bigint,
    proof_checked_version integer,
    primary key (grant_id, reference, place)
);

comment on table onward_grants is 'One row per onward grant and line it is taken from, with the state of the provider''s proof.';

create table grant_proofs (
    grant_id uuid not null,
    reference text not null,
    version integer not null,
    kind text not null,
    delivered_on date not null,
    covers_to date not null,
    accepted_on date,
    accepted_cents bigint,
    primary key (grant_id, reference)
);

comment on table grant_proofs is 'Interim statements and proofs of use delivered to the granting authority.';
