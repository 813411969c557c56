"""Names for keys of other lists: municipalities, nationalities, languages; what is not listed is shown as it is."""

from __future__ import annotations

from datetime import date

import pytest

from domain.languages import LANGUAGES
from domain.municipalities import MUNICIPALITIES, municipality_name
from domain.nationalities import NATIONALITIES, nationality_name
from domain.wording import shown_language, shown_municipality, shown_nationality
from services.simulation.people import ORIGINS
from services.simulation.town import MUNICIPALITIES as TOWNS


def test_the_two_districts_and_muenster_are_complete() -> None:
    """Eight municipalities in the Rhein-Kreis Neuss, ten in the StädteRegion Aachen, one city of its own."""
    by_district = [
        sum(ags.startswith(district) for ags in MUNICIPALITIES) for district in ("05162", "05334", "05515")
    ]
    assert by_district == [8, 10, 1]
    assert sum(by_district) == len(MUNICIPALITIES)


def test_every_municipality_says_since_when_and_by_which_source() -> None:
    """A name without a source could not be checked when the borders change."""
    for ags, municipality in MUNICIPALITIES.items():
        assert (len(ags), ags.isdigit(), municipality.ags) == (8, True, ags)
        assert municipality.valid_from == date(2021, 1, 25)
        assert municipality.source == "MietNEinV, Anlage"


@pytest.mark.parametrize(
    ("ags", "name"),
    [
        ("05334012", "Eschweiler"),
        ("05162024", "Neuss"),
        ("05515000", "Münster"),
        ("05334032", "Stolberg (Rhld.)"),
    ],
)
def test_a_listed_municipality_is_shown_with_its_name(ags: str, name: str) -> None:
    """Key and name stand together, for two municipalities may share a name."""
    assert municipality_name(ags) == name
    assert shown_municipality(ags) == f"{ags} {name}"


@pytest.mark.parametrize("code", ["", "05334013", "5334012", "unknown"])
def test_what_is_not_listed_is_shown_as_the_bare_key(code: str) -> None:
    """The lists refuse nothing."""
    assert municipality_name(code) is None
    assert nationality_name(code) is None
    assert (shown_municipality(code), shown_nationality(code), shown_language(code)) == (code, code, code)


def test_nationalities_have_three_digits_and_names_of_their_own() -> None:
    """Two keys with one name could not be told apart; the old key of Sudan says that it is the old one."""
    assert all(len(code) == 3 and code.isdigit() for code in NATIONALITIES)
    assert len({name.de for name in NATIONALITIES.values()}) == len(NATIONALITIES)
    assert len({name.en for name in NATIONALITIES.values()}) == len(NATIONALITIES)
    assert (shown_nationality("423"), shown_nationality("475", "en")) == ("Afghanistan", "Syria")


def test_the_lists_name_everything_that_the_simulated_town_speaks_of() -> None:
    """Whoever looks at the town meets no bare key."""
    assert {origin.code for origin in ORIGINS} <= set(NATIONALITIES)
    assert {code for origin in ORIGINS for code in origin.languages} <= set(LANGUAGES)
    assert {town.ags for town in TOWNS} <= set(MUNICIPALITIES)
