"""What whoever asks for a seat is told beside the answer: that a hint at this very kind of measure is still open."""

from __future__ import annotations

from uuid import UUID

from domain import offering
from domain.offering import OfferPublished
from domain.path import Title
from domain.repetition import same_kind
from domain.wording import shown_code
from services.bootstrap import Engine
from services.case_reading import case_view


async def seat_notices(engine: Engine, case_id: UUID, offer_id: UUID) -> tuple[Title, ...]:
    """The notices for a request; it is never refused for one. Raises StoreUnavailable."""
    view = await case_view(engine, case_id)
    if view is None or not view.hints.awaiting_answer:
        return ()
    history = await engine.store.load(offer_id, personal=False)
    offer = offering.fold(history) if history and isinstance(history[0].event, OfferPublished) else None
    if offer is None:
        return ()
    asked = same_kind(offer.offer.kind, offer.offer.level)
    return tuple(
        Title(
            de=f"Hinweis: {len(hint.repeated)} Maßnahmen dieser Art ({shown_code(hint.kind, 'de')}) blieben ohne "
            "Ergebnis; der Hinweis ist noch nicht beantwortet.",
            en=f"Hint: {len(hint.repeated)} measures of this kind ({shown_code(hint.kind, 'en')}) were without gain; "
            "the hint has not been answered yet.",
        )
        for hint in view.hints.awaiting_answer
        if (hint.kind, hint.level) == asked
    )
