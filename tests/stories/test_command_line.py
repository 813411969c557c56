"""The system as an operator uses it: the demo on a fresh state directory, then every command on what it left."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.patience import PATIENCE_SECONDS

TEILHABE = Path(sys.executable).parent / "teilhabe"
UNKNOWN = "00000000-0000-7000-8000-00000000dead"


class Operator:
    """Somebody at a terminal with a state directory of their own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        outside = ("DATABASE_URL", "TEMPORAL_", "SMTP_URL", "TEILHABE_")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(outside)}
        self.environment |= {"TEILHABE_HOME": str(home), "TEILHABE_HTTP_PORT": "0", "COLUMNS": "200"}
        if binaries := os.environ.get("TEILHABE_TEST_POSTGRES_BIN"):
            self.environment["TEILHABE_POSTGRES_BIN"] = binaries

    def run(
        self, *arguments: str, seconds: float = PATIENCE_SECONDS, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, with ``settings`` in its environment."""
        return subprocess.run(
            [str(TEILHABE), *arguments],
            env=self.environment | settings,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def json(self, *arguments: str) -> Any:
        """The JSON a command prints; it must succeed."""
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def refused(self, *arguments: str, **settings: str) -> str:
        """The one line a command fails with: exit status 2, nothing on standard output, no traceback."""
        done = self.run(*arguments, seconds=PATIENCE_SECONDS, **settings)
        assert done.returncode == 2, (done.stdout, done.stderr)
        assert done.stdout == ""
        lines = [line for line in done.stderr.splitlines() if line]
        assert len(lines) == 1, done.stderr
        return lines[0]


@pytest.fixture(scope="module")
def demo(
    tmp_path_factory: pytest.TempPathFactory, postgres_binaries: Path | None
) -> Iterator[tuple[Operator, str]]:
    """An operator who has run the demo, and what it printed; the embedded parts run afterwards."""
    operator = Operator(tmp_path_factory.mktemp("home"))
    printed = operator.run(
        "demo", "--exit", "--participants", "40", "--years", "1", seconds=3 * PATIENCE_SECONDS
    )
    assert printed.returncode == 0, printed.stderr + printed.stdout
    started = operator.run("services", "start")
    assert started.returncode == 0, started.stderr
    yield operator, printed.stdout
    operator.run("services", "stop")


@pytest.fixture(scope="module")
def operator(demo: tuple[Operator, str]) -> Operator:
    """The operator after the demo."""
    return demo[0]


@pytest.fixture(scope="module")
def case_id(demo: tuple[Operator, str]) -> str:
    """The case the demo walked."""
    found = re.search(r"Fall\s+([0-9a-f-]{36})", demo[1])
    assert found, demo[1]
    return found[1]


def test_the_demo_walks_one_person_and_prints_history_and_reports(demo: tuple[Operator, str]) -> None:
    """The reader sees the path, a refusal, the reminder mail (or why none leaves yet), history and both reports."""
    _, printed = demo
    for text in (
        "Fall eröffnet",
        "Kursplatz angeboten",
        "Ausbildung begonnen",
        "Eintrag berichtigt",
        "abgelehnt",
    ):
        assert text in printed
    assert "Mittelverwendung" in printed
    assert "An: " in printed or "vor 6 Uhr" in printed
    assert "damals bekannt: 60, heute: 45" in printed


def test_a_case_is_shown_as_of_a_day_and_as_known_at_a_position(operator: Operator, case_id: str) -> None:
    """Both clocks: the business date cuts what had happened, the position what was known."""
    now = operator.json("case", "show", case_id)
    assert now["case"]["coaching"]["minutes"] == 45
    history = operator.json("case", "history", case_id)
    contact = next(line for line in history if line["event"] == "contact_held")
    [correction] = [line for line in history if line["event"] == "entry_corrected"]
    assert contact["corrected_by"] == correction["version"]
    known = operator.json("case", "show", case_id, "--known-at", str(contact["position"]))
    assert known["case"]["coaching"]["minutes"] == 60
    instant = operator.json(
        "case", "show", case_id, "--known-at", contact["recorded_at"].replace("Z", "+00:00")
    )
    assert instant["position"] == known["position"]
    opened = history[0]["occurred_on"]
    as_of = operator.json("case", "show", case_id, "--as-of", opened)
    assert as_of["case"]["ausbildung"]["trainings"] == []


def test_the_agenda_explains_every_date(operator: Operator, case_id: str) -> None:
    """Rule, citation, calculation line and reminders stand beside each date."""
    agenda = operator.json("case", "agenda", case_id)
    assert (agenda["case_id"], agenda["hints"]["failed_matches"]) == (case_id, [])
    entries = agenda["entries"]
    due = {entry["due"]["rule"]: entry["due"] for entry in entries}
    assert "residence.expiry" in due
    assert due["ausbildung.probation_end"]["line_de"]
    assert all(entry["due"]["citation"] and entry["due"]["line_de"] for entry in entries)
    assert all(entry["trigger_title"]["de"] and entry["status"] for entry in entries)
    planned = due["ausbildung.probation_end"]["reminders"][-1]["id"]
    told = operator.run("case", "agenda", case_id, "--why", planned)
    assert told.returncode == 0
    assert told.stdout.startswith("Noch nicht: Sie ist für den")
    refused = operator.run("case", "agenda", case_id, "--why", "residence.nothing")
    assert refused.returncode == 2
    assert "[agenda.rule_unknown]" in refused.stderr


def test_the_export_leaves_personal_fields_out(operator: Operator, case_id: str) -> None:
    """Every event is there, in order and without a gap; no name of anybody is."""
    exported = operator.run("events", "export")
    assert exported.returncode == 0
    lines = [json.loads(line) for line in exported.stdout.splitlines()]
    assert [line["position"] for line in lines] == list(range(1, len(lines) + 1))
    assert "Çelebi" not in exported.stdout
    assert "Tischlerei" not in exported.stdout
    opened = next(line for line in lines if line["stream_id"] == case_id)
    assert "name" not in opened["fields"]
    rest = operator.run("events", "export", "--from", str(len(lines)))
    assert len(rest.stdout.splitlines()) == 1


def test_the_dates_of_grants_say_when_they_wake_and_why(
    operator: Operator, demo: tuple[Operator, str]
) -> None:
    """All grants at once, one by itself, one of its reminders; the list of cases says where they are."""
    assert "Nächste Erinnerung am " in demo[1]
    grants = operator.json("grant", "agenda")
    dates = [one for found in grants for one in found["dates"]]
    assert dates
    assert len({found["reference"] for found in grants}) == len(grants)
    grant_id = next(found["grant_id"] for found in grants if found["dates"])
    assert operator.json("grant", "agenda", grant_id) == next(
        found["dates"] for found in grants if found["grant_id"] == grant_id
    )
    due = next(one for one in dates if one["due"]["reminders"])["due"]
    owner = next(found["grant_id"] for found in grants if any(one["due"] == due for one in found["dates"]))
    shown = operator.run("grant", "agenda", owner).stdout
    assert "(zuständig: steht in TEILHABE_STAFF_FILE, hier nicht gesetzt)" in shown
    told = operator.run("grant", "agenda", owner, "--why", due["reminders"][0]["id"])
    assert told.returncode == 0, told.stderr
    assert told.stdout.split(":")[0] in ("Ja", "Nein", "Noch nicht")
    listed = operator.run("agenda", "--limit", "1").stdout.splitlines()[-1]
    assert listed.startswith(f"Termine von Zuwendungen: {len(dates)}")
    assert operator.json("agenda", "--limit", "1")["grants"] == grants
    assert "grant.unknown" in operator.refused("grant", "agenda", UNKNOWN)
    assert "GRANT-ID" in operator.refused("grant", "agenda", "--why", "grant.repayment")
    assert "contact.none" in operator.refused("grant", "agenda", owner, "--why", "contact.none")


def test_reports_print_the_same_bytes_again_and_refuse_what_cannot_be(operator: Operator) -> None:
    """The same position, day and parameters give the same bytes; the rest is refused in one line."""
    day = "2026-06-30"
    first = operator.run("report", "statistics", "--as-of", day, "--known-at", "1000", "--json")
    again = operator.run("report", "statistics", "--as-of", day, "--known-at", "1000", "--json")
    assert first.returncode == 0, first.stderr
    assert first.stdout == again.stdout
    assert "report." in operator.refused("report", "funding", "--known-at", "99999999")
    assert operator.refused("report", "funding", "--as-of", "2999-01-01")
    assert operator.refused("report", "funding", "--municipality", "05999999")
    assert operator.refused("report", "funding", "--as-of", "31.12.2025")
    assert operator.refused("report", "nothing")


def test_projections_tell_their_lag_and_are_rebuilt(operator: Operator) -> None:
    """A rebuild ends at the head of the log with every projection current."""
    rebuilt = operator.run("projections", "rebuild")
    assert rebuilt.returncode == 0, rebuilt.stderr
    status = operator.json("projections", "status")
    assert status
    assert all(row["lag"] == 0 and row["state"] == "current" for row in status)
    assert operator.refused("projections", "rebuild", "no_such_projection")


def test_what_is_unknown_or_malformed_is_one_line_and_status_2(operator: Operator) -> None:
    """No traceback reaches an operator."""
    assert "ist keine Nummer" in operator.refused("case", "show", "abc")
    assert UNKNOWN in operator.refused("case", "show", UNKNOWN)
    assert UNKNOWN in operator.refused("case", "history", UNKNOWN)
    assert "nonsense" in operator.refused("nonsense")
    assert operator.refused("case", "show")
    assert operator.refused("case", "show", UNKNOWN, "--known-at", "yesterday")
    assert operator.refused("simulate", "--participants", "0")
    assert "empty" in operator.refused("simulate").lower() or operator.refused("simulate")
    assert operator.refused("events", "export", "--from", "0")


def test_a_wrong_key_stops_before_anything_is_read_or_written(operator: Operator) -> None:
    """Another key-encryption key than the one the people were sealed with."""
    assert "key" in operator.refused("case", "show", UNKNOWN, TEILHABE_KEK="ab" * 32)


def test_a_setting_that_is_wrong_is_named(operator: Operator) -> None:
    """The variable stands first in the line."""
    assert "TEMPORAL_ADDRESS" in operator.refused("recover", TEMPORAL_ADDRESS="nonsense")


def test_losing_all_of_temporal_loses_nothing(operator: Operator, case_id: str) -> None:
    """With its database deleted, recover raises a workflow for every open case, once."""
    operator.run("services", "stop")
    temporal = [path for path in operator.home.iterdir() if "temporal" in path.name]
    assert temporal
    for path in temporal:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert operator.run("services", "start").returncode == 0
    first = operator.json("recover")
    assert first["open_cases"] > 0
    assert first["started"] == first["open_cases"]
    again = operator.json("recover")
    assert (again["started"], again["already_running"]) == (0, first["open_cases"])


def test_up_runs_everything_until_it_is_interrupted(operator: Operator) -> None:
    """The API answers while it runs; Ctrl-C ends it cleanly."""
    process = subprocess.Popen(
        [str(TEILHABE), "up", "--json"],
        env=operator.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        text = ""
        while not text.endswith("}\n"):
            line = process.stdout.readline()
            assert line, text
            text += line
        base = json.loads(text)["api"].removesuffix("/api/v1/openapi.json")
        assert httpx2.get(f"{base}/health/live", timeout=PATIENCE_SECONDS).status_code == 200
        deadline = time.monotonic() + PATIENCE_SECONDS
        while httpx2.get(f"{base}/health/ready", timeout=PATIENCE_SECONDS).status_code != 200:
            assert time.monotonic() < deadline, httpx2.get(f"{base}/health/ready").text
            time.sleep(0.2)
        cases = httpx2.get(f"{base}/api/v1/cases", timeout=PATIENCE_SECONDS)
        assert cases.status_code == 401, "no actor is configured"
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=PATIENCE_SECONDS) == 0


def test_services_that_are_stopped_are_named(operator: Operator) -> None:
    """A command that needs them says what to do."""
    operator.run("services", "stop")
    assert "teilhabe services start" in operator.refused("case", "show", UNKNOWN)
    status = operator.json("services", "status")
    assert [part["running"] for part in status] == [False, False]
    assert operator.run("services", "start").returncode == 0
