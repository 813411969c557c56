"""What every mailer must do, whoever runs the server behind it."""

from __future__ import annotations

from abc import ABC, abstractmethod

import pytest

from domain.ports import Mail, MailDeferred, Mailer, MailRefused

MAIL = Mail(
    message_id="<5f2b7c@teilhabe.invalid>",
    to="cw-eschweiler-1@staff.example",
    subject="Erinnerung: Aufenthaltsstatus läuft ab – Verlängerung prüfen – Fall 0badcafe",
    text="Erinnerung: Aufenthaltsstatus läuft ab\nBitte im System nachsehen.\n",
)


class MailerContract(ABC):
    """The behaviour suite of domain.ports.Mailer. A subclass says how its server is made to answer."""

    @abstractmethod
    async def mailer(self) -> Mailer:
        """The mailer under test."""

    @abstractmethod
    async def answer_with(self, reply: str) -> None:
        """Make the server answer the next recipients so, such as ``550 unknown``."""

    @abstractmethod
    async def switch_off(self) -> None:
        """Make the server unreachable."""

    @abstractmethod
    async def received(self) -> list[tuple[str, str, str, str]]:
        """What arrived: message id, envelope recipient, decoded subject and text."""

    async def test_a_mail_arrives_whole(self) -> None:
        """Message id, recipient, umlauts and text come through."""
        await (await self.mailer()).send(MAIL)
        [(message_id, to, subject, text)] = await self.received()
        assert (message_id, to, subject) == (MAIL.message_id, MAIL.to, MAIL.subject)
        assert text.replace("\r\n", "\n") == MAIL.text

    async def test_the_same_mail_has_the_same_message_id_each_time(self) -> None:
        """A mail sent again can be told from a new one."""
        mailer = await self.mailer()
        await mailer.send(MAIL)
        await mailer.send(MAIL)
        assert {message_id for message_id, *_ in await self.received()} == {MAIL.message_id}

    @pytest.mark.parametrize("reply", ["451 try again later", "421 shutting down", "452 full"])
    async def test_a_passing_refusal_defers_the_mail(self, reply: str) -> None:
        """4xx means later."""
        await self.answer_with(reply)
        with pytest.raises(MailDeferred):
            await (await self.mailer()).send(MAIL)
        assert await self.received() == []

    @pytest.mark.parametrize("reply", ["550 no such user", "553 bad name", "554 never"])
    async def test_a_final_refusal_refuses_the_mail(self, reply: str) -> None:
        """5xx means never."""
        await self.answer_with(reply)
        with pytest.raises(MailRefused):
            await (await self.mailer()).send(MAIL)
        assert await self.received() == []

    async def test_a_server_that_is_away_defers_the_mail(self) -> None:
        """No connection means later."""
        mailer = await self.mailer()
        await self.switch_off()
        with pytest.raises(MailDeferred):
            await mailer.send(MAIL)

    async def test_an_error_never_quotes_the_address(self) -> None:
        """What the server says may hold addresses; it stays out of errors, for they are logged."""
        await self.answer_with(f"550 <{MAIL.to}> is unknown")
        with pytest.raises(MailRefused) as caught:
            await (await self.mailer()).send(MAIL)
        assert MAIL.to not in str(caught.value)
