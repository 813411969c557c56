"""What two grants seem to pay for twice: pairs of vouchers and decided flat rates, named with both places; a person judges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import chain, compress
from typing import Final, NamedTuple
from uuid import UUID

from domain.double_funding import Claimed, Overlap, across_grants
from domain.flat_rate import keys_apart
from domain.path import Title
from domain.projections.grant_flat_rates import FlatRateRow
from domain.projections.grant_use import GrantMovementRow
from domain.reports.claims import (
    DecidedDays,
    decided_days,
    span_of,
    span_worth,
    standing_decisions,
    voucher_claims,
)
from domain.reports.definition import Counting, ReportDefinition, TableDefinition
from domain.reports.evidence import Kind
from domain.reports.fact_columns import fact_at, ids
from domain.reports.facts import Need
from domain.reports.flat_rates_at_once import FLAT_RATES, shared, standing
from domain.reports.funding_definitions import P4
from domain.reports.grant_books import BOOKS, books, cents, entry
from domain.reports.table import Column, Publication, Table, Unit
from domain.reports.tally import Key, Tally

NAME: Final = "double_funding"
VERSION: Final = 2
SOURCE: Final = "durchstarten.nrw, Förderbausteine F3 und F4 (keine Doppelförderung); ANBest-P"

_KEYS: Final = (
    Title(de="Bescheid", en="grant notice"),
    Title(de="Beleg oder Kurs", en="voucher or course"),
    Title(de="anderer Bescheid", en="other grant notice"),
    Title(de="anderer Beleg oder Kurs", en="other voucher or course"),
)
_COLUMNS: Final = (
    Column(
        id="why",
        title=Title(de="Warum", en="Why"),
        unit=Unit.TEXT,
        definition=Title(
            de="Woran zu erkennen ist, dass beide dasselbe bezahlen könnten. Immer gilt: ihre Zeiten haben einen Tag gemeinsam "
            "(Leistungszeitraum, ohne ihn der Zahlungstag; bei Pauschalen die Tage der Anwesenheit). Zu prüfen; entschieden wird "
            "hier nichts.",
            en="By what both could pay the same thing. Always: their times share a day (time of the service, without one the day "
            "of payment; for flat rates the days of attendance). To be checked; nothing is decided here.",
        ),
        source=SOURCE,
    ),
    Column(
        id="participations",
        title=Title(de="Teilnahmen", en="Participations"),
        unit=Unit.PARTICIPATIONS,
        definition=Title(
            de="Teilnahmen, über deren Pauschale entschieden ist und deren Tage die Zeile betrifft, je einmal; 0, wo es um zwei "
            "Belege geht.",
            en="Participations whose flat rate was decided and whose days the line is about, each once; 0 where it is about two "
            "vouchers.",
        ),
    ),
    Column(
        id="amount",
        title=Title(de="Betrag", en="Amount"),
        unit=Unit.CENTS,
        definition=Title(
            de="Betrag des Belegs. Bei einem Kurs, was die entschiedenen Tage wert sind, die auch der andere Beleg oder Kurs "
            "betrifft: Unterrichtsstunden × Satz, soweit er bekannt ist. Eine Stunde des Kurses wird einmal bezahlt, wie viele "
            "auch da sind: kein Tag zählt zweimal. Beleg und Kurs können in mehreren Zeilen stehen; dann ist die Summe der "
            "Zeilen mehr, als bezahlt wurde.",
            en="Amount of the voucher. Of a course, what the decided days are worth that the other voucher or course is also "
            "about: units × rate as far as it is known. A unit of a course is paid once, however many are there: no day counts "
            "twice. A voucher and a course may be in several lines; then the sum of the lines is more than was paid.",
        ),
        source=P4,
    ),
    Column(
        id="other_amount",
        title=Title(de="anderer Betrag", en="Other amount"),
        unit=Unit.CENTS,
        definition=Title(de="Dasselbe für den anderen Bescheid.", en="The same for the other grant notice."),
    ),
)

_VOUCHER: Final = "claimed"
_COURSE: Final = "units"
"""What one voucher claims, and the units that what was decided proves of one course: for the evidence alone."""


def _pairs(counting: Counting) -> Table:
    tally = Tally(
        id="pairs",
        title=Title(
            de="Was zwei Zuwendungen doppelt zu bezahlen scheinen", en="What two grants seem to pay twice"
        ),
        keys=_KEYS,
        columns=_COLUMNS,
        evidence=counting.evidence,
        hidden=(_VOUCHER, _COURSE),
    )
    tally.declare(Kind.SUM, _VOUCHER)
    tally.declare(Kind.APART, _COURSE)
    tally.declare(Kind.DERIVED, *(column.id for column in _COLUMNS))
    known = {book.grant_id: book.reference for book in counting.once(books)}
    spendings = [row for book in counting.once(books) for row in book.spendings]
    if counting.evidence is None:
        decided = _shared_decisions(counting, known, spendings)
    else:
        decided = _count_claimed(counting, tally, known, spendings)
    pairs: dict[tuple[_Side, _Side], list[tuple[Claimed, Claimed, Overlap]]] = defaultdict(list)
    for one, other, why in across_grants([*voucher_claims(spendings), *map(decided_days, decided)]):
        if known[one.grant_id] > known[other.grant_id]:
            one, other = other, one  # noqa: PLW2901 # the two change places
        pairs[_side(known, one), _side(known, other)].append((one, other, why))
    lines: list[Key] = []
    for sides, found in pairs.items():
        key = (*sides[0].key, *sides[1].key)
        lines.append(key)
        refs = tuple(tally.ref(side.column, _alone(side.key)) for side in sides)
        claims = [one for one, _, _ in found], [other for _, other, _ in found]
        reasons = " ".join(sorted({why for _, _, why in found}))
        tally.put("why", key, reasons, "looks_paid_twice", refs)
        tally.put("participations", key, _participations(chain(*claims)), "of_decided_days", refs)
        tally.put("amount", key, _together(claims[0]), "claimed", refs[:1])
        tally.put("other_amount", key, _together(claims[1]), "claimed", refs[1:])
    return tally.table(sorted(lines))


class _Side(NamedTuple):
    """One side of a pair: the grant and its voucher or course, and the hidden column that tells what it claims."""

    key: tuple[str, str]
    column: str


def _side(known: Mapping[UUID, str], claim: Claimed) -> _Side:
    if isinstance(claim, DecidedDays):
        return _Side((known[claim.grant_id], str(claim.offer_id)), _COURSE)
    return _Side((known[claim.grant_id], claim.reference), _VOUCHER)


def _alone(side: tuple[str, str]) -> Key:
    return *side, "", ""


def _together(claims: Iterable[Claimed]) -> int:
    """What the claims of one side are worth: a voucher once, and of the days of a course none twice."""
    vouchers = {claim for claim in claims if not isinstance(claim, DecidedDays)}
    spans = {claim.span for claim in claims if isinstance(claim, DecidedDays)}
    return sum(claim.amount_cents for claim in vouchers) + sum(map(span_worth, keys_apart(spans)))


def _participations(claims: Iterable[Claimed]) -> int:
    return len({claim.participation_id for claim in claims if isinstance(claim, DecidedDays)})


def _shared_decisions(
    counting: Counting, known: Mapping[UUID, str], spendings: Iterable[GrantMovementRow]
) -> list[FlatRateRow]:
    """Of the decided spans that stand, those of a participation or a course that two grants pay for: no other makes a pair."""
    facts = counting.facts.flat_rates
    stands = standing(counting, {grant.bytes for grant in known})
    grants, seats, courses = (
        list(compress(ids(facts, FlatRateRow, name), stands))
        for name in ("grant_id", "participation_id", "offer_id")
    )
    paid_for = [(row.participation_id, row.offer_id, row.grant_id.bytes) for row in spendings]
    shared_seats = shared(
        zip(seats, grants, strict=True), ((seat.bytes, grant) for seat, _, grant in paid_for if seat)
    )
    shared_courses = shared(
        zip(courses, grants, strict=True), ((course.bytes, grant) for _, course, grant in paid_for if course)
    )
    places = compress(range(len(stands)), stands)
    return [
        fact_at(facts, place)
        for place, seat, course in zip(places, seats, courses, strict=True)
        if seat in shared_seats or course in shared_courses
    ]


def _count_claimed(
    counting: Counting, tally: Tally, known: Mapping[UUID, str], spendings: Iterable[GrantMovementRow]
) -> list[FlatRateRow]:
    """What each voucher and each course claims alone, for the evidence; returns the decided spans that stand."""

    def voucher(row: GrantMovementRow) -> Key:
        return _alone((known[row.grant_id], row.reference))

    def course(row: FlatRateRow) -> Key:
        return _alone((known[row.grant_id], str(row.offer_id)))

    decided = (
        row for row in counting.facts.flat_rates if row.grant_id in known and row.decided_on <= counting.as_of
    )
    standing_now, replaced = standing_decisions(decided)
    ended_by = dict(replaced)
    tally.count(_VOUCHER, spendings, voucher, entry, cents)
    tally.apart(_COURSE, standing_now, course, entry, lambda row: (row.offer_id, span_of(row)))
    tally.but_for(_COURSE, ended_by, course, entry, lambda row: (ended_by[row],))
    return standing_now


DOUBLE_FUNDING: Final = ReportDefinition(
    name=NAME,
    version=VERSION,
    title=Title(de="Mögliche Doppelförderung", en="Possible double funding"),
    publication=Publication.INTERNAL,
    parameters=(),
    tables=(TableDefinition(id="pairs", count=_pairs),),
    needs=frozenset({Need.GRANT_STATEMENTS}),
    columns=lambda _: BOOKS | FLAT_RATES,
)
