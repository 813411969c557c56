"""The lines of the rescue list from every case and every participation, as the evidence goes through them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from domain.reports.definition import Counting
from domain.reports.rates_known import rates_known
from domain.reports.rescue_attendance import Attendance, every_attendance
from domain.reports.rescue_cases import (
    Standing,
    coached,
    every_standing,
    follow_up_due,
    lacking,
)
from domain.reports.rescue_cut_off import cut_off
from domain.reports.rescue_papers import in_charge
from domain.reports.rescue_profile import PROFILE, mandatory
from domain.reports.rescue_rows import (
    LateList,
    MissingForm,
    Rescue,
    at_risk,
    form_of_case,
    in_order,
    written_id,
)
from domain.reports.rescue_vocabulary import Cure, Form, Missing, Profile
from domain.reports.table import Cell
from domain.reports.tally import Key
from domain.reports.teaching_units import Taught, rate_of


def rescues(counting: Counting) -> list[Rescue]:
    """The cases to be rescued, in their order; to be asked with ``counting.once``."""
    place = counting.municipality
    return in_order(
        [
            Rescue(
                one.case_id.bytes,
                one.place,
                missing,
                *in_charge(one.papers, coached(one)),
                len(one.steps),
                _at_risk(counting, one),
            )
            for one in counting.once(every_standing)
            if one.steps and place in (None, one.place) and (missing := missing_of(counting, one))
        ]
    )


def missing_of(counting: Counting, one: Standing) -> tuple[Missing, ...]:
    """The mandatory answers that a case lacks, in their order; of one that was never entered none is asked."""
    return _lacks(counting, one) if one.left_out else counting.once(_as_they_are)[one.case_id]


def _as_they_are(counting: Counting) -> dict[UUID, tuple[Missing, ...]]:
    return {one.case_id: _lacks(counting, one) for one in counting.once(every_standing)}


def _lacks(counting: Counting, one: Standing) -> tuple[Missing, ...]:
    lacks = set(lacking(one, counting.as_of)) if one.steps else ()
    return tuple(answer for answer in mandatory(counting) if answer in lacks)


def worth(counting: Counting, span: Taught) -> int | None:
    """What the units of a span are worth; None when their rate is not known."""
    rate = rate_of(span, counting.once(rates_known))
    return None if rate is None else span.attended * rate.amount_cents


def _at_risk(counting: Counting, one: Standing) -> Cell:
    priced = [cents for span in one.taught if (cents := worth(counting, span)) is not None]
    return at_risk(counting, sum(priced) if priced else None, {step.module for step in one.steps})


# --------------------------------------------------------------------- forms


def late_lists(counting: Counting) -> list[LateList]:
    """The participations with weeks without a list; to be asked with ``counting.once``."""
    place = counting.municipality
    return [
        late_list(one, weeks)
        for one in counting.once(every_attendance)
        if place in (None, one.place) and (weeks := one.weeks_missing())
    ]


def late_list(one: Attendance, weeks: list[int]) -> LateList:
    """A participation with its weeks without a list."""
    p, case = one.participation, one.case
    assert p.module is not None  # noqa: S101 # of a participation of a module
    assert p.entered_on is not None  # noqa: S101 # that was entered
    return LateList(
        p.case_id.bytes,
        p.participation_id.bytes,
        p.offer_id.bytes,
        p.module,
        (case.path, case.path_version),
        one.place,
        p.entered_on,
        weeks,
    )


def forms_of_cases(counting: Counting) -> dict[Key, MissingForm]:
    """The forms of the cases themselves; to be asked with ``counting.once``."""
    place = counting.municipality
    found: dict[Key, MissingForm] = {}
    for one in counting.once(every_standing):
        if place in (None, one.place):
            found.update(follow_up(counting, one))
            found.update(residence(counting, one))
    return found


def follow_up(counting: Counting, one: Standing) -> Iterator[tuple[Key, MissingForm]]:
    """The questionnaire, where nobody has asked yet and the six months are over by the cut-off."""
    if counting.parameters[PROFILE.name] != Profile.ESF_PLUS.value:
        return
    if not one.steps or one.closed_on is None or one.settled_on is not None:
        return
    if (due := follow_up_due(one.closed_on)) <= cut_off(counting):
        key = (written_id(one.case_id.bytes), Form.FOLLOW_UP.value, "")
        # No coach accompanies a case that is closed.
        staff = in_charge(one.papers, coached=False)
        yield key, form_of_case(one.place, staff, due, Cure.FOLLOW_UP_OUTCOME_RECORDED)


def residence(counting: Counting, one: Standing) -> Iterator[tuple[Key, MissingForm]]:
    """A status that ends before the cut-off, of a case that was entered and goes on."""
    if not one.steps or one.papers is None or one.closed_on is not None or one.declined_on is not None:
        return
    until = one.papers.residence_until(counting.as_of)
    if until is not None and until < cut_off(counting):
        key = (written_id(one.case_id.bytes), Form.RESIDENCE.value, "")
        staff = in_charge(one.papers, coached(one))
        yield key, form_of_case(one.place, staff, until, Cure.RESIDENCE_STATUS_CHANGED)


def coached_cases(counting: Counting) -> frozenset[bytes]:
    """The cases that a coach accompanies on the reference date; to be asked with ``counting.once``."""
    return frozenset(one.case_id.bytes for one in counting.once(every_standing) if coached(one))
