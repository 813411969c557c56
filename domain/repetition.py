"""Repeated measures: when the same kind of measure comes again without gain. A hint to think again, never a label.

Nothing here is stored but the answers: hint and verdicts are computed from the case each time it is looked at, and they
leave its page nowhere (docs/decisions/0022-hints-stay-on-the-case-page.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.participation import AbandonReason, CourseCertificate, CourseState, Participation, SeatStatus
from domain.path import RepetitionRule
from domain.periods import InvalidPeriod, Period, end_of
from domain.personal import Erased
from domain.training import AusbildungState
from domain.values import LanguageLevel, OfferKind, ParticipationId, SchoolLeaving

# ---------------------------------------------------------------- vocabulary


class MeasureVerdict(StrEnum):
    """Whether a measure counts as one without gain, and why not."""

    COUNTS = "counts"
    NOT_STARTED = "not_started"
    STILL_RUNNING = "still_running"
    KIND_NOT_TOLD = "kind_not_told"
    """The offer's answer was recorded before it told of what kind the offer is: not guessed."""
    GAINED = "gained"
    EXCUSED = "excused"
    LED_ON = "led_on"
    """It was left for Ausbildung or work."""
    AUSBILDUNG_SINCE = "ausbildung_since"


class RepetitionAnswerCode(StrEnum):
    """What the caseworker makes of a hint."""

    OTHER_WAY_AGREED = "other_way_agreed"
    REPETITION_MAKES_SENSE = "repetition_makes_sense"
    NOTHING_ELSE_ON_OFFER = "nothing_else_on_offer"
    WISH_OF_PARTICIPANT = "wish_of_participant"
    NO_REPETITION = "no_repetition"
    OTHER = "other"


GAINFUL_CERTIFICATES = frozenset(
    {
        CourseCertificate.LANGUAGE_CERTIFICATE,
        CourseCertificate.SCHOOL_LEAVING,
        CourseCertificate.QUALIFICATION,
    }
)
"""A certificate of attendance says that somebody was there, not what they gained."""


# --------------------------------------------------------------------- values


@dataclass(frozen=True, slots=True, kw_only=True)
class RepetitionAnswer:
    """What was answered to a hint; it settles the participations it names."""

    kind: OfferKind
    level: LanguageLevel | None
    participations: tuple[ParticipationId, ...]
    answer: RepetitionAnswerCode
    remark: str | Erased
    answered_on: date
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessedMeasure:
    """One participation with its verdict; ``entries`` are the versions of the entries it rests on."""

    participation_id: ParticipationId
    kind: OfferKind | None
    level: LanguageLevel | None
    verdict: MeasureVerdict
    entered_on: date | None
    left_on: date | None
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepetitionHint:
    """The same kind of measure came again without gain.

    ``repeated`` are the participations that make the hint, in the order of their entry; ``reached_on`` is the day on
    which the latest of them ended. ``measures`` are all participations of the kind with their verdicts. ``answers`` are
    those given so far; the hint is ``open`` while one of ``repeated`` is in none of them.
    """

    kind: OfferKind
    level: LanguageLevel | None
    repeated: tuple[ParticipationId, ...]
    reached_on: date
    measures: tuple[AssessedMeasure, ...]
    answers: tuple[RepetitionAnswer, ...]
    open: bool


# ---------------------------------------------------------------- computation


def same_kind(kind: OfferKind, level: LanguageLevel | None) -> tuple[OfferKind, LanguageLevel | None]:
    """What two measures share that are of the same kind: language courses also lead to the same level."""
    return kind, level if kind is OfferKind.LANGUAGE else None


def assessed_measures(
    course: CourseState, ausbildung: AusbildungState, rule: RepetitionRule
) -> tuple[AssessedMeasure, ...]:
    """Every participation of the case with its verdict, in the order they were asked for."""
    return tuple(_assessed(p, ausbildung, rule) for p in course.participations)


def repetition_hints(
    course: CourseState,
    ausbildung: AusbildungState,
    answers: Sequence[RepetitionAnswer],
    rule: RepetitionRule,
) -> tuple[RepetitionHint, ...]:
    """The hints of a case, answered ones too, in the order of the kinds and levels."""
    if sum(p.left_on is not None for p in course.participations) < rule.measures:
        return ()
    by_kind: dict[tuple[OfferKind, LanguageLevel | None], list[AssessedMeasure]] = {}
    for measure in assessed_measures(course, ausbildung, rule):
        if measure.kind is not None:
            by_kind.setdefault(same_kind(measure.kind, measure.level), []).append(measure)
    hints = (_hint(*key, measures, answers, rule) for key, measures in by_kind.items())
    return tuple(sorted((hint for hint in hints if hint is not None), key=_in_order))


def _in_order(hint: RepetitionHint) -> tuple[int, str]:
    return list(OfferKind).index(hint.kind), hint.level.value if hint.level else ""


def _hint(
    kind: OfferKind,
    level: LanguageLevel | None,
    measures: list[AssessedMeasure],
    answers: Sequence[RepetitionAnswer],
    rule: RepetitionRule,
) -> RepetitionHint | None:
    repeated = _repeated(measures, rule)
    if not repeated:
        return None
    given = tuple(a for a in answers if same_kind(a.kind, a.level) == (kind, level))
    settled = {participation for answer in given for participation in answer.participations}
    ids = tuple(measure.participation_id for measure in repeated)
    return RepetitionHint(
        kind=kind,
        level=level,
        repeated=ids,
        reached_on=max(m.left_on for m in repeated if m.left_on is not None),
        measures=tuple(measures),
        answers=given,
        open=not settled.issuperset(ids),
    )


def _repeated(measures: Iterable[AssessedMeasure], rule: RepetitionRule) -> list[AssessedMeasure]:
    return close_together((m for m in measures if m.verdict is MeasureVerdict.COUNTS), rule)


def close_together(measures: Iterable[AssessedMeasure], rule: RepetitionRule) -> list[AssessedMeasure]:
    """The measures that lie, with enough others, in a window of ``rule``: entry to entry, the last day included."""
    counting = sorted(measures, key=lambda m: (m.entered_on or date.max, m.participation_id.int))
    found: dict[ParticipationId, AssessedMeasure] = {}
    for place in range(len(counting) - rule.measures + 1):
        window = counting[place : place + rule.measures]
        first, last = window[0].entered_on, window[-1].entered_on
        if first is not None and last is not None and last <= _window_ends(first, rule):
            found |= {measure.participation_id: measure for measure in window}
    return list(found.values())


def _window_ends(first: date, rule: RepetitionRule) -> date:
    try:
        return end_of(first, Period(months=rule.months))
    except InvalidPeriod:
        return date.max


def _assessed(
    participation: Participation, ausbildung: AusbildungState, rule: RepetitionRule
) -> AssessedMeasure:
    versions = (participation.entered_version, participation.left_version)
    verdict, because_of = _verdict(participation, ausbildung, rule)
    return AssessedMeasure(
        participation_id=participation.id,
        kind=participation.kind,
        level=participation.level,
        verdict=verdict,
        entered_on=participation.entered_on,
        left_on=participation.left_on,
        entries=tuple(version for version in (*versions, because_of) if version),
    )


def _verdict(
    participation: Participation, ausbildung: AusbildungState, rule: RepetitionRule
) -> tuple[MeasureVerdict, int]:
    """The verdict, and the version of an entry besides those of the participation that it rests on, else 0."""
    running = participation.status is SeatStatus.RUNNING
    verdict = verdict_of_measure(
        rule,
        entered_on=participation.entered_on,
        left_on=None if running else participation.left_on,
        kind_told=participation.kind is not None,
        gained=_gained(participation),
        ground=participation.abandon_ground,
    )
    if verdict is not MeasureVerdict.COUNTS or participation.entered_on is None:
        return verdict, 0
    for training in ausbildung.trainings:
        if training.entered_on is not None and training.entered_on >= participation.entered_on:
            return MeasureVerdict.AUSBILDUNG_SINCE, training.probation_version  # the entry that began it
    return verdict, 0


def verdict_of_measure(
    rule: RepetitionRule,
    *,
    entered_on: date | None,
    left_on: date | None,
    kind_told: bool,
    gained: bool,
    ground: AbandonReason | None,
) -> MeasureVerdict:
    """The verdict as far as the measure itself decides it; an Ausbildung begun since is looked at after it."""
    if entered_on is None:
        return MeasureVerdict.NOT_STARTED
    if left_on is None:
        return MeasureVerdict.STILL_RUNNING
    if not kind_told:
        return MeasureVerdict.KIND_NOT_TOLD
    if gained:
        return MeasureVerdict.GAINED
    if ground in rule.excused:
        return MeasureVerdict.EXCUSED
    return MeasureVerdict.LED_ON if ground in rule.led_on else MeasureVerdict.COUNTS


def _gained(participation: Participation) -> bool:
    school = participation.school_leaving_gained
    return brought_gain(
        participation.certificate,
        participation.level_gained if isinstance(participation.level_gained, LanguageLevel) else None,
        school if isinstance(school, SchoolLeaving) else None,
    )


def brought_gain(
    certificate: CourseCertificate | None, level: LanguageLevel | None, school: SchoolLeaving | None
) -> bool:
    """Whether a measure ended with something to show: a certificate other than attendance, a level, a qualification."""
    return (
        certificate in GAINFUL_CERTIFICATES
        or level is not None
        or (school is not None and school is not SchoolLeaving.NONE)
    )
