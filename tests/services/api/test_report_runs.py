"""Reports over HTTP: background runs, files, drill-downs, seals."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.queries import Queries
from tests.patience import PATIENCE_SECONDS
from tests.services.api.ground import ESCHWEILER, Api
from tests.services.read_table_ground import projecting
from tests.workflows.ground import TODAY


async def _projected(api: Api) -> None:
    """The read tables of the town of one case."""
    await api.opened()
    await _caught_up(api)


async def _caught_up(api: Api) -> None:
    """The read tables show the end of the log."""
    position = await api.engine.log.head()
    queries = Queries(api.engine)
    async with projecting(api.engine):
        assert await queries.wait_for(position, PATIENCE_SECONDS)
    await queries.close()


async def _over(api: Api, address: str) -> dict[str, Any]:
    """The run when it is over."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            run: dict[str, Any] = (await api.get(address)).json()
            if run["state"] not in {"waiting", "running"}:
                return run
            await asyncio.sleep(0.02)


async def test_a_run_is_begun_followed_and_fetched_in_every_format(api: Api) -> None:
    """202 with an address; the JSON file is the canonical form with its digest."""
    await _projected(api)
    begun = await api.post("/reports/statistics/runs?param=municipality%3D05334012")
    assert begun.status_code == 202, begun.text
    address = begun.headers["Location"].removeprefix("/api/v1")
    run = await _over(api, address)
    assert run["state"] == "done"
    assert (await api.get("/report-runs")).json()[0] == run
    json_file = await api.get(f"{address}/file")
    assert hashlib.sha256(json_file.content).hexdigest() == run["digest"]
    assert json_file.json()["parameters"] == [["municipality", ESCHWEILER]]
    for format_, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF"), ("html", b"<!")):
        answer = await api.get(f"{address}/file", params={"format": format_})
        assert answer.status_code == 200
        assert answer.content.startswith(begins)
        assert f'.{format_}"' in answer.headers["Content-Disposition"]


async def test_what_is_not_there_is_404_and_what_cannot_be_asked_409(api: Api) -> None:
    """For runs, cells and seals alike."""
    await _projected(api)
    number = uuid4()
    for path in (
        f"/report-runs/{number}",
        f"/report-runs/{number}/file",
        f"/sealed-reports/{number}",
        f"/report-runs/{number}/result",
        "/reports/nonsense/cells/reach/won?key=total",
        "/reports/statistics/cells/nonsense/won?key=total",
        "/reports/statistics/cells/reach/nonsense?key=total",
        "/reports/statistics/cells/reach/won?key=nowhere",
    ):
        assert (await api.get(path)).status_code == 404, path
    for path in (
        "/reports/nonsense/runs",
        f"/sealed-reports/{number}/verifications",
        f"/sealed-reports/{number}/deltas",
        f"/sealed-reports/{number}/counterfactuals?rule=age_to%3D20",
    ):
        assert (await api.post(path)).status_code == 404, path
    assert (await api.post("/reports/funding/runs?param=nonsense%3D1")).status_code == 409
    twice = "param=municipality%3D05334012&param=municipality%3D05334012"
    assert (await api.post(f"/reports/funding/runs?{twice}")).status_code == 409
    tomorrow = (TODAY + timedelta(days=2)).isoformat()
    assert (await api.post(f"/reports/funding/seals?as_of={tomorrow}")).status_code == 409
    assert (await api.post("/reports/funding/runs?param=nonsense")).status_code == 422


async def test_a_cell_leads_to_the_case_and_its_entries(api: Api) -> None:
    """The one person contacted in Eschweiler, by the opening of the case."""
    await _projected(api)
    answer = await api.get(f"/reports/statistics/cells/reach/contacted?key={ESCHWEILER}")
    assert answer.status_code == 200, answer.text
    cell = answer.json()
    assert cell["cell"] == cell["total"] == 1
    [contribution] = cell["contributions"]
    assert [entry["event"] for entry in contribution["entries"]] == ["case_opened"]
    seal = await _sealed(api, "statistics", key := str(uuid4()))
    await api.opened()
    again = await api.get(f"/sealed-reports/{key}/cells/reach/contacted?key={ESCHWEILER}")
    assert again.status_code == 200, again.text
    assert again.json() == cell | {"position": seal["log_position"]}, "who came later does not count"
    assert (await api.get(f"/sealed-reports/{uuid4()}/cells/reach/contacted")).status_code == 404


async def _sealed(api: Api, name: str, key: str, params: str = "") -> dict[str, Any]:
    """The seal of a report, once its run is done."""
    begun = await api.post(f"/reports/{name}/seals{params}", Idempotency_Key=key)
    assert begun.status_code == 202, begun.text
    assert begun.headers["Location"] == f"/api/v1/report-runs/{key}"
    run = await _over(api, f"/report-runs/{key}")
    assert (run["state"], run["kind"]) == ("done", "seal")
    seal: dict[str, Any] = (await api.get(f"/sealed-reports/{key}")).json()
    assert seal["digest"] == run["digest"]
    return seal


async def _found(api: Api, path: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The run that is begun with ``path``, once it is done, and its result."""
    begun = await api.post(path)
    assert begun.status_code == 202, begun.text
    address = begun.headers["Location"].removeprefix("/api/v1")
    run = await _over(api, address)
    assert run["state"] == "done", run
    answer = await api.get(f"{address}/result")
    assert answer.status_code == 200, answer.text
    assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    return run, answer.json()


async def test_the_link_of_a_report_leads_into_it_as_it_was_whatever_is_recorded_meanwhile(api: Api) -> None:
    """Its template names day and position; so does that of every cell, for the next click."""
    await _projected(api)
    report = await api.get("/reports/statistics?format=html")
    template = report.headers["Link-Template"]
    [_, target, relation] = template.split('"', 2)
    assert relation == '; rel="item"'
    link = target.removeprefix("/api/v1").format_map(
        {"table": "reach", "column": "contacted", "&key*,first,most,but_for": f"&key={ESCHWEILER}"}
    )
    before = await api.get(link)
    assert before.status_code == 200, before.text
    assert str(before.json()["position"]) == report.headers["Position"]
    await _projected(api)
    after = await api.get(link)
    assert after.json() == before.json()
    assert after.headers["Link-Template"] == template
    now = (await api.get(f"/reports/statistics/cells/reach/contacted?key={ESCHWEILER}")).json()
    assert (now["total"], now["position"] > after.json()["position"]) == (after.json()["total"] + 1, True)


async def test_a_report_is_sealed_once_per_key(api: Api) -> None:
    """The key is the number of the seal; who sealed it is the actor."""
    await _projected(api)
    key = str(uuid4())
    seal = await _sealed(api, "programme_rules", key)
    assert await _sealed(api, "programme_rules", key) == seal
    sealed_file = await api.get(f"/report-runs/{key}/file")
    assert hashlib.sha256(sealed_file.content).hexdigest() == seal["digest"]
    other = await api.post("/reports/funding/seals", Idempotency_Key=key)
    assert other.status_code == 409
    assert seal["id"] == key
    assert seal["actor"] == "cw-eschweiler-1"


async def test_a_seal_is_verified_compared_and_counted_otherwise_in_runs_of_their_own(api: Api) -> None:
    """Each answers at once with the address of its run; what came out stands under result, and is no file."""
    await _projected(api)
    key = str(uuid4())
    seal = await _sealed(api, "programme_rules", key)
    run, verified = await _found(api, f"/sealed-reports/{key}/verifications")
    assert seal.pop("published_on") is None
    assert verified == {"seal": seal, "digest": seal["digest"], "same": True}
    wordless = await api.get(f"/report-runs/{run['id']}/text")
    assert (wordless.status_code, wordless.json()["rule_id"]) == (409, "report.run_no_text")
    assert (run["kind"], run["seal"], run["digest"]) == ("verification", key, seal["digest"])
    assert (run["position"], run["as_of"], run["report"]) == (
        seal["log_position"],
        seal["as_of"],
        "programme_rules",
    )
    refused = await api.get(f"/report-runs/{run['id']}/file")
    assert (refused.status_code, refused.json()["rule_id"]) == (409, "report.run_no_file")
    run, delta = await _found(api, f"/sealed-reports/{key}/deltas")
    assert (delta["cells"], delta["position"]) == ([], run["position"])
    assert run["position"] > seal["log_position"], "the seal itself is an entry of the log"
    run, same = await _found(api, f"/sealed-reports/{key}/counterfactuals?rule=age_to%3D27")
    assert same["same"] is True
    run, other = await _found(api, f"/sealed-reports/{key}/counterfactuals?rule=age_to%3D20")
    assert (run["parameters"], other["values"], other["same"]) == ({"age_to": "20"}, {"age_to": "20"}, False)
    assert {one["kind"] for one in (await api.get("/report-runs")).json()} == {
        "seal",
        "verification",
        "delta",
        "counterfactual",
    }


async def test_a_run_is_told_in_words_in_the_language_of_the_reader(api: Api) -> None:
    """Of a delta the draft of a correction notice, of a counterfactual its flips, of a report its tables."""
    await _projected(api)
    key = str(uuid4())
    await _sealed(api, "programme_rules", key)
    delta, _ = await _found(api, f"/sealed-reports/{key}/deltas")
    otherwise, _ = await _found(api, f"/sealed-reports/{key}/counterfactuals?rule=age_to%3D20")
    for run, de, en in (
        (delta["id"], "Korrekturmitteilung (Entwurf)", "Correction notice (draft)"),
        (otherwise["id"], "Mit anderen Regelwerten gerechnet", "Counted under other values of rules"),
        (key, "Eintritte und Programmregeln", "Entries and the rules of the programme"),
    ):
        for language, begins in (("de", de), ("en", en)):
            answer = await api.get(f"/report-runs/{run}/text", headers={"Accept-Language": language})
            assert answer.status_code == 200, answer.text
            assert answer.text.startswith(begins)
            assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
            assert answer.headers["Content-Language"] == language


async def test_a_sealed_report_is_a_file_long_after_its_run_is_forgotten(api: Api) -> None:
    """In every format; the canonical form has the digest of the seal, and so has no other report."""
    await _projected(api)
    key = str(uuid4())
    seal = await _sealed(api, "programme_rules", key)
    async with api.engine.connections.lend() as connection:
        await connection.execute(f"delete from {api.engine.log.schema}.report_runs")
    assert (await api.get(f"/report-runs/{key}/file")).status_code == 404
    plain = await api.get(f"/sealed-reports/{key}/file")
    assert hashlib.sha256(plain.content).hexdigest() == seal["digest"]
    assert plain.headers["Position"] == str(seal["log_position"])
    for format_, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF"), ("html", b"<!")):
        answer = await api.get(f"/sealed-reports/{key}/file", params={"format": format_})
        assert answer.status_code == 200
        assert answer.content.startswith(begins)
    assert (await api.get(f"/sealed-reports/{uuid4()}/file")).status_code == 404
    table = await api.get(f"/sealed-reports/{key}/file?format=csv&table=nonsense")
    assert (table.status_code, table.json()["rule_id"]) == (404, "report.table_unknown")
    await _caught_up(api)
    listed = await api.get("/sealed-reports?report=programme_rules")
    assert [one["id"] for one in listed.json()] == [key]
    assert (await api.get("/sealed-reports?report=funding")).json() == []
    assert (await api.get("/sealed-reports?report=nonsense")).status_code == 404


async def test_what_cannot_be_asked_of_a_seal_is_refused_at_once(api: Api) -> None:
    """Nobody waits for a run to hear of it."""
    await api.opened()
    await _projected(api)
    key = str(uuid4())
    seal = await _sealed(api, "programme_rules", key)
    for path, rule in (
        ("counterfactuals", "report_seal.no_rule"),
        ("counterfactuals?rule=age_to%3Dold", "report.parameter_malformed"),
        (f"deltas?known_at={seal['log_position'] - 1}", "report_seal.position_outside"),
        ("deltas?known_at=100000", "report.known_at_beyond_log"),
    ):
        answer = await api.post(f"/sealed-reports/{key}/{path}")
        assert (answer.status_code, answer.json()["rule_id"]) == (409, rule)
    internal = await api.http.put(f"/api/v1/sealed-reports/{key}/publication")
    assert (internal.status_code, internal.json()["rule_id"]) == (409, "report_publication.internal")


async def test_a_volume_is_published_in_a_run_once_per_key(api: Api) -> None:
    """Asking again under the key finds the run; publishing again under another changes nothing."""
    await _projected(api)
    key, number = str(uuid4()), str(uuid4())
    seal = await _sealed(api, "monitoring", key)
    assert seal.pop("published_on") is None
    head = await api.engine.log.head()
    for run_id in (number, number, str(uuid4())):
        path = f"/api/v1/sealed-reports/{key}/publication"
        begun = await api.http.put(path, headers={"Idempotency-Key": run_id})
        assert begun.status_code == 202, begun.text
        run = await _over(api, f"/report-runs/{run_id}")
        assert (run["state"], run["kind"]) == ("done", "publication"), run
        result = (await api.get(f"/report-runs/{run_id}/result")).json()
        assert result == {"published": True, "seal": seal}
        assert await api.engine.log.head() == head + 1
