"""The long lists of a statement counted at once, where no evidence is collected: vouchers, and the flat rates of the courses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Final
from uuid import UUID

from domain.projections.grant_use import GrantMovementRow
from domain.reports.flat_rates_at_once import Earned, Worth
from domain.reports.grant_books import GrantBooks, line_of_spending
from domain.reports.table import TOTAL, Cell, sum_of
from domain.reports.tally import Key, Tally

VOUCHER_WORDS: Final = ("number", "payee", "purpose")
"""The columns of the list of vouchers that say something about each and nothing about sums."""


def put_vouchers(tally: Tally, book: GrantBooks, rows: Iterable[GrantMovementRow]) -> list[Key]:
    """Fill the list of the vouchers that ``rows`` of a grant, in the order they were booked, are about; returns its lines."""
    amounts: Counter[Key] = Counter()
    last: dict[Key, GrantMovementRow] = {}
    days = _Written()
    for row in rows:
        key = (book.reference, *line_of_spending(row), days[row.occurred_on], row.reference)
        amounts[key] += row.amount_cents
        last[key] = row
    order = {(book.reference, *line): place for place, line in enumerate(book.keys)}
    listed = sorted(
        (key for key, cents in amounts.items() if cents), key=lambda key: (order[key[:4]], key[4:])
    )
    sums: dict[Key, Cell] = {}
    shown: list[Key] = []
    for line, of_line in groupby(listed, _LINE):
        keys = list(of_line)
        total: Key = (*line, TOTAL, TOTAL)
        sums[total] = sum(map(amounts.__getitem__, keys))
        shown += [*keys, total]
    whole = (book.reference, *(TOTAL,) * 5)
    sums[whole] = amounts.total()
    shown.append(whole)
    tally.fill(
        amount={**amounts, **sums},
        number={**{key: str(number) for number, key in enumerate(listed, 1)}, **dict.fromkeys(sums, "")},
        payee={**{key: last[key].payee or "" for key in listed}, **dict.fromkeys(sums, "")},
        purpose={**{key: last[key].purpose or "" for key in listed}, **dict.fromkeys(sums, "")},
    )
    return shown


_LINE: Final = itemgetter(0, 1, 2, 3)


class _Written(dict[date, str]):
    """How days are written; few different ones are asked for many times."""

    def __missing__(self, day: date) -> str:
        text = self[day] = day.isoformat()
        return text


def put_earned(
    tally: Tally, book: GrantBooks, earned: Earned, paid_lines: Collection[Key], place: str | None
) -> list[Key]:
    """Fill what the courses of a grant earned, beside what was paid for them; returns the lines of the ``place`` asked for,
    and that of their sum."""
    named = {course: str(UUID(bytes=course)) for course in earned.spans}
    persons: dict[Key, int] = dict.fromkeys(paid_lines, 0)
    for (course, module, municipality, year), number in earned.participations.items():
        persons[book.reference, module, municipality, str(year), named[course]] = number
    proven = {(named[course], str(year)): found for (course, year), found in earned.proven().items()}
    keys = sorted(persons)
    found: Sequence[tuple[int, Worth]] = [proven.get((key[4], key[3]), (0, 0)) for key in keys]
    units: dict[Key, Cell] = {key: held for key, (held, _) in zip(keys, found, strict=True)}
    worth: dict[Key, Cell] = {key: amount for key, (_, amount) in zip(keys, found, strict=True)}
    settled: Counter[Key] = Counter()
    for key in paid_lines:
        settled[key[3:]] += int(tally.cell("paid", key))
    left: dict[Key, Cell] = {
        key: amount - settled[key[3:]] if isinstance(amount, int) else amount for key, amount in worth.items()
    }
    here = keys if place is None else [key for key in keys if key[2] == place]
    once, total = courses_once(here), (book.reference, *(TOTAL,) * 4)
    tally.fill(participations={**persons, total: earned.together})
    for column, cells in (("units", units), ("earned", worth), ("difference", left)):
        tally.fill(**{column: {**cells, total: sum_of([cells[key] for key in once])}})
    return [*here, total]


def courses_once(lines: Iterable[Key]) -> list[Key]:
    """Of the lines of each course and year the first: what the course proves in the year stands in all of them."""
    return list({line[3:]: line for line in reversed(list(lines))}.values())
