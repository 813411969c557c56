"""``teilhabe period`` as a person types it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from cyclopts import App

from services.period_command import period

Run = Callable[[str], tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Type one command line; gives exit status, standard output, standard error."""
    app = App(name="teilhabe", result_action="return_value")
    app.command(period)

    def typed(line: str) -> tuple[int, str, str]:
        status = app(line.split())
        written = capsys.readouterr()
        return status, written.out, written.err

    return typed


def test_json_shows_deemed_day_ends_steps_and_calendar(run: Run) -> None:
    """The vector of the one-month objection, key by key."""
    status, out, err = run("period --from 2026-11-20 --add P1M --kind deadline --posted --json")
    answer = json.loads(out)
    assert (status, err) == (0, "")
    assert list(answer) == ["deemed_on", "raw_end", "end", "steps", "calendar"]
    assert (answer["deemed_on"], answer["raw_end"], answer["end"]) == (
        "2026-11-24",
        "2026-12-24",
        "2026-12-24",
    )
    assert [step["date"] for step in answer["steps"]] == [
        "2026-11-24",
        "2026-11-25",
        "2026-12-24",
        "2026-12-24",
    ]
    assert all(set(step) == {"citation", "date", "de", "en"} for step in answer["steps"])
    assert answer["calendar"] == "holidays 0.109 DE-NW"


def test_json_without_posting_has_no_deemed_day(run: Run) -> None:
    """The key is absent, not null."""
    answer = json.loads(run("period --from 2027-01-31 --add P1M --kind deadline --json")[1])
    assert list(answer) == ["raw_end", "end", "steps", "calendar"]
    assert (answer["raw_end"], answer["end"]) == ("2027-02-28", "2027-03-01")


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("--from 2027-08-01 --add -P7M --kind earliest_date", "2027-01-01"),
        ("--from 2027-08-01 --add=-P6M --kind earliest_date", "2027-02-01"),
        ("--from 2027-08-01 --add P4M --kind validity_end --day-counts", "2027-11-30"),
        ("--from 2000-02-29 --add P27Y --kind age_limit --day-counts", "2027-02-28"),
        ("--from 2026-11-29 --add P0D --kind validity-end", "2026-11-29"),
        ("--from 2026-11-29 --add P0D --kind follow_up", "2026-11-27"),
        ("--from 2026-11-20 --add P1M --kind deadline --posted --received 2026-12-01", "2027-01-04"),
        ("--from 2027-01-31 --add P3M --kind validity_end --non-contiguous", "2027-05-01"),
        ("--from 2026-12-23 --add P2W --kind deadline", "2027-01-06"),
        ("--from 2026-12-23 --add P2W --kind deadline --calendar BY", "2027-01-07"),
    ],
)
def test_every_option_reaches_the_computation(run: Run, line: str, end: str) -> None:
    """Each option changes the date it is there to change."""
    status, out, _ = run(f"period {line} --json")
    assert (status, json.loads(out)["end"]) == (0, end)


def test_people_read_german_unless_they_ask_for_english(run: Run) -> None:
    """The date first, then the line, the steps and the calendar."""
    line = "period --from 2026-12-18 --add P2W --kind deadline"
    german, english = run(line)[1].splitlines(), run(f"{line} --language en")[1].splitlines()
    assert german[:2] == ["Montag, 04.01.2027", "18.12.2026 + 2 Wochen = 01.01.2027 (Neujahr) → 04.01.2027"]
    assert german[-1] == "Kalender: holidays 0.109 DE-NW"
    assert english[0] == "Monday, 4 Jan 2027"
    assert len(german) == len(english) == 6


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("--from 2026-02-30 --add P1M --kind deadline", "Kein gültiges Datum"),
        ("--from 30.11.2026 --add P1M --kind deadline", "Kein gültiges Datum"),
        ("--from 2026-W48-1 --add P1M --kind deadline", "Kein gültiges Datum"),
        ("--from 0003-01-01 --add P1M --kind deadline", "vor dem 01.01.1990"),
        ("--from 2100-12-31 --add P1M --kind appointment", "nach dem 31.12.2100"),
        ("--from 2026-11-20 --add 1month --kind deadline", "Keine gültige Dauer"),
        ("--from 2026-11-20 --add P1M --kind holiday", "Diese Art von Datum gibt es nicht"),
        ("--from 2026-11-20 --add P1M --kind deadline --calendar XX", "Diesen Kalender gibt es nicht"),
        ("--from 2026-11-20 --add P1M --kind deadline --received 2026-11-21", "Aufgabe zur Post"),
        ("--from 2026-11-20 --add P1M --kind deadline --posted --received 2026-11-19", "vor der Aufgabe"),
        ("--from 2026-11-20 --add P0D --kind deadline --day-counts", "Anfangstag"),
        ("--from 2026-02-30 --add P1M --kind deadline --language en", "Not a valid date"),
    ],
)
def test_what_cannot_be_computed_is_one_line_on_standard_error_and_status_2(
    run: Run, line: str, part: str
) -> None:
    """Nothing on standard output, no traceback, no box."""
    status, out, err = run(f"period {line} --json")
    assert (status, out) == (2, "")
    assert part in err
    assert err.count("\n") == 1


def test_the_status_becomes_the_exit_status_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    """Mounted as the program mounts it, a refusal ends with 2."""
    app = App(name="teilhabe")
    app.command(period)
    with pytest.raises(SystemExit) as ended:
        app(["period", "--from", "2026-02-30", "--add", "P1M", "--kind", "deadline"])
    assert ended.value.code == 2
    assert "Kein gültiges Datum" in capsys.readouterr().err
