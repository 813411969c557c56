"""Every setting is read once, and a wrong one is named in one line."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from services.settings import CHECKOUT, Settings, SettingsError, new_key, read_settings

KEY_HEX = "00112233445566778899aabbccddeeff" * 2


def test_an_empty_environment_means_everything_embedded() -> None:
    """A bare checkout needs no configuration."""
    settings = read_settings({})
    assert settings == Settings(home=CHECKOUT / ".teilhabe")
    assert settings.database_url is None
    assert settings.temporal_address is None
    assert settings.http_host == "127.0.0.1"


def test_an_empty_value_counts_as_not_given() -> None:
    """Compose files and units write ``NAME=`` for what is left out."""
    assert read_settings({"DATABASE_URL": "", "TEILHABE_HTTP_PORT": " "}) == read_settings({})


def test_every_variable_arrives() -> None:
    """Nothing that is given is ignored."""
    settings = read_settings({
        "TEILHABE_HOME": "/var/lib/teilhabe",
        "DATABASE_URL": "postgresql://akte:geheim@db.example:5433/akte",
        "TEILHABE_POSTGRES_BIN": "/usr/lib/postgresql/15/bin",
        "TEMPORAL_ADDRESS": "temporal.example:7233",
        "TEMPORAL_NAMESPACE": "teilhabe-aachen",
        "TEILHABE_TEMPORAL_BIN": "/opt/temporal",
        "TEILHABE_KEK": KEY_HEX,
        "TEILHABE_KEK_FILE": "/etc/teilhabe/kek",
        "SMTP_URL": "smtps://user:pw@mail.example:465",
        "TEILHABE_MAIL_SENDER": "frist@staedteregion.example",
        "TEILHABE_STAFF_FILE": "/etc/teilhabe/staff.toml",
        "TEILHABE_DEV_ACTOR": "k.yilmaz",
        "TEILHABE_DEV_ORGANISATION": "staedteregion-aachen",
        "TEILHABE_HTTP_HOST": "::1",
        "TEILHABE_HTTP_PORT": "0",
    })  # fmt: skip
    assert settings == Settings(
        home=Path("/var/lib/teilhabe"),
        database_url="postgresql://akte:geheim@db.example:5433/akte",
        postgres_bin=Path("/usr/lib/postgresql/15/bin"),
        temporal_address="temporal.example:7233",
        temporal_namespace="teilhabe-aachen",
        temporal_bin=Path("/opt/temporal"),
        kek=KEY_HEX,
        kek_file=Path("/etc/teilhabe/kek"),
        smtp_url="smtps://user:pw@mail.example:465",
        mail_sender="frist@staedteregion.example",
        staff_file=Path("/etc/teilhabe/staff.toml"),
        dev_actor="k.yilmaz",
        dev_organisation="staedteregion-aachen",
        http_host="::1",
        http_port=0,
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "mysql://user:geheim@localhost/akte"),
        ("TEILHABE_MAIL_SENDER", "not an address"),
        ("DATABASE_URL", "postgresql://user:geheim@localhost:many/akte"),
        ("DATABASE_URL", "postgresql:///akte"),
        ("TEMPORAL_ADDRESS", "localhost"),
        ("TEMPORAL_ADDRESS", ":7233"),
        ("TEMPORAL_ADDRESS", "localhost:0"),
        ("TEMPORAL_ADDRESS", "localhost:65536"),
        ("TEMPORAL_NAMESPACE", "two words"),
        ("SMTP_URL", "http://geheim@mail.example"),
        ("TEILHABE_HTTP_PORT", "-1"),
        ("TEILHABE_HTTP_PORT", "65536"),
        ("TEILHABE_HTTP_PORT", "http"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(variable: str, value: str) -> None:
    """The name of the variable comes first, and no password is repeated."""
    with pytest.raises(SettingsError) as caught:
        read_settings({variable: value})
    message = str(caught.value)
    assert message.startswith((f"{variable}: must", f"{variable}: may"))
    assert "\n" not in message
    assert "geheim" not in message
    assert caught.value.variable == variable


@pytest.mark.parametrize("port", ["1", "65535"])
def test_the_first_and_the_last_port_are_ports(port: str) -> None:
    """The boundaries themselves are allowed."""
    assert read_settings({"TEMPORAL_ADDRESS": f"localhost:{port}"}).temporal_address == f"localhost:{port}"


def test_the_key_is_read_in_hex_and_base64() -> None:
    """From the variable, whatever the tool that made it writes."""
    assert read_settings({"TEILHABE_KEK": KEY_HEX}).key_encryption_key() == bytes.fromhex(KEY_HEX)
    assert len(read_settings({"TEILHABE_KEK": new_key()}).key_encryption_key()) == 32


@pytest.mark.parametrize("wrong", ["short", KEY_HEX[:-1], KEY_HEX + "00", "AAAA", "ä" * 44])
def test_a_key_of_the_wrong_size_is_refused_and_not_shown(wrong: str) -> None:
    """A key cut off by copying is no key."""
    with pytest.raises(SettingsError, match=r"^TEILHABE_KEK: must hold 32 bytes in base64 or hex$"):
        read_settings({"TEILHABE_KEK": wrong}).key_encryption_key()


def test_the_key_is_read_from_a_file(tmp_path: Path) -> None:
    """With the line end that editors add; a file that is not there is named."""
    (tmp_path / "kek").write_text(KEY_HEX + "\n", encoding="utf-8")
    settings = read_settings({"TEILHABE_KEK_FILE": str(tmp_path / "kek")})
    assert settings.key_encryption_key() == bytes.fromhex(KEY_HEX)
    with pytest.raises(SettingsError, match=r"^TEILHABE_KEK_FILE: .*none cannot be read: No such file"):
        read_settings({"TEILHABE_KEK_FILE": str(tmp_path / "none")}).key_encryption_key()


def test_the_embedded_key_is_made_once_and_lies_beside_the_database(tmp_path: Path) -> None:
    """Rights 0600, outside the directory of the database, the same at the next start."""
    settings = read_settings({"TEILHABE_HOME": str(tmp_path / "home")})
    key = settings.key_encryption_key()
    assert settings.key_encryption_key() == key
    file = tmp_path / "home" / "keys" / "kek"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_damaged_embedded_key_is_not_replaced(tmp_path: Path) -> None:
    """A new key would open nothing; the old one must be put back."""
    settings = read_settings({"TEILHABE_HOME": str(tmp_path)})
    settings.key_encryption_key()
    (tmp_path / "keys" / "kek").write_text("damaged\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="keys/kek: must hold 32 bytes"):
        settings.key_encryption_key()


def test_a_database_of_ones_own_never_gets_a_key_made_up(tmp_path: Path) -> None:
    """Two machines with two keys on one database would lose people."""
    settings = read_settings({"TEILHABE_HOME": str(tmp_path), "DATABASE_URL": "postgresql://u@db/akte"})
    with pytest.raises(SettingsError, match=r"^TEILHABE_KEK_FILE: must name the file"):
        settings.key_encryption_key()
    assert list(tmp_path.iterdir()) == []


def test_secrets_do_not_show_in_the_text_of_the_settings() -> None:
    """A settings value that lands in a log or a traceback tells no secret."""
    shown = repr(read_settings({"TEILHABE_KEK": KEY_HEX, "DATABASE_URL": "postgresql://u:geheim@db/a"}))
    assert KEY_HEX not in shown
    assert "geheim" not in shown
