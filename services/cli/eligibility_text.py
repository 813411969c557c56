"""Eligibility at a terminal: each subject with its answer, the rules behind it, what would turn it; and a preview."""

from __future__ import annotations

from collections.abc import Iterator, Set

from domain.change_preview import SeatEffect
from domain.characteristics import Dimension, StatusGroup
from domain.code_titles import in_language
from domain.eligible.rule import EligibilitySubject, Verdict, all_of
from domain.path import Title
from domain.values import LegalRegime, ResidenceStatus
from domain.wording import shown_code, shown_date
from services.case_eligibility import ShownEligibility, ShownFinding, ShownJudgement, ShownPreview

_MARKS = {Verdict.YES: "✓", Verdict.NO: "✗", Verdict.UNKNOWN: "?"}


def eligibility_lines(seen: ShownEligibility, language: str) -> Iterator[str]:
    """Every subject: its answer, the decision of a person, and each rule with its fact and what would turn it."""
    english = language.startswith("en")
    day = shown_date(seen.on, language)
    yield (
        f"Answers of the rules for {day} (entry {seen.version}). They propose; a person decides."
        if english
        else f"Antworten der Regeln zum {day} (Eintrag {seen.version}). Sie schlagen vor, eine Person entscheidet."
    )
    of_all = {
        finding.rule
        for judgement in seen.judgements
        if judgement.subject is EligibilitySubject.PROGRAMME
        for finding in judgement.findings
    }
    for judgement in seen.judgements:
        yield ""
        told_before = judgement.subject is not EligibilitySubject.PROGRAMME
        yield from _judgement(judgement, of_all if told_before else frozenset(), language)


def _judgement(judgement: ShownJudgement, told: Set[str], language: str) -> Iterator[str]:
    """One subject; rules that were ``told`` with the programme are named in one line."""
    english = language.startswith("en")
    subject = shown_code(judgement.subject, language)
    yield f"{_MARKS[judgement.verdict]} {subject}: {in_language(judgement.answer, language)}"
    if judgement.turning is not None:
        yield f"  {in_language(judgement.turning, language)}"
    if judgement.recheck_asked:
        yield "  Somebody is woken then." if english else "  Dann wird geweckt."
    decision = judgement.decision
    if decision is not None:
        said = "decided" if english else "entschieden"
        otherwise = ""
        if decision.rules_say_otherwise:
            otherwise = "; the rules say otherwise" if english else "; die Regeln sagen anderes"
        yield (
            f"  {said} {shown_date(decision.decided_on, language)}: "
            f"{shown_code(decision.result, language)} ({decision.decided_by}){otherwise}"
        )
    again = [finding for finding in judgement.findings if finding.rule in told]
    if again:
        verdict = shown_code(all_of(*(finding.verdict for finding in again)), language)
        said = "the rules of the programme, as above" if english else "die Regeln des Programms, wie oben"
        yield f"    {_MARKS[all_of(*(finding.verdict for finding in again))]} {said}: {verdict}."
    for finding in judgement.findings:
        if finding.rule not in told:
            yield from _finding(finding, language)


def _finding(finding: ShownFinding, language: str) -> Iterator[str]:
    mark = ""
    if finding.unverified:
        mark = (
            "; not read again since 2026-06-12"
            if language.startswith("en")
            else "; seit 12.06.2026 nicht neu geprüft"
        )
    yield f"    {_MARKS[finding.verdict]} {in_language(finding.sentence, language)}"
    if finding.turning is not None:
        yield f"      {in_language(finding.turning, language)}"
    yield f"      [{finding.citation}{mark}; {finding.rule}]"


_HEADS = {
    "answers": Title(de="Antworten der Regeln", en="Answers of the rules"),
    "seats": Title(de="Plätze", en="Seats"),
    "offers": Title(de="Angebote", en="Offers"),
    "dates": Title(de="Termine", en="Dates"),
    "tell": Title(de="Zu informieren", en="To be told"),
    "lines": Title(de="Statistik", en="Statistics"),
}


def preview_lines(seen: ShownPreview, language: str) -> Iterator[str]:
    """What would change, in the order of a conversation; what stays is not told."""
    english = language.startswith("en")
    day = shown_date(seen.on, language)
    if not seen.events:
        yield (
            "That is so already; nothing would change."
            if english
            else "Das ist schon so; nichts würde sich ändern."
        )
        return
    yield (
        f"Preview for {day}. Nothing has been recorded."
        if english
        else f"Vorschau zum {day}. Es wurde nichts eingetragen."
    )
    blocks = {
        "answers": list(_answers(seen, language)),
        "seats": list(_seats(seen, language)),
        "offers": list(_offers(seen, language)),
        "dates": list(_dates(seen, language)),
        "tell": list(_told(seen, language)),
        "lines": list(_lines(seen, language)),
    }
    for name, lines in blocks.items():
        head = in_language(_HEADS[name], language)
        nothing = "nothing changes" if english else "ändert sich nichts"
        yield f"{head}: {nothing}" if not lines else f"{head}:"
        yield from (f"  {line}" for line in lines)


def _answers(seen: ShownPreview, language: str) -> Iterator[str]:
    for change in seen.answers:
        because = "; ".join(
            in_language(finding.title, language)
            for finding in change.against
            if finding.verdict is change.after
        )
        yield (
            f"{shown_code(change.subject, language)}: {shown_code(change.before, language)} → "
            f"{shown_code(change.after, language)}" + (f" ({because})" if because else "")
        )


def _seats(seen: ShownPreview, language: str) -> Iterator[str]:
    for seat in seen.seats:
        if seat.effect is not SeatEffect.STAYS:
            module = shown_code(seat.module, language) if seat.module else "–"
            yield f"{module} ({shown_code(seat.status, language)}): {shown_code(seat.effect, language)}"


def _offers(seen: ShownPreview, language: str) -> Iterator[str]:
    free = "free seats" if language.startswith("en") else "freie Plätze"
    for offer in seen.offers:
        yield (
            f"{offer.title} ({shown_code(offer.module, language)}, {shown_date(offer.starts_on, language)}, "
            f"{offer.free} {free}): {shown_code(offer.effect, language)}"
        )


def _dates(seen: ShownPreview, language: str) -> Iterator[str]:
    for change in seen.dates:
        days = " → ".join(
            shown_date(day, language) for day in (change.before, change.after) if day is not None
        )
        yield f"{in_language(change.title, language)}: {shown_code(change.effect, language)}, {days}"


def _told(seen: ShownPreview, language: str) -> Iterator[str]:
    for told in seen.to_tell:
        yield f"{shown_code(told.holder, language)} ({shown_code(told.consent, language)})"


def _lines(seen: ShownPreview, language: str) -> Iterator[str]:
    for line in seen.lines:
        before, after = (_class(line.dimension, value, language) for value in (line.before, line.after))
        yield f"{shown_code(line.dimension, language)}: {before} → {after}"


def _class(dimension: Dimension, value: str, language: str) -> str:
    lists = {
        Dimension.RESIDENCE_STATUS: ResidenceStatus,
        Dimension.LEGAL_REGIME: LegalRegime,
        Dimension.STATUS_GROUP: StatusGroup,
    }
    codes = lists[dimension]
    return shown_code(codes(value), language) if value in set(codes) else value
