"""The few words that formats add of their own: heads of the definitions, notes for empty tables, captions."""

from __future__ import annotations

from typing import Final

from domain.path import Title

TABLE: Final = Title(de="Tabelle", en="Table")
COLUMN: Final = Title(de="Spalte", en="Column")
UNIT: Final = Title(de="Einheit", en="Unit")
DEFINITION: Final = Title(de="Definition", en="Definition")
SOURCE: Final = Title(de="Quelle", en="Source")
DEFINITIONS: Final = Title(de="Definitionen", en="Definitions")
NO_ROWS: Final = Title(de="keine", en="none")
REPORT: Final = Title(de="Bericht", en="Report")
CONTENTS: Final = Title(de="Inhalt", en="Contents")
PAGE: Final = Title(de="Seite", en="Page")
OF: Final = Title(de="von", en="of")
ATTACHED: Final = Title(
    de="der Bericht in der Form, deren SHA-256 er nennt", en="the report in the form whose SHA-256 it names"
)
SKIP: Final = Title(de="Zu den Tabellen", en="Skip to the tables")
