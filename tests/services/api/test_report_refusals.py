"""What cannot be reported or paid is refused alike at the keyboard and over HTTP: one rule, in the reader's language."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest

from domain.replacing import replace
from domain.values import FundingModule
from services.cli.main import USAGE_ERROR, main
from services.report_asking import AskedReport
from services.report_seals import Seal, seal_report
from tests.domain.ground import OFFER, SEAT, in_course
from tests.domain.test_flat_rate_claims import attending, published
from tests.domain.test_reports import TOWN
from tests.services.api.ground import ESCHWEILER, Api, grant_body
from tests.services.api.test_grants import LINES, spending_body
from tests.services.read_table_ground import case_id, events_for, write
from tests.services.test_report_seals import NOW, context
from tests.workflows.ground import KEK, TODAY

SOON = (TODAY + timedelta(days=2)).isoformat()
NOBODY = "05334099"
SEAL = "00000000-0000-0000-0000-00000000beef"
GERMAN, ENGLISH = {"Accept-Language": "de"}, {"Accept-Language": "en"}


@dataclass(frozen=True, kw_only=True)
class Refused:
    """One thing asked twice: a command line, and a method with an address. A run is begun and its file asked for.

    ``de`` and ``en`` are words of the two texts; ``cli`` is empty where there is no such command.
    """

    rule: str
    de: str
    en: str
    cli: str
    http: str
    status: int = 409
    body: dict[str, Any] | None = None


def run_of(name: str, *, as_of: str = "", known_at: str = "", **params: str) -> str:
    """The address that begins a run of a report."""
    asked = [f"param={quote(f'{key}={value}')}" for key, value in params.items()]
    asked += [f"as_of={as_of}"] if as_of else []
    asked += [f"known_at={known_at}"] if known_at else []
    return f"RUN /reports/{name}/runs?{'&'.join(asked)}"


REPORTS = (
    Refused(
        rule="report.unknown",
        de="Diesen Bericht gibt es nicht. Es gibt: ",
        en="No such report. There are: ",
        cli="run nonsense",
        http="GET /reports/nonsense",
        status=404,
    ),
    Refused(
        rule="report.municipality_unknown",
        de="Für diese Kommune (AGS) gibt es keine",
        en="There are no cases, offers or funds",
        cli=f"run funding --param municipality={NOBODY}",
        http=f"GET /reports/funding?municipality={NOBODY}",
        status=404,
    ),
    Refused(
        rule="report.grant_unknown",
        de="Einen Bescheid mit diesem Zeichen",
        en="no grant notice with this reference",
        cli="run proof_of_use --param grant=AZ-0",
        http=run_of("proof_of_use", grant="AZ-0"),
        status=404,
    ),
    Refused(
        rule="report.year_outside_grants",
        de="Das Jahr 2016 liegt in keinem Bewilligungszeitraum",
        en="The year 2016 lies in no grant period",
        cli="run interim_statement --param year=2016",
        http=run_of("interim_statement", year="2016"),
    ),
    Refused(
        rule="report.parameter_unknown",
        de="Diesen Parameter hat der Bericht nicht: year",
        en="has no such parameter: year",
        cli="run funding --param year=2025",
        http=run_of("funding", year="2025"),
    ),
    Refused(
        rule="report.parameter_malformed",
        de="„twenty“ ist keine ganze Zahl von",
        en='"twenty" is not a whole number from',
        cli="run programme_rules --param age_to=twenty",
        http=run_of("programme_rules", age_to="twenty"),
    ),
    Refused(
        rule="report.table_unknown",
        de="Diese Tabelle hat der Bericht nicht",
        en="The report has no such table",
        cli="drill statistics nonsense won total",
        http="GET /reports/statistics/cells/nonsense/won?key=total",
        status=404,
    ),
    Refused(
        rule="report.line_unknown",
        de="Zeile",
        en="line",
        cli=f"drill statistics reach won {NOBODY}",
        http=f"GET /reports/statistics/cells/reach/won?key={NOBODY}",
        status=404,
    ),
    Refused(
        rule="report.as_of_before_programme",
        de="Der Stichtag liegt vor dem Beginn des Programms",
        en="before the programme began",
        cli="run funding --as-of 1999-12-31",
        http="GET /reports/funding?as_of=1999-12-31",
    ),
    Refused(
        rule="report.as_of_in_the_future",
        de="Der Stichtag liegt in der Zukunft.",
        en="The reference date lies in the future.",
        cli=f"run funding --as-of {SOON}",
        http=f"GET /reports/funding?as_of={SOON}",
    ),
    Refused(
        rule="report.known_at_beyond_log",
        de="Der Kenntnisstand liegt jenseits des Protokolls",
        en="beyond the log",
        cli="run funding --known-at 99999999",
        http="GET /reports/funding?known_at=99999999",
    ),
    Refused(
        rule="report.known_at_beyond_log",
        de="es gibt ihn (noch) nicht",
        en="there is no such state (yet)",
        cli=f"run funding --known-at {SOON}T00:00:00+00:00",
        http=f"GET /reports/funding?known_at={SOON}T00:00:00%2B00:00",
    ),
    Refused(
        rule="report.no_edition_yet",
        de="noch kein Zeitraum dieses Berichts abgeschlossen",
        en="No period of this report was over",
        cli="run monitoring --as-of {first_day}",
        http=run_of("monitoring", as_of="{first_day}"),
    ),
    *(
        Refused(
            rule="report_seal.unknown",
            de="Unter dieser Nummer ist kein Bericht versiegelt.",
            en="No report is sealed under this number.",
            cli=command,
            http=http,
            status=404,
        )
        for command, http in (
            (f"verify {SEAL}", f"POST /sealed-reports/{SEAL}/verifications"),
            (f"delta {SEAL}", f"POST /sealed-reports/{SEAL}/deltas"),
            (
                f"whatif {SEAL} --rule age_to=20",
                f"POST /sealed-reports/{SEAL}/counterfactuals?rule=age_to%3D20",
            ),
            (f"publish {SEAL} --actor a-1 --organisation o-1", f"PUT /sealed-reports/{SEAL}/publication"),
            (
                f"drill statistics reach won total --seal {SEAL}",
                f"GET /sealed-reports/{SEAL}/cells/reach/won?key=total",
            ),
        )
    ),
)


@pytest.fixture(autouse=True)
def at_the_keyboard(api: Api, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The command line works on the database of the API."""
    monkeypatch.setenv("DATABASE_URL", api.engine.database_url)
    monkeypatch.setenv("TEILHABE_KEK", base64.b64encode(KEK).decode())
    monkeypatch.setenv("TEILHABE_HOME", str(tmp_path))
    for name in ("TEILHABE_KEK_FILE", "TEMPORAL_ADDRESS", "TEILHABE_DEV_ACTOR", "TEILHABE_DEV_ORGANISATION"):
        monkeypatch.delenv(name, raising=False)


async def _said_at_the_keyboard(line: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The one line of a command that is refused."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as end:
        await asyncio.to_thread(main, line.split())
    captured = capsys.readouterr()
    assert (end.value.code, captured.out) == (USAGE_ERROR, ""), line
    [said] = [text for text in captured.err.splitlines() if text.startswith("teilhabe: ")]
    return said


async def _answered(
    api: Api, http: str, language: dict[str, str], body: dict[str, Any] | None
) -> tuple[int, Any]:
    """Status and problem; of a run that begins, those of its file."""
    method, path = http.split(" ", 1)
    asked = "POST" if method == "RUN" else method
    answer = await api.http.request(asked, f"/api/v1{path}", headers=language, json=body)
    if method == "RUN" and answer.status_code == 202:
        address = answer.headers["Location"]
        async with asyncio.timeout(120):
            while (await api.http.get(address)).json()["state"] in {"waiting", "running"}:
                await asyncio.sleep(0.02)
        answer = await api.http.get(f"{address}/file", headers=language)
    return answer.status_code, answer.json()


def _languages(refused: Refused) -> Iterator[tuple[str, dict[str, str], str]]:
    yield "de", GERMAN, refused.de
    yield "en", ENGLISH, refused.en


async def test_what_cannot_be_reported_is_refused_alike_at_the_keyboard_and_over_http(
    projected: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same rule with the same words; nothing is a silent zero."""
    for history in TOWN:
        await write(projected.engine, history[0].stream_id, tuple(entry.event for entry in history))
    begin = min(path.valid_from for path in projected.engine.rule_book.paths.values())
    for refused in REPORTS:
        for language, headers, words in _languages(refused):
            line = f"report {refused.cli} --language {language}".replace("{first_day}", begin.isoformat())
            said = await _said_at_the_keyboard(line, capsys)
            assert words in said, line
            assert said.endswith(f" [{refused.rule}]"), line
            address = refused.http.replace("{first_day}", begin.isoformat())
            status, problem = await _answered(projected, address, headers, refused.body)
            assert (status, problem["rule_id"]) == (refused.status, refused.rule), address
            assert said == f"teilhabe: {problem['detail']} [{refused.rule}]"


async def test_bad_money_is_refused_in_both_languages(api: Api) -> None:
    """With the figures that are wrong; there is no command line to book with."""
    grant = (await api.post("/grants", grant_body(lines=LINES))).json()["id"]
    spent = f"POST /grants/{grant}/record-spending"
    for refused in (
        Refused(
            rule="grant.lines_do_not_add_up",
            de="Die Ansätze ergeben 200000 Cent, der Bescheid nennt 200001 Cent.",
            en="The lines add up to 200000 cents, the notice states 200001 cents.",
            cli="",
            http="POST /grants",
            body=grant_body(lines=LINES, total_cents=200_001),
        ),
        Refused(
            rule="grant.line_overspent",
            de="Der Ansatz läge über 120 %, und 20001 Cent gleicht kein anderer Ansatz des Jahres aus",
            en="no other line of the year makes up for 20001 cents",
            cli="",
            http=spent,
            body=spending_body(amount_cents=120_001),
        ),
        Refused(
            rule="grant.plan_exceeded",
            de="Die Ausgaben lägen 1 Cent über dem Finanzierungsplan",
            en="1 cents beyond the financing plan",
            cli="",
            http=spent,
            body=spending_body(amount_cents=200_001),
        ),
    ):
        for _, headers, words in _languages(refused):
            status, problem = await _answered(api, refused.http, headers, refused.body)
            assert (status, problem["rule_id"]) == (409, refused.rule)
            assert words in problem["detail"]


async def test_a_flat_rate_without_a_rate_is_refused_alike_at_the_keyboard_and_over_http(
    api: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither notice nor programme names one for the module: nothing is guessed, and nothing is 0."""
    await write(api.engine, OFFER, (replace(published(municipality=ESCHWEILER), module=FundingModule.F3),))
    history = attending(in_course(), date(2025, 5, 5), date(2025, 5, 30)).history
    await write(api.engine, case_id(1), events_for(1, history))
    body = grant_body(
        lines=[{"module": "F3", "municipality": ESCHWEILER, "year": 2025, "amount_cents": 100_000}],
        period_from="2025-01-01",
        period_to="2025-12-31",
    )
    grant = UUID((await api.post("/grants", body)).json()["id"])
    head = await api.engine.log.head()
    refused = Refused(
        rule="flat_rate.rate_not_known",
        de="Für diese Zeit ist kein Satz bekannt; die Pauschale ist nicht berechenbar.",
        en="No rate is known",
        cli=f"funding decide-flat-rate {grant} {case_id(1)} {SEAT} --actor a-1 --organisation o-1",
        http=f"POST /grants/{grant}/decide-flat-rate",
        body={"case_id": str(case_id(1)), "participation_id": str(SEAT)},
    )
    for language, headers, words in _languages(refused):
        said = await _said_at_the_keyboard(f"{refused.cli} --language {language}", capsys)
        key = {"Idempotency-Key": str(uuid4())}
        status, problem = await _answered(api, refused.http, headers | key, refused.body)
        assert (status, problem["rule_id"]) == (409, refused.rule)
        assert words in problem["detail"]
        assert said == f"teilhabe: {problem['detail']} [{refused.rule}]"
    assert await api.engine.log.head() == head


async def test_a_seal_is_looked_into_by_its_number_and_by_nothing_beside_it(
    projected: Api, capsys: pytest.CaptureFixture[str]
) -> None:
    """Date, position and parameters are those of the seal; who gives others is told so instead of being half heard."""
    for history in TOWN:
        await write(projected.engine, history[0].stream_id, tuple(entry.event for entry in history))
    asked = AskedReport(name="statistics", as_of=date(2025, 12, 30))
    seal = await seal_report(projected.engine, asked, uuid4(), context(), NOW)
    assert isinstance(seal, Seal)
    cell = f"drill statistics reach contacted total --seal {seal.seal_id} --json"
    with pytest.raises(SystemExit) as end:
        await asyncio.to_thread(main, f"report {cell}".split())
    assert end.value.code == 0
    # The API of this process writes its lines to the same place.
    printed = capsys.readouterr().out
    drilled, _ = json.JSONDecoder().raw_decode(printed[printed.index("{\n") :])
    over_http = await projected.get(f"/sealed-reports/{seal.seal_id}/cells/reach/contacted?key=total")
    assert drilled["position"] == seal.log_position
    assert drilled["cell"] == over_http.json()["cell"] == 6
    for other in (
        cell.replace("statistics", "funding"),
        f"{cell} --as-of 2025-06-30",
        f"{cell} --known-at 3",
        f"{cell} --param municipality={ESCHWEILER}",
    ):
        said = await _said_at_the_keyboard(f"report {other}", capsys)
        assert said.startswith("teilhabe: Unter dieser Nummer ist statistics versiegelt; ")
        assert said.endswith(" [report_seal.asked_otherwise]")
