"""Grants that live: a history that commands add to and mornings wake, and arbitrary lives of two years."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from adapters.staff_directory import FileStaffDirectory
from domain import grant
from domain.grant import (
    AmendGrantNotice,
    BudgetLine,
    CancelSpending,
    DeliverProofOfUse,
    GiveOnwardGrant,
    GrantReminderIssued,
    GrantState,
    ProofKind,
    RecordDrawdown,
    RecordGrantNotice,
    RecordOnwardProof,
    RecordRepayment,
    RecordSpending,
    RepaymentGround,
)
from domain.grant_reminders import ConfirmGrantReminder, WakeGrant
from domain.grant_waking import GrantTerms
from domain.ports import StaffDirectory
from domain.recorded import Event, Recorded
from domain.refusals import Refusal
from domain.values import Ags, BasisPoints, Cents, FundingModule
from domain.waking import morning_of
from tests.domain.ground import LAW
from tests.domain.law_ground import CALENDAR

GRANT_ID = UUID("00000000-0000-7000-8000-00000000a9a7")
ESCHWEILER = Ags("05334012")
STOLBERG = Ags("05334028")
STAFF = FileStaffDirectory(
    mail_domain="staff.example", default_coordinator="ki-aachen", default_grant_officer="money-1"
)
ORGANISATION = "org-aachen"
BEGUN_ON = date(2024, 11, 4)
PERIOD_FROM, PERIOD_TO = date(2025, 1, 1), date(2025, 12, 31)


def line(cents: int = 400_000_00, municipality: Ags = ESCHWEILER) -> BudgetLine:
    """A line of 2025."""
    return BudgetLine(
        module=FundingModule.F1, municipality=municipality, year=2025, amount_cents=Cents(cents)
    )


def notice(on: date = BEGUN_ON, **changes: Any) -> RecordGrantNotice:
    """400,000 € for 2025, a fifth of it own; names no day unless told."""
    values: dict[str, Any] = {
        "occurred_on": on,
        "reference": "36.01-2025-7",
        "granting_authority": "Bezirksregierung Arnsberg",
        "period_from": PERIOD_FROM,
        "period_to": PERIOD_TO,
        "own_share": BasisPoints(2_000),
        "lines": (line(),),
    }
    return RecordGrantNotice(**(values | changes))


def amended(on: date, reference: str = "Ä1", **changes: Any) -> AmendGrantNotice:
    """An amendment that changes nothing unless told."""
    values: dict[str, Any] = {
        "occurred_on": on,
        "reference": reference,
        "period_to": PERIOD_TO,
        "own_share": BasisPoints(2_000),
        "lines": (line(),),
        "reason": "wie beantragt",
    }
    return AmendGrantNotice(**(values | changes))


def drawn(on: date, euros: int, reference: str) -> RecordDrawdown:
    """Money drawn of the Land share."""
    return RecordDrawdown(occurred_on=on, reference=reference, amount_cents=Cents(euros * 100))


def paid(on: date, euros: int, voucher: str) -> RecordSpending:
    """A payment on the line."""
    return RecordSpending(
        occurred_on=on,
        voucher=voucher,
        module=FundingModule.F1,
        municipality=ESCHWEILER,
        year=2025,
        amount_cents=Cents(euros * 100),
        payee="Lernhaus Vichttal",
        purpose=f"Coaching {voucher}",
    )


def repaid(on: date, euros: int, reference: str) -> RecordRepayment:
    """Money paid back to the Land."""
    return RecordRepayment(
        occurred_on=on,
        reference=reference,
        amount_cents=Cents(euros * 100),
        ground=RepaymentGround.NOT_SPENT_IN_TIME,
    )


def proven(on: date, kind: ProofKind, reference: str) -> DeliverProofOfUse:
    """A statement that reaches as far as it may."""
    return DeliverProofOfUse(occurred_on=on, kind=kind, reference=reference, covers_to=min(on, PERIOD_TO))


def given_onward(on: date, reference: str, proof_due_on: date | None) -> GiveOnwardGrant:
    """100 € given onward to a provider."""
    return GiveOnwardGrant(
        occurred_on=on,
        reference=reference,
        provider="Lernhaus Vichttal",
        period_from=PERIOD_FROM,
        period_to=PERIOD_TO,
        lines=(line(100_00),),
        conditions="ANBest-P",
        consent_reference="Z1",
        proof_due_on=proof_due_on,
    )


@dataclass
class GrantFile:
    """A grant under test: every accepted command adds to its history."""

    staff: StaffDirectory = STAFF
    history: list[Recorded[Any]] = field(default_factory=list)

    @property
    def state(self) -> GrantState:
        """The grant now."""
        found = grant.fold(self.history)
        assert found is not None
        return found

    def terms(self, now: datetime) -> GrantTerms:
        """What it wakes on."""
        return GrantTerms(calendar=CALENDAR, law=LAW, now=now, staff=self.staff, organisation=ORGANISATION)

    def when(self, command: Any, now: datetime | None = None) -> tuple[Event, ...] | Refusal:
        """What is decided; events are added."""
        at = now or datetime.combine(command.occurred_on, datetime.min.time(), UTC) + timedelta(hours=11)
        decided = grant.decide(command, grant.fold(self.history), self.terms(at))
        for event in () if isinstance(decided, Refusal) else decided:
            self.history.append(
                Recorded(
                    position=len(self.history) + 1,
                    stream_id=GRANT_ID,
                    version=len(self.history) + 1,
                    event=event,
                    recorded_at=at,
                    actor="money-1",
                    organisation=ORGANISATION,
                    command_id=None,
                )
            )
        return decided

    def done(self, *commands: Any) -> GrantFile:
        """Commands that must be accepted."""
        for command in commands:
            decided = self.when(command)
            assert not isinstance(decided, Refusal), decided
        return self

    def morning(self, day: date) -> list[GrantReminderIssued]:
        """Wake at six, and settle the mails."""
        return self.woken(morning_of(day))

    def woken(self, now: datetime) -> list[GrantReminderIssued]:
        """Wake at an instant, and settle the mails."""
        decided = self.when(WakeGrant(occurred_on=now.date()), now)
        assert not isinstance(decided, Refusal)
        found = [event for event in decided if isinstance(event, GrantReminderIssued)]
        for issued in found:
            self.when(
                ConfirmGrantReminder(
                    occurred_on=issued.occurred_on, reminder_id=issued.reminder_id, sent_to=issued.to
                ),
                now,
            )
        return found


DAYS = 700


@dataclass(frozen=True)
class GrantLife:
    """A first notice, and what is entered on which day after it; some of it will be refused."""

    opening: RecordGrantNotice
    entries: tuple[tuple[int, Any], ...]


@st.composite
def grant_lives(draw: st.DrawFn) -> GrantLife:
    """Arbitrary two years of a grant."""
    days_set = st.dates(date(2025, 2, 1), date(2026, 9, 30))
    opening = notice(
        proof_due_on=draw(st.none() | days_set), interim_due_on=tuple(draw(st.lists(days_set, max_size=2)))
    )
    entries = []
    for _ in range(draw(st.integers(0, 14))):
        number = draw(st.integers(0, 4))
        offset = draw(st.integers(1, DAYS - 1))
        on = BEGUN_ON + timedelta(days=offset)
        name, euros = f"{number}", draw(st.integers(1, 40)) * 1_000
        entries.append(
            (
                offset,
                draw(
                    st.sampled_from(
                        [
                            drawn(on, euros, f"MA{name}"),
                            drawn(on, euros, f"MA{name}"),
                            paid(on, euros, f"B{name}"),
                            paid(on, euros, f"B{name}"),
                            CancelSpending(occurred_on=on, voucher=f"B{name}", reason="doppelt erfasst"),
                            repaid(on, euros, f"RZ{name}"),
                            proven(on, ProofKind.INTERIM, f"ZN{name}"),
                            proven(on, ProofKind.FINAL, f"VN{name}"),
                            given_onward(on, f"WL{name}", draw(st.none() | days_set)),
                            RecordOnwardProof(occurred_on=on, reference=f"WL{name}", spent_cents=Cents(1)),
                            amended(on, f"Ä{name}"),
                            amended(on, f"Ä{name}", proof_due_on=draw(days_set)),
                            amended(on, f"Ä{name}", interim_due_on=(draw(days_set),)),
                            amended(on, f"Ä{name}", period_to=draw(days_set)),
                            amended(on, f"Ä{name}", lines=(line(euros * 100),), repay_by=draw(days_set)),
                        ]
                    )
                ),
            )
        )
    return GrantLife(opening, tuple(sorted(entries, key=lambda entry: entry[0])))
