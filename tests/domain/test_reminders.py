"""Reminders: issued once, then delivered or given up; what is unknown is refused, what is settled stays so."""

from __future__ import annotations

from datetime import date

from domain.reminders import (
    ConfirmDelivery,
    GiveUpDelivery,
    ReminderDelivered,
    ReminderIssued,
    ReminderUndeliverable,
    UndeliverableReason,
    Wake,
)
from domain.values import StaffId
from tests.domain.ground import CASEWORKER, LATER, CaseFile, in_coaching, only, rule_of


def reminded() -> tuple[CaseFile, list[ReminderIssued]]:
    """A case that was just reminded of several things."""
    file = in_coaching().done(Wake(occurred_on=LATER))
    return file, [e.event for e in file.history if isinstance(e.event, ReminderIssued)]


def delivered(reminder_id: str) -> ConfirmDelivery:
    """The server took the mail."""
    return ConfirmDelivery(occurred_on=LATER, reminder_id=reminder_id, sent_to=CASEWORKER)


def given_up(reminder_id: str) -> GiveUpDelivery:
    """There is no address."""
    return GiveUpDelivery(occurred_on=LATER, reminder_id=reminder_id, ground=UndeliverableReason.NO_ADDRESS)


def test_a_reminder_names_rule_level_and_recipient_and_no_participant() -> None:
    _, issued = reminded()
    assert len(issued) >= 2
    for event in issued:
        assert event.reminder_id.startswith(f"{event.rule}/")
        assert event.reminder_id.endswith(f"/{event.level.value}")
        assert event.caseworker == CASEWORKER


def test_what_was_issued_waits_for_its_mail_in_order() -> None:
    file, issued = reminded()
    assert file.state.reminders.undelivered == tuple(issued)
    assert file.state.reminders.issued == {event.reminder_id for event in issued}


def test_a_mail_is_settled_once_one_way_or_the_other() -> None:
    file, [first, second, *_] = reminded()
    assert isinstance(only(file.when(delivered(first.reminder_id))), ReminderDelivered)
    assert file.when(delivered(first.reminder_id)) == ()
    assert file.when(given_up(first.reminder_id)) == ()
    assert isinstance(only(file.when(given_up(second.reminder_id))), ReminderUndeliverable)
    assert file.when(delivered(second.reminder_id)) == ()
    settled = {first.reminder_id, second.reminder_id}
    assert not settled & {event.reminder_id for event in file.state.reminders.undelivered}


def test_a_reminder_that_nobody_issued_is_unknown() -> None:
    file, _ = reminded()
    for command in (delivered("residence.expiry/9/first"), given_up("")):
        assert rule_of(file.when(command)) == "reminder.unknown"


def test_a_settled_reminder_is_not_issued_again() -> None:
    file, issued = reminded()
    file.done(*(delivered(event.reminder_id) for event in issued))
    assert file.when(Wake(occurred_on=LATER)) == ()


def test_a_reminder_goes_to_the_caseworker_of_the_day_it_is_issued() -> None:
    from domain.changes import HandOverCase

    handed = HandOverCase(occurred_on=date(2025, 12, 1), caseworker=StaffId("cw-2"), reason="Urlaub")
    file = in_coaching().done(handed, Wake(occurred_on=LATER))
    issued = [e.event for e in file.history if isinstance(e.event, ReminderIssued)]
    assert {event.caseworker for event in issued} == {"cw-2"}
