"""Dates in words, and the steps by which a period was computed, in German and English."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from domain.periods import DateKind, month_was_too_short

if TYPE_CHECKING:
    from domain.calendar import Computed

WEEKDAYS_DE = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def german_date(day: date, *, weekday: bool = False, year: bool = True) -> str:
    """TT.MM.JJJJ, on wish with the day of the week in front or without the year.

    >>> german_date(date(2026, 11, 24), weekday=True)
    'Dienstag, 24.11.2026'
    """
    text = f"{day.day:02}.{day.month:02}." + (f"{day.year:04}" if year else "")
    return f"{WEEKDAYS_DE[day.weekday()]}, {text}" if weekday else text


def english_date(day: date, *, weekday: bool = False, year: bool = True) -> str:
    """Day, month, year with a short month name: no order of numbers to be misread.

    >>> english_date(date(2026, 11, 24), weekday=True)
    'Tuesday, 24 Nov 2026'
    """
    text = f"{day.day} {_MONTHS_EN[day.month - 1]}" + (f" {day.year:04}" if year else "")
    return f"{WEEKDAYS_EN[day.weekday()]}, {text}" if weekday else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a computation: the rule that was applied, what it says here, and the date it led to."""

    citation: str
    de: str
    en: str
    on: date

    def text(self, language: str) -> str:
        """The step in ``language``; every language but English reads German."""
        return self.en if language.startswith("en") else self.de


def steps_of(computed: Computed) -> tuple[Step, ...]:
    """Every step from the first date to the end, in the order of the computation; never empty."""
    steps = [*_notification(computed)]
    if not computed.period.is_zero:
        steps += [_beginning(computed), _raw_end(computed)]
    return (*steps, _roll(computed))


def line_of(computed: Computed, language: str, trigger: str | None) -> str:
    """See ``Computed.line``."""
    english = language.startswith("en")
    begin, raw, end = computed.counted_from, computed.raw_end, computed.end
    year = not begin.year == raw.year == end.year
    wording = english_date if english else german_date
    if trigger is None and computed.deemed_on is not None:
        trigger = "Notification" if english else "Bekanntgabe"
    line = f"{trigger} " if trigger else ""
    line += wording(begin, year=year)
    if not computed.period.is_zero:
        line += f" {'−' if computed.period.backward else '+'} {computed.period.text(language)}"
        if not computed.period.contiguous:
            line += f" ({computed.period.in_days} {'days' if english else 'Tage'})"
        if computed.day_counts:
            line += " (first day counts)" if english else " (Anfangstag zählt mit)"
        line += f" = {wording(raw, year=year)}"
    if end != raw:
        reason = computed.moved_because_en if english else computed.moved_because_de
        line += f" ({reason}) → {wording(end, year=year)}"
    return line


def _notification(computed: Computed) -> list[Step]:
    fiction = computed.fiction
    if fiction is None:
        return []
    posted, fiction_day = computed.start, fiction.day_for(computed.start)
    steps = [
        Step(
            citation=fiction.citation,
            de=f"Aufgabe zur Post am {german_date(posted, weekday=True)}: gilt als bekannt gegeben am "
            f"{fiction.days}. Tag danach, auch wenn er kein Werktag ist: {german_date(fiction_day, weekday=True)}.",
            en=f"Posted on {english_date(posted, weekday=True)}: deemed notified on day {fiction.days} after it, even "
            f"if that is no working day: {english_date(fiction_day, weekday=True)}.",
            on=fiction_day,
        )
    ]
    received = computed.received_on
    if received is None:
        return steps
    later = received > fiction_day
    steps.append(
        Step(
            citation=fiction.citation,
            de=f"Tatsächlicher Zugang am {german_date(received, weekday=True)}: "
            + (
                "später als die Fiktion, also zählt dieser Tag."
                if later
                else "nicht später, es bleibt bei der Fiktion."
            ),
            en=f"Actually received on {english_date(received, weekday=True)}: "
            + ("later than deemed, so this day counts." if later else "not later, so the deemed day stays."),
            on=received if later else fiction_day,
        )
    )
    return steps


def _beginning(computed: Computed) -> Step:
    event = computed.counted_from
    if computed.day_counts:
        birth = computed.kind is DateKind.AGE_LIMIT
        return Step(
            citation="§ 187 Abs. 2 BGB",
            de=f"{'Der Tag der Geburt' if birth else 'Der Anfangstag'} zählt mit: {german_date(event, weekday=True)}.",
            en=f"{'The day of birth' if birth else 'The first day'} counts: {english_date(event, weekday=True)}.",
            on=event,
        )
    if computed.period.backward:
        begin = event - timedelta(1)
        return Step(
            citation="§ 187 Abs. 1 BGB entsprechend",
            de=f"Der Tag des Ereignisses ({german_date(event, weekday=True)}) zählt nicht mit; zurückgerechnet wird ab "
            f"{german_date(begin, weekday=True)}.",
            en=f"The day of the event ({english_date(event, weekday=True)}) is not counted; counting back starts with "
            f"{english_date(begin, weekday=True)}.",
            on=begin,
        )
    begin = event + timedelta(1)
    return Step(
        citation="§ 187 Abs. 1 BGB",
        de=f"Der Tag des Ereignisses ({german_date(event, weekday=True)}) zählt nicht mit; erster Tag ist "
        f"{german_date(begin, weekday=True)}.",
        en=f"The day of the event ({english_date(event, weekday=True)}) is not counted; the first day is "
        f"{english_date(begin, weekday=True)}.",
        on=begin,
    )


def _raw_end(computed: Computed) -> Step:
    period, raw = computed.period, computed.raw_end
    de, en = period.text("de"), period.text("en")
    if period.backward:
        de, en = f"{de} zurück", f"{en} back"
    if not period.contiguous:
        citation = "§ 191 BGB"
        de += (
            f", nicht zusammenhängend: der Monat zu 30, das Jahr zu 365 Tagen, zusammen {period.in_days} Tage"
        )
        en += f", not contiguous: a month is 30, a year 365 days, together {period.in_days} days"
    elif not period.in_months:
        citation = "§ 188 Abs. 2 BGB" if period.weeks and not period.days else "§ 188 Abs. 1 BGB"
    elif month_was_too_short(computed.counted_from, period, day_counts=computed.day_counts):
        citation = "§ 188 Abs. 2 und 3 BGB"
        de += "; den Tag mit dieser Zahl gibt es in dem Monat nicht, also dessen letzter Tag"
        en += "; that month has no day of this number, so its last day"
    else:
        citation = "§ 188 Abs. 2 BGB"
    if period.backward:
        citation += " entsprechend"
    return Step(
        citation=citation,
        de=f"{de}: {german_date(raw, weekday=True)}.",
        en=f"{en}: {english_date(raw, weekday=True)}.",
        on=raw,
    )


_STAYS: dict[DateKind, tuple[str, str, str]] = {
    DateKind.APPOINTMENT: (
        "§ 26 Abs. 5 SGB X; § 31 Abs. 5 VwVfG",
        "Ein Termin der Behörde gilt, wie er gesetzt ist, auch an einem Samstag, Sonntag oder Feiertag",
        "An appointment set by an authority stands as set, also on a Saturday, Sunday or holiday",
    ),
    DateKind.VALIDITY_END: (
        "§ 26 Abs. 4 SGB X; § 31 Abs. 4 VwVfG",
        "Eine Befristung endet an ihrem letzten Tag, auch an einem Samstag, Sonntag oder Feiertag",
        "A validity ends on its last day, also on a Saturday, Sunday or holiday",
    ),
    DateKind.AGE_LIMIT: (
        "§ 187 Abs. 2 Satz 2, § 188 Abs. 2 BGB",
        "Eine Altersgrenze wird nicht verschoben",
        "An age limit does not move",
    ),
    DateKind.EARLIEST_DATE: (
        "§ 193 BGB gilt nicht",
        "Ein frühester Zeitpunkt wird nicht verschoben",
        "An earliest date does not move",
    ),
}


def _roll(computed: Computed) -> Step:
    raw, end, kind = computed.raw_end, computed.end, computed.kind
    if kind in _STAYS:
        citation, de, en = _STAYS[kind]
        return Step(
            citation=citation,
            de=f"{de}: {german_date(raw, weekday=True)}.",
            en=f"{en}: {english_date(raw, weekday=True)}.",
            on=end,
        )
    forward_deadline = kind is DateKind.DEADLINE and not computed.period.backward
    if kind is DateKind.FOLLOW_UP:
        citation = "Wiedervorlage (interne Regel)"
    elif forward_deadline:
        citation = "§ 193 BGB; § 26 Abs. 3 SGB X; § 31 Abs. 3 VwVfG"
    else:
        citation = "§ 193 BGB entsprechend (rückwärts laufende Frist)"
    raw_de, raw_en = german_date(raw, weekday=True), english_date(raw, weekday=True)
    if end == raw:
        return Step(
            citation=citation,
            de=f"{raw_de} ist ein Werktag; es bleibt bei diesem Tag.",
            en=f"{raw_en} is a working day; the day stays.",
            on=end,
        )
    which_de, which_en = ("nächster", "next") if forward_deadline else ("vorheriger", "previous")
    by_weekday = computed.moved_because_de in WEEKDAYS_DE
    why_de = "" if by_weekday else f" ({computed.moved_because_de})"
    why_en = "" if by_weekday else f" ({computed.moved_because_en})"
    return Step(
        citation=citation,
        de=f"{raw_de} ist kein Werktag{why_de}; {which_de} Werktag: {german_date(end, weekday=True)}.",
        en=f"{raw_en} is no working day{why_en}; {which_en} working day: {english_date(end, weekday=True)}.",
        on=end,
    )
