"""Rows of the read tables as the API answers them: the columns by their names, made from the row types themselves."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_type_hints

from pydantic import BaseModel, Field, create_model

from domain.escalation import DueStatus
from domain.projections.agenda_entries import AgendaEntryRow
from domain.projections.case_overview import CaseOverviewRow
from domain.projections.grant_use import GrantRow, GrantUseRow
from domain.projections.offer_occupancy import OfferOccupancyRow
from domain.projections.waiting import WaitingIntervalRow

T = TypeVar("T")
Item = TypeVar("Item", bound=BaseModel)


class Page(BaseModel, Generic[T]):
    """A part of a list in a fixed total order."""

    items: list[T]
    total: int = Field(description="entries of the whole list")
    next: str | None = Field(description="cursor of the next page; null on the last")


class ProjectionItem(BaseModel):
    """How a projection stands to the log."""

    name: str
    state: str = Field(description="current, behind, outdated, failed or missing")
    position: int
    head: int
    lag: int
    version: int | None
    code_version: int
    failed_position: int | None
    failure: str | None = Field(description="why it stands still; names places, never values")
    advanced_at: datetime | None


def _item(title: str, row: type[Any], doc: str, **more: Any) -> Any:
    columns: dict[str, Any] = {field: (hint, ...) for field, hint in get_type_hints(row).items()}
    return create_model(title, __doc__=doc, **columns, **more)


if TYPE_CHECKING:

    class CaseItem(BaseModel):
        """A case in a list."""

    class AgendaItem(BaseModel):
        """A date in the agenda of all cases."""

    class WaitingItem(BaseModel):
        """An open step and who has to act."""

    class OfferItem(BaseModel):
        """An offer in a list."""

    class GrantItem(BaseModel):
        """A grant in a list."""

else:
    _NAME = (str | None, Field(description="name of the participant; null once erased"))
    CaseItem = _item("CaseItem", CaseOverviewRow, "A case in a list.", name=_NAME)
    AgendaItem = _item(
        "AgendaItem",
        AgendaEntryRow,
        "A date in the agenda of all cases.",
        name=_NAME,
        status=(DueStatus, Field(description="on the day of the answer")),
        wakes_at=(
            datetime | None,
            Field(description="when its case next moves by itself for it; null: never without a person"),
        ),
    )
    WaitingItem = _item("WaitingItem", WaitingIntervalRow, "An open step and who has to act.", name=_NAME)
    OfferItem = _item("OfferItem", OfferOccupancyRow, "Seats of an offer; held + taken + free = capacity.")
    GrantLineItem = _item("GrantLineItem", GrantUseRow, "A line of the financing plan and its use, in cents.")
    GrantItem = _item(
        "GrantItem",
        GrantRow,
        "A grant with the lines of its plan, in cents.",
        lines=(list[GrantLineItem], ...),
    )


def as_item(model: type[Item], row: Any, **more: Any) -> Item:
    """The answer for a row of a read table."""
    return model(**row._asdict(), **more)
