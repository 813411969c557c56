"""The one workflow that reminds of grant dates: who starts it, and that it runs once."""

from __future__ import annotations

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from services.gateway import TASK_QUEUE, TASK_TIMEOUT, TemporalUnavailable
from workflows.grant_messages import GrantReminderMemory, grant_reminders_id
from workflows.grant_workflow import GrantReminderWorkflow
from workflows.messages import MOST_EVENTS


async def start_grant_reminders(
    client: Client, task_queue: str = TASK_QUEUE, *, most_events: int = MOST_EVENTS
) -> bool:
    """Start it unless it runs; whether it was started now. Raises TemporalUnavailable."""
    try:
        await client.start_workflow(
            GrantReminderWorkflow.run,
            GrantReminderMemory(most_events=most_events),
            id=grant_reminders_id(task_queue),
            task_queue=task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
            task_timeout=TASK_TIMEOUT,
        )
    except WorkflowAlreadyStartedError:
        return False
    except RPCError as error:
        raise TemporalUnavailable(
            f"Temporal does not start the reminders of grants ({error.status.name.lower()})"
        ) from None
    return True
