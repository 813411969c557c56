"""Reports over HTTP: background runs, files, drill-downs, seals."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

from services.projector import run_projector
from tests.services.api.ground import ESCHWEILER, Api
from tests.workflows.ground import TODAY


async def _projected(api: Api) -> None:
    """The read tables of the town of one case."""
    await api.opened()
    position = await api.engine.log.head()
    following = asyncio.create_task(run_projector(api.engine))
    try:
        answer = await api.get("/reports/statistics", params={"wait_for": position})
        assert answer.status_code == 200, answer.text
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def _over(api: Api, address: str) -> dict[str, Any]:
    """The run when it is over."""
    async with asyncio.timeout(120):
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
        f"/sealed-reports/{number}/verification",
        f"/sealed-reports/{number}/delta",
        f"/sealed-reports/{number}/counterfactual?rule=age_to%3D20",
        "/reports/nonsense/cells/reach/won?key=total",
        "/reports/statistics/cells/nonsense/won?key=total",
        "/reports/statistics/cells/reach/nonsense?key=total",
        "/reports/statistics/cells/reach/won?key=nowhere",
    ):
        assert (await api.get(path)).status_code == 404, path
    assert (await api.post("/reports/nonsense/runs")).status_code == 404
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


async def test_a_report_is_sealed_once_per_key_and_verified(api: Api) -> None:
    """The key is the number of the seal; who sealed it is the actor."""
    await _projected(api)
    key = str(uuid4())
    first = await api.post("/reports/programme_rules/seals", Idempotency_Key=key)
    assert first.status_code == 202, first.text
    again = await api.post("/reports/programme_rules/seals", Idempotency_Key=key)
    assert again.status_code == 202, again.text
    assert first.headers["Location"] == again.headers["Location"] == f"/api/v1/report-runs/{key}"
    run = await _over(api, f"/report-runs/{key}")
    assert (run["state"], run["kind"]) == ("done", "seal")
    seal = (await api.get(f"/sealed-reports/{key}")).json()
    assert seal["digest"] == run["digest"]
    sealed_file = await api.get(f"/report-runs/{key}/file")
    assert hashlib.sha256(sealed_file.content).hexdigest() == seal["digest"]
    other = await api.post("/reports/funding/seals", Idempotency_Key=key)
    assert other.status_code == 409
    assert seal["id"] == key
    assert seal["actor"] == "cw-eschweiler-1"
    verified = (await api.get(f"/sealed-reports/{key}/verification")).json()
    assert verified["same"] is True
    assert verified["seal"] == seal
    assert (await api.get(f"/sealed-reports/{key}/delta")).json()["cells"] == []
    flipped = await api.get(f"/sealed-reports/{key}/counterfactual?rule=age_to%3D27")
    assert flipped.json()["same"] is True
