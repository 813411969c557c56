"""Hints of a case at a terminal: what repeats, why each measure counts or not, and what was answered."""

from __future__ import annotations

from collections.abc import Iterator

from domain.case_hints import CaseHints
from domain.code_titles import in_language
from domain.path import Title
from domain.repetition import AssessedMeasure, RepetitionHint
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
        return
    for hint in hints.repetitions:
        yield from _hint(hint, language)


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


def shown_measure_kind(kind: OfferKind, level: LanguageLevel | None, language: str) -> str:
    """The kind of a measure, with the level where there is one."""
    return shown_code(kind, language) + (f" {level.value}" if level else "")
