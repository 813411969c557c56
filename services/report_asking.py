"""What is asked of a report, made sure of: the report, its date, what was known, its parameters; else one clear refusal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from domain.decision import local_date
from domain.refusals import Refusal
from domain.reports.definition import Parameter, ParameterKind, ParameterValue, ReportDefinition
from domain.reports.facts import Facts
from domain.reports.grant_asked import GRANT, YEAR
from domain.reports.grant_books import in_force_from
from domain.reports.registry import REPORTS, definition_of
from domain.wording import read_day, shown_municipality
from services.bootstrap import Engine

MOST_NAMED: Final = 12
"""How many of what there is a refusal names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedReport:
    """A report as people ask for it. ``as_of`` None means today, ``known_at`` None what the read tables show now.

    ``version`` is that of the definition to count by; None means the present one.
    """

    name: str
    as_of: date | None = None
    known_at: datetime | int | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SureReport:
    """The same, checked. ``position`` None means: what the read tables show."""

    definition: ReportDefinition
    as_of: date
    position: int | None
    parameters: Mapping[str, ParameterValue]


async def made_sure(engine: Engine, asked: AskedReport, now: datetime | None = None) -> SureReport | Refusal:
    """Check what needs no facts. Refused: an unknown report or parameter, a value that is none, a date in the future or
    before the programme, a position or instant that the log has not reached, a version that this program has no more."""
    instant = now or datetime.now(UTC)
    definition = asked_definition(asked)
    if isinstance(definition, Refusal):
        return definition
    parameters = read_parameters(definition, asked.parameters)
    if isinstance(parameters, Refusal):
        return parameters
    day = asked.as_of or local_date(instant)
    if refusal := _date_refusal(engine, definition, day, instant):
        return refusal
    position = await known_position(engine, asked.known_at, instant)
    if isinstance(position, Refusal):
        return position
    return SureReport(definition=definition, as_of=day, position=position, parameters=parameters)


def asked_definition(asked: AskedReport) -> ReportDefinition | Refusal:
    """The definition that is asked for. Refused: a report that is unknown, and a version that is not kept."""
    current = REPORTS.get(asked.name)
    if current is None:
        known = ", ".join(sorted(REPORTS))
        return Refusal(
            "report.unknown",
            f"Diesen Bericht gibt es nicht. Es gibt: {known}.",
            f"No such report. There are: {known}.",
        )
    if asked.version is None:
        return current
    return definition_of(asked.name, asked.version) or Refusal(
        "report.version_gone",
        f"Gefragt ist {asked.name} in Fassung {asked.version}; dieses Programm hat Fassung {current.version}. Was in "
        f"Fassung {asked.version} gezählt wurde, gilt weiter; neu zählen kann es nur ein Programm mit dieser Fassung.",
        f"Asked for is {asked.name} in version {asked.version}; this program has version {current.version}. What was "
        f"counted in version {asked.version} still stands; only a program with that version can count it again.",
    )


def read_parameters(
    definition: ReportDefinition, given: Mapping[str, str]
) -> dict[str, ParameterValue] | Refusal:
    """The parameters of a report from text."""
    known = {parameter.name: parameter for parameter in definition.parameters}
    read: dict[str, ParameterValue] = {}
    for name, text in given.items():
        if name not in known:
            there = ", ".join(known) or "–"
            return Refusal(
                "report.parameter_unknown",
                f"Diesen Parameter hat der Bericht nicht: {name}. Er hat: {there}.",
                f"The report has no such parameter: {name}. It has: {there}.",
            )
        value = _read(known[name], text)
        if isinstance(value, Refusal):
            return value
        read[name] = value
    return read


def parameters_as_text(read: Mapping[str, ParameterValue]) -> dict[str, str]:
    """What ``read_parameters`` has read, as it is written down: two ways to ask for the same give the same text."""
    return {name: str(value) for name, value in read.items()}


def _read(parameter: Parameter, text: str) -> ParameterValue | Refusal:
    match parameter.kind:
        case ParameterKind.NUMBER:
            # isdecimal alone would take digits of other scripts.
            sound = text.isascii() and text.isdecimal() and len(text) < 20
            if sound and parameter.least <= int(text) <= parameter.most:
                return int(text)
            return _malformed(
                parameter,
                text,
                f"keine ganze Zahl von {parameter.least} bis {parameter.most}",
                f"not a whole number from {parameter.least} to {parameter.most}",
            )
        case ParameterKind.DATE:
            try:
                return read_day(text)
            except ValueError:
                return _malformed(parameter, text, "kein Datum (JJJJ-MM-TT)", "not a date (YYYY-MM-DD)")
        case ParameterKind.CODE:
            if text in parameter.choices:
                return text
            there = ", ".join(parameter.choices)
            return _malformed(parameter, text, f"nicht eines von: {there}", f"not one of: {there}")
        case ParameterKind.CODES:
            codes = sorted({code for code in text.split(",") if code})
            if set(codes) <= set(parameter.choices):
                return ",".join(codes)
            there = ", ".join(parameter.choices)
            return _malformed(parameter, text, f"keine Liste aus: {there}", f"not a list of: {there}")
        case ParameterKind.MUNICIPALITY | ParameterKind.GRANT:
            return text


def _malformed(parameter: Parameter, text: str, de: str, en: str) -> Refusal:
    return Refusal(
        "report.parameter_malformed",
        f"{parameter.title.de} ({parameter.name}): „{text}“ ist {de}.",
        f'{parameter.title.en} ({parameter.name}): "{text}" is {en}.',
    )


def unknown_to(facts: Facts, sure: SureReport) -> Refusal | None:
    """Why the facts do not know what the parameters name, or why it cannot be published so: never an empty report."""
    for parameter in sure.definition.parameters:
        value = sure.parameters.get(parameter.name)
        if value is None:
            continue
        if parameter.kind is ParameterKind.MUNICIPALITY and value not in facts.municipalities:
            there = _some_of(facts.municipalities)
            return Refusal(
                "report.municipality_unknown",
                f"Für diese Kommune (AGS) gibt es keine Fälle, Angebote oder Mittel. Es gibt sie für: {there}.",
                f"There are no cases, offers or funds of this municipality (AGS). There are of: {there}.",
            )
        if parameter.kind is ParameterKind.GRANT and value not in {plan.reference for plan in facts.plans}:
            there = ", ".join(sorted({plan.reference for plan in facts.plans})[:MOST_NAMED]) or "–"
            return Refusal(
                "report.grant_unknown",
                f"Einen Bescheid mit diesem Zeichen gibt es nicht. Es gibt: {there}.",
                f"There is no grant notice with this reference. There are: {there}.",
            )
    if GRANT in sure.definition.parameters and (refusal := _no_grant_yet(facts, sure)) is not None:
        return refusal
    year = sure.parameters.get(YEAR.name)
    if year is not None and not _any_grant_in(facts, sure, int(str(year))):
        return Refusal(
            "report.year_outside_grants",
            f"Das Jahr {year} liegt in keinem Bewilligungszeitraum, von dem hier berichtet wird.",
            f"The year {year} lies in no grant period that is reported on here.",
        )
    control = sure.definition.control
    for refusal_of in (sure.definition.refusal, control.refusal if control else None):
        if refusal_of is not None:
            refusal = refusal_of(sure.definition.counting(facts, sure.as_of, sure.parameters))
            if refusal is not None:
                return refusal
    return None


def _some_of(municipalities: Collection[str]) -> str:
    """Municipalities by key and name, the first of them where there are many."""
    named = [shown_municipality(ags) for ags in sorted(municipalities)[:MOST_NAMED]]
    return ", ".join([*named, "…"] if len(municipalities) > MOST_NAMED else named) or "–"


def _no_grant_yet(facts: Facts, sure: SureReport) -> Refusal | None:
    """Refuses a statement as of a day when no notice that is asked for was in force: it would be one of nothing."""
    reference = sure.parameters.get(GRANT.name)
    wanted = {plan.grant_id for plan in facts.plans if reference in (None, plan.reference)}
    begins = [in_force_from(plan) for plan in facts.plans if plan.grant_id in wanted]
    if not begins or (first := min(begins)) <= sure.as_of:
        return None
    return Refusal(
        "report.no_grant_yet",
        f"Am Stichtag galt noch kein Bescheid, von dem hier berichtet wird; der erste gilt ab {first:%d.%m.%Y}.",
        f"No notice that is reported on here was in force on the reference date; the first is from {first.isoformat()}.",
    )


def _any_grant_in(facts: Facts, sure: SureReport, year: int) -> bool:
    """Whether a grant that is asked for has a day in ``year``, by any of its plans."""
    reference = sure.parameters.get(GRANT.name)
    asked = {plan.grant_id for plan in facts.plans if reference in (None, plan.reference)}
    begins = {plan.grant_id: plan.period_from for plan in facts.plans if plan.period_from is not None}
    return any(
        begins[plan.grant_id].year <= year <= plan.period_to.year
        for plan in facts.plans
        if plan.grant_id in asked
    )


def _date_refusal(engine: Engine, definition: ReportDefinition, as_of: date, now: datetime) -> Refusal | None:
    if as_of > local_date(now):
        return Refusal(
            "report.as_of_in_the_future",
            "Der Stichtag liegt in der Zukunft.",
            "The reference date lies in the future.",
        )
    begin = min(path.valid_from for path in engine.rule_book.paths.values())
    if as_of < begin:
        return Refusal(
            "report.as_of_before_programme",
            f"Der Stichtag liegt vor dem Beginn des Programms am {begin:%d.%m.%Y}.",
            f"The reference date lies before the programme began on {begin.isoformat()}.",
        )
    if definition.edition is not None and definition.edition.day(as_of) < begin:
        return Refusal(
            "report.no_edition_yet",
            f"Am Stichtag war noch kein Zeitraum dieses Berichts abgeschlossen; das Programm begann am "
            f"{begin:%d.%m.%Y}.",
            f"No period of this report was over on the reference date; the programme began on {begin.isoformat()}.",
        )
    return None


async def known_position(
    engine: Engine, known_at: datetime | int | None, now: datetime
) -> int | Refusal | None:
    """The position that is meant; None when none is. Refused: what lies beyond the log, and what lies before its first
    entry, when nothing was known that could be 0."""
    if known_at is None:
        return None
    if isinstance(known_at, datetime):
        if known_at > now:
            return _beyond_the_log()
        position = await engine.log.position_at(known_at)
    elif 0 <= known_at <= await engine.log.head():
        position = known_at
    else:
        return _beyond_the_log()
    return position or Refusal(
        "report.nothing_known_yet",
        "Zu diesem Kenntnisstand war noch nichts erfasst; davon gibt es keine Zahlen, auch keine Null.",
        "Nothing had been recorded by then; there are no figures of it, not even a zero.",
    )


def _beyond_the_log() -> Refusal:
    return Refusal(
        "report.known_at_beyond_log",
        "Der Kenntnisstand liegt jenseits des Protokolls; es gibt ihn (noch) nicht.",
        "What is asked as known lies beyond the log; there is no such state (yet).",
    )
