"""The cells that a cell comes from, and theirs: each said once, and no more of them than can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from domain.reports.evidence import CellRef, Derivation

MOST_CELLS: Final = 400
"""How many cells an answer unfolds beyond those that the cell asked for comes from itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A cell, how it is derived if it is, and the cells it comes from; or ``told_at``, the cell at which these are told:
    one above that has the very same, or itself, in a drill-down of its own."""

    ref: CellRef
    derivation: Derivation | None = None
    operands: tuple[Branch, ...] = ()
    told_at: CellRef | None = None


def unfolded(ref: CellRef, derivations: Mapping[CellRef, Derivation]) -> Branch:
    """All that a cell comes from, as far as ``derivations`` know it."""
    return _Unfolding(derivations).branch(ref)


class _Unfolding:
    def __init__(self, derivations: Mapping[CellRef, Derivation]) -> None:
        self._derivations = derivations
        self._told: dict[tuple[CellRef, ...], CellRef] = {}
        self._left = MOST_CELLS

    def branch(self, ref: CellRef, *, top: bool = True) -> Branch:
        derivation = self._derivations.get(ref)
        if derivation is None or not derivation.operands:
            return Branch(ref=ref, derivation=derivation)
        operands = derivation.operands
        if (above := self._told.get(operands)) is not None:
            return Branch(ref=ref, derivation=derivation, told_at=above)
        if not top:
            if len(operands) > self._left:
                return Branch(ref=ref, derivation=derivation, told_at=ref)
            self._left -= len(operands)
        self._told[operands] = ref
        return Branch(
            ref=ref,
            derivation=derivation,
            operands=tuple(self.branch(operand, top=False) for operand in operands),
        )


def cells_of(branch: Branch) -> Iterator[CellRef]:
    """All cells of an answer, each as often as it is told."""
    yield branch.ref
    for operand in branch.operands:
        yield from cells_of(operand)


def leaves(branch: Branch) -> Iterator[CellRef]:
    """The cells with contributions of their own, each as often as it is told."""
    if branch.derivation is None:
        yield branch.ref
    for operand in branch.operands:
        yield from leaves(operand)
