-- Read tables: what people look at, made from the log by the projector and disposable at any time.
--
-- Each table is one projection of domain/projections. Its rows and its position commit in one transaction; a rebuild
-- fills a table beside it and takes its place. No table but case_names holds anything personal.
-- The columns municipality, caseworker and organisation are what a later row-level-security policy looks at.
--
-- Exceptions for squawk: the runner sets lock_timeout; the tables are empty, so no statement is slow; versions and
-- places count entries of one stream.
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, prefer-bigint-over-int, require-concurrent-index-creation

create table projections (
    name text primary key,
    -- Of the code whose rows these are.
    version integer not null,
    -- Everything up to here is in the rows, nothing above.
    position bigint not null,
    -- Whether the projector carries it along. Not so when it failed, or was built by other code: then rebuild it.
    live boolean not null,
    failed_position bigint,
    failure text,
    built_at timestamptz not null default clock_timestamp(),
    advanced_at timestamptz not null default clock_timestamp()
);

comment on table projections is 'How far each read table has come. Written together with its rows, or not at all.';

-- Move the live projections on by one batch, in the transaction that wrote their rows.
--
-- Raises when they are not exactly the ones the caller has carried along, or do not stand where he believes: then
-- somebody else was faster, and the rows of the caller must not be committed.
create function advance_projections(carried text[], from_position bigint, to_position bigint) returns void
language plpgsql set search_path from current as $$
declare
    moved text[];
begin
    with updated as (
        update projections p set position = to_position, advanced_at = clock_timestamp()
        where p.live and p.position = from_position
        returning p.name
    )
    select array_agg(u.name order by u.name) into moved from updated u;
    if moved is distinct from (select array_agg(c order by c) from unnest(carried) c)
       or exists (select from projections p where p.live and p.position <> to_position and p.name <> all (moved)) then
        raise exception 'the projections moved on without this projector' using errcode = 'serialization_failure';
    end if;
    perform pg_notify(current_schema() || '.projections', to_position::text);
end
$$;

create table case_overview (
    case_id uuid primary key,
    participant_id uuid not null,
    version integer not null,
    last_position bigint not null,
    last_recorded_at timestamptz not null,
    path text not null,
    path_version integer not null,
    municipality text not null,
    caseworker text not null,
    organisation text not null,
    status text not null,
    stages text not null,
    stage text not null,
    opened_on date not null,
    referral_source text,
    gender text,
    birth_month date,
    nationalities text not null,
    languages text not null,
    residence_status text not null,
    residence_valid_until date,
    legal_regime text not null,
    assessed_on date,
    language_level text,
    school_leaving text,
    eligibility text,
    plan_agreed_on date,
    plan_revision integer not null,
    coach text,
    coaching_provider text not null,
    last_contact_on date,
    contacts_held integer not null,
    contacts_attempted integer not null,
    contact_minutes integer not null,
    broken_promises integer not null,
    held_on date,
    held_until date,
    declined_on date,
    closed_on date,
    exit_reason text,
    destination text,
    follow_up_attempts integer not null,
    follow_up_settled_on date,
    follow_up_destination text,
    next_due_on date,
    next_due_rule text,
    undelivered_reminders integer not null,
    notes integer not null,
    corrections integer not null,
    synthetic boolean not null
);

create index case_overview_municipality on case_overview (municipality, status);
create index case_overview_caseworker on case_overview (caseworker, status);
create index case_overview_participant on case_overview (participant_id);

comment on table case_overview is 'One row per case: facts that are not personal.';

create table case_names (
    case_id uuid primary key,
    display_name text not null
);

comment on table case_names is 'What the case is called on a screen. Wiped together with the key of the participant.';

-- The erasure of a person and of their name on every screen are one transaction.
create function wipe_case_name() returns trigger language plpgsql set search_path from current as $$
begin
    delete from case_names where case_id = new.stream_id;
    return null;
end
$$;

create trigger subject_keys_wipe_name after update of wrapped_key on subject_keys
for each row when (new.wrapped_key is null) execute function wipe_case_name();

create table case_timeline (
    case_id uuid not null,
    version integer not null,
    position bigint not null,
    event text not null,
    occurred_on date not null,
    -- The day on which the entry counts now: its own or that of its correction; null when it was struck out.
    counts_on date,
    corrected_by integer,
    recorded_at timestamptz not null,
    actor text not null,
    organisation text not null,
    codes jsonb,
    primary key (case_id, version)
);

comment on table case_timeline is 'One row per entry of a case, without any personal text.';

create table agenda_entries (
    case_id uuid not null,
    due_id text not null,
    municipality text not null,
    caseworker text not null,
    organisation text not null,
    rule text not null,
    title_de text not null,
    title_en text not null,
    kind text not null,
    due_on date not null,
    statutory boolean not null,
    citation text not null,
    duty_holder text not null,
    trigger_version integer not null,
    line_de text not null,
    line_en text not null,
    calendar text not null,
    reference text not null,
    suspended boolean not null,
    reminders jsonb not null,
    -- The next of them that is still to be issued.
    reminder_on date,
    reminder_level text,
    primary key (case_id, due_id)
);

create index agenda_entries_caseworker on agenda_entries (caseworker, due_on);
create index agenda_entries_municipality on agenda_entries (municipality, due_on);
create index agenda_entries_due on agenda_entries (due_on);

comment on table agenda_entries is 'The agenda of all cases: domain/agenda.py, one row per date.';

create table stage_intervals (
    case_id uuid not null,
    place integer not null,
    municipality text not null,
    organisation text not null,
    stage text not null,
    reference text not null,
    from_on date not null,
    to_on date,
    primary key (case_id, place)
);

comment on table stage_intervals is 'From when to when a case was in which stage; to_on null while it runs.';

create table participations (
    case_id uuid not null,
    participation_id uuid not null,
    participant_id uuid not null,
    municipality text not null,
    organisation text not null,
    gender text,
    offer_id uuid not null,
    module text,
    provider text not null,
    ground text not null,
    status text not null,
    requested_on date not null,
    answer_by date,
    waiting_place integer,
    starts_on date,
    ends_on date,
    entered_on date,
    left_on date,
    certificate text,
    level_gained text,
    abandon_ground text,
    units_attended integer not null,
    units_held integer not null,
    attendance jsonb not null,
    primary key (case_id, participation_id)
);

create index participations_offer on participations (offer_id);

comment on table participations is 'Person x measure: one row per seat asked for, with module, entry, exit and attendance.';

create table trainings (
    case_id uuid not null,
    training_id uuid not null,
    participant_id uuid not null,
    municipality text not null,
    organisation text not null,
    gender text,
    kind text not null,
    chamber text not null,
    occupation text not null,
    status text not null,
    signed_on date not null,
    starts_on date not null,
    ends_on date not null,
    entered_on date,
    left_on date,
    probation_ends_on date,
    probation_passed boolean not null,
    break_off_ground text,
    break_off_known_on date,
    primary key (case_id, training_id)
);

comment on table trainings is 'One row per contract of Ausbildung, Einstiegsqualifizierung included.';

create table offer_occupancy (
    offer_id uuid primary key,
    version integer not null,
    last_position bigint not null,
    title text not null,
    provider text not null,
    kind text not null,
    module text not null,
    municipality text not null,
    organisation text not null,
    level text,
    capacity integer not null,
    held integer not null,
    taken integer not null,
    waiting integer not null,
    free integer not null,
    closed boolean not null,
    starts_on date not null,
    ends_on date not null,
    answer_days integer not null,
    waiting_order text not null,
    teaching_units integer not null,
    synthetic boolean not null
);

create index offer_occupancy_municipality on offer_occupancy (municipality, starts_on);

comment on table offer_occupancy is 'One row per offer: seats held, taken and free, and how many wait.';

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
    drawn_cents bigint not null
);

comment on table grants is 'One row per grant as its latest notice has it. Money in cents, own_share in basis points.';

create table grant_use (
    grant_id uuid not null,
    place integer not null,
    module text not null,
    municipality text not null,
    year integer not null,
    organisation text not null,
    planned_cents bigint not null,
    spent_cents bigint not null,
    primary key (grant_id, place)
);

comment on table grant_use is 'One row per line of the financing plan, in its order: planned and spent.';

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
    primary key (grant_id, version, place)
);

comment on table grant_plans is 'Every financing plan there was: the lines of the notice and of each amendment (version: its entry).';

create table grant_movements (
    grant_id uuid not null,
    version integer not null,
    kind text not null,
    occurred_on date not null,
    reference text not null,
    module text,
    municipality text,
    year integer,
    amount_cents bigint not null,
    payee text,
    purpose text,
    primary key (grant_id, version)
);

comment on table grant_movements is 'One row per payment (with its voucher) and per drawdown, as booked.';
