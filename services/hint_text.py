"""Hints and unmet needs of a case at a terminal: what repeats and why each measure counts or not, what no offer fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.case_hints import CaseHints, SuggestedFailedMatch
from domain.code_titles import in_language
from domain.path import Title
from domain.repetition import AssessedMeasure, RepetitionHint
from domain.unmet_need import UnmetNeed
from domain.values import LanguageLevel, OfferKind
from domain.wording import shown_code, shown_date
from services.value_wording import shown_value

_OPEN = Title(de="bitte beantworten", en="please answer")
_ANSWERED = Title(de="beantwortet", en="answered")
_NOT_CONFIGURED = Title(
    de="Der Weg legt nicht fest, wann Maßnahmen als wiederholt gelten.",
    en="The path does not say when measures count as repeated.",
)


def hint_lines(hints: CaseHints, language: str) -> Iterator[str]:
    """Each hint with the measures behind it; one line that says so where the path configures none."""
    if hints.repetitions is None:
        yield in_language(_NOT_CONFIGURED, language)
    for hint in hints.repetitions or ():
        yield from _hint(hint, language)
    for suggested in hints.failed_matches:
        yield _suggested(suggested, language)


def need_lines(needs: Iterable[UnmetNeed], language: str) -> Iterator[str]:
    """The unmet needs of a case, each with its failed matches."""
    german = not language.startswith("en")
    for need in needs:
        kind = shown_measure_kind(need.kind, need.level, language)
        ended = ""
        if need.end_ground is not None and need.ended_on is not None:
            ended = f" – {shown_date(need.ended_on, language)}: {shown_code(need.end_ground, language)}"
        since = f"{'seit' if german else 'since'} {shown_date(need.since, language)}"
        wanted = f"{'gewünscht ab' if german else 'wanted from'} {shown_date(need.wanted_from, language)}"
        yield f"{'Ungedeckter Bedarf' if german else 'Unmet need'}: {kind}, {since}, {wanted}{ended}"
        for failed in need.failures:
            entry = f"({'Eintrag' if german else 'entry'} {failed.version})"
            yield f"    {shown_date(failed.on, language)}  {shown_code(failed.ground, language)} {entry}"


def _hint(hint: RepetitionHint, language: str) -> Iterator[str]:
    german = not language.startswith("en")
    stands = in_language(_OPEN if hint.open else _ANSWERED, language)
    kind = shown_measure_kind(hint.kind, hint.level, language)
    times = len(hint.repeated)
    yield (
        f"Wiederholte Maßnahme: {kind}, {times} Teilnahmen ohne Ergebnis – {stands}"
        if german
        else f"Repeated measure: {kind}, {times} participations without gain – {stands}"
    )
    for measure in hint.measures:
        yield f"    {_measure(measure, language)}"
    for answer in hint.answers:
        remark = shown_value("remark", answer.remark, language, {})
        yield (
            f"    {shown_date(answer.answered_on, language)}  {in_language(_ANSWERED, language)}: "
            f"{shown_code(answer.answer, language)}" + (f" – {remark}" if remark else "")
        )


def _measure(measure: AssessedMeasure, language: str) -> str:
    began = shown_date(measure.entered_on, language) if measure.entered_on else "–"
    ended = shown_date(measure.left_on, language) if measure.left_on else "–"
    entry = "Einträge" if not language.startswith("en") else "entries"
    entries = f" ({entry} {', '.join(map(str, measure.entries))})" if measure.entries else ""
    return f"{began}–{ended}  {shown_code(measure.verdict, language)}{entries}"


def _suggested(suggested: SuggestedFailedMatch, language: str) -> str:
    kind = shown_measure_kind(suggested.kind, suggested.level, language)
    ground = shown_code(suggested.ground, language)
    if language.startswith("en"):
        return f"No seat: {kind}, {ground} (entry {suggested.entry}) – please record it as a failed match"
    return f"Kein Platz: {kind}, {ground} (Eintrag {suggested.entry}) – bitte als erfolglose Suche erfassen"


def shown_measure_kind(kind: OfferKind, level: LanguageLevel | None, language: str) -> str:
    """The kind of a measure, with the level where there is one."""
    return shown_code(kind, language) + (f" {level.value}" if level else "")
