"""What a rule of eligibility finds in a case on a day: yes, no or unknown, the fact in words, and the entry behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from domain.case_state import CaseState
from domain.date_wording import english_date, german_date
from domain.eligible.rule import EligibilityRule, LookedAt, TurningEvent, Verdict, negated
from domain.eligible.words import shown_code
from domain.periods import InvalidPeriod, Period, end_of
from domain.person import age_on
from domain.residence_history import COUNTING_TOLERATIONS, ResidenceSpell, tolerated_since
from domain.title import Title
from domain.training import TrainingStatus
from domain.values import BirthDatePrecision, LegalRegime, NotStated, ResidenceStatus

_ONE_DAY: Final = timedelta(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a rule finds. ``version`` is the entry that says the fact, None when no entry does.

    ``changes_on`` are the days, at most a few, on which the verdict may become another by time alone.
    """

    verdict: Verdict
    fact: Title
    version: int | None = None
    changes_on: tuple[date, ...] = ()
    turned_by: TurningEvent | None = None


def find(rule: EligibilityRule, case: CaseState, day: date, *, by_month: bool = False) -> Found | None:
    """What ``rule`` finds on ``day`` in ``case`` as recorded; None when it does not apply.

    ``by_month``: ages change with the month after the birthday, so that a day that is kept tells no birthday.
    """
    applies, ends = _applies(rule, case, day)
    if applies is Verdict.NO:
        return None
    found = _FINDERS[rule.looks_at](rule, case, day, by_month)
    if applies is Verdict.UNKNOWN and found.verdict is not Verdict.YES:
        known = spell_on(case, day)
        why = TurningEvent.STATUS_RECORDED if rule.statuses and known is None else TurningEvent.ENTRY_RECORDED
        found = Found(
            verdict=Verdict.UNKNOWN,
            fact=Title(de="ob die Regel gilt, ist nicht bekannt", en="whether the rule applies is not known"),
            version=found.version,
            changes_on=found.changes_on,
            turned_by=why,
        )
    return Found(
        verdict=found.verdict,
        fact=found.fact,
        version=found.version,
        changes_on=(*found.changes_on, *ends),
        turned_by=found.turned_by,
    )


# ------------------------------------------------------------- applicability


def spell_on(case: CaseState, day: date) -> ResidenceSpell | None:
    """The status recorded for ``day``: the last one that had begun and not ended; None when none is known."""
    spell = next((s for s in reversed(case.residence_history) if s.from_on is None or s.from_on <= day), None)
    if spell is None or spell.residence.status is ResidenceStatus.UNKNOWN:
        return None
    until = spell.residence.valid_until
    return None if until is not None and until < day else spell


def days_of_status(case: CaseState) -> tuple[date, ...]:
    """The days on which the recorded status becomes another: each begins, or has ended."""
    days: list[date] = []
    for spell in case.residence_history:
        if spell.from_on is not None:
            days.append(spell.from_on)
        if spell.residence.valid_until is not None and spell.residence.valid_until < date.max:
            days.append(spell.residence.valid_until + _ONE_DAY)
    return tuple(days)


def days_of_rules(case: CaseState, rules: tuple[EligibilityRule, ...]) -> Iterator[date]:
    """Every day on which what ``rules`` say may become another by time alone: of the facts, and of the rules' validity.

    Facts have the same days whichever day is asked about, but for rules that do not apply now and will by a change of
    status that is recorded already; those are asked on each such day.
    """
    begins = days_of_status(case)
    yield from begins
    for rule in rules:
        yield rule.valid_from
        if rule.valid_to is not None:
            yield rule.valid_to + _ONE_DAY
        for by_month in (False, True):
            yield from _FINDERS[rule.looks_at](rule, case, rule.valid_from, by_month).changes_on
            for day in begins:
                yield from _FINDERS[rule.looks_at](rule, case, day, by_month).changes_on


def _applies(rule: EligibilityRule, case: CaseState, day: date) -> tuple[Verdict, tuple[date, ...]]:
    verdict = Verdict.YES
    days: tuple[date, ...] = ()
    if rule.statuses:
        days = days_of_status(case)
        spell = spell_on(case, day)
        if spell is None:
            verdict = Verdict.UNKNOWN
        elif spell.residence.status not in rule.statuses:
            return Verdict.NO, days
    if rule.entry_from is not None or rule.entry_to is not None:
        entry = case.legal.entry
        if entry is None:
            return Verdict.UNKNOWN, days
        before = rule.entry_from is not None and entry.on < rule.entry_from
        if before or (rule.entry_to is not None and entry.on > rule.entry_to):
            return Verdict.NO, days
    return verdict, days


# -------------------------------------------------------------------- finders

_Finder = Callable[[EligibilityRule, CaseState, date, bool], Found]


def _age(rule: EligibilityRule, case: CaseState, day: date, by_month: bool) -> Found:
    if rule.age_from is None and rule.age_to_inclusive is None:
        return Found(verdict=Verdict.YES, fact=Title(de="keine Altersgrenze", en="no age limit"))
    born = births(case, by_month=by_month)
    if born is None:
        return Found(
            verdict=Verdict.UNKNOWN,
            fact=Title(de="Geburtsdatum nicht bekannt", en="birth date not known"),
            turned_by=TurningEvent.BIRTH_DATE_RECORDED,
        )
    first, last = born
    youngest, oldest = age_on(last, day), age_on(first, day)
    low = rule.age_from if rule.age_from is not None else 0
    high = rule.age_to_inclusive if rule.age_to_inclusive is not None else 1_000
    if low <= youngest and oldest <= high:
        verdict, turned_by = Verdict.YES, None
    elif oldest < low:
        verdict, turned_by = Verdict.NO, None
    elif youngest > high:
        verdict, turned_by = Verdict.NO, TurningEvent.EXCEPTION
    else:
        verdict, turned_by = Verdict.UNKNOWN, TurningEvent.BIRTH_DATE_RECORDED
    ages = [age for age in (rule.age_from, high + 1 if high < 1_000 else None) if age is not None]
    years = f"{youngest}" if youngest == oldest else f"{youngest}–{oldest}"
    return Found(
        verdict=verdict,
        fact=Title(de=f"{years} Jahre", en=f"{years} years"),
        version=1,
        changes_on=tuple(
            reached for age in ages for date_ in {first, last} if (reached := _reaches(date_, age))
        ),
        turned_by=turned_by,
    )


def births(case: CaseState, *, by_month: bool = False) -> tuple[date, date] | None:
    """The first and the last day on which the person may have been born; None when nobody knows.

    After an erasure the month is left. ``by_month``: the first day of the month after the birth, whatever its day.
    """
    month, born = case.intake.birth_month, case.intake.birth_date
    if month is None:
        return None
    after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    if case.intake.birth_date_precision is BirthDatePrecision.YEAR:
        return date(month.year, 1, 1), date(month.year, 12, 31)
    if case.intake.birth_date_precision is BirthDatePrecision.MONTH:
        return month, after - _ONE_DAY
    if by_month:
        return after, after
    if isinstance(born, date):
        return born, born
    return month, after - _ONE_DAY


def _reaches(born: date, age: int) -> date | None:
    """The first day on which somebody born on ``born`` has completed ``age`` years; None beyond the calendar."""
    year = born.year + age
    if year > 9999:
        return None
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)  # born on 29 February: completed with the end of 28 February


def _status(rule: EligibilityRule, case: CaseState, day: date, by_month: bool) -> Found:
    spell = spell_on(case, day)
    days = days_of_status(case)
    if spell is None:
        return Found(
            verdict=Verdict.UNKNOWN,
            fact=_unknown_status(case, day),
            version=case.residence_version,
            changes_on=days,
            turned_by=TurningEvent.STATUS_RECORDED,
        )
    status = spell.residence.status
    fact = Title(de=shown_code(status, "de"), en=shown_code(status, "en"))
    return _by_codes(rule, case, status, fact, spell.version, TurningEvent.STATUS_CHANGE, days)


def _unknown_status(case: CaseState, day: date) -> Title:
    until = case.residence.valid_until
    if until is not None and until < day:
        return Title(
            de=f"Aufenthaltsstatus nur bis {german_date(until)} eingetragen",
            en=f"residence status entered until {english_date(until)} only",
        )
    return Title(de="Aufenthaltsstatus nicht bekannt", en="residence status not known")


def _regime(rule: EligibilityRule, case: CaseState, day: date, by_month: bool) -> Found:
    regime = case.legal_regime
    fact = Title(de=shown_code(regime, "de"), en=shown_code(regime, "en"))
    version = case.regime_history[-1].version
    if regime is LegalRegime.UNKNOWN:
        return _checked(rule, case, fact, version, TurningEvent.REGIME_RECORDED)
    return _by_codes(rule, case, regime, fact, version, TurningEvent.REGIME_CHANGE)


def _school_leaving(rule: EligibilityRule, case: CaseState, day: date, by_month: bool) -> Found:
    known, version = case.intake.school_leaving, case.intake.school_leaving_version
    if known is None or isinstance(known, NotStated):
        fact = Title(de="Schulabschluss nicht erfasst", en="school leaving not recorded")
        return Found(
            verdict=Verdict.UNKNOWN,
            fact=fact,
            version=version or None,
            turned_by=TurningEvent.SCHOOL_LEAVING_RECORDED,
        )
    fact = Title(de=shown_code(known, "de"), en=shown_code(known, "en"))
    return _by_codes(rule, case, known, fact, version, TurningEvent.PERSON_LOOKS)


def _by_codes(
    rule: EligibilityRule,
    case: CaseState,
    code: StrEnum,
    fact: Title,
    version: int,
    turned_by: TurningEvent,
    days: tuple[date, ...] = (),
) -> Found:
    if code.value in rule.yes:
        return Found(verdict=Verdict.YES, fact=fact, version=version, changes_on=days)
    if code.value in rule.no:
        return Found(verdict=Verdict.NO, fact=fact, version=version, changes_on=days, turned_by=turned_by)
    found = _checked(rule, case, fact, version, turned_by)
    return Found(
        verdict=found.verdict,
        fact=found.fact,
        version=found.version,
        changes_on=days,
        turned_by=found.turned_by,
    )


def _checked(
    rule: EligibilityRule, case: CaseState, fact: Title | None, version: int | None, turned_by: TurningEvent
) -> Found:
    """What a person's check says where the data is silent; unknown while nobody has checked."""
    if rule.check is None:
        silent = fact or Title(de="muss eine Person beurteilen", en="a person has to judge")
        return Found(
            verdict=Verdict.UNKNOWN, fact=silent, version=version, turned_by=TurningEvent.PERSON_LOOKS
        )
    recorded = case.eligibility.checked(rule.check)
    name = Title(de=shown_code(rule.check, "de"), en=shown_code(rule.check, "en"))
    before = Title(de=f"{fact.de}; ", en=f"{fact.en}; ") if fact else Title(de="", en="")
    if recorded is None:
        return Found(
            verdict=Verdict.UNKNOWN,
            fact=Title(de=f"{before.de}{name.de}: nicht geprüft", en=f"{before.en}{name.en}: not checked"),
            version=version,
            turned_by=turned_by if turned_by is TurningEvent.REGIME_RECORDED else TurningEvent.CHECK_RECORDED,
        )
    verdict = rule.check_means if recorded.holds else negated(rule.check_means)
    de, en = ("ja", "yes") if recorded.holds else ("nein", "no")
    return Found(
        verdict=verdict,
        fact=Title(de=f"{before.de}{name.de}: {de}", en=f"{before.en}{name.en}: {en}"),
        version=recorded.version,
        turned_by=None if verdict is Verdict.YES else TurningEvent.CHECK_CHANGES,
    )


def _personal_check(rule: EligibilityRule, case: CaseState, day: date, by_month: bool) -> Found:
    return _checked(rule, case, None, None, TurningEvent.CHECK_RECORDED)


def _stay(rule: EligibilityRule, case: CaseState, day: date, by_month: bool) -> Found:
    entry = case.legal.entry
    if entry is None:
        fact = Title(de="Einreise nicht erfasst", en="entry into Germany not recorded")
        return Found(verdict=Verdict.UNKNOWN, fact=fact, turned_by=TurningEvent.ENTRY_RECORDED)
    return _from_end_on(("Einreise", "entry"), entry.on, rule.period, entry.version, day)


def _tolerated(rule: EligibilityRule, case: CaseState, day: date, by_month: bool) -> Found:
    spell, days = spell_on(case, day), days_of_status(case)
    if spell is None:
        return Found(
            verdict=Verdict.UNKNOWN,
            fact=_unknown_status(case, day),
            version=case.residence_version,
            changes_on=days,
            turned_by=TurningEvent.STATUS_RECORDED,
        )
    if spell.residence.status not in COUNTING_TOLERATIONS:
        fact = Title(
            de=f"{shown_code(spell.residence.status, 'de')}: die Zeit zählt nicht",
            en=f"{shown_code(spell.residence.status, 'en')}: its time does not count",
        )
        return Found(
            verdict=Verdict.NO,
            fact=fact,
            version=spell.version,
            changes_on=days,
            turned_by=TurningEvent.STATUS_CHANGE,
        )
    begun = tuple(s for s in case.residence_history if s.version <= spell.version)
    since = tolerated_since(begun, case.legal.tolerated)
    if since is None:
        fact = Title(de="Duldung seit: nicht erfasst", en="tolerated since: not recorded")
        return Found(
            verdict=Verdict.UNKNOWN, fact=fact, changes_on=days, turned_by=TurningEvent.TOLERATION_RECORDED
        )
    found = _from_end_on(
        ("Duldung ohne Lücke seit", "tolerated without a gap since"),
        since.on,
        rule.period,
        since.version,
        day,
    )
    return Found(
        verdict=found.verdict,
        fact=found.fact,
        version=found.version,
        changes_on=(*found.changes_on, *days),
    )


def _title_held(rule: EligibilityRule, case: CaseState, day: date, by_month: bool) -> Found:
    spell, days = spell_on(case, day), days_of_status(case)
    if spell is None or spell.residence.valid_from is None:
        fact = Title(de="Beginn des Titels nicht erfasst", en="begin of the title not recorded")
        return Found(
            verdict=Verdict.UNKNOWN, fact=fact, changes_on=days, turned_by=TurningEvent.TITLE_BEGIN_RECORDED
        )
    begin = spell.residence.valid_from
    end = _end(begin, rule.period)
    if end is None:
        return _impossible(spell.version)
    return Found(
        verdict=Verdict.YES if day <= end else Verdict.NO,
        fact=_line(("Titel gültig ab", "title valid from"), begin, rule.period, end),
        version=spell.version,
        changes_on=(end + _ONE_DAY, *days),
        turned_by=None if day <= end else TurningEvent.STATUS_CHANGE,
    )


def _training_ahead(rule: EligibilityRule, case: CaseState, day: date, by_month: bool) -> Found:
    ahead = [t for t in case.ausbildung.trainings if t.status is TrainingStatus.SIGNED]
    if not ahead:
        fact = Title(de="kein Ausbildungsvertrag erfasst", en="no training contract recorded")
        return Found(verdict=Verdict.UNKNOWN, fact=fact, turned_by=TurningEvent.CONTRACT_SIGNED)
    first = min(ahead, key=lambda training: training.starts_on)
    return _from_end_on(
        ("Beginn der Ausbildung", "start of the Ausbildung"),
        first.starts_on,
        rule.period,
        first.version,
        day,
    )


def _identity(rule: EligibilityRule, case: CaseState, day: date, by_month: bool) -> Found:
    identity, entry = case.legal.identity, case.legal.entry
    if identity is None:
        fact = Title(de="Identitätsklärung nicht erfasst", en="identity clarification not recorded")
        return Found(verdict=Verdict.UNKNOWN, fact=fact, turned_by=TurningEvent.IDENTITY_CLARIFIED)
    limit = rule.by_day
    if limit is None and not rule.period.is_zero:
        limit = _end(entry.on, rule.period) if entry else None
        if limit is None:
            fact = Title(de="Einreise nicht erfasst", en="entry into Germany not recorded")
            return Found(verdict=Verdict.UNKNOWN, fact=fact, turned_by=TurningEvent.ENTRY_RECORDED)
    de = f"geklärt oder betrieben am {german_date(identity.on)}"
    en = f"clarified or all steps taken on {english_date(identity.on)}"
    if limit is not None:
        de, en = f"{de}, Frist {german_date(limit)}", f"{en}, limit {english_date(limit)}"
    in_time = limit is None or identity.on <= limit
    return Found(
        verdict=Verdict.YES if in_time else Verdict.UNKNOWN,
        fact=Title(de=de, en=en),
        version=identity.version,
        turned_by=None if in_time else TurningEvent.PERSON_LOOKS,
    )


def _from_end_on(name: tuple[str, str], begin: date, period: Period, version: int, day: date) -> Found:
    """Yes from the end of the period on, and before it no."""
    end = _end(begin, period)
    if end is None:
        return _impossible(version)
    return Found(
        verdict=Verdict.YES if day >= end else Verdict.NO,
        fact=_line(name, begin, period, end),
        version=version,
        changes_on=(end,),
    )


def _end(begin: date, period: Period) -> date | None:
    try:
        return end_of(begin, period)
    except InvalidPeriod:
        return None


def _impossible(version: int) -> Found:
    fact = Title(de="mit diesem Tag lässt sich nicht rechnen", en="this day cannot be computed with")
    return Found(verdict=Verdict.UNKNOWN, fact=fact, version=version, turned_by=TurningEvent.PERSON_LOOKS)


def _line(name: tuple[str, str], begin: date, period: Period, end: date) -> Title:
    sign = "−" if period.backward else "+"
    return Title(
        de=f"{name[0]} {german_date(begin)} {sign} {period.text('de')} = {german_date(end)}",
        en=f"{name[1]} {english_date(begin)} {sign} {period.text('en')} = {english_date(end)}",
    )


_FINDERS: Final[dict[LookedAt, _Finder]] = {
    LookedAt.AGE: _age,
    LookedAt.RESIDENCE_STATUS: _status,
    LookedAt.LEGAL_REGIME: _regime,
    LookedAt.SCHOOL_LEAVING: _school_leaving,
    LookedAt.STAY: _stay,
    LookedAt.TOLERATED: _tolerated,
    LookedAt.TITLE_HELD: _title_held,
    LookedAt.TRAINING_AHEAD: _training_ahead,
    LookedAt.IDENTITY: _identity,
    LookedAt.PERSONAL_CHECK: _personal_check,
}
"""Every fact that a rule may look at, and the code that finds it."""
