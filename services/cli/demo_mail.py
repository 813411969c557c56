"""The mailbox of the demo: a real SMTP server on loopback that shows which reminders left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from adapters.embedded.loopback_smtp import LoopbackSmtp
from services.settings import Settings

DEMO_STAFF = Path(__file__).resolve().parents[2] / "infra" / "demo" / "staff.toml"


@dataclass
class DemoMailbox:
    """All mails taken so far; ``address`` is where the server listens."""

    address: str = ""
    mails: list[EmailMessage] = field(default_factory=list)

    def settings(self, settings: Settings) -> Settings:
        """``settings`` with this mailbox as mail server, unless one is configured; with a demo actor."""
        return replace(
            settings,
            smtp_url=settings.smtp_url or f"smtp://{self.address}",
            staff_file=settings.staff_file or DEMO_STAFF,
            dev_actor=settings.dev_actor or "cw-eschweiler-1",
            dev_organisation=settings.dev_organisation or "staedteregion-aachen",
        )

    async def wait_for(self, *texts: str, seconds: float) -> EmailMessage | None:
        """The first mail whose body holds all ``texts``, or None when none comes within ``seconds``."""
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            for mail in self.mails:
                if all(text in mail.get_content() for text in texts):
                    return mail
            await asyncio.sleep(0.05)
        return None


class _Handler:
    def __init__(self, mailbox: DemoMailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 # the name aiosmtpd calls
        self._mailbox.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@asynccontextmanager
async def demo_mailbox() -> AsyncIterator[DemoMailbox]:
    """A mail server on a free loopback port for as long as the body runs."""
    mailbox = DemoMailbox()
    controller = LoopbackSmtp(_Handler(mailbox))
    await asyncio.to_thread(controller.start)
    mailbox.address = f"127.0.0.1:{controller.port}"
    try:
        yield mailbox
    finally:
        await asyncio.to_thread(controller.stop)
