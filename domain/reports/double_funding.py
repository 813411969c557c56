"""What two grants seem to pay for twice: pairs of vouchers and decided flat rates, named with both places; a person judges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import compress
from typing import Final
from uuid import UUID

from domain.double_funding import Claimed, Overlap, across_grants
from domain.path import Title
from domain.projections.grant_flat_rates import FlatRateRow
from domain.projections.grant_use import GrantMovementRow
from domain.reports.claims import decided_claims, standing_decisions, voucher_claims, worth
from domain.reports.definition import Counting, ReportDefinition, TableDefinition
from domain.reports.evidence import Kind
from domain.reports.fact_columns import fact_at, ids
from domain.reports.facts import Need
from domain.reports.flat_rates_at_once import FLAT_RATES, shared, standing
from domain.reports.grant_books import BOOKS, books, cents, entry
from domain.reports.table import Column, Publication, Table, Unit
from domain.reports.tally import Key, Tally

NAME: Final = "double_funding"
VERSION: Final = 1
SOURCE: Final = "durchstarten.nrw, Förderbausteine F3 und F4 (keine Doppelförderung); ANBest-P"

_KEYS: Final = (
    Title(de="Bescheid", en="grant notice"),
    Title(de="Beleg oder Teilnahme", en="voucher or participation"),
    Title(de="anderer Bescheid", en="other grant notice"),
    Title(de="anderer Beleg oder Teilnahme", en="other voucher or participation"),
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
        id="amount",
        title=Title(de="Betrag", en="Amount"),
        unit=Unit.CENTS,
        definition=Title(
            de="Betrag des Belegs, oder was die entschiedenen Tage der Teilnahme wert sind, soweit ihr Satz bekannt ist.",
            en="Amount of the voucher, or what the decided days of the participation are worth as far as their rate is known.",
        ),
    ),
    Column(
        id="other_amount",
        title=Title(de="anderer Betrag", en="Other amount"),
        unit=Unit.CENTS,
        definition=Title(de="Dasselbe für den anderen Bescheid.", en="The same for the other grant notice."),
    ),
)


def _pairs(counting: Counting) -> Table:
    tally = Tally(
        id="pairs",
        title=Title(
            de="Was zwei Zuwendungen doppelt zu bezahlen scheinen", en="What two grants seem to pay twice"
        ),
        keys=_KEYS,
        columns=_COLUMNS,
        evidence=counting.evidence,
        hidden=("claimed",),
    )
    tally.declare(Kind.SUM, "claimed")
    tally.declare(Kind.DERIVED, "why", "amount", "other_amount")
    known = {book.grant_id: book.reference for book in counting.once(books)}
    spendings = [row for book in counting.once(books) for row in book.spendings]
    if counting.evidence is None:
        decisions = _shared_decisions(counting, known, spendings)
    else:
        decisions = [
            row
            for row in counting.facts.flat_rates
            if row.grant_id in known and row.decided_on <= counting.as_of
        ]
        _count_claimed(tally, known, spendings, decisions)
    pairs: dict[Key, list[tuple[Claimed, Claimed, Overlap]]] = defaultdict(list)
    for one, other, why in across_grants([*voucher_claims(spendings), *decided_claims(decisions)]):
        if known[one.grant_id] > known[other.grant_id]:
            one, other = other, one  # noqa: PLW2901 # the two change places
        pairs[known[one.grant_id], one.reference, known[other.grant_id], other.reference].append(
            (one, other, why)
        )
    for key, found in pairs.items():
        reasons = " ".join(sorted({why for _, _, why in found}))
        sides = (
            tally.ref("claimed", _alone(*key[:2])),
            tally.ref("claimed", _alone(*key[2:])),
        )
        tally.put("why", key, reasons, "looks_paid_twice", sides)
        tally.put("amount", key, _together([one for one, _, _ in found]), "claimed", sides[:1])
        tally.put("other_amount", key, _together([other for _, other, _ in found]), "claimed", sides[1:])
    return tally.table(sorted(pairs))


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
    tally: Tally,
    known: Mapping[UUID, str],
    spendings: Iterable[GrantMovementRow],
    decisions: Iterable[FlatRateRow],
) -> None:
    """What each voucher and each participation claims alone, for the evidence."""

    def voucher(row: GrantMovementRow) -> Key:
        return _alone(known[row.grant_id], row.reference)

    def participation(row: FlatRateRow) -> Key:
        return _alone(known[row.grant_id], str(row.participation_id))

    standing_now, replaced = standing_decisions(decisions)
    ended_by = dict(replaced)
    tally.count("claimed", spendings, voucher, entry, cents)
    tally.count("claimed", standing_now, participation, entry, worth)
    tally.but_for("claimed", ended_by, participation, entry, lambda row: (ended_by[row],), worth)


def _together(claims: list[Claimed]) -> int:
    """The amount of claims, each once."""
    return claims[0].amount_cents if len(claims) == 1 else sum(claim.amount_cents for claim in set(claims))


def _alone(reference: str, claim: str) -> Key:
    return reference, claim, "", ""


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
