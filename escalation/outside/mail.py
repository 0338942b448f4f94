"""Mail: where it is handed in, what stands in it, and the sender.

A mail has the same Message-ID at every attempt, so that a mailbox knows one that comes twice.
"""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import unquote, urlsplit

from escalation.outside import wording
from escalation.outside.away import link_token
from escalation.outside.domain import is_mail_address
from escalation.outside.outbox import Parcel
from kit.clock import Clock
from kit.errors import DeliveryFailed, Misconfigured

TIMEOUT_SECONDS = 10.0
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_PERMANENT_FROM = 500


@dataclass(frozen=True)
class SmtpServer:
    """Where mail is handed in, and how."""

    scheme: str  # smtp | smtp+starttls | smtps
    host: str
    port: int
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"


def smtp_server(url: str) -> SmtpServer:
    """Read an address such as `smtp+starttls://user:password@mail.example:587`.

    Raises:
        Misconfigured: it is not one.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Misconfigured("PHAROS_SMTP_URL is not an address.") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise Misconfigured(f"PHAROS_SMTP_URL must begin with {', '.join(f'{name}://' for name in _PORTS)}.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return SmtpServer(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], user, password)


def check_sender(text: str) -> str:
    """Return the address mail comes from, such as `Support <support@exchange.example>`.

    Raises:
        Misconfigured: it is not one.
    """
    if not is_mail_address(parseaddr(text)[1]):
        raise Misconfigured("PHAROS_MAIL_FROM must be an e-mail address, or a name with one in < and >.")
    return text


class MailSender:
    """Writes a delivery as a mail and hands it in (see Sender)."""

    def __init__(self, server: SmtpServer, sender: str, site: str, key: bytes, clock: Clock) -> None:
        self._server = server
        self._sender = check_sender(sender)
        self._site = site
        self._key = key
        self._clock = clock

    async def send(self, parcel: Parcel) -> None:
        mail = self._write(parcel)
        try:
            await asyncio.to_thread(self._hand_in, mail)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise DeliveryFailed(f"The address was refused ({codes[0]}).", permanent=_is_final(codes[0])) from error
        except smtplib.SMTPAuthenticationError as error:
            raise DeliveryFailed("The mail server refused our sign-in.") from error
        except smtplib.SMTPResponseException as error:
            raise DeliveryFailed(
                f"The mail server answered {error.smtp_code}.", permanent=_is_final(error.smtp_code)
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryFailed(f"The mail server could not be reached: {type(error).__name__}.") from error

    def _write(self, parcel: Parcel) -> EmailMessage:
        payload = parcel.payload
        if payload["letter"] == "waiting_reply":
            url = f"{self._site}/resume#{link_token(self._key, parcel.id)}"
            subject, text = wording.waiting_reply(payload, url)
        else:
            subject, lines = wording.notice(payload, payload["locale"])
            text = f"{lines}\n\n{wording.text('why', payload['locale'])}"
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, payload["to"], subject
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = f"<{parcel.id}@{parseaddr(self._sender)[1].rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # out-of-office answers are not wanted
        mail["X-Pharos-Delivery"] = parcel.id
        mail["Content-Language"] = wording.language(payload["locale"])
        mail.set_content(text + "\n")
        return mail

    def _hand_in(self, mail: EmailMessage) -> None:
        server = self._server
        context = ssl.create_default_context()
        if server.scheme == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
        with client:
            if server.scheme == "smtp+starttls":
                client.starttls(context=context)
            if server.user:
                client.login(server.user, server.password)
            client.send_message(mail)


def _is_final(code: int) -> bool:
    return code >= _PERMANENT_FROM
