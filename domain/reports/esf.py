"""The ESF+ report, for a profile that is used only where money of the ESF+ flows: entry, exit and six months, by gender.

Only persons whose mandatory answers are complete are counted; the others are shown with the answers that are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, Final

from domain.characteristics import NOT_STATED
from domain.path import Title
from domain.reports import esf_definitions as means
from domain.reports.bundles import bundled
from domain.reports.definition import MUNICIPALITY, Counting, ReportDefinition, TableDefinition
from domain.reports.esf_bundles import LOOKED_AT, asked_together
from domain.reports.esf_definitions import Indicator, Questionnaire
from domain.reports.esf_participants import Asked
from domain.reports.facts import Need
from domain.reports.leaving_out import ItemsOf, ItemTally
from domain.reports.table import NotComputable, Publication, Table
from domain.reports.tally import Key, Tally
from domain.values import Gender

NAME: Final = "esf"
VERSION: Final = 1

_INDICATOR = Title(de="Indikator", en="indicator")
_QUESTIONNAIRE = Title(de="Fragebogen", en="questionnaire")
_GENDERS: Final = {
    "women": Gender.FEMALE.value,
    "men": Gender.MALE.value,
    "nonbinary": Gender.DIVERSE.value,
    "not_stated": NOT_STATED,
    "all": None,
}

# -------------------------------------------------------------------- tables


def _tally(counting: Counting, table: str, title: Title, keys: tuple[Title, ...], **given: Any) -> Tally:
    place = counting.municipality
    return Tally(
        id=table,
        title=title,
        keys=keys,
        evidence=counting.evidence,
        within=None if place is None else lambda item: item.place == place,
        bundled=bundled(counting),
        **given,
    )


def _by_gender(
    questionnaire: Questionnaire, title: Title, columns: Any, shown: tuple[Indicator, ...]
) -> TableDefinition:
    def count(counting: Counting) -> Table:
        tally = _tally(counting, questionnaire.value, title, (_INDICATOR,), columns=columns)
        items = ItemTally(counting, tally, counting.once(asked_together))
        for column, gender in _GENDERS.items():

            def said(one: Asked, gender: str | None = gender) -> Iterator[tuple[Key, Hashable]]:
                if gender in (None, one.gender):
                    for each, indicator in one.indicators:
                        if each is questionnaire:
                            yield (indicator.value,), one.participant_id

            items.persons(column, said)
        return tally.table([(indicator.value,) for indicator in shown])

    return TableDefinition(id=questionnaire.value, count=count)


def _countable(counting: Counting) -> Table:
    tally = _tally(
        counting,
        "countable",
        Title(de="Zählbar und nicht zählbar", en="Countable and not countable"),
        (_QUESTIONNAIRE,),
        columns=means.COUNTABLE,
    )

    def of(which: Callable[[Asked, Questionnaire], bool]) -> ItemsOf:
        return lambda one: [((each.value,), one.participant_id) for each in one.due if which(one, each)]

    items = ItemTally(counting, tally, counting.once(asked_together))
    items.persons("due", of(lambda one, each: True))
    items.persons("countable", of(lambda one, each: each in one.countable))
    items.persons("not_countable", of(lambda one, each: each not in one.countable))
    return tally.table([(asked.value,) for asked in Questionnaire])


def _missing(counting: Counting) -> Table:
    tally = _tally(
        counting,
        "missing",
        Title(de="Nicht zählbar: fehlende Pflichtangaben", en="Not countable: mandatory answers missing"),
        (_QUESTIONNAIRE, Title(de="fehlende Angabe", en="missing answer")),
        columns=means.MISSING,
    )
    items = ItemTally(counting, tally, counting.once(asked_together))
    items.persons(
        "persons",
        lambda one: [((each.value, answer.value), one.participant_id) for each, answer in one.missing],
    )
    return tally.table(
        [(asked.value, answer.value) for asked in Questionnaire for answer in means.ASKED[asked]]
    )


def _not_recorded(counting: Counting) -> Table:
    tally = _tally(
        counting,
        "not_recorded",
        Title(de="Indikatoren, nach denen nicht gefragt wird", en="Indicators that nobody asks for"),
        (_QUESTIONNAIRE, _INDICATOR),
        columns=means.NOT_RECORDED,
    )
    lines = [(asked.value, indicator.value) for asked, indicator in means.NOT_ASKED_FOR]
    for line in lines:
        tally.put("persons", line, NotComputable.NOT_RECORDED, "not_recorded")
    return tally.table(lines)


ESF: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="ESF+: Eintritt, Austritt, sechs Monate", en="ESF+: entry, exit, six months"),
    publication=Publication.INTERNAL,
    parameters=(MUNICIPALITY,),
    needs=frozenset({Need.CHARACTERISTICS, Need.EMPLOYMENTS, Need.MEASURES}),
    columns=lambda _: LOOKED_AT,
    tables=(
        TableDefinition(id="countable", count=_countable),
        _by_gender(
            Questionnaire.ENTRY,
            Title(de="Eintritt: gemeinsame Outputindikatoren", en="Entry: common output indicators"),
            means.ENTRY,
            means.AT_ENTRY,
        ),
        _by_gender(
            Questionnaire.EXIT,
            Title(
                de="Austritt: unmittelbare Ergebnisse (vier Wochen)",
                en="Exit: immediate results (four weeks)",
            ),
            means.EXIT,
            means.AT_EXIT,
        ),
        _by_gender(
            Questionnaire.SIX_MONTHS,
            Title(de="Längerfristige Ergebnisse (sechs Monate)", en="Longer-term results (six months)"),
            means.SIX_MONTHS,
            means.AFTER_SIX_MONTHS,
        ),
        TableDefinition(id="missing", count=_missing),
        TableDefinition(id="not_recorded", count=_not_recorded),
    ),
)
