"""Gaps in the offer at a terminal, in German or English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.code_titles import in_language
from domain.gaps import GapFigure, ProposedOffer, WhatIf, WouldFit
from domain.matching import Match
from domain.reports.table import NOT_COMPUTABLE_TITLES, NotComputable
from domain.wording import shown_code, shown_date, shown_municipality
from services.gaps import GapsFound, OffersForNeed, RepetitionCount
from services.hint_text import shown_measure_kind


def _german(language: str) -> bool:
    return not language.startswith("en")


def gap_lines(found: GapsFound, language: str, *, entries: bool) -> Iterator[str]:
    """A line per figure; with ``entries`` the open needs behind it by case and entry."""
    german, day = _german(language), shown_date(found.as_of, language)
    yield (
        f"Ungedeckte Bedarfe am {day}: {found.needs} ({_cases(found.cases, language)})"
        if german
        else f"Unmet needs on {day}: {found.needs} ({_cases(found.cases, language)})"
    )
    for figure in found.figures:
        yield _figure(figure, language)
        for entry in figure.entries if entries else ():
            number = f"{'Eintrag' if german else 'entry'} {entry.version}"
            level = f", {entry.level}" if entry.level else ""
            yield f"        {entry.case_id}  {number}{level}, {_days(entry.days_open, language)}"


def _figure(figure: GapFigure, language: str) -> str:
    what = f"{shown_code(figure.kind, language)}, {shown_municipality(figure.municipality)}: {shown_code(figure.ground, language)}"
    cases, german = _cases(figure.cases, language), _german(language)
    median, longest = _days(figure.median_days, language), _days(figure.longest_days, language)
    open_for = f"Median {median}, längstens {longest}" if german else f"median {median}, longest {longest}"
    return f"{figure.needs:>5}  {what} ({cases}; {'offen' if german else 'open'}: {open_for})"


def _cases(number: int, language: str) -> str:
    one, many = ("Fall", "Fälle") if _german(language) else ("case", "cases")
    return f"{number} {one if number == 1 else many}"


def _days(number: int, language: str) -> str:
    one, many = ("Tag", "Tage") if _german(language) else ("day", "days")
    return f"{number} {one if number == 1 else many}"


def what_if_lines(offer: ProposedOffer, found: WhatIf, language: str) -> Iterator[str]:
    """How many cases the offer would unblock, which, and why not the others."""
    german, kind = _german(language), shown_measure_kind(offer.kind, offer.level, language)
    place, start = shown_municipality(offer.municipality), shown_date(offer.starts_on, language)
    number, beyond = len(found.unblocked), len(found.waiting)
    yield (
        f"{kind} in {place} ab {start}, Plätze: {offer.capacity}; fänden einen Platz: {_cases(number, language)}, "
        f"würden warten: {beyond}"
        if german
        else f"{kind} in {place} from {start}, seats: {offer.capacity}; would get one: {_cases(number, language)}, "
        f"would wait: {beyond}"
    )
    for fits in found.unblocked:
        yield f"    {_would_fit(fits, language)}"
    for fits in found.waiting:
        yield f"    ({_would_fit(fits, language)})"
    yield from _why_not(found, language)


def _would_fit(fits: WouldFit, language: str) -> str:
    since = "offen seit" if _german(language) else "open since"
    already = "auch ein vorhandenes Angebot passt" if _german(language) else "an existing offer fits too"
    line = (
        f"{fits.case_id}  {shown_municipality(fits.municipality)}, {since} {shown_date(fits.since, language)}"
    )
    return f"{line}, {already}" if fits.fits_already else line


def _why_not(found: WhatIf, language: str) -> Iterator[str]:
    counts: dict[str, int] = {}
    for still in found.blocked:
        for words in _words(still.match, language):
            counts[words] = counts.get(words, 0) + 1
    if counts:
        needs = len(found.blocked)
        yield (
            f"Nicht gedeckt würden von den offenen Bedarfen dieser Art: {needs} (einer kann mehrere Gründe haben)"
            if _german(language)
            else f"Of the open needs of this kind not met: {needs} (one can have several reasons)"
        )
    for words, number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"{number:>5}  {words}"


def repetition_lines(counts: tuple[RepetitionCount, ...], language: str) -> Iterator[str]:
    """A line per kind of measure, after one that says what the numbers are; … for one that is left out."""
    yield (
        "Hinweise auf wiederholte Maßnahmen, Zahl der Fälle (interne Zahl)"
        if _german(language)
        else "Hints at repeated measures, number of cases (internal figure)"
    )
    for count in counts:
        unanswered = f"{_shown(count.open)} {'unbeantwortet' if _german(language) else 'unanswered'}"
        yield f"{_shown(count.cases):>5}  {shown_measure_kind(count.kind, count.level, language)} ({unanswered})"

    if any(None in (count.cases, count.open) for count in counts):
        left_out = in_language(NOT_COMPUTABLE_TITLES[NotComputable.SUPPRESSED], language)
        yield f"{_LEFT_OUT:>5}  {left_out}"


_LEFT_OUT: Final = "…"


def _shown(count: int | None) -> str:
    return _LEFT_OUT if count is None else str(count)


def case_offer_lines(found: tuple[OffersForNeed, ...], language: str) -> Iterator[str]:
    """Every offer of the kind that is wanted: it fits, or why not."""
    german = _german(language)
    for one in found:
        kind = shown_measure_kind(one.wanted.kind, one.wanted.level, language)
        start = shown_date(one.wanted.wanted_from, language)
        childcare = (
            (", mit Kinderbetreuung" if german else ", with childcare") if one.wanted.childcare else ""
        )
        yield f"{kind}, {'gewünscht ab' if german else 'wanted from'} {start}{childcare}"
        if not one.offers:
            yield "    " + ("Es gibt kein solches Angebot." if german else "There is no such offer.")
        for fit in one.offers:
            says = (
                ("passt" if german else "fits") if fit.match.fits else "; ".join(_words(fit.match, language))
            )
            offer = fit.offer
            free = f"{max(0, offer.free)} {'frei' if german else 'free'}"
            yield (
                f"    {shown_date(offer.starts_on, language)}  {offer.title}, {offer.provider}, "
                f"{shown_municipality(offer.municipality)}, {free}: {says}"
            )
            yield f"        {offer.offer_id}"


def _words(match: Match, language: str) -> list[str]:
    unclear = "unklar" if _german(language) else "unclear"
    return [shown_code(reason, language) for reason in match.reasons] + [
        f"{unclear}: {shown_code(code, language)}" for code in match.unclear
    ]
