"""The books of grants as reports count them: the plan in force on a day and the one before it, and what was booked by then."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from domain.money import WHOLE
from domain.path import Title
from domain.projections.grant_use import DRAWDOWN, REPAYMENT, SPENDING, GrantMovementRow, GrantPlanRow
from domain.reports.definition import Counting, Parameter, ParameterKind, of_no_case
from domain.reports.fact_columns import ColumnsOf
from domain.reports.tally import Key, Tally

OWN_SHARE: Final = Parameter(
    name="own_share",
    title=Title(de="Eigenanteil in Basispunkten", en="own share in basis points"),
    kind=ParameterKind.NUMBER,
    most=WHOLE,
    rule=True,
)
"""As in the notice when left out."""


BOOKS: Final[ColumnsOf] = {"plans": GrantPlanRow._fields, "movements": GrantMovementRow._fields}
"""What is looked at for the books."""


class GrantBooks(NamedTuple):
    """One grant as of the reference date: the plan in force (in its order) and the one before it, what was booked.

    ``period`` are the first and the last day of the grant period as that plan has it.
    """

    grant_id: UUID
    reference: str
    period: tuple[date, date]
    own_share: int
    plan: tuple[GrantPlanRow, ...]
    plan_before: tuple[GrantPlanRow, ...]
    spendings: tuple[GrantMovementRow, ...]
    drawdowns: tuple[GrantMovementRow, ...]
    repayments: tuple[GrantMovementRow, ...] = ()

    @property
    def plan_version(self) -> int:
        """The notice or amendment in force."""
        return self.plan[0].version

    @property
    def keys(self) -> list[Key]:
        """Lines of the plan in their order, then lines with spending only."""
        planned = [line_of_plan(row) for row in self.plan]
        spent = {line_of_spending(row) for row in self.spendings}
        return [*planned, *sorted(spent - set(planned))]


def line_of_plan(row: GrantPlanRow) -> Key:
    """Module, municipality and year of a line."""
    return row.module, row.municipality, str(row.year)


def line_of_spending(row: GrantMovementRow) -> Key:
    """The line a payment was booked on."""
    return row.module or "", row.municipality or "", str(row.year)


@of_no_case
def books(counting: Counting) -> list[GrantBooks]:
    """The grants known by the reference date, by their reference."""
    plans: dict[UUID, list[GrantPlanRow]] = defaultdict(list)
    for plan in counting.facts.plans:
        if in_force_from(plan) <= counting.as_of:
            plans[plan.grant_id].append(plan)
    movements: dict[UUID, list[GrantMovementRow]] = defaultdict(list)
    for movement in counting.facts.movements:
        if movement.occurred_on <= counting.as_of:
            movements[movement.grant_id].append(movement)
    found = [_books_of(grant, rows, movements[grant]) for grant, rows in plans.items()]
    if (own_share := counting.parameters.get(OWN_SHARE.name)) is not None:
        found = [one._replace(own_share=int(str(own_share))) for one in found]
    return _told_apart(sorted(found, key=lambda one: (one.reference, one.grant_id.int)))


def _told_apart(found: list[GrantBooks]) -> list[GrantBooks]:
    """Two grants of one reference are two lines of a report, never one: the id of each stands behind it."""
    often = Counter(one.reference for one in found)
    return [
        one if often[one.reference] == 1 else one._replace(reference=f"{one.reference} ({one.grant_id})")
        for one in found
    ]


def _books_of(grant: UUID, plans: list[GrantPlanRow], movements: list[GrantMovementRow]) -> GrantBooks:
    """The plan in force is that of the notice in force last; of two from one day on the one recorded later."""
    notices = sorted({(in_force_from(row), row.version) for row in plans})
    first = min(plans, key=lambda row: row.version)
    in_force = _lines_of(plans, notices[-1][1])
    ordered = sorted(movements, key=lambda row: (row.occurred_on, row.version, row.place))
    return GrantBooks(
        grant,
        first.reference,
        (first.period_from or first.decided_on, in_force[0].period_to),
        in_force[0].own_share,
        in_force,
        _lines_of(plans, notices[-2][1]) if len(notices) > 1 else (),
        tuple(row for row in ordered if row.kind == SPENDING),
        tuple(row for row in ordered if row.kind == DRAWDOWN),
        tuple(row for row in ordered if row.kind == REPAYMENT),
    )


def in_force_from(row: GrantPlanRow) -> date:
    """From when on the plan of this line counts: it is valid, and it has been decided."""
    return max(row.decided_on, row.valid_from)


def _lines_of(plans: list[GrantPlanRow], version: int) -> tuple[GrantPlanRow, ...]:
    return tuple(sorted((row for row in plans if row.version == version), key=lambda row: row.place))


def entry(row: tuple[Any, ...]) -> tuple[int, ...]:
    """The entry that a row of a grant is of."""
    return (row[1],)


def cents(row: GrantPlanRow | GrantMovementRow) -> int:
    """The amount of a line or a payment, the latter with a minus where a correction takes it back."""
    return row.amount_cents


def book_in(tally: Tally, book: GrantBooks, prefix: Key, *, whole: bool) -> None:
    """Plan and actual of one grant, in its line or line by line."""

    def planned(row: GrantPlanRow) -> Key:
        return prefix if whole else (*prefix, *line_of_plan(row))

    def spent(row: GrantMovementRow) -> Key:
        return prefix if whole else (*prefix, *line_of_spending(row))

    tally.count("planned", book.plan, planned, entry, cents)
    tally.but_for("planned", book.plan_before, planned, entry, lambda _: (book.plan_version,))
    tally.count("spent", book.spendings, spent, entry, cents)
