"""The report on repeated measures: counted as the case pages hint, by hand, small figures left out, and nobody named."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.path_files import load_paths
from domain.course import CourseFinished
from domain.participation import AbandonReason, CourseCertificate
from domain.recorded import Event, Recorded
from domain.refusals import Refusal
from domain.repetition import RepetitionAnswerCode
from domain.repetition_answer import RepetitionHintAnswered
from domain.replacing import replace
from domain.reports.delta import changes
from domain.reports.drill import Drill, drill
from domain.reports.evidence import UNNAMED, CellRef, Evidence, value
from domain.reports.facts import Facts
from domain.reports.repetitions import REPEATED_MEASURES, counted, small_left_out
from domain.reports.table import Line, NotComputable, Table
from domain.values import LanguageLevel, OfferKind, ParticipantId
from tests.domain.measures_ground import Lived, case_with, seat, training_begun
from tests.domain.report_evidence import check_leaving_out, check_sums, facts_of

AS_OF = date(2027, 12, 30)
LANGUAGE = OfferKind.LANGUAGE.value
PREPARATION = OfferKind.PREPARATION.value
TABLE = "repeated_measures"


def course(number: int, month: int, **changes: Any) -> Lived:
    """A course to B1 of four weeks in a month counted from January 2025."""
    year, month = divmod(month - 1, 12)
    values: dict[str, Any] = {
        "number": number,
        "entered_on": date(2025 + year, month + 1, 1),
        "left_on": date(2025 + year, month + 1, 28),
    }
    return Lived(**(values | changes))


def answered(on: date, *numbers: int) -> RepetitionHintAnswered:
    """An answer that names these participations."""
    return RepetitionHintAnswered(
        occurred_on=on,
        kind=OfferKind.LANGUAGE,
        level=LanguageLevel.B1,
        participations=tuple(seat(number) for number in numbers),
        answer=RepetitionAnswerCode.OTHER_WAY_AGREED,
        remark="",
    )


Lives = list[tuple[list[Lived], list[Event]]]

LIVES: Lives = [
    # 1 and 2: two without gain; one answered in time, one after the day.
    ([course(1, 5), course(2, 8)], [answered(date(2026, 1, 5), 1, 2)]),
    ([course(1, 5), course(2, 29)], [answered(date(2027, 12, 31), 1, 2)]),
    # 3: the second begins a day too late for 24 months.
    ([course(1, 5), course(2, 29, entered_on=date(2027, 5, 2))], []),
    # 4: the answer names the first two only; a third joins.
    ([course(1, 5), course(2, 8), course(3, 11)], [answered(date(2025, 9, 1), 1, 2)]),
    # 5: one of two ended with a level. 6: one was left for illness. 7: an Ausbildung began after both.
    ([course(1, 5), course(2, 8, level_gained=LanguageLevel.B1)], []),
    ([course(1, 5), course(2, 8, abandoned=AbandonReason.ILLNESS)], []),
    ([course(1, 5), course(2, 8)], list(training_begun(date(2026, 2, 1)))),
    # 8: other levels, other kinds: none repeated. 9: the second still runs. 10: two preparations.
    ([course(1, 5), course(2, 8, level=LanguageLevel.B2), course(3, 9, kind=OfferKind.PREPARATION)], []),
    ([course(1, 5), course(2, 8, left_on=None)], []),
    ([course(n, m, kind=OfferKind.PREPARATION, level=None) for n, m in ((1, 5), (2, 8))], []),
]


def town(lives: Lives = LIVES) -> list[list[Recorded[Any]]]:
    """Each life a case of a person of their own."""
    streams = []
    for number, (measures, later) in enumerate(lives, 1):
        file = case_with(measures).given(*later)
        first, *rest = [entry._replace(stream_id=UUID(int=number)) for entry in file.history]
        person = ParticipantId(UUID(int=100 + number))
        streams.append([first._replace(event=replace(first.event, participant_id=person)), *rest])
    return streams


TOWN = town()
MANY = town(LIVES[:9] * 3 + LIVES[9:])
"""Three of each, and one who prepared twice."""


def run(as_of: date = AS_OF, streams: list[list[Recorded[Any]]] = TOWN, **parameters: Any) -> Table:
    """All figures, small ones too."""
    return counted(REPEATED_MEASURES.counting(facts_of(streams, as_of), as_of, parameters))


def test_the_figures_by_hand() -> None:
    """Language: 1, 2, 4, 5, 6 and 7 repeated; 1, 2 and 4 are hints, 5 gained, 6 was ill and 7 has an Ausbildung. Of the
    hints one is answered: the answer of 2 comes later, that of 4 does not name the third."""
    lines = {line.key[0]: line.cells for line in run().lines}
    assert lines[LANGUAGE] == (6, 3, 1, 2, 3, 1, 2)
    assert lines[PREPARATION] == (1, 1, 0, 0, 1, 0, 1)
    assert lines["total"] == (7, 4, 1, 2, 4, 1, 3)


@pytest.mark.parametrize(
    ("as_of", "persons", "answered_hints"),
    [
        (date(2025, 8, 27), 0, 0),
        (date(2025, 8, 28), 4, 0),
        (date(2025, 9, 1), 4, 1),
        (date(2025, 11, 28), 4, 0),
        (date(2026, 1, 4), 4, 0),
        (date(2026, 1, 5), 4, 1),
        (date(2026, 1, 31), 4, 1),
    ],
)
def test_the_figures_are_those_of_the_day(as_of: date, persons: int, answered_hints: int) -> None:
    """The second course ends on 28 August; the answer of 4 settles its hint until a third course joins in November."""
    language = next((line.cells for line in run(as_of).lines if line.key == (LANGUAGE,)), None)
    assert (language[0] if language else 0) == (5 if persons else 0)
    assert (language[5] if language else 0) == answered_hints


@pytest.mark.parametrize(("months", "persons"), [(2, 0), (3, 5), (23, 5), (24, 6), (25, 7)])
def test_the_window_goes_from_first_day_to_first_day(months: int, persons: int) -> None:
    """May to August are three months, May 2025 to May 2027 twenty-four, and one day more is too much."""
    language = [line.cells[0] for line in run(months=months).lines if line.key == (LANGUAGE,)]
    assert language == ([persons] if persons else [])


def test_the_defaults_are_those_of_the_path_that_is_shipped() -> None:
    """Else the report would count other hints than the pages of the cases show."""
    [rule] = {path.repetition for path in load_paths() if path.repetition is not None}
    given = {parameter.name: parameter.default for parameter in REPEATED_MEASURES.parameters}
    assert given == {
        "months": rule.months,
        "measures": rule.measures,
        "excused": ",".join(sorted(rule.excused)),
        "led_on": ",".join(sorted(rule.led_on)),
    }


@pytest.mark.parametrize("as_of", [date(2025, 9, 1), date(2026, 2, 1), AS_OF])
def test_leaving_out_an_entry_changes_exactly_the_cells_that_list_it(as_of: date) -> None:
    """Requests, answers of offers, entries, exits, a contract, answers to hints: counted anew without each."""
    check_sums(REPEATED_MEASURES, facts_of(TOWN, as_of), as_of)
    assert check_leaving_out(REPEATED_MEASURES, TOWN, as_of) > 10


# ------------------------------------------------------------- small figures


def test_figures_of_one_or_two_persons_are_left_out_and_cannot_be_taken_back() -> None:
    """Line and total differ by the one preparation; so the totals are left out with it. Zeros stand."""
    table = small_left_out(run(streams=MANY))
    assert table.line(PREPARATION).cells[0] is NotComputable.SUPPRESSED
    assert table.line("total").cells[0] is NotComputable.SUPPRESSED
    assert table.cell("with_gain", PREPARATION) == 0
    assert table.cell("persons", LANGUAGE) == 18
    for line in table.lines:
        assert not any(isinstance(cell, int) and 0 < cell < 3 for cell in line.cells)


@given(
    st.lists(
        st.tuples(*[st.integers(0, 9)] * 3, st.integers(0, 9)).map(lambda found: (found, 0)),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_the_figures_no_small_one_follows_from_a_line_or_a_column(
    drawn: list[tuple[tuple[int, ...], int]],
) -> None:
    """In each line and column with something left out at least two figures are, or the whole of them is."""
    lines = []
    for number, ((without, with_gain, explained, open_hints), _) in enumerate(drawn):
        unanswered = min(open_hints, without)
        cells = (
            without + with_gain + explained,
            without,
            with_gain,
            explained,
            without,
            without - unanswered,
            unanswered,
        )
        lines.append(Line(key=(f"kind {number}",), cells=cells))
    sums = tuple(sum(int(str(line.cells[place])) for line in lines) for place in range(7))
    blank = run()
    table = Table(
        id=TABLE,
        title=blank.title,
        keys=blank.keys,
        columns=blank.columns,
        lines=(*lines, Line(key=("total",), cells=sums)),
    )
    hidden = [
        [cell is NotComputable.SUPPRESSED for cell in line.cells] for line in small_left_out(table).lines
    ]
    for before, after in zip(table.lines, hidden, strict=True):
        assert all(gone or not 0 < int(str(cell)) < 3 for cell, gone in zip(before.cells, after, strict=True))
        for part in (after[:4], after[4:]):
            assert sum(part) != 1
    for column in range(7):
        assert sum(line[column] for line in hidden) != 1


# ----------------------------------------------------------------- no names


def asked(column: str, *key: str, streams: list[list[Recorded[Any]]] = MANY) -> Drill | Refusal:
    """A drill-down."""
    return drill(REPEATED_MEASURES, facts_of(streams, AS_OF), AS_OF, {}, CellRef(TABLE, column, key))


def test_a_drill_down_adds_up_and_names_no_case_and_no_entry() -> None:
    """The eighteen of the line: shares that make it, and not a word of who they are."""
    found = asked("persons", LANGUAGE)
    assert isinstance(found, Drill)
    assert sum(share.amount for share in found.shares) == found.cell == 18
    for share in found.shares:
        assert share.contribution.subject == UNNAMED
        assert share.contribution.entries == ()
    assert {share.contribution.group for share in found.shares} == set(range(1, 19))
    assert value(found.kind, [share.contribution for share in found.shares]) == 18


def test_a_figure_that_is_left_out_is_not_broken_up() -> None:
    """Its number of shares would be the figure."""
    refused = asked("persons", PREPARATION)
    assert isinstance(refused, Refusal)
    assert refused.rule_id == "report.too_few_persons"


def test_what_changed_is_told_without_naming_who() -> None:
    """A late certificate: the figure differs, and no contribution is told."""
    late = town()
    late[0] = [
        entry._replace(event=replace(entry.event, certificate=CourseCertificate.LANGUAGE_CERTIFICATE))
        if isinstance(entry.event, CourseFinished)
        else entry
        for entry in late[0]
    ]
    found = changes(REPEATED_MEASURES, facts_of(TOWN, AS_OF), facts_of(late, AS_OF), AS_OF, {})
    assert found
    assert all((change.gone, change.come) == ((), ()) for change in found)


def test_of_no_courses_there_is_no_repetition() -> None:
    """The table has its total line, all zero."""
    assert [line.cells for line in REPEATED_MEASURES.run(Facts(), AS_OF).table(TABLE).lines] == [(0,) * 7]


def test_evidence_is_collected_whole_for_whoever_checks_it() -> None:
    """Naming nobody is a matter of who is told: the property of leaving out holds, as for every report."""
    evidence = Evidence()
    REPEATED_MEASURES.run(facts_of(TOWN, AS_OF), AS_OF, {}, evidence)
    assert {c.subject for c in evidence.contributions[CellRef(TABLE, "persons", (LANGUAGE,))]} == {
        UUID(int=number) for number in (1, 2, 4, 5, 6, 7)
    }
