"""What a judgement says to a reader: each rule in a sentence, with its fact, its entry and what would turn it."""

from __future__ import annotations

from datetime import date

from domain.date_wording import english_date, german_date
from domain.eligible.judging import Finding, Judgement, Turn
from domain.eligible.rechecks import RecheckDate
from domain.eligible.rule import EligibilityRule, EligibilitySubject, TurningEvent, Verdict
from domain.eligible.words import shown_code
from domain.title import Title

_OF_PROGRAMME = {
    Verdict.YES: Title(de="nach den Regeln förderfähig", en="eligible by the rules"),
    Verdict.NO: Title(de="nach den Regeln nicht förderfähig", en="not eligible by the rules"),
    Verdict.UNKNOWN: Title(
        de="nicht entscheidbar, eine Person muss prüfen", en="cannot be decided, a person has to check"
    ),
}
_OF_OTHERS = {
    Verdict.YES: Title(
        de="nichts Erfasstes spricht dagegen – dort prüfen",
        en="nothing recorded speaks against it – check there",
    ),
    Verdict.NO: Title(
        de="derzeit spricht etwas dagegen – prüfen", en="something speaks against it now – check"
    ),
    Verdict.UNKNOWN: Title(
        de="aus den Einträgen nicht zu sagen – prüfen", en="cannot be said from the entries – check"
    ),
}


def answer_title(subject: EligibilitySubject, verdict: Verdict) -> Title:
    """The answer in words: of the programme a proposal, of everything else only what to check."""
    return (_OF_PROGRAMME if subject.of_programme else _OF_OTHERS)[verdict]


def finding_sentence(finding: Finding) -> Title:
    """One rule in one sentence: what it is about, its answer, the fact and the entry behind it."""
    entry_de = f" (Eintrag {finding.version})" if finding.version else ""
    entry_en = f" (entry {finding.version})" if finding.version else ""
    verdict_de, verdict_en = shown_code(finding.verdict, "de"), shown_code(finding.verdict, "en")
    rule = finding.rule.title
    return Title(
        de=f"{rule.de}: {verdict_de} – {finding.fact.de}{entry_de}.",
        en=f"{rule.en}: {verdict_en} – {finding.fact.en}{entry_en}.",
    )


def turning_sentence(finding: Finding) -> Title | None:
    """What would turn this rule: a day, an event, or both; None for a yes that lasts."""
    by_time = None if finding.turns_on is None else _by_time(finding, finding.turns_on)
    if finding.verdict is Verdict.YES:
        return by_time
    if finding.turned_by is TurningEvent.PERSON_LOOKS and by_time is None:
        return Title(de="Das muss eine Person beurteilen.", en="A person has to judge that.")
    de = [] if by_time is None else [by_time.de]
    en = [] if by_time is None else [by_time.en]
    if finding.turned_by is not None:
        de.append(_event(finding, "de"))
        en.append(_event(finding, "en"))
    if not de:
        return None
    head_de, head_en = (
        ("Ändern würde das", "What would turn it")
        if finding.verdict is Verdict.NO
        else ("Klären würde das", "What would clear it up")
    )
    return Title(de=f"{head_de}: {'; oder '.join(de)}.", en=f"{head_en}: {'; or '.join(en)}.")


def _by_time(finding: Finding, turns_on: date) -> Title:
    if finding.verdict is Verdict.YES:
        until = date.fromordinal(turns_on.toordinal() - 1)
        return Title(de=f"Gilt so bis {german_date(until)}.", en=f"Stays so until {english_date(until)}.")
    to = finding.turns_to
    then_de = shown_code(to, "de") if to else "zählt nicht mehr"
    then_en = shown_code(to, "en") if to else "does not count any more"
    return Title(
        de=f"Zeit allein, ab {german_date(turns_on)} ({then_de})",
        en=f"time alone, from {english_date(turns_on)} ({then_en})",
    )


def _event(finding: Finding, language: str) -> str:
    event = finding.turned_by
    assert event is not None  # noqa: S101 # asked before
    said = shown_code(event, language)
    if event in (TurningEvent.CHECK_RECORDED, TurningEvent.CHECK_CHANGES) and finding.rule.check is not None:
        return f"{said}: {shown_code(finding.rule.check, language)}"
    return said


def turn_sentence(judgement: Judgement) -> Title | None:
    """When all rules together answer otherwise by time alone, and because of which; None when never."""
    turn = judgement.turn
    if turn is None:
        return None
    subject = judgement.subject
    then = answer_title(subject, turn.to)
    return Title(
        de=f"Ab {german_date(turn.on)}, wenn sonst nichts geschieht: {then.de}{_because(turn, 'de')}.",
        en=f"From {english_date(turn.on)}, if nothing else happens: {then.en}{_because(turn, 'en')}.",
    )


def _because(turn: Turn | RecheckDate, language: str) -> str:
    titles = [_title(rule, language) for rule in turn.because]
    return f" ({'; '.join(titles)})" if titles else ""


def _title(rule: EligibilityRule, language: str) -> str:
    return rule.title.en if language.startswith("en") else rule.title.de


def recheck_line(found: RecheckDate) -> Title:
    """The line of the agenda for a re-check: what the answer was, what it will be, and because of which rules."""
    subject, before = found.asked.subject, found.asked.answer
    if found.because:
        de, en = f"ab {german_date(found.due_on)}", f"from {found.due_on.isoformat()}"
    else:
        de, en = "nach geänderten Einträgen", "after changed entries"
    return Title(
        de=f"{shown_code(subject, 'de')}: bisher {shown_code(before, 'de')}, {de} {shown_code(found.to, 'de')}"
        f"{_because(found, 'de')}",
        en=f"{shown_code(subject, 'en')}: {shown_code(before, 'en')} until now, {en} {shown_code(found.to, 'en')}"
        f"{_because(found, 'en')}",
    )
