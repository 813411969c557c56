"""The workflow of one case: it queues the commands, sleeps towards the next date, and holds no truth of its own."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeKey, SearchAttributeUpdate
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from domain.waking import spread
    from workflows.activities import CaseActivities
    from workflows.messages import (
        CarryOut,
        CaseMemory,
        CaseView,
        CommandMessage,
        CommandResult,
        MailSettled,
        Moment,
        Pokes,
        ReminderMail,
        SearchableCase,
    )

MUNICIPALITY = SearchAttributeKey.for_keyword("TeilhabeMunicipality")
CASEWORKER = SearchAttributeKey.for_keyword("TeilhabeCaseworker")
PATH = SearchAttributeKey.for_keyword("TeilhabePath")
STAGES = SearchAttributeKey.for_keyword_list("TeilhabeStages")
NEXT_DUE_AT = SearchAttributeKey.for_datetime("TeilhabeNextDueAt")

NEXT_DUE_RULE = "next_due_rule"
"""Memo: the rule of the date the case sleeps towards, for whoever looks at the list of workflows."""

BREATH = timedelta(minutes=1)
"""Least time between two wakes that were due at once."""
AFTER_A_FAULT = timedelta(minutes=15)

_DATABASE = RetryPolicy(
    initial_interval=timedelta(milliseconds=50),
    backoff_coefficient=2.0,
    maximum_interval=timedelta(seconds=5),
)
_MAIL = RetryPolicy(
    initial_interval=timedelta(seconds=30), backoff_coefficient=2.0, maximum_interval=timedelta(hours=1)
)


@workflow.defn
class CaseWorkflow:
    """One participant's case. Commands are updates; what is due happens by itself; other cases may poke it."""

    @workflow.init
    def __init__(self, memory: CaseMemory) -> None:
        self._memory = memory
        self._view = memory.view
        self._seen_at = workflow.now()
        self._seats_settled = memory.seats_settled
        self._poked = memory.poked
        self._shown = memory.shown
        self._turn = asyncio.Lock()
        self._not_before: datetime | None = None
        self._couriers: dict[str, asyncio.Task[None]] = {}

    @workflow.update
    async def handle(self, message: CommandMessage) -> CommandResult:
        """Carry out one command; those of one case are carried out in the order they came."""
        async with self._turn:
            settled = await workflow.execute_local_activity_method(
                CaseActivities.carry_out,
                CarryOut(message=message, now=workflow.now()),
                start_to_close_timeout=timedelta(seconds=10),
                retry_policy=_DATABASE,
            )
            self._see(settled.view)
        return settled.result

    @workflow.signal
    def poke(self) -> None:
        """An offer has news for this case."""
        self._poked = True

    @workflow.run
    async def run(self, memory: CaseMemory) -> None:
        """Live as long as something can happen by itself, or somebody is being answered."""
        if self._view is None:
            await self._look()
        while True:
            if self._seats_to_settle:
                await self._pursue_seats()
            elif self._mail_to_send:
                self._send_couriers()
            elif self._over:
                await workflow.wait_condition(workflow.all_handlers_finished)
                if self._over:
                    return
            elif self._too_long:
                await self._next_run()
            else:
                await self._sleep()

    # ------------------------------------------------------------ what is to do

    @property
    def _seats_to_settle(self) -> bool:
        return self._view is not None and (self._poked or self._view.seats != self._seats_settled)

    @property
    def _mail_to_send(self) -> bool:
        return self._view is not None and any(r not in self._couriers for r in self._view.undelivered)

    @property
    def _over(self) -> bool:
        return self._view is not None and self._view.finished and not self._couriers

    @property
    def _too_long(self) -> bool:
        info = workflow.info()
        return (
            info.get_current_history_length() >= self._memory.most_events
            or info.is_continue_as_new_suggested()
        )

    def _wake_at(self) -> datetime | None:
        """When to wake: at once for what is due, else on the date, spread over the morning by the id of the case.

        What is due already when it becomes known is not put off.
        """
        if self._view is None or self._view.next_wake_at is None:
            return None
        at = self._view.next_wake_at
        if at > self._seen_at:
            at += spread(self._memory.case_id)
        return at if self._not_before is None else max(at, self._not_before)

    # ------------------------------------------------------------ doing it

    async def _sleep(self) -> None:
        """Until it is time, or something else is to be done."""
        wake_at = self._wake_at()
        wait = None if wake_at is None else max(wake_at - workflow.now(), timedelta())
        try:
            await workflow.wait_condition(
                lambda: (
                    self._seats_to_settle
                    or self._mail_to_send
                    or self._over
                    or self._too_long
                    or self._wake_at() != wake_at
                ),
                timeout=wait,
            )
        except TimeoutError:
            await self._wake()

    async def _look(self) -> None:
        async with self._turn:
            if self._view is not None:
                return
            self._see(
                await workflow.execute_local_activity_method(
                    CaseActivities.look,
                    Moment(case_id=self._memory.case_id, now=workflow.now()),
                    start_to_close_timeout=timedelta(seconds=10),
                    retry_policy=_DATABASE,
                )
            )

    async def _wake(self) -> None:
        """Let the case do what is due. The instant it was due at is the name of the deed, so it is done once."""
        async with self._turn:
            view = self._view
            if view is None or view.next_wake_at is None or view.next_wake_at > workflow.now():
                return
            settled = await workflow.execute_local_activity_method(
                CaseActivities.wake,
                Moment(case_id=self._memory.case_id, now=workflow.now(), wake_at=view.next_wake_at),
                start_to_close_timeout=timedelta(seconds=10),
                retry_policy=_DATABASE,
            )
            self._see(settled.view)
            if settled.view is None:
                self._not_before = workflow.now() + AFTER_A_FAULT
                return
            again = settled.view.next_wake_at
            self._not_before = (
                workflow.now() + BREATH if again is not None and again <= workflow.now() else None
            )
            # Whoever waits for a seat asks again each day, so that a lost poke heals by itself.
            self._poked = self._poked or bool(settled.view.seats)

    async def _pursue_seats(self) -> None:
        async with self._turn:
            self._poked = False
            pursued = await workflow.execute_local_activity_method(
                CaseActivities.pursue_seats,
                Moment(case_id=self._memory.case_id, now=workflow.now()),
                start_to_close_timeout=timedelta(seconds=10),
                retry_policy=_DATABASE,
            )
            self._see(pursued.view)
            self._seats_settled = pursued.view.seats
        if pursued.moved_up:
            await workflow.execute_activity_method(
                CaseActivities.poke_cases,
                Pokes(case_ids=pursued.moved_up),
                start_to_close_timeout=timedelta(seconds=30),
                retry_policy=_DATABASE,
            )

    def _send_couriers(self) -> None:
        assert self._view is not None  # noqa: S101 # asked by the caller
        for reminder_id in self._view.undelivered:
            if reminder_id not in self._couriers:
                self._couriers[reminder_id] = asyncio.create_task(self._deliver(reminder_id))

    async def _deliver(self, reminder_id: str) -> None:
        """Send one mail, however long the mail server is away, and record what became of it."""
        try:
            case_id = self._memory.case_id
            sent = await workflow.execute_activity_method(
                CaseActivities.send_reminder,
                ReminderMail(case_id=case_id, reminder_id=reminder_id),
                start_to_close_timeout=timedelta(minutes=2),
                retry_policy=_MAIL,
                cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            )
            async with self._turn:
                self._see(
                    await workflow.execute_local_activity_method(
                        CaseActivities.settle_reminder,
                        MailSettled(
                            case_id=case_id,
                            reminder_id=reminder_id,
                            fate=sent.fate,
                            sent_to=sent.sent_to,
                            now=workflow.now(),
                        ),
                        start_to_close_timeout=timedelta(seconds=10),
                        retry_policy=_DATABASE,
                    )
                )
        except ActivityError as error:
            if not is_cancelled_exception(error):
                raise
        finally:
            del self._couriers[reminder_id]

    async def _next_run(self) -> None:
        """Begin a new run with nothing under way; a mail that waits for its server is taken up there."""
        for courier in tuple(self._couriers.values()):
            courier.cancel()
        # Not "until all have gone": one that is cancelled before its first step never gets to say that it ends.
        await workflow.wait_condition(
            lambda: (
                all(courier.done() for courier in self._couriers.values())
                and workflow.all_handlers_finished()
            )
        )
        workflow.continue_as_new(
            CaseMemory(
                case_id=self._memory.case_id,
                view=self._view,
                seats_settled=self._seats_settled,
                poked=self._poked,
                shown=self._shown,
                most_events=self._memory.most_events,
            )
        )

    # ------------------------------------------------------------ what is known

    def _see(self, view: CaseView | None) -> None:
        """Take a newer view and make it searchable."""
        if view is None or (self._view is not None and view.version < self._view.version):
            return
        self._view = view
        self._seen_at = workflow.now()
        if view.searchable is not None and view.searchable != self._shown:
            if changes := _changes(view.searchable, self._shown):
                workflow.upsert_search_attributes(changes)
            if self._shown is None or view.searchable.next_due_rule != self._shown.next_due_rule:
                workflow.upsert_memo({NEXT_DUE_RULE: view.searchable.next_due_rule})
            self._shown = view.searchable


def _changes(now: SearchableCase, before: SearchableCase | None) -> list[SearchAttributeUpdate[Any]]:
    """The search attributes that differ."""

    def pairs(case: SearchableCase) -> list[SearchAttributeUpdate[Any]]:
        due = (
            NEXT_DUE_AT.value_unset() if case.next_due_at is None else NEXT_DUE_AT.value_set(case.next_due_at)
        )
        return [
            MUNICIPALITY.value_set(case.municipality),
            CASEWORKER.value_set(case.caseworker),
            PATH.value_set(case.path),
            STAGES.value_set(list(case.stages)),
            due,
        ]

    if before is None:
        return pairs(now)
    return [new for new, old in zip(pairs(now), pairs(before), strict=True) if new.value != old.value]
