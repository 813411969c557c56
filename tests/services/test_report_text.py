"""Reports as text: titles for codes, figures never broken, and every table as wide as it needs to be."""

from __future__ import annotations

import hashlib
import re
from datetime import date

import pytest

from domain.budget_use import LineFlag
from domain.code_titles import code_title
from domain.participation import AbandonReason
from domain.path import Title
from domain.reports.facts import Facts
from domain.reports.registry import REPORTS
from domain.reports.statistics import STATISTICS
from domain.reports.table import (
    TOTAL,
    Column,
    Line,
    NotComputable,
    Publication,
    Report,
    Table,
    Unit,
    canonical_json,
)
from domain.training import BreakOffReason
from domain.values import Destination
from services.report_text import TEXT_WIDTH, report_lines, shown_cell
from services.report_words import shown_definition, shown_key, shown_words
from services.reports import ReportResult

ON = date(2026, 11, 22)
MODULE = Title(de="Förderbaustein", en="funding module")
PLACE = Title(de="Kommune (AGS)", en="municipality (AGS)")


def column(id_: str, de: str, unit: Unit, means: str = "So gezählt.") -> Column:
    """A column with one definition for both languages."""
    return Column(id=id_, title=Title(de=de, en=de), unit=unit, definition=Title(de=means, en=means))


def text_of(*tables: Table, language: str = "de") -> list[str]:
    """The text of a report of these tables."""
    report = Report(
        name="test",
        version=1,
        title=Title(de="Probe", en="Trial"),
        publication=Publication.INTERNAL,
        as_of=ON,
        parameters=(("municipality", "05334012"),),
        tables=tables,
    )
    body = canonical_json(report)
    result = ReportResult(report=report, position=7, body=body, digest=hashlib.sha256(body).hexdigest())
    return report_lines(result, language)


def wide_table(columns: int = 12) -> Table:
    """A table that no terminal of 140 columns can hold without breaking something."""
    return Table(
        id="wide",
        title=Title(de="Breite Tabelle", en="Wide table"),
        keys=(MODULE, PLACE),
        columns=tuple(column(f"c{n}", f"Soll Eigenanteil {n}", Unit.CENTS) for n in range(columns)),
        lines=(
            Line(key=("F4", "05334012"), cells=(123_456_789,) * columns),
            Line(key=(TOTAL, TOTAL), cells=(-123_456_789,) * columns),
        ),
    )


def test_no_figure_is_ever_broken_or_cut() -> None:
    """Twelve columns of millions stand whole on one line each."""
    lines = text_of(wide_table())
    [row] = [line for line in lines if "05334012 Eschweiler" in line and "F4" in line]
    assert row.count("1.234.567,89") == 12
    [total] = [line for line in lines if line.strip().startswith("Summe")]
    assert total.count("-1.234.567,89") == 12
    assert not [line for line in lines if "…" in line and "SHA-256" not in line]


def test_text_beside_the_tables_stays_narrow() -> None:
    """Definitions are wrapped for reading, with the lines after the first drawn in."""
    long = column("long", "Lang", Unit.PERSONS, "Personen, die " + "wirklich " * 40 + "da waren.")
    table = Table(id="t", title=Title(de="T", en="T"), keys=(PLACE,), columns=(long,), lines=())
    lines = text_of(table)
    defined = next(n for n, line in enumerate(lines) if line.startswith("  Lang: Personen"))
    assert lines[defined + 1].startswith("    wirklich")
    assert max(len(line) for line in lines) <= TEXT_WIDTH
    assert "keine" in "\n".join(lines)


def test_keys_are_shown_by_their_titles_in_both_languages() -> None:
    """Modules and municipalities have names, the head says of which municipality the report speaks."""
    german, english = "\n".join(text_of(wide_table())), "\n".join(text_of(wide_table(), language="en"))
    assert "F4 Vorbereitungskurse" in german
    assert "F4 preparatory courses" in english
    assert "Stichtag 22.11.2026" in german
    assert "as of 2026-11-22" in english
    assert ", 05334012 Eschweiler, Fassung 1" in german


@pytest.mark.parametrize(
    ("column_en", "key", "shown"),
    [
        ("funding module", "unknown", "ohne Baustein"),
        ("municipality (AGS)", "09162000", "09162000"),
        ("date", "2026-12-02", "02.12.2026"),
        ("step", "F3", "F3 Hauptschulabschluss"),
        ("step", "ausbildung", "Ausbildung"),
        ("reason", "own_wish", "auf eigenen Wunsch"),
        ("reason", "dismissed", "Kündigung durch den Betrieb"),
        ("kind", "eq", "Einstiegsqualifizierung (EQ)"),
        ("destination", "minor_employment", "geringfügige Beschäftigung"),
        ("destination", "not_asked_yet", "noch nicht befragt"),
        ("reason", "total", "Summe"),
        ("quarter", "2026-Q4", "2026-Q4"),
        ("reason", "nobody_knows", "nobody_knows"),
    ],
)
def test_a_key_is_shown_by_its_title_or_as_it_stands(column_en: str, key: str, shown: str) -> None:
    """A code that no list has is shown rather than lost."""
    assert shown_key(Title(de="", en=column_en), key, "de") == shown


def test_a_reason_that_both_lists_have_reads_the_same_in_both() -> None:
    """Courses and trainings share one column; one word must not mean two things there."""
    shared = {code.value for code in AbandonReason} & {code.value for code in BreakOffReason}
    assert "illness" in shared
    assert all(code_title(AbandonReason(code)) == code_title(BreakOffReason(code)) for code in shared)


def test_key_columns_with_one_text_stand_above_the_table() -> None:
    """The number of the notice is said once, not in every line."""
    lines = tuple(Line(key=("B-1", module), cells=(1,)) for module in ("F1", "F3"))
    grant = Title(de="Bescheid", en="grant notice")
    table = Table(
        id="t",
        title=Title(de="T", en="T"),
        keys=(grant, MODULE),
        columns=(column("c", "C", Unit.DAYS),),
        lines=lines,
    )
    text = text_of(table)
    assert "T – Bescheid B-1" in text
    assert sum("B-1" in line for line in text) == 1


def test_what_is_not_computable_has_its_reason_below_the_table() -> None:
    """A dash with a mark, each reason once."""
    line = Line(
        key=("F4",),
        cells=(NotComputable.RATE_NOT_KNOWN, NotComputable.NO_LINE_IN_PLAN, NotComputable.RATE_NOT_KNOWN),
    )
    columns = tuple(column(f"c{n}", f"C{n}", Unit.CENTS) for n in range(3))
    table = Table(id="t", title=Title(de="T", en="T"), keys=(MODULE,), columns=columns, lines=(line,))
    text = "\n".join(text_of(table))
    assert [row.split()[-6:] for row in text.splitlines() if "F4" in row] == [["–", "¹", "–", "²", "–", "¹"]]
    assert "  ¹ nicht berechenbar: Pauschale nicht bekannt" in text
    assert "  ² nicht berechenbar: kein Ansatz im Finanzierungsplan" in text


def test_a_definition_that_two_tables_share_is_said_once() -> None:
    """And a different one under the same title is said again."""
    one, other = wide_table(1), wide_table(1)
    changed = Table(
        id="u",
        title=one.title,
        keys=one.keys,
        columns=(column("c0", "Soll Eigenanteil 0", Unit.CENTS, "Anders."),),
        lines=(),
    )
    text = text_of(one, other, changed)
    assert text.count("  Soll Eigenanteil 0: So gezählt.") == 1
    assert text.count("  Soll Eigenanteil 0: Anders.") == 1


def test_flags_are_words_in_cells_and_definitions() -> None:
    """``over_100`` is for programs."""
    assert shown_cell(LineFlag.OVER_100, Unit.TEXT) == "über 100 %"
    assert shown_cell(LineFlag.OVER_120, Unit.TEXT, "en") == "over 120 %, not compensated"
    assert shown_definition("over_100: mehr", "de") == "„über 100 %“: mehr"
    assert shown_definition("over_120_compensated: within", "en") == '"over 120 %, compensated": within'
    assert shown_cell("", Unit.TEXT) == ""


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_report_shows_a_raw_code_when_there_is_nothing_to_count(language: str) -> None:
    """Every destination stands in the statistics even when nobody went there."""
    codes = [code.value for code in (*Destination, *AbandonReason) if "_" in code.value]
    for definition in REPORTS.values():
        report = definition.run(Facts(), ON)
        result = ReportResult(report=report, position=0, body=b"", digest="0" * 64)
        text = "\n".join(report_lines(result, language))
        # Beside the words of a parameter stands the code in brackets, to be typed.
        text = re.sub(r" \[[a-z0-9_]+\]", "", text)
        assert [code for code in [*codes, "not_reached", "not_asked_yet", "over_1"] if code in text] == []


def test_the_bytes_that_are_sealed_keep_the_codes() -> None:
    """Titles are for the screen; what is hashed and archived does not change with a better word."""
    report = STATISTICS.run(Facts(), ON)
    body = canonical_json(report).decode()
    assert '"minor_employment"' in body
    assert "geringfügige" not in body


def test_keys_and_cells_of_a_report_are_shown_harmlessly() -> None:
    """Whoever wrote a payee or a title turns no line around and commands no terminal."""
    obeyed = "rot\x1b[31m\x9b\x07"
    voucher = Title(de="Beleg", en="voucher")
    assert shown_key(voucher, "Rechnung\u202ecod.exe", "de") == "Rechnung[U+202E]cod.exe"
    assert shown_words(obeyed, Unit.TEXT, "de") == "rot[U+001B][31m[U+009B][U+0007]"
    assert shown_words(obeyed, Unit.CONTACT, "en") == "rot[U+001B][31m[U+009B][U+0007]"
    assert shown_words("zwei\nZeilen", Unit.TEXT, "de") == "zwei\nZeilen"
