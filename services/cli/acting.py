"""Who gives a command: named with it, or the one that the settings of a development name."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from domain.refusals import Refusal
from services.cli.outcome import refused

if TYPE_CHECKING:
    from domain.command_handling import CommandContext
    from services.settings import Settings


def acting(settings: Settings, actor: str | None, organisation: str | None, language: str) -> CommandContext:
    """The context of a new command. Raises CommandFailed when nobody is named, or somebody without an employer."""
    from domain.command_handling import CommandContext

    by, of = actor or settings.dev_actor, organisation or settings.dev_organisation
    if not by or not of:
        raise refused(
            Refusal(
                "command.nobody_acts",
                "Es ist nicht angegeben, wer handelt: --actor und --organisation, oder TEILHABE_DEV_ACTOR und "
                "TEILHABE_DEV_ORGANISATION.",
                "It is not said who acts: --actor and --organisation, or TEILHABE_DEV_ACTOR and "
                "TEILHABE_DEV_ORGANISATION.",
            ),
            language,
        )
    return CommandContext(command_id=uuid4(), actor=by, organisation=of)
