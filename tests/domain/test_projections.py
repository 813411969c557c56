"""Projections: every event is handled or ignored on purpose, and how the log is cut into batches leaves no trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.attendance import AttendanceProof, RecordAttendance
from domain.closing import CloseCase
from domain.contact import ContactHeld, ContactKind, RecordContact
from domain.corrections import CorrectEntry
from domain.course import FinishCourse
from domain.events import EVENTS
from domain.grant import (
    AcceptProofOfUse,
    BudgetLine,
    CheckOnwardProof,
    DrawdownRecorded,
    GrantNoticeAmended,
    GrantNoticeReceived,
    RecordOnwardProof,
    RecordRepayment,
    RepaymentGround,
    SpendingCancelled,
    SpendingCorrected,
    SpendingRecorded,
    booking_of,
)
from domain.offering import (
    AskForSeat,
    ConfirmSeat,
    OfferKind,
    PublishOffer,
    ReleaseReason,
    ReleaseSeat,
)
from domain.offering import decide as decide_offer
from domain.offering import fold as fold_offer
from domain.participation import CourseCertificate
from domain.personal import ERASED
from domain.projections.batch import Carried, Difference, by_stream, needs_history, project
from domain.projections.case_overview import CASE_NAMES, CASE_OVERVIEW
from domain.projections.folding import UnreadableStream, fold_stream
from domain.projections.projection import EntryProjection, StateProjection
from domain.projections.register import BY_STREAM_KIND, PROJECTIONS, all_rows
from domain.recorded import Recorded
from domain.refusals import Refusal
from domain.repetition import RepetitionAnswerCode
from domain.repetition_answer import AnswerRepetitionHint
from domain.replacing import replace
from domain.unmet_need import NoMatchReason
from domain.values import (
    Ags,
    BasisPoints,
    CaseId,
    Cents,
    Destination,
    ExitReason,
    FundingModule,
    LanguageLevel,
    ParticipationId,
)
from services.bootstrap import rule_book
from tests.domain.ground import ESCHWEILER, SEAT, CaseFile, in_course
from tests.domain.measures_ground import Lived, case_with, seat
from tests.domain.test_flat_rate import claim, decide_rates, revise
from tests.domain.test_grant import GrantFile
from tests.domain.test_grant_payments import delivered
from tests.domain.test_grant_spending import onward
from tests.domain.test_unmet_need import OTHER_NEED, failed, settled

RULES = rule_book()
EVERYTHING = frozenset(PROJECTIONS)
OFFER_ID, GRANT_ID, OTHER_CASE = UUID(int=0xF1), UUID(int=0x6A), UUID(int=0xCA5E)
OTHER_GRANT = UUID(int=0x6A3)


def eventful_case() -> CaseFile:
    """A case through a course to its end, with a contact struck out and another one moved."""
    file = in_course()
    for day in (12, 19, 26):
        file.done(
            RecordContact(occurred_on=date(2025, 5, day), kind=ContactKind.IN_PERSON, held=True, minutes=30)
        )
    struck, moved = (
        entry
        for entry in file.history
        if isinstance(entry.event, ContactHeld) and entry.event.occurred_on.day != 12
    )
    file.done(
        RecordAttendance(
            occurred_on=date(2025, 5, 9),
            participation_id=SEAT,
            from_on=date(2025, 5, 5),
            to_on=date(2025, 5, 9),
            units_attended=18,
            units_held=20,
            proof=AttendanceProof.SIGNATURE_LIST,
        ),
        CorrectEntry(
            occurred_on=date(2025, 6, 1), version=struck.version, replacement=None, reason="doppelt"
        ),
        CorrectEntry(
            occurred_on=date(2025, 6, 2),
            version=moved.version,
            replacement=replace(moved.event, occurred_on=date(2025, 5, 27)),
            reason="Tag verwechselt",
        ),
        FinishCourse(
            occurred_on=date(2025, 9, 30), participation_id=SEAT, certificate=CourseCertificate.ATTENDANCE
        ),
        CloseCase(
            occurred_on=date(2025, 12, 15),
            exit_reason=ExitReason.WORK,
            destination=Destination.EMPLOYMENT,
            reason="Arbeit gefunden",
        ),
    )
    return file


def offer_events() -> list[Any]:
    """An offer of one seat: held, waited for, given back, moved up, taken."""
    events: list[Any] = []
    first, second = ParticipationId(UUID(int=1)), ParticipationId(UUID(int=2))
    for command in (
        PublishOffer(
            occurred_on=date(2025, 1, 2),
            title="Deutsch B1",
            provider="VHS",
            kind=OfferKind.LANGUAGE,
            module=FundingModule.F4,
            municipality=ESCHWEILER,
            capacity=1,
            starts_on=date(2025, 5, 5),
            ends_on=date(2025, 9, 30),
            answer_days=14,
        ),
        AskForSeat(occurred_on=date(2025, 2, 1), participation_id=first, case_id=CaseId(UUID(int=11))),
        AskForSeat(occurred_on=date(2025, 2, 2), participation_id=second, case_id=CaseId(UUID(int=12))),
        ReleaseSeat(occurred_on=date(2025, 2, 3), participation_id=first, ground=ReleaseReason.DECLINED),
        ConfirmSeat(occurred_on=date(2025, 2, 4), participation_id=second),
    ):
        entries = [Recorded(n, OFFER_ID, n, e, _at(n), "cw", "org", None) for n, e in enumerate(events, 1)]
        decision = decide_offer(command, fold_offer(entries))
        assert not isinstance(decision, Refusal)
        events.extend(decision)
    return events


def grant_events() -> list[Any]:
    """A grant of two lines, amended once, with payments and a drawdown."""
    lines = tuple(
        BudgetLine(module=module, municipality=ESCHWEILER, year=2025, amount_cents=Cents(cents))
        for module, cents in ((FundingModule.F1, 50_000_01), (FundingModule.F4, 30_000_02))
    )
    return [
        GrantNoticeReceived(
            occurred_on=date(2025, 1, 1),
            reference="KfI-1",
            granting_authority="Bezirksregierung Arnsberg",
            period_from=date(2025, 1, 1),
            period_to=date(2025, 12, 31),
            own_share=BasisPoints(2_000),
            lines=lines,
            synthetic=True,
        ),
        _spent("B-1", FundingModule.F1, 10_000_00, date(2025, 3, 1)),
        DrawdownRecorded(occurred_on=date(2025, 3, 2), reference="MA-1", amount_cents=Cents(8_000_00)),
        GrantNoticeAmended(
            occurred_on=date(2025, 6, 1),
            reference="KfI-1-Ä1",
            period_to=date(2026, 6, 30),
            own_share=BasisPoints(2_000),
            lines=(replace(lines[0], amount_cents=Cents(60_000_00)), lines[1]),
            reason="Verlängerung",
        ),
        _spent("B-2", FundingModule.F4, 33_000_03, date(2025, 7, 1)),
    ]


def money_events() -> list[Any]:
    """A grant with everything that can happen to its money."""
    opened, *_ = grant_events()
    spent = _spent("C-1", FundingModule.F1, 70_000_00, date(2025, 3, 1))
    file = GrantFile()
    for event in (
        opened,
        spent,
        _spent("C-2", FundingModule.F4, 10_000_00, date(2025, 4, 1)),
        _spent("C-3", FundingModule.F4, 5_00, date(2025, 4, 2)),
        SpendingCorrected(
            occurred_on=date(2025, 5, 1),
            voucher="C-1",
            was=booking_of(spent),
            booking=replace(booking_of(spent), amount_cents=Cents(60_500_00)),
            reason="Zahlendreher",
        ),
        SpendingCancelled(
            occurred_on=date(2025, 5, 2),
            voucher="C-3",
            was=booking_of(_spent("C-3", FundingModule.F4, 5_00, date(2025, 4, 2))),
            reason="doppelt",
        ),
        DrawdownRecorded(occurred_on=date(2025, 5, 3), reference="MA-1", amount_cents=Cents(9_00)),
    ):
        file.given(event)
    lines = (replace(opened.lines[0], amount_cents=Cents(1_00)),)
    file.done(
        RecordRepayment(
            occurred_on=date(2025, 5, 4),
            reference="RZ-1",
            amount_cents=Cents(4_00),
            ground=RepaymentGround.NOT_SPENT_IN_TIME,
        ),
        onward(reference="WL-7", period_to=date(2025, 12, 31), lines=lines),
        RecordOnwardProof(occurred_on=date(2025, 6, 1), reference="WL-7", spent_cents=Cents(90)),
        CheckOnwardProof(
            occurred_on=date(2025, 6, 2), reference="WL-7", accepted_cents=Cents(80), reason="10 zu viel"
        ),
        decide_rates(claim()),
        revise(claim(spans=())),
        delivered(covers_to=date(2025, 6, 30)),
        AcceptProofOfUse(occurred_on=date(2026, 4, 1), reference="ZN-1", accepted_cents=Cents(1)),
    )
    return list(file.events)


def _spent(voucher: str, module: FundingModule, cents: int, on: date) -> SpendingRecorded:
    return SpendingRecorded(
        occurred_on=on,
        voucher=voucher,
        module=module,
        municipality=ESCHWEILER,
        year=2025,
        amount_cents=Cents(cents),
        payee="VHS Nordkreis",
        purpose="Honorar",
    )


def _at(position: int) -> datetime:
    return datetime(2025, 12, 31, tzinfo=UTC) + timedelta(seconds=position)


def case_of_hints_and_needs() -> CaseFile:
    """A case with the same course twice, an answered hint, and needs that no offer fitted: one open, one settled."""
    days = (date(2025, 5, 5), date(2025, 7, 1))
    file = case_with(Lived(number=n, entered_on=day, left_on=date(2025, 8, 1)) for n, day in enumerate(days))
    return file.done(
        AnswerRepetitionHint(
            occurred_on=date(2025, 8, 4),
            kind=OfferKind.LANGUAGE,
            level=LanguageLevel.B1,
            participations=(seat(0), seat(1)),
            answer=RepetitionAnswerCode.NOTHING_ELSE_ON_OFFER,
        ),
        failed(occurred_on=date(2025, 8, 4)),
        failed(occurred_on=date(2025, 9, 1), ground=NoMatchReason.FULL),
        settled(on=date(2025, 9, 2)),
        failed(occurred_on=date(2025, 9, 3), need_id=OTHER_NEED),
    )


def a_log() -> list[Recorded[Any]]:
    """Cases, an offer and grants, their entries mixed as they come in."""
    case = [entry.event for entry in eventful_case().history]
    other = [entry.event for entry in in_course().history]
    streams = {
        UUID(int=0xCA5): case,
        OTHER_CASE: other,
        UUID(int=0xCA7): [entry.event for entry in case_of_hints_and_needs().history],
        OFFER_ID: offer_events(),
        GRANT_ID: grant_events(),
        OTHER_GRANT: money_events(),
    }
    log: list[Recorded[Any]] = []
    for turn in range(max(map(len, streams.values()))):
        for stream_id, events in streams.items():
            if turn < len(events):
                position = len(log) + 1
                log.append(
                    Recorded(position, stream_id, turn + 1, events[turn], _at(position), "cw", "org-1", None)
                )
    return log


LOG = a_log()


class Tables:
    """The read tables as dictionaries, carried along batch by batch like the projector does."""

    def __init__(self, memory: int) -> None:
        self.rows: dict[str, dict[Any, Any]] = {name: {} for name in PROJECTIONS}
        self._carried: dict[UUID, Carried] = {}
        self._memory = memory

    def take(self, batch: Sequence[Recorded[Any]]) -> None:
        """Project one batch."""
        difference = Difference()
        for stream_id, entries in by_stream(batch).items():
            carried = self._carried.pop(stream_id, None)
            history = None
            if needs_history(carried, entries):
                history = [e for e in LOG if e.stream_id == stream_id and e.position <= entries[-1].position]
            self._carried[stream_id] = project(entries, carried, history, RULES, EVERYTHING, difference)
        while len(self._carried) > self._memory:
            self._carried.pop(next(iter(self._carried)))
        for name, keys in difference.removed.items():
            for key in keys:
                del self.rows[name][key]
        for name, rows in difference.changed.items():
            for row in rows:
                self.rows[name][row[: PROJECTIONS[name].key]] = row


def at_once() -> Mapping[str, dict[Any, Any]]:
    """Every row by folding each stream from its beginning, the naive way."""
    rows: dict[str, dict[Any, Any]] = {name: {} for name in PROJECTIONS}
    for history in by_stream(LOG).values():
        stream = fold_stream(history, RULES)
        for name, made in all_rows(stream, history, BY_STREAM_KIND[type(stream.state)]).items():
            rows[name].update((row[: PROJECTIONS[name].key], row) for row in made)
    return rows


@pytest.mark.parametrize("name", PROJECTIONS)
def test_every_event_is_handled_or_ignored_by_every_projection_and_never_both(name: str) -> None:
    """A new event makes this fail until each projection says what it means to it."""
    projection = PROJECTIONS[name]
    assert projection.handles | projection.ignores == set(EVENTS.values())
    assert not projection.handles & projection.ignores


@pytest.mark.thorough
@given(
    cuts=st.sets(st.integers(1, len(LOG) - 1)),
    memory=st.integers(0, 4),
)
def test_batches_of_any_size_give_the_rows_of_folding_at_once(cuts: set[int], memory: int) -> None:
    """However the log is cut and however many streams are kept in memory."""
    tables = Tables(memory)
    borders = [0, *sorted(cuts), len(LOG)]
    for start, end in pairwise(borders):
        tables.take(LOG[start:end])
    assert tables.rows == at_once()


@pytest.mark.parametrize("name", [n for n, p in PROJECTIONS.items() if isinstance(p, StateProjection)])
def test_an_ignored_event_changes_no_row(name: str) -> None:
    """Checked at every place of the log where an ignored event stands."""
    projection = PROJECTIONS[name]
    assert isinstance(projection, StateProjection)
    seen = 0
    for history in by_stream(LOG).values():
        for length in range(2, len(history) + 1):
            before, after = fold_stream(history[: length - 1], RULES), fold_stream(history[:length], RULES)
            if (
                isinstance(after.state, projection.state)
                and type(history[length - 1].event) in projection.ignores
            ):
                seen += 1
                assert projection.rows(before) == projection.rows(after)
    assert seen or not projection.ignores & {type(e.event) for e in LOG if _kind(e) is projection.state}


def _kind(entry: Recorded[Any]) -> type[Any]:
    return type(fold_stream([e for e in LOG if e.stream_id == entry.stream_id], RULES).state)


def test_the_key_names_each_row_of_a_projection() -> None:
    """No two rows share a key, and the stream comes first."""
    for history in by_stream(LOG).values():
        stream = fold_stream(history, RULES)
        for name, rows in all_rows(stream, history, BY_STREAM_KIND[type(stream.state)]).items():
            keys = [row[: PROJECTIONS[name].key] for row in rows]
            assert len(set(keys)) == len(keys)
            assert {key[0] for key in keys} <= {stream.stream_id}


def test_a_struck_out_entry_stays_in_the_timeline_and_counts_no_more() -> None:
    """It tells which entry struck it out; a moved one counts for its new day."""
    file = eventful_case()
    rows = all_rows(fold_stream(file.history, RULES), file.history, [PROJECTIONS["case_timeline"]])[
        "case_timeline"
    ]
    contacts = [row for row in rows if row.event == "contact_held"]  # type: ignore[attr-defined] # the row of this projection
    assert [(row.occurred_on.day, row.counts_on and row.counts_on.day) for row in contacts] == [  # type: ignore[attr-defined] # the row of this projection
        (12, 12),
        (19, None),
        (26, 27),
    ]
    corrections = [row.version for row in rows if row.event == "entry_corrected"]  # type: ignore[attr-defined] # the row of this projection
    assert [row.corrected_by for row in contacts] == [None, *corrections]  # type: ignore[attr-defined] # the row of this projection


def test_the_timeline_holds_no_personal_text() -> None:
    """Not a single personal value of any entry is in it."""
    file = eventful_case()
    rows = all_rows(fold_stream(file.history, RULES), file.history, [PROJECTIONS["case_timeline"]])[
        "case_timeline"
    ]
    text = repr(rows)
    for secret in ("Haidari", "Yusuf", "B1 fehlt", "Tag verwechselt", "Arbeit gefunden", "2003, 6, 15"):
        assert secret not in text


def test_an_erased_participant_still_has_an_overview_and_no_name() -> None:
    """With every personal field ERASED the facts stay."""
    file = eventful_case()
    erased = [_erased(entry) for entry in file.history]
    stream = fold_stream(erased, RULES)
    assert CASE_NAMES.rows(stream) == ()
    assert CASE_OVERVIEW.rows(stream) == CASE_OVERVIEW.rows(fold_stream(file.history, RULES))


def _erased(entry: Recorded[Any]) -> Recorded[Any]:
    from domain.personal import personal_fields

    event = entry.event
    return entry._replace(event=replace(event, **dict.fromkeys(personal_fields(type(event)), ERASED)))


def test_seats_of_an_offer_add_up_to_its_capacity() -> None:
    """held + taken + free = capacity after every single event."""
    history = [e for e in LOG if e.stream_id == OFFER_ID]
    for length in range(1, len(history) + 1):
        [row] = PROJECTIONS["offer_occupancy"].rows(fold_stream(history[:length], RULES))  # type: ignore[arg-type] # of the kind this projection folds
        assert row.held + row.taken + row.free == row.capacity == 1  # type: ignore[attr-defined] # the row of this projection
    assert (row.held, row.taken, row.waiting, row.free) == (0, 1, 0, 0)  # type: ignore[attr-defined] # the row of this projection


def test_a_stream_that_begins_like_no_other_is_refused_with_its_position() -> None:
    """A contact without a case: the message says where it stands."""
    orphan = next(e for e in LOG if isinstance(e.event, ContactHeld))
    with pytest.raises(UnreadableStream, match=f"position {orphan.position}"):
        fold_stream([orphan], RULES)


def test_entry_projections_give_the_same_rows_for_the_newest_entries_alone() -> None:
    """So that a batch needs no history for them."""
    for history in by_stream(LOG).values():
        kind = type(fold_stream(history, RULES).state)
        for projection in BY_STREAM_KIND[kind]:
            if isinstance(projection, EntryProjection) and not any(
                type(e.event).__name__ == "EntryCorrected" for e in history
            ):
                apart = [row for entry in history for row in projection.rows([entry])]
                assert apart == list(projection.rows(history))


def test_a_municipality_change_reaches_every_row_that_names_it() -> None:
    """The columns that later decide who may see a row are never left behind."""
    from domain.changes import MunicipalityChanged

    moved = in_course().given(MunicipalityChanged(occurred_on=date(2025, 8, 1), municipality=Ags("05334032")))
    rows = all_rows(fold_stream(moved.history, RULES), moved.history, BY_STREAM_KIND[type(moved.state)])
    for name in ("case_overview", "agenda_entries", "stage_intervals", "participations"):
        assert rows[name]
        assert {row.municipality for row in rows[name]} == {"05334032"}  # type: ignore[attr-defined] # the row of this projection
