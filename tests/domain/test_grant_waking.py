"""Every morning a grant issues what its dates have reached, and nothing twice; compared with a day-by-day recomputation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from adapters.staff_directory import FileStaffDirectory
from domain import grant
from domain.decision import RuleBook
from domain.grant import (
    DrawdownRecorded,
    GrantNoticeAmended,
    GrantNoticeReceived,
    GrantReminderDelivered,
    GrantReminderIssued,
    GrantReminderUndeliverable,
    OnwardGrantGiven,
    OnwardProofReceived,
    ProofKind,
    ProofOfUseDelivered,
    RepaymentRecorded,
    SpendingCancelled,
    SpendingRecorded,
)
from domain.grant_agenda import grant_agenda
from domain.grant_reminders import ConfirmGrantReminder, GiveUpGrantReminder, WakeGrant
from domain.grant_waking import coordinated_in, grant_wakes_at, next_morning
from domain.grant_why import grant_why
from domain.path import ReminderLevel
from domain.ports import Absence
from domain.recorded import Event
from domain.refusals import Refusal
from domain.reminders import UndeliverableReason
from domain.routing import RecipientRole, Routing
from domain.values import StaffId
from tests.domain.grant_life import (
    BEGUN_ON,
    DAYS,
    STAFF,
    STOLBERG,
    GrantFile,
    GrantLife,
    amended,
    drawn,
    grant_lives,
    line,
    notice,
    paid,
    proven,
)
from tests.domain.ground import LAW
from tests.domain.law_ground import CALENDAR
from tests.domain.nrw_by_hand import DAYS as HOLIDAYS

PROOF_PLAN = (("first", -90), ("repeated", -30), ("escalated", -14), ("coordinator", -3))
DRAWN_PLAN = (("first", -21), ("repeated", -7), ("escalated", -2), ("coordinator", 1))

# ------------------------------------------------- the same by hand, day by day


def works(day: date) -> bool:
    """Monday to Friday, and no holiday."""
    return day.isoweekday() < 6 and day not in HOLIDAYS


def rolled(day: date, step: int) -> date:
    """The next working day in one direction."""
    while not works(day):
        day += timedelta(days=step)
    return day


def months_later(day: date, months: int) -> date:
    """The day of the same number, or the last of the month, then a working day at or after it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    number = day.day
    while True:
        try:
            return rolled(date(year, month + 1, number), 1)
        except ValueError:
            number -= 1


def standing(events: list[Event]) -> Iterator[tuple[str, Any, date, tuple[tuple[str, int], ...]]]:
    """What is to be done: rule, what tells it from others of the rule, day, and offsets of the reminders."""
    plans = [e for e in events if isinstance(e, GrantNoticeReceived | GrantNoticeAmended)]
    proof_days: list[date | None] = []
    interim_days: list[tuple[date, ...]] = []
    for plan in plans:
        proof_days.append(plan.proof_due_on or (proof_days[-1] if proof_days else None))
        interim_days.append(plan.interim_due_on or (interim_days[-1] if interim_days else ()))
    ends = [plan.period_to for plan in plans]
    repay_days = [plan.repay_by if isinstance(plan, GrantNoticeAmended) else None for plan in plans]

    def since(values: list[Any], value: Any) -> int:
        return max((n + 1 for n, other in enumerate(values) if other != value), default=0)

    delivered = [e for e in events if isinstance(e, ProofOfUseDelivered)]
    proven_ = any(e.kind is ProofKind.FINAL and e.covers_to >= ends[-1] for e in delivered)
    if not proven_:
        if proof_days[-1] is not None:
            yield (
                "programme.proof_of_use",
                ("set", since(proof_days, proof_days[-1])),
                proof_days[-1],
                PROOF_PLAN,
            )
        else:
            due_on = months_later(ends[-1], 6)
            yield "programme.proof_of_use", ("proposed", since(ends, ends[-1])), due_on, PROOF_PLAN
        left = sorted(set(interim_days[-1]))[sum(e.kind is ProofKind.INTERIM for e in delivered) :]
        for day in left:
            asked = [day in days for days in interim_days]
            yield "grant.interim_statement", (day, since(asked, True)), day, PROOF_PLAN
    cents = {
        kind: sum(e.amount_cents for e in events if isinstance(e, kind))
        for kind in (DrawdownRecorded, RepaymentRecorded, SpendingRecorded)
    }
    spent = cents[SpendingRecorded] - sum(
        e.was.amount_cents for e in events if isinstance(e, SpendingCancelled)
    )
    share = sum(each.amount_cents for each in plans[-1].lines) * 8 // 10
    kept = cents[DrawdownRecorded] - cents[RepaymentRecorded]
    if repay_days[-1] is not None and kept > share:
        yield "grant.repayment", since(repay_days, repay_days[-1]), repay_days[-1], PROOF_PLAN
    so_far = 0
    for number, draw in enumerate(e for e in events if isinstance(e, DrawdownRecorded)):
        so_far += draw.amount_cents
        if so_far > spent * 8 // 10 + cents[RepaymentRecorded]:
            due_on = months_later(draw.occurred_on, 2)
            yield "programme.drawdown_spent", number, due_on, DRAWN_PLAN
    proofs = {e.reference for e in events if isinstance(e, OnwardProofReceived)}
    for onward in events:
        if isinstance(onward, OnwardGrantGiven) and onward.reference not in proofs and onward.proof_due_on:
            yield "onward_grant.proof", onward.reference, onward.proof_due_on, PROOF_PLAN


def by_hand(days: list[tuple[date, list[Event]]]) -> set[tuple[str, date, str, date]]:
    """Rule, date, level and day of every reminder, from what was entered on each day, looked at every single morning."""
    told: set[tuple[str, date, str, date]] = set()
    known: set[tuple[str, Any, date, str]] = set()
    events: list[Event] = []
    for today, entered in days:
        for rule, what, due_on, plan in standing(events) if events else ():
            reached = [
                level
                for level, offset in plan
                if rolled(due_on + timedelta(days=offset), 1 if offset > 0 else -1) <= today
            ]
            if reached and (key := (rule, what, due_on, reached[-1])) not in known:
                known.add(key)
                told.add((rule, due_on, reached[-1], today))
        events += entered
    return told


def lived(life: GrantLife) -> tuple[list[tuple[date, list[Event]]], list[GrantReminderIssued]]:
    """The life through the real deciders, awake every morning: what was entered on each day, and what was issued."""
    file, days, issued = GrantFile(), list[tuple[date, list[Event]]](), list[GrantReminderIssued]()
    for offset in range(DAYS + 1):
        today = BEGUN_ON + timedelta(days=offset)
        if offset:
            issued += file.morning(today)
        entered: list[Event] = []
        for command in [life.opening] if not offset else [c for day, c in life.entries if day == offset]:
            decided = file.when(command)
            entered += () if isinstance(decided, Refusal) else decided
        days.append((today, entered))
    return days, issued


@settings(max_examples=40, deadline=None)
@given(grant_lives())
def test_the_reminders_of_any_grant_are_those_counted_by_hand(life: GrantLife) -> None:
    """Seven hundred mornings: the same rules, dates, levels and days; no reminder has the id of another."""
    days, issued = lived(life)
    found = [(each.rule, each.due_on, each.level.value, each.occurred_on) for each in issued]
    assert set(found) == by_hand(days)
    assert len({each.reminder_id for each in issued}) == len(issued)


# ------------------------------------------------------------- rules of a morning


def reminded(file: GrantFile, first: date, last: date) -> list[tuple[ReminderLevel, date]]:
    """Level and day of what is issued from one morning to another."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [(each.level, each.occurred_on) for day in days for each in file.morning(day)]


def test_drawn_money_is_reminded_of_step_by_step() -> None:
    """Drawn on Mon 03.03.2025, to be spent by Mon 05.05. (Sat 03.05. rolls): 21, 7, 2 days before, then the day after.

    14.04. and 28.04. are Mondays, 03.05. is a Saturday, so Fri 02.05.; 06.05. is a Tuesday.
    """
    file = GrantFile().done(notice(proof_due_on=date(2027, 1, 4)), drawn(date(2025, 3, 3), 8_000, "MA1"))
    assert reminded(file, date(2025, 3, 4), date(2025, 6, 1)) == [
        (ReminderLevel.FIRST, date(2025, 4, 14)),
        (ReminderLevel.REPEATED, date(2025, 4, 28)),
        (ReminderLevel.ESCALATED, date(2025, 5, 2)),
        (ReminderLevel.COORDINATOR, date(2025, 5, 6)),
    ]


def test_nobody_is_reminded_once_the_money_is_spent() -> None:
    """The first reminder goes out, the payment is entered, and the rest stays away."""
    file = GrantFile().done(notice(proof_due_on=date(2027, 1, 4)), drawn(date(2025, 3, 3), 8_000, "MA1"))
    assert len(reminded(file, date(2025, 3, 4), date(2025, 4, 20))) == 1
    file.done(paid(date(2025, 4, 20), 10_000, "B1"))
    assert reminded(file, date(2025, 4, 21), date(2025, 7, 1)) == []


def test_an_amendment_that_leaves_the_day_of_the_proof_brings_no_reminder_again() -> None:
    """Due on 30.06.2026, first reminder on 01.04.; on 10.04. an amendment says the same day, another says none."""
    file = GrantFile().done(notice(proof_due_on=date(2026, 6, 30)))
    assert reminded(file, BEGUN_ON, date(2026, 4, 9)) == [(ReminderLevel.FIRST, date(2026, 4, 1))]
    file.done(
        amended(date(2026, 4, 10), "Ä1", proof_due_on=date(2026, 6, 30)), amended(date(2026, 4, 10), "Ä2")
    )
    assert reminded(file, date(2026, 4, 11), date(2026, 5, 28)) == []
    [due] = grant_agenda(file.state, CALENDAR, LAW)
    assert [sent.level for sent in due.sent] == [ReminderLevel.FIRST]
    assert due.citation == "36.01-2025-7"


def test_a_day_that_is_moved_is_reminded_of_anew() -> None:
    """From 30.06. to 30.09.2026: the reminders of the old day count for it alone."""
    file = GrantFile().done(notice(proof_due_on=date(2026, 6, 30)))
    assert len(reminded(file, BEGUN_ON, date(2026, 5, 28))) == 1
    file.done(amended(date(2026, 5, 29), proof_due_on=date(2026, 9, 30)))
    assert reminded(file, date(2026, 5, 30), date(2026, 7, 31)) == [(ReminderLevel.FIRST, date(2026, 7, 2))]


def test_a_proven_grant_is_silent() -> None:
    """The final proof settles the proposed day and the interim statements; nothing is left to wake for."""
    file = GrantFile().done(
        notice(interim_due_on=(date(2026, 5, 4),)), proven(date(2026, 1, 12), ProofKind.FINAL, "VN")
    )
    assert grant_agenda(file.state, CALENDAR, LAW) == ()
    assert reminded(file, date(2026, 1, 13), date(2026, 12, 31)) == []


def test_whoever_sleeps_late_is_told_the_highest_level_once() -> None:
    """Awake for the first time five days before the date: one reminder, not three; the same morning again: none."""
    file = GrantFile().done(notice(proof_due_on=date(2026, 6, 30)))
    assert [each.level for each in file.morning(date(2026, 6, 25))] == [ReminderLevel.ESCALATED]
    assert file.morning(date(2026, 6, 25)) == []
    assert file.morning(date(2026, 6, 20)) == [], "a clock that jumps back brings nothing again"
    assert [each.level for each in file.morning(date(2026, 6, 29))] == [ReminderLevel.COORDINATOR]
    assert file.morning(date(2027, 6, 29)) == []


@pytest.mark.parametrize(
    ("now", "issued"),
    [
        (datetime(2026, 4, 1, 3, 59, tzinfo=UTC), 0),
        (datetime(2026, 4, 1, 4, 0, tzinfo=UTC), 1),
        (datetime(2026, 4, 1, 20, 0, tzinfo=UTC), 1),
    ],
)
def test_the_day_begins_at_six_in_the_morning(now: datetime, issued: int) -> None:
    """01.04.2026 is in summer time: six o'clock is 04:00 UTC."""
    file = GrantFile().done(notice(proof_due_on=date(2026, 6, 30)))
    assert len(file.woken(now)) == issued


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (datetime(2026, 4, 1, 3, 59, tzinfo=UTC), datetime(2026, 4, 1, 4, tzinfo=UTC)),
        (datetime(2026, 4, 1, 4, 0, tzinfo=UTC), datetime(2026, 4, 2, 4, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), datetime(2026, 10, 25, 5, tzinfo=UTC)),
        (datetime(2027, 3, 27, 12, 0, tzinfo=UTC), datetime(2027, 3, 28, 4, tzinfo=UTC)),
    ],
)
def test_the_next_morning_is_six_o_clock_also_when_the_clocks_change(
    now: datetime, morning: datetime
) -> None:
    """25.10.2026 and 28.03.2027 are the days on which they do."""
    assert next_morning(now) == morning


@settings(max_examples=25, deadline=None)
@given(grant_lives())
def test_every_date_says_the_morning_on_which_its_next_reminder_goes_out(life: GrantLife) -> None:
    """Once all entries are made: what the dates say is what each morning brings; after the last nothing comes."""
    file = GrantFile().done(life.opening)
    for _, command in life.entries:
        file.when(command)
    now = datetime(2025, 5, 5, 9, 0, tzinfo=UTC)
    while said := wakes(file, now):
        at = min(said.values())
        assert {each.due_id for each in file.woken(at)} == {
            ident for ident, each in said.items() if each == at
        }
        now = at
    assert file.woken(now + timedelta(days=2_000)) == []


def wakes(file: GrantFile, now: datetime) -> dict[str, datetime]:
    """The morning that each date of the agenda says, of those that say one."""
    issued = file.state.reminders.issued
    said = {due.id: grant_wakes_at(due, issued, now) for due in grant_agenda(file.state, CALENDAR, LAW)}
    return {ident: at for ident, at in said.items() if at is not None}


# ------------------------------------------------------------------ who is told

AWAY = Absence(from_on=date(2026, 1, 1), to_on=date(2026, 12, 31))


@pytest.mark.parametrize(
    ("staff", "expected"),
    [
        (
            STAFF,
            [
                ("money-1", Routing.IN_CHARGE),
                ("ki-aachen", Routing.NOBODY_REACHABLE),
                ("ki-aachen", Routing.ESCALATED),
            ],
        ),
        (
            replace(STAFF, deputies={"money-1": "money-2"}),
            [
                ("money-1", Routing.IN_CHARGE),
                ("money-2", Routing.ESCALATED),
                ("ki-aachen", Routing.ESCALATED),
            ],
        ),
        (
            replace(STAFF, deputies={"money-1": "money-2"}, absences={"money-1": (AWAY,)}),
            [("money-2", Routing.ABSENCE), ("money-2", Routing.ESCALATED), ("ki-aachen", Routing.ESCALATED)],
        ),
        (
            replace(STAFF, default_grant_officer=None, coordinators={"05334012": "ki-eschweiler"}),
            [("ki-eschweiler", Routing.NOBODY_IN_CHARGE)] * 3,
        ),
        (
            replace(STAFF, grant_officers={"36.01-2025-7": "money-7", "36.01-2025-8": "money-8"}),
            [
                ("money-7", Routing.IN_CHARGE),
                ("ki-aachen", Routing.NOBODY_REACHABLE),
                ("ki-aachen", Routing.ESCALATED),
            ],
        ),
    ],
    ids=["by default", "deputy", "absent", "nobody in charge", "by reference"],
)
def test_a_reminder_goes_to_whoever_is_in_charge_then_to_the_deputy_then_to_the_coordination(
    staff: FileStaffDirectory, expected: list[tuple[str, Routing]]
) -> None:
    """First, escalated and coordinator of a proof of use due on 30.06.2026."""
    file = GrantFile(staff=staff).done(notice(proof_due_on=date(2026, 6, 30)))
    told = [file.morning(day) for day in (date(2026, 4, 1), date(2026, 6, 16), date(2026, 6, 27))]
    assert [(each.to, each.ground) for [each] in told] == expected
    assert [each.role for [each] in told] == [
        RecipientRole.CASEWORKER,
        RecipientRole.DEPUTY,
        RecipientRole.COORDINATOR,
    ]


def test_a_grant_of_one_municipality_is_coordinated_there() -> None:
    """With lines of two municipalities it is the coordination of all."""
    assert coordinated_in(GrantFile().done(notice()).state) == "05334012"
    assert coordinated_in(GrantFile().done(notice(lines=(line(), line(municipality=STOLBERG)))).state) == ""


# -------------------------------------------------------------- what became of mails


def test_the_first_word_about_a_mail_counts() -> None:
    """Confirmed or given up once; again it is so already; of an unknown reminder it is refused."""
    file = GrantFile().done(notice(proof_due_on=date(2026, 6, 30)))
    at = datetime(2026, 4, 1, 6, tzinfo=UTC)
    decided = file.when(WakeGrant(occurred_on=at.date()), at)
    assert isinstance(decided, tuple)
    [issued] = decided
    assert isinstance(issued, GrantReminderIssued)
    assert issued.reminder_id in file.state.reminders.undelivered
    gone = GiveUpGrantReminder(
        occurred_on=at.date(), reminder_id=issued.reminder_id, ground=UndeliverableReason.NO_ADDRESS
    )
    sent = ConfirmGrantReminder(
        occurred_on=at.date(), reminder_id=issued.reminder_id, sent_to=StaffId("money-1")
    )
    other = grant.decide(sent, file.state)
    assert isinstance(other, tuple)
    assert [type(event) for event in other] == [GrantReminderDelivered]
    assert file.when(gone, at) == (
        GrantReminderUndeliverable(
            occurred_on=at.date(), reminder_id=issued.reminder_id, ground=UndeliverableReason.NO_ADDRESS
        ),
    )
    assert file.when(sent, at) == ()
    assert not file.state.reminders.undelivered
    unknown = grant.decide(replace(sent, reminder_id="x"), file.state)
    assert isinstance(unknown, Refusal)
    assert unknown.rule_id == "grant.reminder_unknown"


def test_a_grant_does_not_wake_without_terms() -> None:
    """Nobody gives the command by hand; an unknown grant has nothing to wake for."""
    with pytest.raises(ValueError, match="wakes on terms"):
        grant.decide(WakeGrant(occurred_on=BEGUN_ON), GrantFile().done(notice()).state)
    refused = grant.decide(WakeGrant(occurred_on=BEGUN_ON), None)
    assert isinstance(refused, Refusal)
    assert refused.rule_id == "grant.unknown"


# ------------------------------------------------------------------ why, or why not


def why(file: GrantFile, name: str, on: date) -> list[str]:
    """The sentences of the answer on a day, in German."""
    found = grant_why(file.history, RuleBook(paths={}, calendar=CALENDAR, law=LAW), on, name)
    assert not isinstance(found, Refusal), found
    return [line.de for line in found]


def test_a_reminder_that_fired_says_when_to_whom_and_why() -> None:
    """With the entries that say so; then what there is to say about the date."""
    file = GrantFile().done(notice(proof_due_on=date(2026, 6, 30)))
    [first] = file.morning(date(2026, 4, 1))
    lines = why(file, first.reminder_id, date(2026, 4, 2))
    assert lines[:4] == [
        "Ja: erste Erinnerung, ausgelöst am 01.04.2026 (Eintrag 2).",
        "Sie galt money-1: zuständig.",
        "Die Mail ging am 01.04.2026 an money-1.",
        "Verwendungsnachweis: Dienstag, 30.06.2026.",
    ]
    assert "Erste Erinnerung für den 01.04.2026: ausgelöst am 01.04.2026." in lines
    assert "Wiederholte Erinnerung: geplant für den 29.05.2026." in lines


@pytest.mark.parametrize(
    ("level", "on", "answer"),
    [
        ("repeated", date(2026, 4, 2), "Noch nicht: Sie ist für den 29.05.2026 geplant."),
        (
            "escalated",
            date(2026, 6, 16),
            "Noch nicht: Sie ist fällig und geht am nächsten Morgen um sechs hinaus.",
        ),
        (
            "repeated",
            date(2026, 6, 16),
            "Nein: Am 29.05.2026 wurde die Zuwendung nicht geweckt; seither gilt eine höhere Stufe "
            "(Eskalation), und niedrigere werden nicht nachgeholt.",
        ),
    ],
)
def test_a_reminder_that_did_not_fire_says_why_not(level: str, on: date, answer: str) -> None:
    """Planned, due tomorrow morning, or passed over while nobody was awake."""
    file = GrantFile().done(notice(proof_due_on=date(2026, 6, 30)))
    assert why(file, f"programme.proof_of_use/1/2026-06-30/{level}", on)[0] == answer


def test_a_date_that_is_done_with_says_since_which_entry() -> None:
    """The money was spent by entry 3, a payment; of a rule with nothing open that is said."""
    file = GrantFile().done(
        notice(), drawn(date(2025, 3, 3), 8_000, "MA 1/ä"), paid(date(2025, 3, 20), 10_000, "B1")
    )
    lines = why(file, "programme.drawdown_spent/2/MA 1/ä", date(2025, 4, 1))
    assert lines[0] == "Diesen Termin gibt es nicht mehr seit Eintrag 3 („Ausgabe erfasst“ vom 20.03.2025)."
    assert why(file, "grant.repayment", date(2025, 4, 1)) == [
        "Nach dieser Regel ist nichts offen: Es ist erledigt, oder es gibt nichts, woran es hängt."
    ]


def test_a_rule_of_cases_is_none_of_grants() -> None:
    """Refused with the rule that says so."""
    file = GrantFile().done(notice())
    refused = grant_why(
        file.history, RuleBook(paths={}, calendar=CALENDAR, law=LAW), BEGUN_ON, "contact.none"
    )
    assert isinstance(refused, Refusal)
    assert refused.rule_id == "agenda.rule_unknown"
