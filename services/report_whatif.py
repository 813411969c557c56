"""A sealed report under other values of rules: which figures change, and which cases flip from which line into which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from domain.code_titles import in_language
from domain.path import Title
from domain.refusals import Refusal
from domain.reports.definition import ParameterValue, ReportDefinition
from domain.reports.delta import CellChange, changes
from domain.reports.evidence import EntryRef
from domain.reports.table import NotComputable, Table
from domain.wording import shown_date, shown_instant
from services.bootstrap import Engine
from services.log_facts import Progress, nobody_watches
from services.report_asking import read_parameters
from services.report_delta import cell_words
from services.report_parameters import shown_value
from services.report_seals import CountableSeal, Seal, countable, facts_of_seal
from services.report_text import shown_cell
from services.report_words import shown_key
from services.reports import ReportResult, result_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """One case that counts in another line under the other values: from ``before`` into ``after`` (None: nowhere), and
    the entries it counts by."""

    stream_id: UUID
    table: str
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None
    entries: tuple[EntryRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """A sealed report under ``values``: the report as it would be, its cells that differ, and the cases that flip.

    ``original`` holds the values of the same rules that were sealed; empty where a rule leaves it to each notice or names
    nothing. ``same`` says whether not a byte differs.
    """

    seal: Seal
    definition: ReportDefinition
    original: Mapping[str, str]
    values: Mapping[str, str]
    result: ReportResult
    cells: tuple[CellChange, ...]
    flips: tuple[Flip, ...]

    @property
    def same(self) -> bool:
        """Whether it is the sealed report."""
        return self.result.digest == self.seal.digest


async def counterfactual(
    engine: Engine, seal_id: UUID, values: Mapping[str, str], progress: Progress = nobody_watches
) -> Counterfactual | Refusal:
    """Count a sealed report again from the log as it was then, with other ``values`` of its rules.

    Refused as ``countable`` and ``other_values``.
    """
    found = await countable(engine, seal_id)
    if isinstance(found, Refusal):
        return found
    other = other_values(found, values)
    if isinstance(other, Refusal):
        return other
    seal, definition, original = found.seal, found.definition, found.parameters
    rules = {parameter.name: parameter for parameter in definition.parameters if parameter.rule}
    facts = await facts_of_seal(engine, found, progress)
    # A value that is the one of the rule itself is not written down: the report is then the sealed one.
    sparse = {
        name: value
        for name, value in other.items()
        if name in seal.parameters or value != _default(definition, name)
    }
    cells = changes(definition, facts, facts, seal.as_of, original, sparse)
    if not cells:
        # What every notice says itself is no other value, whoever writes it down.
        sparse = {
            name: value
            for name, value in sparse.items()
            if name in original or _default(definition, name) is not None
        }
    result = result_of(definition.run(facts, seal.as_of, sparse), seal.log_position)
    return Counterfactual(
        seal=seal,
        definition=definition,
        original={name: _text(original.get(name, rules[name].default)) for name in values},
        values=dict(values),
        result=result,
        cells=cells,
        flips=_flips(cells, result),
    )


def other_values(found: CountableSeal, values: Mapping[str, str]) -> Mapping[str, ParameterValue] | Refusal:
    """All parameters of a seal with other ``values`` of its rules.

    Refused: no value at all, a parameter that is no rule of the report, and a value that is none.
    """
    rules = [parameter.name for parameter in found.definition.parameters if parameter.rule]
    if not values or not set(values) <= set(rules):
        there = ", ".join(rules) or "–"
        return Refusal(
            "report_seal.no_rule",
            f"Anders gerechnet werden nur Regelwerte des Berichts: {there}.",
            f"Only the values of rules of the report can be other ones: {there}.",
        )
    return read_parameters(found.definition, {**found.seal.parameters, **values})


def _default(definition: ReportDefinition, name: str) -> ParameterValue | None:
    return next(parameter.default for parameter in definition.parameters if parameter.name == name)


def _text(value: ParameterValue | None) -> str:
    return "" if value is None else str(value)


def _flips(cells: tuple[CellChange, ...], result: ReportResult) -> tuple[Flip, ...]:
    """From the first counted column of each table, totals left out: each case leaves one line and enters another."""
    first: dict[str, str] = {}
    gone: dict[tuple[str, UUID, tuple[EntryRef, ...]], tuple[str, ...]] = {}
    come: dict[tuple[str, UUID, tuple[EntryRef, ...]], tuple[str, ...]] = {}
    for cell in cells:
        if not (cell.gone or cell.come) or "total" in cell.ref.key:
            continue
        if first.setdefault(cell.ref.table, cell.ref.column) != cell.ref.column:
            continue
        for contributions, found in ((cell.gone, gone), (cell.come, come)):
            for one in contributions:
                if one.weight > 0:
                    found[cell.ref.table, one.subject, one.entries] = cell.ref.key
    keys = sorted({*gone, *come}, key=lambda key: (key[0], key[1].int, key[2]))
    return tuple(
        Flip(
            stream_id=key[1],
            table=key[0],
            before=gone.get(key),
            after=come.get(key),
            entries=key[2],
        )
        for key in keys
        if gone.get(key) != come.get(key)
    )


def plain_counterfactual(found: Counterfactual) -> dict[str, Any]:
    """As JSON carries it."""
    return {
        "seal_id": str(found.seal.seal_id),
        "report": found.seal.report,
        "original": dict(found.original),
        "values": dict(found.values),
        "digest": found.result.digest,
        "same": found.same,
        "cells": [
            {
                "table": cell.ref.table,
                "column": cell.ref.column,
                "key": list(cell.ref.key),
                "before": _plain(cell.before),
                "after": _plain(cell.after),
            }
            for cell in found.cells
        ],
        "flips": [
            {
                "stream": str(flip.stream_id),
                "table": flip.table,
                "before": None if flip.before is None else list(flip.before),
                "after": None if flip.after is None else list(flip.after),
                "entries": [entry.version for entry in flip.entries],
            }
            for flip in found.flips
        ],
    }


def _plain(cell: Any) -> Any:
    return {"not_computable": cell.value} if isinstance(cell, NotComputable) else cell


_NOWHERE: Final = Title(de="nirgends", en="nowhere")
_AS_EACH_NOTICE: Final = Title(de="wie im Bescheid", en="as in the notice")
_NO_FIGURE: Final = Title(
    de="Keine Zahl wäre anders; der Bericht nennt nur den anderen Regelwert.",
    en="No figure would be another one; the report names the other value of the rule alone.",
)


def counterfactual_lines(found: Counterfactual, language: str = "de") -> list[str]:
    """As text: the values, the figures that differ, the cases that flip and the line that says why."""
    english = language.startswith("en")
    seal = found.seal
    title = in_language(found.definition.title, language)
    day, at = shown_date(seal.as_of, language), shown_instant(seal.recorded_at, language)
    if english:
        lines = [
            "Counted under other values of rules",
            "",
            f"Report: {title}, as of {day}, version {seal.definition_version}",
            f"Sealed {at} as {seal.seal_id}, SHA-256 {seal.digest}",
        ]
    else:
        lines = [
            "Mit anderen Regelwerten gerechnet",
            "",
            f"Bericht: {title}, Stichtag {day}, Fassung {seal.definition_version}",
            f"Versiegelt {at} unter {seal.seal_id}, SHA-256 {seal.digest}",
        ]
    lines += [*_value_lines(found, language), ""]
    if found.same:
        lines.append(
            "The sealed report, byte for byte." if english else "Der versiegelte Bericht, Byte für Byte."
        )
        return lines
    if not found.cells:
        lines.append(in_language(_NO_FIGURE, language))
        return lines
    tables = {table.id: table for table in found.result.report.tables}
    for cell in found.cells:
        before, after = (
            "–" if value is None else shown_cell(value, cell.column.unit, language)
            for value in (cell.before, cell.after)
        )
        lines.append(f"- {cell_words(cell, language)}: {before} → {after}")
    lines += ["", f"{'Cases that flip' if english else 'Fälle, die kippen'}: {len(found.flips)}"]
    for flip in found.flips:
        before_key, after_key = (
            in_language(_NOWHERE, language) if key is None else _key(tables[flip.table], key, language)
            for key in (flip.before, flip.after)
        )
        entries = ", ".join(str(entry.version) for entry in flip.entries)
        said = "entries" if english else "Einträge"
        lines.append(f"  {flip.stream_id}  {before_key} → {after_key}  ({said} {entries})")
    return lines


def _value_lines(found: Counterfactual, language: str) -> Iterator[str]:
    """Each rule with its other value, and the one it was sealed with."""
    rules = {parameter.name: parameter for parameter in found.definition.parameters}
    sealed_with = "sealed with" if language.startswith("en") else "versiegelt mit"
    for name, value in found.values.items():
        rule, original = rules[name], found.original[name]
        by_notice = rule.default is None and not original
        was = in_language(_AS_EACH_NOTICE, language) if by_notice else shown_value(rule, original, language)
        now = shown_value(rule, value, language)
        yield f"{in_language(rule.title, language)} ({name}): {now}; {sealed_with}: {was}"


def _key(table: Table, key: tuple[str, ...], language: str) -> str:
    return ", ".join(shown_key(title, part, language) for title, part in zip(table.keys, key, strict=True))
