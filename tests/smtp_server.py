"""A real SMTP server in this process that keeps what it takes, and answers as it is told."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from adapters.embedded.loopback_smtp import LoopbackSmtp


@dataclass
class KeptEnvelope:
    """One mail as it arrived."""

    to: str
    message: EmailMessage

    @property
    def message_id(self) -> str:
        """Its Message-ID."""
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        """Its text, decoded."""
        return str(self.message.get_content())


@dataclass
class SmtpServer:
    """``replies`` are used up by the next recipients; then ``reply`` holds."""

    port: int = 0
    kept: list[KeptEnvelope] = field(default_factory=list)
    reply: str = "250 OK"
    replies: list[str] = field(default_factory=list)
    controller: LoopbackSmtp | None = None

    async def handle_RCPT(  # noqa: N802 # aiosmtpd finds its hooks by these names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer a recipient as told."""
        answer = self.replies.pop(0) if self.replies else self.reply
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 # see above
        """Keep the mail."""
        content = cast(bytes, envelope.content)
        message = email.message_from_bytes(content, policy=email.policy.default)
        self.kept.extend(KeptEnvelope(to=to, message=message) for to in envelope.rcpt_tos)
        return "250 OK"

    def stop(self) -> None:
        """Close the port."""
        if self.controller is not None:
            self.controller.stop()
            self.controller = None


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    """A server on a free port of 127.0.0.1."""
    server = SmtpServer()
    server.controller = LoopbackSmtp(server)
    server.port = server.controller.port
    server.controller.start()
    try:
        yield server
    finally:
        server.stop()
