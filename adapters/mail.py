"""Outgoing mail by SMTP: each mail is taken, refused for good, or put off; nothing else comes back."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from domain.ports import Mail, MailDeferred, MailRefused

TIMEOUT_SECONDS: Final = 30.0
_NO_MAILBOX_YET: Final = range(400, 500)


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMailer:
    """Fulfils domain.ports.Mailer on an SMTP server.

    With ``implicit_tls`` the connection begins encrypted (smtps); otherwise STARTTLS is used where it is offered.
    A password is never sent in the clear.
    """

    host: str
    port: int
    sender: str
    implicit_tls: bool = False
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls_context: ssl.SSLContext | None = field(default=None, repr=False)
    timeout_seconds: float = TIMEOUT_SECONDS

    async def send(self, mail: Mail) -> None:
        """As domain.ports.Mailer.send. The same message id each time lets mailboxes keep one copy."""
        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            use_tls=self.implicit_tls,
            start_tls=False if self.implicit_tls else None,
            tls_context=self.tls_context,
            timeout=self.timeout_seconds,
        )
        try:
            async with client:
                if self.username is not None and self.password is not None:
                    if not (self.implicit_tls or client.get_transport_info("sslcontext")):
                        raise MailDeferred("the mail server offers no encryption: the password stays here")
                    await client.login(self.username, self.password)
                await client.send_message(
                    _message(mail, self.sender), sender=self.sender, recipients=[mail.to]
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _verdict([refused.code for refused in error.recipients]) from None
        except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as error:
            raise _verdict([error.code]) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            # No connection, no greeting, a login that fails: trouble of the operator, not of this mail.
            raise MailDeferred(f"the mail server cannot be used now: {type(error).__name__}") from None


def _verdict(codes: list[int]) -> MailRefused | MailDeferred:
    """5xx is for ever, everything else passes. The server's words may quote addresses and stay out."""
    code = max(codes, default=0)
    if 500 <= code < 600:
        return MailRefused(f"the mail server refused with {code}")
    return MailDeferred(f"the mail server put the mail off with {code}")


def _message(mail: Mail, sender: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "de, en"
    message.set_content(mail.text)
    return message


@dataclass(frozen=True, slots=True, kw_only=True)
class NoMailer:
    """Fulfils domain.ports.Mailer where no mail server is configured: every mail waits until there is one."""

    async def send(self, mail: Mail) -> None:
        """Put the mail off."""
        raise MailDeferred("no mail server is configured (SMTP_URL)")


def smtp_mailer(url: str, sender: str) -> SmtpMailer:
    """The mailer for ``smtp[s]://[user:password@]host[:port]``."""
    parts = urlsplit(url)
    implicit_tls = parts.scheme == "smtps"
    return SmtpMailer(
        host=parts.hostname or "localhost",
        port=parts.port or (465 if implicit_tls else 25),
        sender=sender,
        implicit_tls=implicit_tls,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )
