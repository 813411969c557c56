"""Whether a list shows everything: read tables follow the log, and only while a projector runs."""

from __future__ import annotations

import sys

from domain.code_titles import in_language
from domain.path import Title
from services.bootstrap import Engine
from services.cli.outcome import print_lines
from services.queries import Queries


async def tell_lag(engine: Engine, table: str, language: str) -> None:
    """One line on standard error when the read table that a list is taken from lacks entries of the log.

    Said beside the list, not instead of it: an empty list must not pass for nothing to do.
    """
    queries = Queries(engine)
    try:
        lag = next(one.lag for one in await queries.projections_status() if one.name == table)
    finally:
        await queries.close()
    if lag:
        said = Title(
            de=f"teilhabe: die Liste ist nicht vollständig, ihr fehlen {lag} Einträge des Protokolls; "
            "nachgeführt wird sie von: teilhabe projector (oder teilhabe up)",
            en=f"teilhabe: the list is not complete, it lacks {lag} entries of the log; "
            "it is kept current by: teilhabe projector (or teilhabe up)",
        )
        print_lines([in_language(said, language)], to=sys.stderr)
