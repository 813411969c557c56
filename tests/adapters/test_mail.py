"""The SMTP mailer against a real server, and whom the staff file sends reminders to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from adapters.mail import NoMailer, SmtpMailer, smtp_mailer
from adapters.staff_directory import FileStaffDirectory, InvalidStaffFile, read_staff
from domain.ports import MailDeferred, Mailer
from tests.contracts.mailer_contract import MAIL, MailerContract
from tests.smtp_server import SmtpServer, smtp_server


class TestSmtpMailer(MailerContract):
    """SmtpMailer keeps the contract on aiosmtpd."""

    server: SmtpServer

    @pytest.fixture(autouse=True)
    def _server(self) -> Iterator[None]:
        with smtp_server() as server:
            self.server = server
            yield

    async def mailer(self) -> Mailer:
        """The mailer on the running server."""
        return smtp_mailer(f"smtp://127.0.0.1:{self.server.port}", "teilhabe@staff.example")

    async def answer_with(self, reply: str) -> None:
        """Every recipient is answered so."""
        self.server.reply = reply

    async def switch_off(self) -> None:
        """Close the port."""
        self.server.stop()

    async def received(self) -> list[tuple[str, str, str, str]]:
        """What the server kept."""
        return [
            (kept.message_id, kept.to, str(kept.message["Subject"]), kept.text) for kept in self.server.kept
        ]

    async def test_it_says_that_a_machine_wrote_it(self) -> None:
        """An out-of-office reply to a reminder helps nobody (RFC 3834)."""
        await (await self.mailer()).send(MAIL)
        assert self.server.kept[0].message["Auto-Submitted"] == "auto-generated"

    async def test_a_password_is_never_sent_in_the_clear(self) -> None:
        """A server without encryption gets no login, and no mail."""
        mailer = smtp_mailer(f"smtp://user:pass@127.0.0.1:{self.server.port}", "teilhabe@staff.example")
        with pytest.raises(MailDeferred, match="encryption"):
            await mailer.send(MAIL)
        assert self.server.kept == []


def test_an_smtp_url_names_server_login_and_encryption() -> None:
    """Ports follow the scheme; user and password may be percent-encoded; the password is not shown."""
    plain = smtp_mailer("smtp://mail.example", "a@b.example")
    assert (plain.host, plain.port, plain.implicit_tls) == ("mail.example", 25, False)
    secure = smtp_mailer("smtps://me%40x:p%2Fw@mail.example", "a@b.example")
    assert (secure.port, secure.implicit_tls, secure.username, secure.password) == (465, True, "me@x", "p/w")
    assert "p/w" not in repr(secure)
    assert isinstance(secure, SmtpMailer)


async def test_without_a_mail_server_every_mail_waits() -> None:
    """Nothing is lost when SMTP_URL comes later."""
    with pytest.raises(MailDeferred):
        await NoMailer().send(MAIL)


STAFF_FILE = """
mail_domain = "staedteregion.example"
default_coordinator = "ki-aachen"

[staff.cw-eschweiler-1]
address = "m.muster@eschweiler.example"
deputy = "cw-eschweiler-2"

[coordinators]
05334012 = "ki-eschweiler"
"""


def test_a_staff_file_gives_addresses_deputies_and_coordinators(tmp_path: Path) -> None:
    """Listed people by their entry, everybody else by the rule, and one office per municipality."""
    file = tmp_path / "staff.toml"
    file.write_text(STAFF_FILE, encoding="utf-8")
    staff = read_staff(file)
    assert staff.address("cw-eschweiler-1") == "m.muster@eschweiler.example"
    assert staff.address("cw-eschweiler-2") == "cw-eschweiler-2@staedteregion.example"
    assert staff.address("no such mailbox") is None
    assert staff.deputy("cw-eschweiler-1", "org") == "cw-eschweiler-2"
    assert staff.deputy("cw-eschweiler-2", "org") is None
    assert staff.coordinator("05334012") == "ki-eschweiler"
    assert staff.coordinator("05334002") == "ki-aachen"


def test_who_is_in_charge_of_a_grant_stands_in_the_staff_file(tmp_path: Path) -> None:
    """By the reference of the notice, else one for all, else nobody."""
    file = tmp_path / "staff.toml"
    file.write_text('[grant_officers]\n"36.01-2026/7" = "money-1"\n', encoding="utf-8")
    assert read_staff(file).grant_officer("36.01-2026/7") == "money-1"
    assert read_staff(file).grant_officer("36.01-2026/8") is None
    file.write_text('default_grant_officer = "money-2"\n' + file.read_text(encoding="utf-8"))
    assert read_staff(file).grant_officer("36.01-2026/7") == "money-1"
    assert read_staff(file).grant_officer("36.01-2026/8") == "money-2"


def test_without_a_mail_domain_only_listed_people_have_an_address() -> None:
    """An unknown id has none, so that its reminder is recorded as undeliverable."""
    assert FileStaffDirectory().address("cw-1") is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("mail = 'x'", "mail"),
        ("[staff.a]\naddress = 'nobody'", "staff.a.address"),
        ("[staff.a]\nphone = '1'", "phone"),
        ("[coordinators]\n5334 = 'x'", "coordinators.5334"),
        ("mail_domain = 3", "mail_domain"),
        ("default_grant_officer = 3", "default_grant_officer"),
        ("[grant_officers]\nA1 = ''", "grant_officers.A1"),
        ("this is no toml", "staff.toml"),
    ],
)
def test_a_wrong_staff_file_is_refused_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    """One line that names the file and the entry."""
    file = tmp_path / "staff.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidStaffFile, match=place):
        read_staff(file)


def test_absences_are_read_from_the_staff_file(tmp_path: Path) -> None:
    """Both days included; a deputy for the absence alone may be named."""
    file = tmp_path / "staff.toml"
    file.write_text(
        '[staff.cw-1]\ndeputy = "cw-2"\n'
        'absences = [{ from = 2026-12-21, to = 2027-01-08 }, { from = 2027-02-01, to = 2027-02-01, deputy = "cw-3" }]\n'
    )
    staff = read_staff(file)
    days = {date(2026, 12, 20): None, date(2026, 12, 21): 1, date(2027, 1, 8): 1, date(2027, 1, 9): None}
    assert {day: staff.absence("cw-1", "org", day) and 1 for day in days} == days
    february = staff.absence("cw-1", "org", date(2027, 2, 1))
    assert february is not None
    assert february.deputy == "cw-3"
    assert staff.absence("cw-2", "org", date(2026, 12, 24)) is None


@pytest.mark.parametrize(
    ("absences", "said"),
    [
        ("[{ from = 2027-01-08, to = 2027-01-07 }]", "ends on 2027-01-07 before it begins"),
        ("[{ from = 2027-01-08 }]", "from and to"),
        ('[{ from = "morgen", to = 2027-01-08 }]', "dates"),
        ("[{ from = 2027-01-08T10:00:00, to = 2027-01-09 }]", "dates"),
        ("[{ from = 2027-01-08, to = 2027-01-09, why = 1 }]", "from and to"),
        ("[1]", "from and to"),
        ("3", "no list"),
    ],
)
def test_an_absence_that_cannot_be_is_refused(tmp_path: Path, absences: str, said: str) -> None:
    """With the file and the place."""
    file = tmp_path / "staff.toml"
    file.write_text(f"[staff.cw-1]\nabsences = {absences}\n")
    with pytest.raises(InvalidStaffFile, match=said):
        read_staff(file)
