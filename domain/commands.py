"""Base of all commands: what somebody wants done, in the imperative, with the day it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What somebody wants done to one stream.

    ``occurred_on`` is the business date the command speaks about, at most today. Who gives the command, its id
    and the organisation travel beside it in ``CommandContext``.
    """

    occurred_on: date
