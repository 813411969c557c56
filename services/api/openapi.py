"""The description of the API: what FastAPI finds by itself, and the strict bodies that are read by hand."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from services.api.corrections import ChangeEntry, StrikeEntry, all_changes
from services.api.eligibility import PREVIEW_BODIES
from services.api.problems import PROBLEM_JSON, Problem

DESCRIPTION = """Commands and reads of **teilhabe**, the case-management engine for municipal integration work.

- A command is answered with `position` and `version`. Give `wait_for=<position>` to a read of lists to see its effect.
- `Idempotency-Key` (a UUID) makes a command happen once, however often it is sent.
- `If-Match: "<version>"` makes it happen only if nobody else has worked on the case since you read it.
- Every error is a problem after RFC 9457, in German or (Accept-Language) English, with a stable `rule_id`.
"""


def describe(app: FastAPI, bodies: list[type[BaseModel]]) -> None:
    """Make ``app`` describe itself, the models of ``bodies`` included."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app, bodies)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way


def _described(app: FastAPI, bodies: list[type[BaseModel]]) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title,
        version=app.version,
        description=DESCRIPTION,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    changes = all_changes()
    models: list[type[BaseModel]] = [Problem, ChangeEntry, StrikeEntry, *PREVIEW_BODIES, *bodies, *changes]
    _, definitions = models_json_schema(
        [(model, "validation") for model in models], ref_template="#/components/schemas/{model}"
    )
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    for name, definition in definitions["$defs"].items():
        components.setdefault(name, definition)
    components["ChangeEntry"]["properties"]["changes"] = {
        "description": components["ChangeEntry"]["properties"]["changes"]["description"],
        "minProperties": 1,
        "anyOf": [{"$ref": f"#/components/schemas/{model.__name__}"} for model in changes],
    }
    for unused in ("HTTPValidationError", "ValidationError"):
        components.pop(unused, None)
    for path in schema["paths"].values():
        for operation in path.values():
            _drop_default_validation_answer(operation["responses"])
            for parameter in operation.get("parameters", ()):
                parameter["schema"] = _without_null(parameter["schema"])
    return schema


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is there or it is not; ``null`` would be the text "null"."""
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) != 1:
        return schema
    return {**{key: value for key, value in schema.items() if key != "anyOf"}, **options[0]}


def _drop_default_validation_answer(responses: dict[str, Any]) -> None:
    """FastAPI documents its own form of 422; ours is a problem, and stands there where it can happen."""
    for answer in responses.values():
        content = answer.get("content", {})
        if PROBLEM_JSON in content:
            content.pop("application/json", None)
    if "HTTPValidationError" in str(responses.get("422", "")):
        del responses["422"]
