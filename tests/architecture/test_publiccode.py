"""The description for catalogues, publiccode.yml: the mandatory keys of the standard, with values it allows."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped] # has no types of its own

from tests.architecture.tree import ROOT

STATUS = {"concept", "development", "beta", "stable", "obsolete"}
SOFTWARE = {
    "standalone/mobile",
    "standalone/iot",
    "standalone/desktop",
    "standalone/web",
    "standalone/backend",
}
SOFTWARE |= {"standalone/other", "addon", "library", "configurationFiles"}
MAINTENANCE = {"internal", "contract", "community", "none"}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """The file as read."""
    content = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def test_the_mandatory_keys_are_there(described: dict[str, Any]) -> None:
    """Each key that the standard demands (core, from version 0.4 on), with a value of its list."""
    assert re.fullmatch(r"0\.[4-9]\d*", described["publiccodeYmlVersion"])
    assert described["name"] == "teilhabe"
    assert described["url"].startswith("https://")
    assert described["platforms"]
    assert described["categories"]
    assert described["developmentStatus"] in STATUS
    assert described["softwareType"] in SOFTWARE
    assert described["localisation"]["localisationReady"] is True
    assert described["localisation"]["availableLanguages"] == ["de", "en"]


def test_the_descriptions_have_the_lengths_of_the_standard(described: dict[str, Any]) -> None:
    """Short at most 150 characters, long from 150 to 10,000, five to twenty features, the same in both languages."""
    assert set(described["description"]) == {"de", "en"}
    for text in described["description"].values():
        assert 0 < len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert 5 <= len(text["features"]) <= 20
    assert len({len(text["features"]) for text in described["description"].values()}) == 1


def test_somebody_is_named_where_the_standard_asks_for_a_person(described: dict[str, Any]) -> None:
    """Contacts for internal and community maintenance, contractors for a contract."""
    maintenance = described["maintenance"]
    assert maintenance["type"] in MAINTENANCE
    if maintenance["type"] in {"internal", "community"}:
        assert all(contact["name"] for contact in maintenance["contacts"])
        assert maintenance["contacts"]
    if maintenance["type"] == "contract":
        assert maintenance["contractors"]


def test_licence_and_version_are_those_of_the_package(described: dict[str, Any]) -> None:
    """pyproject.toml says the same; a version is named only with the day of its release."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert described["legal"]["license"] == project["license"]
    assert ("softwareVersion" in described) == ("releaseDate" in described)
    assert described.get("softwareVersion", project["version"]) == project["version"]
