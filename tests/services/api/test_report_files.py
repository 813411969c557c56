"""Reports as files over HTTP: what was asked for, in the reader's language, with headers that fit the bytes."""

from __future__ import annotations

import base64
import hashlib

import pytest

from services.api.report_files import NOTHING_RUNS
from services.report_formats.rendering import Format
from tests.services.api.ground import ESCHWEILER, Api

BEGINNINGS = {
    Format.CSV: b'\xef\xbb\xbf"Mittelverwendung"',
    Format.XLSX: b"PK\x03\x04",
    Format.PDF: b"%PDF-1.7",
    Format.HTML: b"<!doctype html>",
}


@pytest.mark.parametrize("format_", sorted(BEGINNINGS))
async def test_a_report_can_be_had_as_a_file(api: Api, format_: Format) -> None:
    """Named after report, day and position; its digest is of these bytes; asked again it is the same."""
    path = f"/reports/funding?format={format_.value}&as_of=2026-06-30"
    answer = await api.get(path)

    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(BEGINNINGS[format_])
    assert answer.headers["Content-Type"] == format_.media_type
    shown = "inline" if format_ is Format.HTML else "attachment"
    assert answer.headers["Content-Disposition"] == (
        f'{shown}; filename="funding_2026-06-30_{answer.headers["Position"]}.{format_.value}"'
    )
    digest = hashlib.sha256(answer.content)
    assert answer.headers["ETag"] == f'"{digest.hexdigest()}"'
    assert answer.headers["Repr-Digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    assert {name: answer.headers[name] for name in NOTHING_RUNS} == NOTHING_RUNS
    assert (await api.get(path)).content == answer.content


async def test_without_a_format_it_is_the_canonical_form(api: Api) -> None:
    """As with ``format=json``; the digest is the one that a seal stores."""
    plain = await api.get("/reports/funding?as_of=2026-06-30")
    asked = await api.get("/reports/funding?as_of=2026-06-30&format=json")
    assert plain.content == asked.content
    assert plain.headers["Content-Type"] == "application/json"
    assert plain.headers["ETag"] == f'"{hashlib.sha256(plain.content).hexdigest()}"'
    assert "Content-Disposition" not in plain.headers


async def test_a_file_is_in_the_language_of_the_reader(api: Api) -> None:
    """And says so, and that it depends on it."""
    answer = await api.get("/reports/funding?format=csv", headers={"Accept-Language": "en"})
    assert b"Use of funds" in answer.content
    assert (answer.headers["Content-Language"], answer.headers["Vary"]) == ("en", "Accept-Language")


async def test_one_table_alone_is_heads_and_rows(api: Api) -> None:
    """Nothing else stands in it; a table that is not there, and one of the canonical form, are refused."""
    answer = await api.get("/reports/funding?format=csv&table=drawdowns")
    assert answer.content.decode("utf-8-sig").split(";")[:3] == ['"Bescheid"', '"Datum"', '"Zeichen"']
    assert answer.content.count(b"\r\n") == 1
    unknown = await api.get("/reports/funding?format=csv&table=nothing")
    assert (unknown.status_code, unknown.json()["rule_id"]) == (404, "report.table_unknown")
    canonical = await api.get("/reports/funding?table=drawdowns")
    assert (canonical.status_code, canonical.json()["rule_id"]) == (409, "report.canonical_is_whole")


async def test_a_format_that_does_not_exist_is_malformed(api: Api) -> None:
    """422, naming the field."""
    answer = await api.get("/reports/funding?format=docx")
    assert answer.status_code == 422
    assert "format" in answer.text


async def test_a_report_takes_its_parameters_as_a_run_does(api: Api) -> None:
    """By ``param``, the municipality by its own name too; given twice it is refused."""
    await api.opened()
    by_age = await api.get("/reports/breakdown?param=by%3Dage_band")
    assert ["by", "age_band"] in by_age.json()["parameters"]
    one = await api.get(f"/reports/statistics?municipality={ESCHWEILER}")
    assert (await api.get(f"/reports/statistics?param=municipality%3D{ESCHWEILER}")).content == one.content
    for path, status, rule in (
        (
            f"/reports/statistics?municipality={ESCHWEILER}&param=municipality%3D{ESCHWEILER}",
            409,
            "report.parameter_doubled",
        ),
        ("/reports/breakdown?param=by%3Dshoe", 409, "report.parameter_malformed"),
        ("/reports/proof_of_use?param=grant%3Dx", 404, "report.grant_unknown"),
    ):
        answer = await api.get(path)
        assert (answer.status_code, answer.json()["rule_id"]) == (status, rule)


async def test_what_a_report_tells_can_be_read_before_it_is_run(api: Api) -> None:
    """The list names parameters and tables, the description every column with its definition in both languages."""
    listed = {report["name"]: report for report in (await api.get("/reports")).json()}
    assert listed["breakdown"]["parameters"][1]["default"] == "gender"
    assert listed["monitoring"]["publication"] == "published"
    for name, report in listed.items():
        described = (await api.get(f"{report['href'].removeprefix('/api/v1')}/description")).json()
        assert [table["id"] for table in described["tables"]] == report["tables"], name
        for table in described["tables"]:
            for column in table["columns"]:
                assert column["definition"]["de"]
                assert column["definition"]["en"]
    unknown = await api.get("/reports/nonsense/description")
    assert (unknown.status_code, unknown.json()["rule_id"]) == (404, "report.unknown")
