"""Correcting an entry: the client names what changes; the replacement is made here from what is recorded.

No client writes events. What the system computed when the entry was made (an end of probation, the path version) is
computed again by the rule that made it, and ids never change.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, get_type_hints
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from domain import ausbildung, intake
from domain.ausbildung import (
    AusbildungStarted,
    AusbildungState,
    ContractSigned,
    SignContract,
    StartAusbildung,
    TrainingStatus,
)
from domain.case_corrections import NOT_CORRECTABLE
from domain.case_fold import CASE_EVENTS, fold
from domain.corrections import CorrectEntry, EntryCorrected
from domain.decision import Terms
from domain.intake import CaseOpened, OpenCase
from domain.personal import ERASED
from domain.recorded import Event, Recorded
from domain.refusals import Refusal
from services.api.bodies import (
    MOST_CHARACTERS,
    NO_NUL,
    SaneDate,
    StrictModel,
    changes_model,
    domain_fields,
    json_integer,
    validated,
)
from services.api.carrying_out import Draft
from services.api.problems import ProblemError, refused
from services.bootstrap import Engine

_COMPUTED: Final = frozenset(
    {
        "against_proposal",
        "age_years",
        "attempts",
        "birth_month",
        "by_itself",
        "calendar_version",
        "held_days",
        "order_rule",
        "path",
        "path_version",
        "probation_ends_on",
        "probation_line",
        "proposed",
        "revision",
        "rules_used",
    }
)

Reason = Annotated[str, Field(max_length=MOST_CHARACTERS, pattern=NO_NUL)]
Version = Annotated[
    int,
    Field(ge=1, le=2**53, description="Version of the entry, as the history shows it."),
    BeforeValidator(json_integer),
]

Day = Annotated[SaneDate | None, Field(description="The day of the correction; today when left out.")]


class ChangeEntry(StrictModel):
    """Correct some fields of an earlier entry; what is not named stays as it is."""

    version: Version
    changes: Annotated[dict[str, Any], Field(min_length=1, description="New values by field name.")]
    reason: Reason
    occurred_on: Day = None


class StrikeEntry(StrictModel):
    """Strike an earlier entry out altogether."""

    version: Version
    strike: Literal[True]
    reason: Reason
    occurred_on: Day = None


def correctable(cls: type[Any]) -> type[BaseModel]:
    """The model of what may be changed in an event of this class."""
    hints = get_type_hints(cls)
    ids = {name for name, hint in hints.items() if _is_id(hint)}
    return changes_model(cls, _COMPUTED | ids)


def all_changes() -> list[type[BaseModel]]:
    """The models of all events that may be corrected, for the description of the API."""
    return [correctable(cls) for cls in CASE_EVENTS if cls not in NOT_CORRECTABLE]


def parse_correction(body: bytes) -> ChangeEntry | StrikeEntry:
    """The correction in a body. Raises ProblemError 422."""
    try:
        sent = json.loads(body)
    except ValueError:
        sent = None
    if isinstance(sent, dict) and "strike" in sent:
        return validated(body, StrikeEntry)
    return validated(body, ChangeEntry)


def correction_draft(
    correction: ChangeEntry | StrikeEntry, engine: Engine, now: Callable[[], datetime]
) -> Draft:
    """Makes the CorrectEntry command on the history of the case."""

    def draft(history: Sequence[Recorded[Any]], today: date, _: UUID) -> CorrectEntry:
        if not history:
            raise refused(Refusal("case.unknown", "Diesen Fall gibt es nicht.", "There is no such case."))
        replacement = None
        if isinstance(correction, ChangeEntry):
            terms = engine.rule_book.terms(history, None, now())
            replacement = _replacement(correction, history, terms)
        return CorrectEntry(
            occurred_on=correction.occurred_on or today,
            version=correction.version,
            replacement=replacement,
            reason=correction.reason,
        )

    return draft


def _replacement(correction: ChangeEntry, history: Sequence[Recorded[Any]], terms: Terms) -> Event:
    entry = next((e for e in history if e.version == correction.version), None)
    if entry is None or not isinstance(entry.event, CASE_EVENTS):
        raise refused(
            Refusal("correction.entry_unknown", "Diesen Eintrag gibt es nicht.", "There is no such entry.")
        )
    event: Any = entry.event
    for later in history:
        if isinstance(later.event, EntryCorrected) and later.event.version == correction.version:
            if later.event.replacement is None:
                break
            event = later.event.replacement
    if isinstance(event, NOT_CORRECTABLE):
        return event  # the domain refuses it, in its own words
    if any(getattr(event, field.name) is ERASED for field in dataclasses.fields(event)):
        raise refused(
            Refusal(
                "correction.erased",
                "Die persönlichen Angaben dieses Eintrags sind gelöscht; er kann nicht mehr berichtigt werden.",
                "The personal fields of this entry are erased; it cannot be corrected any more.",
            )
        )
    changed = dataclasses.replace(event, **domain_fields(_changes(correction, type(event))))
    return _judged_again(changed, history, terms)


def _changes(correction: ChangeEntry, cls: type[Any]) -> BaseModel:
    """The changes as fields of this event: 422 when they are none of any event, 409 when they are of another."""
    body = json.dumps(correction.changes).encode()
    model = correctable(cls)
    try:
        return validated(body, model, "/changes")
    except ProblemError as error:
        if not any(_fits(body, other) for other in all_changes()):
            raise
        fields = ", ".join(model.model_fields)
        raise ProblemError(
            409,
            "correction.other_fields",
            f"Die Änderungen passen nicht zu diesem Eintrag; ändern lassen sich: {fields}.",
            f"The changes do not fit this entry; what can be changed: {fields}.",
            errors=error.errors,
        ) from None


def _fits(body: bytes, model: type[BaseModel]) -> bool:
    try:
        model.model_validate_json(body)
    except ValidationError:
        return False
    return True


def _judged_again(event: Any, history: Sequence[Recorded[Any]], terms: Terms) -> Event:
    """``event`` with what was computed computed again, by the decision that made it in the first place."""
    match event:
        case CaseOpened():
            decision = intake.open_case(OpenCase(**_shared(event, OpenCase)), terms)
        case ContractSigned():
            contract = SignContract(**_shared(event, SignContract))
            decision = ausbildung.decide(contract, AusbildungState(), terms)
        case AusbildungStarted():
            case = fold(history)
            training = case.ausbildung.find(event.ausbildung_id) if case else None
            if training is None:
                return event
            signed = dataclasses.replace(training, status=TrainingStatus.SIGNED)
            decision = ausbildung.decide(
                StartAusbildung(**_shared(event, StartAusbildung)),
                AusbildungState(trainings=(signed,)),
                terms,
            )
        case _:
            return event  # type: ignore[no-any-return]  # every case event
    if isinstance(decision, Refusal):
        raise refused(decision)
    return decision[0]


def _shared(event: Any, command: type[Any]) -> dict[str, Any]:
    """The fields that the event and its command have in common."""
    names = {field.name for field in dataclasses.fields(event)}
    return {f.name: getattr(event, f.name) for f in dataclasses.fields(command) if f.name in names}


def _is_id(hint: Any) -> bool:
    while hasattr(hint, "__supertype__"):
        hint = hint.__supertype__
    return hint is UUID
