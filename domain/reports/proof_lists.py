"""The lists of a statement: drawdowns and repayments, vouchers, onward grants, and the flat rates of the courses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeAlias, cast

from domain.path import Title
from domain.projections.grant_flat_rates import FlatRateRow
from domain.projections.grant_statements import OnwardGrantRow
from domain.projections.grant_use import GrantMovementRow
from domain.reports import proof_definitions as means
from domain.reports.definition import Counting
from domain.reports.evidence import Kind
from domain.reports.flat_rate_figures import earned_of, proven_of, standing_rows
from domain.reports.flat_rates_at_once import Earned, Worth, earned_at_once
from domain.reports.grant_asked import DATE_KEY, GRANT_KEY, LINE_KEYS, REFERENCE_KEY, asked, year_of
from domain.reports.grant_books import GrantBooks, cents, entry, line_of_spending
from domain.reports.plan_totals import put_sum
from domain.reports.proof_lists_at_once import VOUCHER_WORDS, courses_once, put_earned, put_vouchers
from domain.reports.table import TOTAL, Cell, Table
from domain.reports.tally import Key, Tally

# ------------------------------------------------------------ payments, vouchers


def payments(counting: Counting) -> Table:
    """Drawdowns and repayments, each with its day and reference."""
    tally = Tally(
        id="payments",
        title=Title(de="Mittelabrufe und Rückzahlungen", en="Drawdowns and repayments"),
        keys=(GRANT_KEY, DATE_KEY, REFERENCE_KEY),
        columns=means.PAYMENTS,
        evidence=counting.evidence,
        totals=_of_grant,
    )
    tally.declare(Kind.SUM, "drawn", "repaid")
    shown: list[Key] = []
    for book in asked(counting):

        def line(row: GrantMovementRow, reference: str = book.reference) -> Key:
            return reference, row.occurred_on.isoformat(), row.reference

        tally.count("drawn", book.drawdowns, line, entry, cents)
        tally.count("repaid", book.repayments, line, entry, cents)
        shown += sorted({*map(line, book.drawdowns), *map(line, book.repayments)})
        shown.append((book.reference, TOTAL, TOTAL))
    return tally.table(shown)


def vouchers(counting: Counting, *, in_year: bool) -> Table:
    """Every voucher as it counts in the end, line by line in the order of the plan; ``in_year``: those of one year."""
    tally = Tally(
        id="vouchers",
        title=Title(de="Belegliste", en="List of vouchers"),
        keys=(GRANT_KEY, *LINE_KEYS, DATE_KEY, Title(de="Beleg", en="voucher")),
        columns=means.VOUCHERS,
        evidence=counting.evidence,
        totals=_of_line_and_grant,
    )
    at_once = counting.evidence is None
    tally.declare(Kind.DERIVED if at_once else Kind.SUM, "amount")
    tally.declare(Kind.DERIVED, *VOUCHER_WORDS)
    shown: list[Key] = []
    for book in asked(counting):

        def line(row: GrantMovementRow, reference: str = book.reference) -> Key:
            return reference, *line_of_spending(row), row.occurred_on.isoformat(), row.reference

        rows = [
            row
            for row in book.spendings
            if counting.municipality in (None, row.municipality)
            and (not in_year or row.occurred_on.year == year_of(counting))
        ]
        if at_once:
            shown += put_vouchers(tally, book, rows)
            continue
        tally.count("amount", rows, line, entry, cents)
        last = {line(row): row for row in rows}
        order = {key: place for place, key in enumerate(book.keys)}
        listed = sorted(
            (key for key in last if tally.cell("amount", key) != 0),
            key=lambda key: (order[key[1:4]], key[4:]),
        )
        sums: list[Key] = []
        for number, key in enumerate(listed, 1):
            operands = (tally.ref("amount", key),)
            tally.put("number", key, str(number), "running_number")
            tally.put("payee", key, last[key].payee or "", "as_booked", operands)
            tally.put("purpose", key, last[key].purpose or "", "as_booked", operands)
            shown.append(key)
            if number == len(listed) or listed[number][:4] != key[:4]:
                sums.append((*key[:4], TOTAL, TOTAL))
                shown.append(sums[-1])
        sums.append((book.reference, *(TOTAL,) * 5))
        shown.append(sums[-1])
        for key in sums:
            for column in VOUCHER_WORDS:
                tally.put(column, key, "", "nothing_for_sums")
    return tally.table(shown)


def _of_grant(key: Key) -> tuple[Key]:
    return ((key[0], *(TOTAL,) * (len(key) - 1)),)


def _of_line_and_grant(key: Key) -> tuple[Key, ...]:
    return (*key[:4], TOTAL, TOTAL), *_of_grant(key)


# ------------------------------------------------------ onward grants, flat rates


def onward(counting: Counting) -> Table:
    """What providers were promised, paid, and have proven."""
    tally = Tally(
        id="onward_grants",
        title=Title(de="Weiterleitungen", en="Onward grants"),
        keys=(GRANT_KEY, REFERENCE_KEY),
        columns=means.ONWARD,
        evidence=counting.evidence,
        totals=_of_grant,
    )
    tally.declare(Kind.SUM, "promised", "paid", "proven", "accepted")
    tally.declare(Kind.DERIVED, "provider")
    shown: list[Key] = []
    as_of = counting.as_of
    for book in asked(counting):
        rows = [
            row
            for row in counting.facts.onward_grants
            if row.grant_id == book.grant_id and row.given_on <= as_of
        ]
        first = [row for row in rows if row.place == 1]

        def line(row: OnwardGrantRow, reference: str = book.reference) -> Key:
            return reference, row.reference

        def paid_line(row: GrantMovementRow, reference: str = book.reference) -> Key:
            return reference, row.onward_reference or ""

        paid = [row for row in book.spendings if row.onward_reference]
        tally.count("promised", rows, line, lambda row: (row.version,), lambda row: row.amount_cents)
        tally.count("paid", paid, paid_line, entry, cents)
        tally.count(
            "proven",
            _by(first, lambda row: row.proof_delivered_on, as_of),
            line,
            lambda row: (row.version, row.proof_version),
            lambda row: row.proof_spent_cents,
        )
        tally.count(
            "accepted",
            _by(first, lambda row: row.proof_checked_on, as_of),
            line,
            lambda row: (row.version, row.proof_version, row.proof_checked_version),
            lambda row: row.proof_accepted_cents,
        )
        for row in first:
            tally.put("provider", line(row), row.provider, "as_given", (tally.ref("promised", line(row)),))
        total = (book.reference, TOTAL)
        tally.put("provider", total, "", "nothing_for_sums")
        shown += [*sorted(map(line, first)), total]
    return tally.table(shown)


def _by(
    rows: Iterable[OnwardGrantRow], day: Callable[[OnwardGrantRow], date | None], as_of: date
) -> list[OnwardGrantRow]:
    return [row for row in rows if (on := day(row)) is not None and on <= as_of]


def flat_rates(counting: Counting) -> Table:
    """What the courses have earned by participation, and what of it was paid."""
    tally = Tally(
        id="flat_rates",
        title=Title(de="Pauschalen der Kurse", en="Flat rates of the courses"),
        keys=(GRANT_KEY, *LINE_KEYS, Title(de="Angebot", en="offer")),
        columns=means.FLAT_RATES,
        evidence=counting.evidence,
        totals=lambda key: _of_grant(key) if counting.municipality in (None, key[2]) else (),
        hidden=("attended",),
    )
    tally.declare(Kind.SUM, "attended", "paid")
    tally.declare(Kind.DERIVED, "units", "earned", "difference")
    at_once = counting.evidence is None
    tally.declare(Kind.DERIVED if at_once else Kind.DISTINCT, "participations")
    books, place = asked(counting), counting.municipality
    earned_by = earned_at_once(counting, {book.grant_id.bytes for book in books}) if at_once else {}
    shown: list[Key] = []
    for book in books:

        def paid_line(row: GrantMovementRow, reference: str = book.reference) -> Key:
            return reference, *line_of_spending(row), str(row.offer_id)

        paid = [row for row in book.spendings if row.cost_kind == "flat_rate" and row.offer_id]
        tally.count("paid", paid, paid_line, entry, cents)
        paid_lines = set(map(paid_line, paid))
        if at_once:
            earned = earned_by.get(book.grant_id.bytes) or Earned()
            shown += put_earned(tally, book, earned, paid_lines, place)
            continue
        lines, proven = _earned_with_evidence(counting, tally, book)
        keys = sorted(lines | paid_lines)
        of_course: dict[str, list[Key]] = defaultdict(list)
        for key in keys:
            of_course[key[4]].append(key)
        for key in keys:
            operands = tuple(tally.ref("attended", other) for other in of_course[key[4]])
            units, worth = proven.get((key[4], int(key[3])), (0, 0))
            in_year = [other for other in of_course[key[4]] if other[3] == key[3]]
            settled = sum(int(tally.cell("paid", other)) for other in in_year)
            tally.put("units", key, units, "proven_once", operands)
            tally.put("earned", key, worth, "units_by_rate", operands)
            left: Cell = worth - settled if isinstance(worth, int) else worth
            paid_refs = (tally.ref("paid", other) for other in in_year)
            tally.put("difference", key, left, "difference", (*operands, *paid_refs))
        here = [key for key in keys if place in (None, key[2])]
        total = (book.reference, *(TOTAL,) * 4)
        for column in ("units", "earned", "difference"):
            put_sum(tally, column, total, courses_once(here))
        shown += [*here, total]
    return tally.table(shown)


_Proven: TypeAlias = dict[tuple[str, int], tuple[int, Worth]]
"""By course and year the units proven, and what they are worth."""


def _earned_with_evidence(counting: Counting, tally: Tally, book: GrantBooks) -> tuple[set[Key], _Proven]:
    standing, replaced = standing_rows(counting, book.grant_id)
    ended_by = dict(replaced)

    def line(row: FlatRateRow) -> Key:
        year = cast("date", row.to_on).year
        return book.reference, row.module, row.municipality, str(year), str(row.offer_id)

    def replaced_by(row: FlatRateRow) -> tuple[int, ...]:
        return (ended_by[row],)

    tally.persons(
        "participations",
        standing,
        line,
        entry,
        person=lambda row: cast("FlatRateRow", row).participation_id,
    )
    tally.but_for("participations", ended_by, line, entry, replaced_by)
    tally.count("attended", standing, line, entry, lambda row: row.units_held)
    tally.but_for("attended", ended_by, line, entry, replaced_by)
    proven = {
        of_course: (sum(row.units_held for row in rows), earned_of(rows))
        for of_course, rows in proven_of(standing).items()
    }
    return set(map(line, standing)), proven
