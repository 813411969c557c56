"""What is asked of a Temporal server before it is used: does it answer, does it know our search attributes.

Temporal's client is loaded when a server is asked, not before: most commands never ask one.
"""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Mapping
from enum import Enum, unique
from pathlib import Path

from adapters.embedded.errors import EmbeddedError
from adapters.embedded.postgres_databases import run_apart


@unique
class SearchAttributeType(Enum):
    """The kinds of search attribute we use, by their number in Temporal's interface (``IndexedValueType``)."""

    TEXT = 1
    KEYWORD = 2
    INT = 3
    BOOL = 5
    DATETIME = 6
    KEYWORD_LIST = 7


def answers(address: str, namespace: str) -> bool:
    """Whether the server at ``address`` knows ``namespace`` by now. Never raises for a server still starting."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=1.0):
            pass
    except OSError:
        return False
    return run_apart(_knows_namespace(address, namespace))


def is_half_made(db_file: Path) -> bool:
    """Whether the database of a server has no namespace, as when its first start was killed on the way.

    A file that is no database, or one that is being written to, is not half made.
    """
    connection = sqlite3.connect(db_file)
    try:
        tables = connection.execute("select 1 from sqlite_master where name = 'namespaces'").fetchone()
        return tables is None or connection.execute("select 1 from namespaces").fetchone() is None
    except sqlite3.Error:
        return False
    finally:
        connection.close()


async def _knows_namespace(address: str, namespace: str) -> bool:
    from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
    from temporalio.client import Client
    from temporalio.service import RPCError

    try:
        client = await Client.connect(address, namespace=namespace)
        await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=namespace))
    except (RPCError, RuntimeError):
        return False
    return True


async def register_search_attributes(
    address: str, namespace: str, wanted: Mapping[str, SearchAttributeType]
) -> None:
    """Make the server know ``wanted``; what it knows already stays.

    Raises EmbeddedError when it knows a name with another type, or refuses.
    """
    if not wanted:
        return
    from temporalio.api.enums.v1 import IndexedValueType
    from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
    from temporalio.client import Client
    from temporalio.service import RPCError, RPCStatusCode

    try:
        client = await Client.connect(address, namespace=namespace)
        known = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=namespace)
        )
        clashing = [
            name
            for name in wanted
            if known.custom_attributes.get(name, wanted[name].value) != wanted[name].value
        ]
        if clashing:
            raise EmbeddedError(
                f"Temporal at {address} knows the search attribute {clashing[0]} with another type: remove it there",
                de=f"Temporal unter {address} kennt das Suchattribut {clashing[0]} mit einem anderen Typ: dort entfernen",
            )
        missing = {
            name: IndexedValueType.ValueType(kind.value)
            for name, kind in wanted.items()
            if name not in known.custom_attributes
        }
        if missing:
            request = AddSearchAttributesRequest(namespace=namespace, search_attributes=missing)
            await client.operator_service.add_search_attributes(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise EmbeddedError(
                f"Temporal at {address} refused the search attributes: {error.message}",
                de=f"Temporal unter {address} hat die Suchattribute abgelehnt: {error.message}",
            ) from error
    except RuntimeError as error:
        raise EmbeddedError(
            f"Temporal at {address} does not answer: {error}",
            de=f"Temporal unter {address} antwortet nicht: {error}",
        ) from error
