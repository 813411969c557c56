"""A drawing in SVG: named and described for screen readers, legible at 320 pixels, and never by colour alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from services.report_formats.presentation import Sheet

WIDTH: Final = 320.0
"""Units a drawing is wide: shown at 320 pixels, a letter is 11 pixels high."""
LETTER: Final = 11.0
SMALL: Final = 10.0
MARGIN: Final = 6.0

BLUE: Final = "#0072b2"
ORANGE: Final = "#e69f00"
RED: Final = "#d55e00"
GREEN: Final = "#009e73"
INK: Final = "#1b1f24"
GREY: Final = "#5c6670"
PALE: Final = "#dfe4ea"
"""Colours after Okabe and Ito, told apart by people with any kind of colour blindness."""
_FAMILY: Final = "Noto Sans, Segoe UI, Liberation Sans, Arial, Libertinus Serif, sans-serif"
"""The last but one is what typst has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart beside the table that it shows. ``description`` says in words what is to be seen."""

    name: str
    title: str
    description: str
    height: float
    """In the units of ``WIDTH``."""
    svg: str
    table: Sheet


class Drawing:
    """SVG being drawn. Everything is placed in units of ``WIDTH``, from the upper left."""

    def __init__(self, name: str, title: str, description: str, height: float) -> None:
        """``name`` begins the ids in it, so that several drawings can stand on one page."""
        self._name, self._title, self._description, self._height = name, title, description, height
        self._head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {number(WIDTH)} {number(height)}" role="img" '
            f'aria-labelledby="{name}-title {name}-desc" font-family="{_FAMILY}" font-size="{number(LETTER)}" '
            f'fill="{INK}"><title id="{name}-title">{_text(title)}</title>'
            f'<desc id="{name}-desc">{_text(description)}</desc>'
        )
        self._patterns: dict[str, str] = {}
        self._parts: list[str] = []

    def chart(self, table: Sheet) -> Chart:
        """The whole drawing, beside the table that has its figures."""
        defs = f"<defs>{''.join(self._patterns.values())}</defs>" if self._patterns else ""
        return Chart(
            name=self._name,
            title=self._title,
            description=self._description,
            height=self._height,
            svg=f"{self._head}{defs}{''.join(self._parts)}</svg>",
            table=table,
        )

    def box(self, x: float, y: float, width: float, height: float, fill: str, **more: str | float) -> None:
        """A rectangle; one without a width is left out."""
        if width > 0 and height > 0:
            self._element("rect", dict(x=x, y=y, width=width, height=height, fill=fill, **more))

    def line(
        self, x1: float, y1: float, x2: float, y2: float, stroke: str = INK, **more: str | float
    ) -> None:
        """A straight line."""
        self._element("line", dict(x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, **more))

    def path(self, steps: str, **more: str | float) -> None:
        """A path; ``steps`` as in the attribute d."""
        self._element("path", dict(d=steps, **more))

    def circle(self, x: float, y: float, radius: float, fill: str, **more: str | float) -> None:
        """A circle around a point."""
        self._element("circle", dict(cx=x, cy=y, r=radius, fill=fill, **more))

    def words(
        self,
        x: float,
        y: float,
        text: str,
        *,
        anchor: str = "start",
        size: float = LETTER,
        bold: bool = False,
        fill: str = INK,
    ) -> None:
        """Text on one line, ``y`` at its foot."""
        more: dict[str, str | float] = {}
        if anchor != "start":
            more["text-anchor"] = anchor
        if size != LETTER:
            more["font-size"] = size
        if bold:
            more["font-weight"] = "bold"
        if fill != INK:
            more["fill"] = fill
        self._element("text", {"x": x, "y": y, **more}, text)

    def hatched(self, colour: str, *, crossed: bool = False) -> str:
        """A fill of slanting lines, or of lines that cross: told apart in grey, too."""
        kind = "crossed" if crossed else "hatched"
        key = f"{self._name}-{kind}-{colour.removeprefix('#')}"
        lines = '<path d="M0 6L6 0M-1 1L1 -1M5 7L7 5"' + (
            ' stroke="#fff"/><path d="M0 0L6 6M-1 5L1 7M5 -1L7 1" stroke="#fff"/>'
            if crossed
            else ' stroke="#fff"/>'
        )
        self._patterns[key] = (
            f'<pattern id="{key}" width="6" height="6" patternUnits="userSpaceOnUse">'
            f'<rect width="6" height="6" fill="{colour}"/>{lines}</pattern>'
        )
        return f"url(#{key})"

    def _element(self, tag: str, attributes: Mapping[str, str | float], text: str | None = None) -> None:
        said = "".join(
            f" {name.replace('_', '-')}={quoteattr(value if isinstance(value, str) else number(value))}"
            for name, value in attributes.items()
        )
        self._parts.append(f"<{tag}{said}/>" if text is None else f"<{tag}{said}>{_text(text)}</{tag}>")


def number(value: float) -> str:
    """A coordinate with at most two digits behind the point, the same on every machine.

    >>> number(1.0), number(2.346), number(-0.001)
    ('1', '2.35', '0')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def steps(*parts: str | float) -> str:
    """The attribute d of a path from letters and coordinates.

    >>> steps("M", 1, 2.5, "L", 3, 4)
    'M1 2.5L3 4'
    """
    written = ""
    for part in parts:
        if isinstance(part, str):
            written += part
        else:
            written += ("" if not written or written[-1].isalpha() else " ") + number(part)
    return written


def fitted(text: str, room: float, size: float = LETTER) -> str:
    """``text``, shortened with an ellipsis when it is surely wider than ``room``; the table below has it whole."""
    most = max(1, int(room / (size * 0.54)))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def scale_ticks(highest: float, most: int = 5) -> Sequence[int]:
    """Round numbers from 0 up to at least ``highest`` with at most ``most`` steps between.

    >>> list(scale_ticks(37)), list(scale_ticks(0)), list(scale_ticks(1200))
    ([0, 10, 20, 30, 40], [0, 1], [0, 500, 1000, 1500])
    """
    step = 1
    for candidate in (factor * 10**power for power in range(13) for factor in (1, 2, 5)):
        step = candidate
        if -(-highest // step) <= most:
            break
    return range(0, max(int(-(-highest // step)), 1) * step + 1, step)


def _text(text: str) -> str:
    """Escaped, and without the control characters that no XML may hold."""
    return escape("".join(one if one >= " " and one not in "\x7f\ufffe\uffff" else "\ufffd" for one in text))
