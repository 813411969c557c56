"""Reports: each figure against arithmetic written out here, and against a count that knows nothing of projections."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.ausbildung import BreakOffAusbildung, StartAusbildung
from domain.closing import CaseClosed, CloseCase
from domain.coaching import CoachAssigned, CoachingEnded
from domain.contact import ContactHeld, ContactKind, RecordContact
from domain.corrections import EntryCorrected
from domain.course import AbandonCourse, CourseAbandoned, CourseFinished, CourseStarted
from domain.followup import RecordFollowUpOutcome
from domain.intake import CaseOpened, DeclineIntake, DeclineReason, IntakeDeclined
from domain.money import largest_remainder
from domain.participation import AbandonReason
from domain.recorded import Recorded
from domain.replacing import replace
from domain.reports.facts import Facts
from domain.reports.funding import FUNDING
from domain.reports.quarters import quarter_of
from domain.reports.registry import REPORTS
from domain.reports.statistics import STATISTICS
from domain.reports.table import NotComputable, Report, canonical_json, ratio
from domain.seat_request import SeatOffered
from domain.support_plan import PlanAgreed
from domain.training import AusbildungKind, BreakOffReason, Chamber, SignContract
from domain.values import Ags, Destination, ExitReason, Gender, ParticipantId
from tests.domain.ground import ESCHWEILER, SEAT, CaseFile, after_intake, in_course, open_case
from tests.domain.report_evidence import facts_of
from tests.domain.test_projections import GRANT_ID, eventful_case, grant_events, offer_events

ROETGEN = Ags("05334024")
DAYS = (
    date(2025, 3, 3),
    date(2025, 5, 5),
    date(2025, 6, 30),
    date(2025, 9, 30),
    date(2025, 10, 1),
    date(2025, 12, 30),
)


def abandoned() -> CaseFile:
    """A course left early on 30 June, the last day of a quarter."""
    return in_course().done(
        AbandonCourse(
            occurred_on=date(2025, 6, 30),
            participation_id=SEAT,
            ground=AbandonReason.TOO_FAR,
            reason="zwei Stunden Weg",
        )
    )


def in_ausbildung() -> CaseFile:
    """A contract, a start, and a breaking-off."""
    training = UUID(int=0xA)
    return after_intake().done(
        SignContract(
            occurred_on=date(2025, 6, 1),
            ausbildung_id=training,
            employer="Bäckerei Jansen",
            occupation="29222",
            kind=AusbildungKind.DUAL,
            chamber=Chamber.HWK,
            starts_on=date(2025, 8, 1),
            ends_on=date(2028, 7, 31),
            probation_months=4,
        ),
        StartAusbildung(occurred_on=date(2025, 8, 1), ausbildung_id=training),
        BreakOffAusbildung(
            occurred_on=date(2025, 10, 1),
            ausbildung_id=training,
            known_on=date(2025, 10, 2),
            ground=BreakOffReason.OWN_NOTICE,
            reason="anderer Beruf",
        ),
    )


def declined() -> CaseFile:
    """Contacted, and not won."""
    return CaseFile().done(
        open_case(gender=Gender.FEMALE),
        DeclineIntake(
            occurred_on=date(2025, 4, 1), ground=DeclineReason.NO_INTEREST, reason="arbeitet schon"
        ),
    )


def followed_up() -> CaseFile:
    """Closed in May and asked again in November."""
    return after_intake().done(
        RecordContact(occurred_on=date(2025, 4, 1), kind=ContactKind.IN_PERSON, held=True, minutes=30),
        CloseCase(
            occurred_on=date(2025, 5, 20),
            exit_reason=ExitReason.WORK,
            destination=Destination.MINOR_EMPLOYMENT,
            reason="Minijob",
        ),
        RecordFollowUpOutcome(occurred_on=date(2025, 11, 20), destination=Destination.EMPLOYMENT),
    )


def town() -> list[list[Recorded[Any]]]:
    """Seven cases of six persons in two municipalities, two of them women, an offer and a grant."""
    files = [
        eventful_case(),
        abandoned(),
        in_ausbildung(),
        declined(),
        followed_up(),
        in_course(),
        in_course(),
    ]
    streams = []
    for number, file in enumerate(files):
        first, *rest = file.history
        # The last two cases are of one person.
        opened = replace(
            first.event,
            participant_id=ParticipantId(UUID(int=100 + min(number, 5))),
            municipality=ROETGEN if number == 1 else ESCHWEILER,
            gender=Gender.FEMALE if number in (1, 3) else Gender.MALE,
        )
        stream_id = UUID(int=number + 1)
        streams.append([e._replace(stream_id=stream_id) for e in (first._replace(event=opened), *rest)])
    at = files[0].history[0].recorded_at
    for stream_id, events in ((UUID(int=0xF1), offer_events()), (GRANT_ID, grant_events())):
        streams.append(
            [Recorded(n, stream_id, n, event, at, "cw", "org", None) for n, event in enumerate(events, 1)]
        )
    return streams


TOWN = town()


def facts(as_of: date, streams: list[list[Recorded[Any]]] = TOWN) -> Facts:
    """The facts of the town."""
    return facts_of(streams, as_of)


def reported(as_of: date, municipality: str | None = None) -> Report:
    """The statistics of the town."""
    given = {} if municipality is None else {"municipality": municipality}
    return STATISTICS.run(facts(as_of), as_of, given)


# ------------------------------------------- counted again from plain events


class Counted:
    """The figures of the town by going through plain events with plain loops."""

    def __init__(self, as_of: date) -> None:
        self.contacted: dict[str, set[UUID]] = defaultdict(set)
        self.won: set[UUID] = set()
        self.declined: set[UUID] = set()
        self.contacts = 0
        self.accompanied_days = 0
        self.spans: list[tuple[str, str, UUID, date, date | None]] = []
        for history in TOWN:
            if isinstance(history[0].event, CaseOpened):
                self._case([e for e in _corrected(history) if e.occurred_on <= as_of], as_of)

    def _case(self, events: list[Any], as_of: date) -> None:
        if not events:
            return
        opened = events[0]
        person, place, last = opened.participant_id, opened.municipality, as_of
        modules: dict[UUID, str] = {}
        running: dict[Any, tuple[str, date]] = {}
        contacts = 0
        gone = False
        self.contacted[place].add(person)
        for event in events:
            match event:
                case PlanAgreed():
                    self.won.add(person)
                case IntakeDeclined():
                    self.declined.add(person)
                    gone = True
                case CoachAssigned():
                    running.setdefault("coaching", ("F1", event.occurred_on))
                case CoachingEnded():
                    self._left(running, "coaching", place, person, event.occurred_on)
                case SeatOffered():
                    modules[event.participation_id] = event.module.value
                case CourseStarted():
                    self.won.add(person)
                    running[event.participation_id] = (modules[event.participation_id], event.occurred_on)
                case CourseFinished() | CourseAbandoned():
                    self._left(running, event.participation_id, place, person, event.occurred_on)
                case ContactHeld():
                    contacts += 1
                case CaseClosed():
                    last = event.occurred_on
                case _:
                    pass
        for module, since in running.values():
            self.spans.append((module, place, person, since, None))
        if not gone:
            self.contacts += contacts
            self.accompanied_days += (last - opened.occurred_on).days + 1

    def _left(
        self, running: dict[Any, tuple[str, date]], what: Any, place: str, person: UUID, on: date
    ) -> None:
        module, since = running.pop(what)
        self.spans.append((module, place, person, since, on))


def _corrected(history: list[Recorded[Any]]) -> list[Any]:
    events = {entry.version: entry.event for entry in history}
    for entry in history:
        if isinstance(entry.event, EntryCorrected):
            if entry.event.replacement is None:
                del events[entry.event.version]
            else:
                events[entry.event.version] = entry.event.replacement
    return list(events.values())


@pytest.mark.parametrize("as_of", DAYS)
def test_entries_exits_and_stock_are_those_of_a_count_of_plain_events(as_of: date) -> None:
    """For every quarter, module and municipality, and in total."""
    counted = Counted(as_of)
    table = reported(as_of).table("flow")
    assert counted.spans or not table.lines
    for line in table.lines:
        quarter, module, place = line.key
        mine = [s for s in counted.spans if module in ("total", s[0]) and place in ("total", s[1])]
        last_day = min(as_of, _last_day(quarter))
        stock = [s for s in mine if s[3] <= last_day and (s[4] is None or s[4] > last_day)]
        assert line.cells == (
            sum(str(quarter_of(s[3])) == quarter for s in mine),
            sum(s[4] is not None and str(quarter_of(s[4])) == quarter for s in mine),
            len(stock),
            len({s[2] for s in stock}),
            sum(s[3] <= last_day for s in mine),
        )
    assert sum(
        _int(table.cell("entries", *line.key)) for line in table.lines if line.key[1] == "total"
    ) == len(counted.spans)


def _last_day(quarter: str) -> date:
    year, number = quarter.split("-Q")
    first_after = date(int(year) + int(number) // 4, int(number) % 4 * 3 + 1, 1)
    return first_after - timedelta(1)


def _int(cell: Any) -> int:
    assert isinstance(cell, int)
    return cell


@pytest.mark.parametrize("as_of", DAYS)
def test_reach_and_contact_density_are_those_of_a_count_of_plain_events(as_of: date) -> None:
    """Persons contacted, won, not won; contacts over person-months as a fraction."""
    counted, report = Counted(as_of), reported(as_of)
    everybody = set().union(*counted.contacted.values())
    line = report.table("reach").line("total")
    assert line.cells[:4] == (
        len(everybody),
        len(counted.won),
        len(counted.declined - counted.won),
        len(everybody - counted.won - counted.declined),
    )
    for place, persons in counted.contacted.items():
        assert report.table("reach").cell("contacted", place) == len(persons)
    density = report.table("contact_density").line("total").cells
    assert density[0] == counted.contacts
    assert density[2] == counted.accompanied_days
    months = Fraction(counted.accompanied_days) / (Fraction(36525, 100) / 12)
    assert abs(Fraction(_int(density[3]), 100) - counted.contacts / months) <= Fraction(1, 200)


# ------------------------------------------------------- arithmetic by hand


def test_an_exit_on_the_reference_date_is_not_in_stock_any_more() -> None:
    """Stock: entry by the day and no exit, or an exit after it. Source: domain facts 5.1."""
    on_the_day = reported(date(2025, 6, 30)).table("flow")
    day_before = reported(date(2025, 6, 29)).table("flow")
    assert day_before.cell("stock", "2025-Q2", "F4", ROETGEN) == 1
    assert on_the_day.cell("stock", "2025-Q2", "F4", ROETGEN) == 0
    assert on_the_day.cell("exits", "2025-Q2", "F4", ROETGEN) == 1


def test_one_person_in_two_participations_counts_once_as_a_person() -> None:
    """Four entries into F4: of four cases, but three persons."""
    modules = reported(date(2025, 12, 30)).table("modules")
    assert modules.cell("participations", "F4") == 4
    assert modules.cell("persons", "F4") == 3
    assert modules.cell("women_share", "F4") == 3333
    assert (modules.cell("exits", "F4"), modules.cell("dropouts", "F4")) == (2, 1)
    assert modules.cell("dropout_rate", "F4") == 5000


def test_placements_are_counted_as_contracts_and_as_persons_from_their_day_on() -> None:
    """Signed 1 June, started 1 August, broken off 1 October."""
    for as_of, expected in (
        (date(2025, 5, 31), None),
        (date(2025, 6, 1), (1, 0, 0, 0)),
        (date(2025, 8, 1), (1, 1, 1, 0)),
        (date(2025, 10, 1), (1, 1, 1, 1)),
    ):
        table = reported(as_of).table("placements")
        assert table.line("total").cells == (expected or (0, 0, 0, 0))
        assert (expected is None) == all(line.key != ("dual",) for line in table.lines)


def test_dropouts_are_told_by_step_and_reason() -> None:
    """One course too far away, one contract given up."""
    assert [(line.key, line.cells) for line in reported(date(2025, 12, 30)).table("dropouts").lines] == [
        (("F4", "too_far"), (1,)),
        (("ausbildung", "own_notice"), (1,)),
        (("total", "total"), (2,)),
    ]


def test_destination_at_exit_and_after_six_months_are_two_figures() -> None:
    """Minor employment apart; whom nobody asked yet is said, not hidden."""
    table = reported(date(2025, 12, 30)).table("destinations")
    shown = {line.key[0]: line.cells for line in table.lines if any(line.cells)}
    assert shown == {
        "minor_employment": (1, 0),
        "employment": (1, 1),
        "not_asked_yet": (0, 1),
        "total": (2, 2),
    }


def test_a_report_of_one_municipality_has_its_own_figures_only() -> None:
    """Roetgen has one person."""
    reach = reported(date(2025, 12, 30), ROETGEN).table("reach")
    assert [line.key for line in reach.lines] == [(ROETGEN,), ("total",)]
    assert reach.line("total").cells[0] == 1


def test_nothing_to_divide_by_is_a_value_of_its_own_and_never_zero() -> None:
    """An empty town has no share of women."""
    report = STATISTICS.run(Facts(), date(2025, 12, 30))
    assert report.table("reach").cell("women_share", "total") is NotComputable.NOTHING_TO_DIVIDE_BY
    assert json.loads(canonical_json(report))["tables"][0]["lines"][0]["cells"][-1] == {
        "not_computable": "nothing_to_divide_by"
    }


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**7), min_size=1, max_size=30))
def test_shares_by_largest_remainder_add_up_and_stray_by_less_than_one(
    total: int, weights: list[int]
) -> None:
    """Nobody is a whole cent away from the exact share."""
    if sum(weights) == 0:
        total = 0
    shares = largest_remainder(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        exact = Fraction(total * weight, sum(weights)) if sum(weights) else Fraction(0)
        assert abs(share - exact) < 1


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_ratio_is_rounded_half_up(part: int, whole: int) -> None:
    """Against fractions."""
    rounded = ratio(part, whole, 10_000)
    assert rounded == int(Fraction(part * 10_000, whole) + Fraction(1, 2))


@pytest.mark.thorough
@given(st.permutations(range(len(TOWN))))
def test_the_order_of_the_streams_leaves_no_trace_in_the_bytes(order: list[int]) -> None:
    """The same facts give the same bytes."""
    as_of = date(2025, 12, 30)
    shuffled = facts(as_of, [TOWN[n] for n in order])
    for report in REPORTS.values():
        assert canonical_json(report.run(shuffled, as_of)) == canonical_json(report.run(facts(as_of), as_of))


def test_every_column_of_every_table_has_a_definition_in_both_languages() -> None:
    """And a unit; no line is shorter or longer than its table."""
    for report in (reported(date(2025, 12, 30)), FUNDING.run(facts(date(2025, 12, 30)), date(2025, 12, 30))):
        for table in report.tables:
            assert len({column.id for column in table.columns}) == len(table.columns)
            for column in table.columns:
                assert len(column.definition.de) > 10
                assert len(column.definition.en) > 10
            assert len({line.key for line in table.lines}) == len(table.lines)
            for line in table.lines:
                assert len(line.key) == len(table.keys)
                assert len(line.cells) == len(table.columns)
