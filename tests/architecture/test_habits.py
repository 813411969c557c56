"""How we write: a sentence at the head of each module, words for the reader, files that stay one idea, reasons for exceptions."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, modules, named, parsed

MOST_LINES = 500
LONG_FILES: dict[str, str] = {}
"""Files above MOST_LINES, each with the reason why it is not split."""

BANNED_NAMES = frozenset(
    {"util", "utils", "helper", "helpers", "manager", "managers", "process", "data", "common", "misc"}
)
"""Names that say nothing about what the reader finds."""

LEAST_WORDS = 4
EXCEPTION = re.compile(
    r"#\s*(noqa|type:\s*ignore)(?P<codes>:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*|\[[a-z, -]+\])?(?P<rest>.*)"
)

ALL = (*PACKAGES, "tests")


def comments(module: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every comment."""
    source = module.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def unexplained(comment: str) -> bool:
    """Whether ``comment`` switches a check off without naming the rule, or without saying why.

    >>> unexplained("# noqa: S608 - checked name"), unexplained("# type: ignore[arg-type] # what is refused")
    (False, False)
    >>> unexplained("# noqa"), unexplained("# noqa: S608"), unexplained("# type: ignore # why not")
    (True, True, True)
    """
    found = EXCEPTION.search(comment)
    return found is not None and (not found["codes"] or len(re.findall(r"\w+", found["rest"])) < 1)


def is_a_sentence(text: str | None) -> bool:
    """Whether the first paragraph of a docstring begins like a sentence and ends like one."""
    if not text:
        return False
    first = text.strip().split("\n\n")[0].strip()
    return len(first.split()) > 1 and first[-1] in ".?:" and not first[0].islower()


def public_definitions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Public functions and classes of a module, and the public methods of those classes."""
    for node in tree.body:
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                for member in node.body:
                    if isinstance(
                        member, ast.FunctionDef | ast.AsyncFunctionDef
                    ) and not member.name.startswith("_"):
                        yield member


def test_every_module_begins_with_a_sentence() -> None:
    """The first thing in a module says what the reader learns here; only an ``__init__`` without code may be empty."""
    silent = [
        named(module)
        for module in modules(*ALL)
        if parsed(module).body and not is_a_sentence(ast.get_docstring(parsed(module)))
    ]
    assert silent == []


def fulfilled_ports() -> frozenset[str]:
    """Names of the methods that a ``Protocol`` documents; who fulfils them need not say it again."""
    return frozenset(
        member.name
        for module in modules(*PACKAGES)
        for node in parsed(module).body
        if isinstance(node, ast.ClassDef) and "Protocol" in (ast.unparse(base) for base in node.bases)
        for member in node.body
        if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(member)
    )


def test_whatever_is_public_has_a_docstring() -> None:
    """Public functions, classes and methods say what their signature cannot."""
    ports = fulfilled_ports()
    silent = [
        f"{named(module)}:{node.lineno} {node.name}"
        for module in modules(*PACKAGES)
        for node in public_definitions(parsed(module))
        if not ast.get_docstring(node) and not (node not in parsed(module).body and node.name in ports)
    ]
    assert silent == []


def test_every_test_says_its_rule_in_a_sentence() -> None:
    """In its docstring or, in at least four words, in its name."""
    mute = [
        f"{named(module)}:{node.lineno} {node.name}"
        for module in modules("tests")
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not is_a_sentence(ast.get_docstring(node))
        and len(node.name.split("_")) <= LEAST_WORDS
    ]
    assert mute == []


def test_a_file_is_one_idea() -> None:
    """No module grows beyond 500 lines without a reason in LONG_FILES, and no reason outlives its file."""
    long = {
        named(module)
        for module in modules(*ALL)
        if len(module.read_text(encoding="utf-8").splitlines()) > MOST_LINES
    }
    assert long == set(LONG_FILES)


def test_no_module_has_a_name_that_says_nothing() -> None:
    """Neither a file nor a folder is called after nothing in particular."""
    nameless = [
        named(module)
        for module in modules(*ALL)
        if BANNED_NAMES & {part.removesuffix(".py") for part in Path(named(module)).parts}
    ]
    assert nameless == []


def test_whoever_switches_a_check_off_says_which_and_why() -> None:
    """Every ``noqa`` and every ``type: ignore`` has a code and a reason."""
    bare = [
        f"{named(module)}:{line} {comment}"
        for module in modules(*ALL)
        for line, comment in comments(module)
        if unexplained(comment)
    ]
    assert bare == []


@pytest.mark.parametrize(
    "comment", ["# noqa", "# noqa: S608", "#noqa:S608", "# type: ignore", "# type: ignore[x]"]
)
def test_a_bare_exception_is_found(comment: str) -> None:
    """A code alone is not enough, and no code at all is worse."""
    assert unexplained(comment)


@pytest.mark.parametrize(
    "comment",
    ["# noqa: S608 - checked name", "# type: ignore[x]  # its stubs are wrong", "# we do not ignore types"],
)
def test_an_explained_exception_is_let_through(comment: str) -> None:
    """A code with a reason is enough, in either of our two ways of writing it."""
    assert not unexplained(comment)


def waits_for(tree: ast.AST) -> Iterator[int]:
    """Lines that name ``asyncio.wait_for``.

    >>> list(waits_for(ast.parse("await asyncio.wait_for(task, 1)")))
    [1]
    >>> list(waits_for(ast.parse("from asyncio import sleep, wait_for")))
    [1]
    >>> list(waits_for(ast.parse("await tables.wait_for(7)")))
    []
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            named_so = node.attr == "wait_for" and ast.unparse(node.value) == "asyncio"
        else:
            named_so = (
                isinstance(node, ast.ImportFrom)
                and node.module == "asyncio"
                and any(alias.name == "wait_for" for alias in node.names)
            )
        if named_so:
            yield getattr(node, "lineno", 0)


def test_nobody_waits_with_asyncio_wait_for() -> None:
    """On Python 3.11 it goes on when it is cancelled in the moment its wait is over (CPython issue 86296), and what was
    told to end does not; ``asyncio.timeout`` ends."""
    found = [f"{named(module)}:{line}" for module in modules(*ALL) for line in waits_for(parsed(module))]
    assert found == []
