"""The list of all refusals with both texts, read from the code: ``python -m services.refusal_list`` writes docs/refusals.md."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "refusals.md"
MAKERS = ("Refusal", "invalid")
"""What makes a refusal of a rule id and two texts; ``invalid`` is the one of domain/periods.py."""
PACKAGES = ("domain", "workflows", "adapters", "services")
_HEAD = """# Refusals

Every answer "no" of the engine with its rule id. The ids are stable: other systems may act on them. What stands in braces is filled in when the refusal is given; a text shown as … is put together where it is given. Neither text ever carries personal data.

This page is written by `python -m services.refusal_list`; a test holds it to the code.

| Rule | Deutsch | English | Where |
|---|---|---|---|
"""


@dataclass(frozen=True, order=True)
class Listed:
    """One refusal as it stands in the code."""

    rule_id: str
    de: str
    en: str
    where: str


@cache
def listed() -> tuple[Listed, ...]:
    """All refusals, sorted by rule id, each wording once; the code is read once in a process."""
    found = {
        entry
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for entry in _in_module(path)
    }
    return tuple(sorted(found))


def page() -> str:
    """The whole page."""
    rows = (f"| `{e.rule_id}` | {_cell(e.de)} | {_cell(e.en)} | {e.where} |\n" for e in listed())
    return _HEAD + "".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _in_module(path: Path) -> Iterator[Listed]:
    text = path.read_text(encoding="utf-8")
    if not any(maker in text for maker in MAKERS):
        return
    where = path.relative_to(ROOT).as_posix()
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in MAKERS:
                yield from _of_call(call, function, where)


def _of_call(call: ast.Call, function: ast.AST, where: str) -> Iterator[Listed]:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    if len(given) != 3 or any(isinstance(argument, ast.Starred) for argument in given):
        return
    rule_id, de, en = map(_text, given)
    if rule_id == "…":
        return
    if (de, en) == ("…", "…"):
        for key, texts in _choices(function):
            yield Listed(rule_id.replace(f"{{{_last_name(given[0])}}}", key), *texts, where)
    else:
        yield Listed(rule_id, de, en, where)


def _choices(function: ast.AST) -> Iterator[tuple[str, tuple[str, str]]]:
    """Entries of a dictionary of texts in both languages, by the lower-case names of their keys."""
    for table in (node for node in ast.walk(function) if isinstance(node, ast.Dict)):
        for key, value in zip(table.keys, table.values, strict=True):
            if isinstance(key, ast.Attribute) and isinstance(value, ast.Tuple) and len(value.elts) == 2:
                de, en = map(_text, value.elts)
                yield key.attr.lower(), (de, en)


def _text(node: ast.expr) -> str:
    """A text as it stands in the code, with the names of what is filled in; … when it is no text at all."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(
                f"{{{_last_name(part.value)}}}" if isinstance(part, ast.FormattedValue) else _text(part)
                for part in parts
            )
        case _:
            return "…"


def _last_name(node: ast.expr) -> str:
    """What a reader would call the value: the last telling name of an expression."""
    match node:
        case ast.JoinedStr(values=parts):
            return next((_last_name(p.value) for p in parts if isinstance(p, ast.FormattedValue)), "…")
        case ast.Attribute(value=inner, attr=name):
            return _last_name(inner) if name in ("value", "de", "en") else name
        case ast.Name(id=name):
            return name
        case ast.Subscript(value=inner):
            return _last_name(inner)
        case ast.Call(args=[first, *_]):
            return _last_name(first)
        case _:
            return "…"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)}: {len(listed())} refusals\n")
