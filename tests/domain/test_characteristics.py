"""What persons are counted by: the answer that held on a day, from what was recorded by that day, and how it is grouped."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.assessment import RecordAssessment
from domain.changes import ChangeLegalRegime, ChangeResidenceStatus, ResidenceStatusChanged
from domain.characteristics import (
    NOT_ASKED,
    AgeBand,
    Spell,
    StatusGroup,
    Trait,
    age_band,
    nationality_group,
    spell_on,
    status_group,
    trait_on,
    value_on,
)
from domain.corrections import CorrectEntry
from domain.legal_facts import RecordEmployment
from domain.person import Residence
from domain.projections.characteristics import characteristics_rows, read, written
from domain.projections.employments import employment_rows
from domain.projections.folding import fold_stream
from domain.values import (
    LanguageAssessment,
    LanguageLevel,
    LanguageProof,
    LanguageSkill,
    LegalRegime,
    NationalityCode,
    ResidenceStatus,
)
from tests.domain.ground import CaseFile, open_case

OPENED = date(2025, 3, 3)
DAYS = st.integers(0, 12).map(lambda n: OPENED + timedelta(n))


def answered() -> CaseFile:
    """A toleration that becomes a permit, a change of Rechtskreis, and two language tests told in the wrong order."""
    level = {"proof": LanguageProof.TEST, "skill": LanguageSkill.BOTH}
    return CaseFile().done(
        open_case(
            birth_date=date(2003, 7, 15),
            residence=Residence(status=ResidenceStatus.TOLERATION_60A),
            legal_regime=LegalRegime.ASYLBLG_3,
            nationalities=(NationalityCode("423"),),
        ),
        RecordAssessment(
            occurred_on=date(2025, 4, 10),
            needs=(),
            language=(LanguageAssessment(level=LanguageLevel.B1, assessed_on=date(2025, 4, 1), **level),),  # type: ignore[arg-type] # two enums in one dict
        ),
        RecordAssessment(
            occurred_on=date(2025, 5, 10),
            needs=(),
            language=(LanguageAssessment(level=LanguageLevel.A2, assessed_on=date(2024, 11, 1), **level),),  # type: ignore[arg-type] # two enums in one dict
        ),
        ChangeResidenceStatus(
            occurred_on=date(2025, 8, 1), residence=Residence(status=ResidenceStatus.TRAINING_PERMIT_16G)
        ),
        ChangeLegalRegime(occurred_on=date(2025, 9, 1), regime=LegalRegime.SELF_SUPPORTING),
    )


def traits(file: CaseFile, day: date) -> tuple[Trait, Trait, Trait]:
    """Status, Rechtskreis and language level on a day, as the read table has them."""
    [row] = characteristics_rows(fold_stream(file.history, None))
    return (
        trait_on(read(row.statuses), day),
        trait_on(read(row.regimes), day),
        trait_on(read(row.levels), day),
    )


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2025, 3, 2), (NOT_ASKED, NOT_ASKED, NOT_ASKED)),
        (OPENED, ("toleration_60a", "asylblg_3", NOT_ASKED)),
        (date(2025, 4, 9), ("toleration_60a", "asylblg_3", NOT_ASKED)),
        (date(2025, 4, 10), ("toleration_60a", "asylblg_3", "B1")),
        (date(2025, 7, 31), ("toleration_60a", "asylblg_3", "B1")),
        (date(2025, 8, 1), ("training_permit_16g", "asylblg_3", "B1")),
        (date(2025, 9, 1), ("training_permit_16g", "self_supporting", "B1")),
    ],
)
def test_the_answer_of_a_day_is_the_one_in_force_and_known_on_that_day(
    day: date, expected: tuple[str, str, str]
) -> None:
    """An older language test told later does not lower the level."""
    assert tuple(trait.value for trait in traits(answered(), day)) == expected


def test_a_trait_names_the_entry_that_gave_it_and_what_would_be_without_it() -> None:
    """Without the permit the toleration of the opening would still count; without the better test the older one."""
    status, _, level = traits(answered(), date(2025, 12, 31))
    assert (status.before, status.before_version) == ("toleration_60a", 1)
    assert status.version > 1
    assert (level.value, level.before) == ("B1", "A2")


def test_a_corrected_entry_counts_as_corrected_on_the_day_it_was_corrected_to() -> None:
    """The permit began a month later than first told."""
    file = answered()
    [entry] = [e for e in file.history if isinstance(e.event, ResidenceStatusChanged)]
    file.done(
        CorrectEntry(
            occurred_on=date(2025, 10, 1),
            version=entry.version,
            replacement=ResidenceStatusChanged(
                occurred_on=date(2025, 9, 1), residence=Residence(status=ResidenceStatus.TRAINING_PERMIT_16G)
            ),
            reason="Datum verlesen",
        )
    )
    assert traits(file, date(2025, 8, 31))[0].value == "toleration_60a"
    assert traits(file, date(2025, 9, 1))[0].value == "training_permit_16g"


def test_a_job_counts_as_last_recorded() -> None:
    """The end of a job replaces its beginning."""
    from uuid import UUID

    file = answered()
    for ended_on in (None, date(2025, 11, 30)):
        file.done(
            RecordEmployment(
                occurred_on=date(2025, 12, 1) if ended_on else date(2025, 10, 1),
                employment_id=UUID(int=9),
                starts_on=date(2025, 10, 1),
                weekly_hours=20,
                ended_on=ended_on,
                end_known_on=ended_on,
            )
        )
    [row] = employment_rows(fold_stream(file.history, None))
    assert (row.starts_on, row.ended_on, row.weekly_hours) == (date(2025, 10, 1), date(2025, 11, 30), 20)
    assert row.version == file.history[-1].version


SPELLS = st.lists(st.tuples(st.sampled_from("abc"), DAYS, st.integers(0, 3)), max_size=6).map(
    lambda told: [
        Spell(value, since, since + timedelta(late), version)
        for version, (value, since, late) in enumerate(told, 1)
    ]
)


@given(SPELLS, DAYS)
def test_leaving_out_the_entry_of_a_trait_gives_the_answer_it_names_as_before(
    spells: list[Spell], day: date
) -> None:
    """And leaving out any other entry does not change the answer."""
    trait = trait_on(spells, day)
    for spell in spells:
        left = trait_on([other for other in spells if other is not spell], day)
        expected = (
            (trait.before, trait.before_version)
            if spell.version == trait.version
            else (trait.value, trait.version)
        )
        assert (left.value, left.version) == expected


@given(SPELLS, DAYS)
def test_an_answer_is_the_one_found_by_sorting(spells: list[Spell], day: date) -> None:
    """Counted again: sort by day and entry, take the last that was known."""
    known = sorted((s.since, s.version, s.value) for s in spells if s.known_on <= day)
    found = spell_on(spells, day)
    assert (found.value if found else None) == (known[-1][2] if known else None)


@given(SPELLS, DAYS)
def test_a_value_asked_for_alone_is_that_of_the_answer(spells: list[Spell], day: date) -> None:
    """As the read table keeps the spells, and with the days as they are written there."""
    found = spell_on(spells, day)
    assert value_on(json.loads(written(spells)), day.isoformat()) == (found.value if found else NOT_ASKED)


@pytest.mark.parametrize(
    ("on", "band"),
    [
        (date(2018, 4, 30), "under_18"),
        (date(2018, 5, 1), "18_to_20"),
        (date(2021, 4, 30), "18_to_20"),
        (date(2021, 5, 1), "21_to_24"),
        (date(2025, 4, 30), "21_to_24"),
        (date(2025, 5, 1), "25_to_27"),
        (date(2028, 4, 30), "25_to_27"),
        (date(2028, 5, 1), "over_27"),
        (date(2099, 1, 1), "over_27"),
    ],
)
def test_the_age_band_changes_on_the_first_of_the_month_of_birth(on: date, band: str) -> None:
    """Born in May 2000, whatever the day."""
    assert age_band(date(2000, 5, 1), on) == band
    assert age_band(None, on) == NOT_ASKED


def test_every_residence_status_is_in_one_group() -> None:
    """And every group has one."""
    assert {status_group(status) for status in ResidenceStatus} == set(StatusGroup)
    assert len(set(AgeBand)) == 5


def test_a_person_of_several_nationalities_counts_as_such_and_under_none_of_them() -> None:
    """Twice the same is one."""
    assert nationality_group(["423", "423"]) == "423"
    assert nationality_group(["423", "439"]) == "several"
