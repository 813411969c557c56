"""The reminders of all grants: every morning at six the log is asked what is due; no change of a grant has to wake anybody."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from workflows.grant_activities import GrantActivities
    from workflows.grant_messages import GrantMail, GrantMailSettled, GrantReminderMemory, Morning

_DATABASE = RetryPolicy(
    initial_interval=timedelta(seconds=1), backoff_coefficient=2.0, maximum_interval=timedelta(minutes=1)
)
_MAIL = RetryPolicy(
    initial_interval=timedelta(seconds=30), backoff_coefficient=2.0, maximum_interval=timedelta(hours=1)
)


@workflow.defn
class GrantReminderWorkflow:
    """One per installation; it never ends, and holds nothing but the next morning and the mails under way."""

    @workflow.init
    def __init__(self, memory: GrantReminderMemory) -> None:
        self._memory = memory
        self._next_at = memory.next_at
        self._couriers: dict[GrantMail, asyncio.Task[None]] = {}

    @workflow.run
    async def run(self, memory: GrantReminderMemory) -> None:
        """Sleep until the next morning, wake all grants, let mails go out meanwhile; for ever."""
        self._send(memory.undelivered)
        while True:
            if self._too_long:
                await self._next_run()
            if self._next_at is None or self._next_at <= workflow.now():
                await self._wake_grants()
            else:
                await workflow.sleep(self._next_at - workflow.now())

    @property
    def _too_long(self) -> bool:
        info = workflow.info()
        return (
            info.get_current_history_length() >= self._memory.most_events
            or info.is_continue_as_new_suggested()
        )

    async def _wake_grants(self) -> None:
        done = await workflow.execute_activity_method(
            GrantActivities.wake_grants,
            Morning(now=workflow.now()),
            start_to_close_timeout=timedelta(minutes=30),
            heartbeat_timeout=timedelta(minutes=1),
            retry_policy=_DATABASE,
        )
        self._next_at = done.next_at
        self._send(done.undelivered)

    def _send(self, mails: tuple[GrantMail, ...]) -> None:
        for mail in mails:
            courier = self._couriers.get(mail)
            if courier is None or courier.done():
                self._couriers[mail] = asyncio.create_task(self._deliver(mail))

    async def _deliver(self, mail: GrantMail) -> None:
        """Send one mail, however long the mail server is away, and record what became of it; then it is forgotten."""
        try:
            sent = await workflow.execute_activity_method(
                GrantActivities.send_grant_reminder,
                mail,
                start_to_close_timeout=timedelta(minutes=2),
                retry_policy=_MAIL,
                cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            )
            await workflow.execute_activity_method(
                GrantActivities.settle_grant_reminder,
                GrantMailSettled(mail=mail, fate=sent.fate, sent_to=sent.sent_to, now=workflow.now()),
                start_to_close_timeout=timedelta(seconds=30),
                retry_policy=_DATABASE,
                cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            )
        except ActivityError as error:
            if not is_cancelled_exception(error):
                raise
        else:
            del self._couriers[mail]

    async def _next_run(self) -> None:
        """Begin a new run with nothing under way; a mail that waits for its server is taken up there."""
        for courier in self._couriers.values():
            courier.cancel()
        # Not "until all have gone": one that is cancelled before its first step never gets to say that it ends.
        await workflow.wait_condition(lambda: all(courier.done() for courier in self._couriers.values()))
        workflow.continue_as_new(
            GrantReminderMemory(
                next_at=self._next_at,
                undelivered=tuple(self._couriers),
                most_events=self._memory.most_events,
            )
        )
