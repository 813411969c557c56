"""Whom a reminder goes to: a small file that the operator keeps, or one rule for everybody."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from domain.ports import Absence

_ENTRIES: Final = frozenset(
    {
        "mail_domain",
        "default_coordinator",
        "default_grant_officer",
        "staff",
        "coordinators",
        "grant_officers",
    }
)


class InvalidStaffFile(ValueError):
    """The staff file cannot be used; one line that names the file and the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStaffDirectory:
    """Fulfils domain.ports.StaffDirectory from plain tables.

    ``mail_domain`` gives an address to everybody who is not listed: ``<staff_id>@<mail_domain>``; without it they have
    none. ``coordinators`` are staff ids (function mailboxes) by AGS, ``default_coordinator`` is for all other places.
    ``grant_officers`` are staff ids by the reference of a grant notice, ``default_grant_officer`` is for all others.
    """

    addresses: Mapping[str, str] = field(default_factory=dict)
    deputies: Mapping[str, str] = field(default_factory=dict)
    absences: Mapping[str, tuple[Absence, ...]] = field(default_factory=dict)
    coordinators: Mapping[str, str] = field(default_factory=dict)
    default_coordinator: str = "coordinating-office"
    mail_domain: str | None = None
    grant_officers: Mapping[str, str] = field(default_factory=dict)
    default_grant_officer: str | None = None

    def address(self, staff_id: str) -> str | None:
        """As domain.ports.StaffDirectory.address."""
        if listed := self.addresses.get(staff_id):
            return listed
        if self.mail_domain is None or not staff_id or not _is_local_part(staff_id):
            return None
        return f"{staff_id}@{self.mail_domain}"

    def deputy(self, staff_id: str, organisation: str) -> str | None:
        """As domain.ports.StaffDirectory.deputy; an entry ``organisation/staff_id`` goes before ``staff_id``."""
        return self.deputies.get(f"{organisation}/{staff_id}") or self.deputies.get(staff_id)

    def absence(self, staff_id: str, organisation: str, on: date) -> Absence | None:
        """As domain.ports.StaffDirectory.absence; entries as for ``deputy``."""
        listed = self.absences.get(f"{organisation}/{staff_id}") or self.absences.get(staff_id, ())
        return next((absence for absence in listed if absence.from_on <= on <= absence.to_on), None)

    def coordinator(self, municipality: str) -> str:
        """As domain.ports.StaffDirectory.coordinator."""
        return self.coordinators.get(municipality, self.default_coordinator)

    def grant_officer(self, reference: str) -> str | None:
        """As domain.ports.StaffDirectory.grant_officer."""
        return self.grant_officers.get(reference, self.default_grant_officer)


def _is_local_part(staff_id: str) -> bool:
    """Whether an opaque id can stand before the @ as it is."""
    return all(character.isascii() and (character.isalnum() or character in "._-") for character in staff_id)


def read_staff(path: Path) -> FileStaffDirectory:
    """The directory in a TOML file. Raises InvalidStaffFile.

    ::

        mail_domain = "staedteregion.example"          # everybody else: <staff id>@staedteregion.example
        default_coordinator = "ki-aachen"
        default_grant_officer = "money-aachen"          # in charge of the grants that are not listed

        [staff.cw-eschweiler-1]
        address = "m.muster@eschweiler.example"
        deputy = "cw-eschweiler-2"
        absences = [{ from = 2026-12-21, to = 2027-01-08 }, { from = 2027-02-01, to = 2027-02-05, deputy = "cw-stolberg-1" }]

        [coordinators]
        05334012 = "ki-eschweiler"

        [grant_officers]
        "36.01-2026-7" = "money-eschweiler"
    """
    try:
        return _directory(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise InvalidStaffFile(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InvalidStaffFile(f"{path}: {error}") from error


def _directory(data: dict[str, Any]) -> FileStaffDirectory:
    if unknown := set(data) - _ENTRIES:
        raise ValueError(f"unknown entry {min(unknown)!r}")
    staff = {name: _person(name, entry) for name, entry in _table(data, "staff").items()}
    directory = FileStaffDirectory(
        addresses={name: person["address"] for name, person in staff.items() if "address" in person},
        deputies={name: person["deputy"] for name, person in staff.items() if "deputy" in person},
        absences={name: _absences(name, entry) for name, entry in _table(data, "staff").items()},
        coordinators={
            ags: _text(f"coordinators.{ags}", v) for ags, v in _table(data, "coordinators").items()
        },
        default_coordinator=_text(
            "default_coordinator", data.get("default_coordinator", "coordinating-office")
        ),
        mail_domain=_text("mail_domain", data["mail_domain"]) if "mail_domain" in data else None,
        grant_officers={
            reference: _text(f"grant_officers.{reference}", officer)
            for reference, officer in _table(data, "grant_officers").items()
        },
        default_grant_officer=(
            _text("default_grant_officer", data["default_grant_officer"])
            if "default_grant_officer" in data
            else None
        ),
    )
    for ags in directory.coordinators:
        if not (ags.isdigit() and len(ags) == 8):
            raise ValueError(f"coordinators.{ags} is no AGS of eight digits")
    return directory


def _person(name: str, entry: Any) -> dict[str, str]:
    if not isinstance(entry, dict) or (unknown := set(entry) - {"address", "deputy", "absences"}):
        what = f"has an unknown entry {min(unknown)!r}" if isinstance(entry, dict) else "is no table"
        raise ValueError(f"staff.{name} {what}")
    person = {key: _text(f"staff.{name}.{key}", entry[key]) for key in ("address", "deputy") if key in entry}
    if "address" in person and person["address"].count("@") != 1:
        raise ValueError(f"staff.{name}.address is no mail address")
    return person


def _absences(name: str, entry: Any) -> tuple[Absence, ...]:
    """The absences of a person, in the order of the file."""
    found, place = [], f"staff.{name}.absences"
    listed = entry.get("absences", [])
    if not isinstance(listed, list):
        raise ValueError(f"{place} is no list")
    for item in listed:
        if not isinstance(item, dict) or set(item) - {"from", "to", "deputy"} or {"from", "to"} - set(item):
            raise ValueError(f"{place}: each has from and to, and perhaps a deputy")
        from_on, to_on = item["from"], item["to"]
        if type(from_on) is not date or type(to_on) is not date:
            raise ValueError(f"{place}: from and to are dates (2026-12-21)")
        if to_on < from_on:
            raise ValueError(f"{place}: it ends on {to_on} before it begins on {from_on}")
        deputy = _text(f"{place}.deputy", item["deputy"]) if "deputy" in item else None
        found.append(Absence(from_on=from_on, to_on=to_on, deputy=deputy))
    return tuple(found)


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise ValueError(f"{name} is no table")
    return table


def _text(place: str, value: Any) -> str:
    if not isinstance(value, str) or not value or any(character in value for character in "\r\n"):
        raise ValueError(f"{place} is no text")
    return value
