"""Documents for readers: commands that exist, links that lead somewhere, and a project that speaks of itself alone."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from cyclopts import App

from services.cli.main import build
from tests.architecture.tree import PACKAGES, ROOT, documents, named, texts

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
OUTSIDE = ("https://", "http://", "mailto:")

STRANGE = {
    "a path of one machine": re.compile(r"(?<![\w.>}$)])/(?:work|root|home|Users)/\w"),
    "a package registry": re.compile(
        r"\b(?:files\.)?python(?:hosted)\.org|\bregistry\.npmjs|\bpypi\.org|\bcrates\.io\b"
    ),
}


def make_targets() -> set[str]:
    """The targets of the Makefile that its help shows."""
    return set(
        re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )


def anchors(document: Path) -> set[str]:
    """The places in a Markdown file that a link can name."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def dead_links(document: Path) -> list[str]:
    """The relative links of ``document`` that lead nowhere."""
    dead = []
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        if link.startswith(OUTSIDE):
            continue
        file, _, anchor = unquote(link).partition("#")
        target = document.parent / file if file else document
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            dead.append(link)
    return dead


@pytest.mark.parametrize("document", documents(), ids=named)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    """Files that are named exist, and so do the headings in them."""
    assert dead_links(document) == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    """The test above is awake: a missing file and a missing heading are both told."""
    document = tmp_path / "page.md"
    document.write_text("# Here\n[gone](gone.md) [place](#there) [good](#here) [far](https://example.org)\n")
    assert dead_links(document) == ["gone.md", "#there"]


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_the_commands_in_the_documents_exist(document: str) -> None:
    """Every ``make …`` that a reader is told to type is a target with a help text."""
    told = set(
        re.findall(r"(?:^|`)make ([a-z0-9-]+)", (ROOT / document).read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert {"test"} <= told
    assert told - make_targets() == set()


def commands_in_the_readme() -> set[str]:
    """The commands that the README shows, groups with each of their members: ``case show``, ``recover``."""
    found = set()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for shown in re.findall(r"^teilhabe (.+?)(?: {2,}|$)", readme, re.MULTILINE):
        if " | " in shown:
            found |= set(shown.split(" | "))
            continue
        command, *rest = [word for word in shown.split() if word[0].islower()]
        found |= {f"{command} {member}" for member in rest[0].split("|")} if rest else {command}
    return found


def commands_of(app: App, *above: str) -> set[str]:
    """The commands that the command line really has, in the same form."""
    found = set()
    for name in app:
        if not name.startswith("-"):
            found |= commands_of(app[name], *above, name) or {" ".join((*above, name))}
    return found


def test_the_readme_shows_the_commands_there_are() -> None:
    """Neither is a command promised that does not exist, nor one kept from the reader."""
    assert commands_in_the_readme() == commands_of(build())


def test_the_readme_names_every_folder() -> None:
    """The tree in the README has one line for each folder at the top, and no other."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^([a-z]+)/ {2,}\S", readme, re.MULTILINE)
    assert lines == ["domain", "workflows", "adapters", "services", "tests", "infra", "docs"]
    assert set(PACKAGES) <= set(lines)


def strange(text: str) -> list[str]:
    """What in ``text`` speaks of something outside the project."""
    return [f"{kind}: {found[0]}" for kind, pattern in STRANGE.items() if (found := pattern.search(text))]


def test_the_project_speaks_of_itself_alone() -> None:
    """No file names a path of the machine it was written on, or a registry; the lock file alone may."""
    found = {named(file): what for file in texts() if (what := strange(file.read_text(encoding="utf-8")))}
    assert found == {}


@pytest.mark.parametrize("place", ["work/main", "home/anna/teilhabe", "root/teilhabe", "Users/anna"])
def test_a_path_of_one_machine_is_found(place: str) -> None:
    """Wherever it stands in a line, and a path below one of our own folders is none."""
    assert strange(f'see "/{place}" there')
    assert strange(f"/{place}")
    assert not strange(f"docs/{place}")


def test_the_changelog_keeps_its_form() -> None:
    """Unreleased first, then versions with their day, newest first; within them the six known kinds of change."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert versions[0] == "[Unreleased]"
    days = []
    for version in versions[1:]:
        match = re.fullmatch(r"\[\d+\.\d+\.\d+\] - (\d{4}-\d{2}-\d{2})", version)
        assert match, version
        days.append(date.fromisoformat(match[1]))
    assert days == sorted(days, reverse=True)
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= kinds


def test_the_licence_is_whole_and_the_same_everywhere() -> None:
    """The text of the EUPL 1.2 with its fifteen articles and its appendix; pyproject.toml names the same licence."""
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    articles = [int(number) for number in re.findall(r"^(\d+)\.[A-Z]", text, re.MULTILINE)]
    assert articles == list(range(1, 16))
    assert re.search(r"^\s+Appendix$", text, re.MULTILINE)
    assert text.rstrip().endswith("require the production of a new EUPL version.")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "EUPL-1.2"
