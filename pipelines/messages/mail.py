"""A message by mail, through a relay that the organisation names. No address stands in any sentence made here."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Literal

from pipelines.messages.message import DeliveryError, Message
from pipelines.sources.tls import trusting

Tls = Literal["none", "starttls", "tls"]


@dataclass(frozen=True, slots=True)
class Mail:
    """A relay, who sends and who receives. Without a user nobody signs in: the relay knows us by our address."""

    host: str
    sender: str
    recipients: tuple[str, ...]
    port: int = 25
    tls: Tls = "none"
    user: str | None = None
    password: str | None = None
    ca_file: Path | None = None
    timeout_seconds: float = 30.0

    def __repr__(self) -> str:
        return f"Mail(host={self.host!r}, port={self.port}, tls={self.tls!r})"

    def send(self, message: Message) -> None:
        """Raises DeliveryError; where some recipients were refused the others have the message."""
        try:
            with self._connected() as server:
                if self.tls == "starttls":
                    server.starttls(context=trusting(self.ca_file))
                if self.user:
                    server.login(self.user, self.password or "")
                refused = server.send_message(self._mail(message))
        except (smtplib.SMTPException, OSError) as error:
            raise DeliveryError(_sentence(error)) from None
        if refused:
            raise PartlyDeliveredError(
                f"The mail relay refused {len(refused)} of {len(self.recipients)} recipients: correct "
                "KATSUYO_SMTP_RECIPIENTS; the others have the message."
            )

    def _connected(self) -> smtplib.SMTP:
        if self.tls == "tls":
            context = trusting(self.ca_file)
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_seconds, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds)

    def _mail(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["Subject"] = " ".join(message.subject.split())
        mail["From"] = self.sender
        mail["To"] = ", ".join(self.recipients)
        mail["Date"] = formatdate()
        # The name of this machine is nobody's business.
        mail["Message-ID"] = make_msgid(domain=self.sender.rpartition("@")[2].strip("> ") or "localhost")
        mail["Auto-Submitted"] = "auto-generated"
        # A ward's relay may take seven bits only.
        mail.set_content("\n\n".join(message.paragraphs) + "\n", cte="base64")
        return mail


class PartlyDeliveredError(DeliveryError):
    """Somebody has the message, somebody has not."""


# The first that fits. SMTPException is an OSError, too, so the plain one comes last.
_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (smtplib.SMTPRecipientsRefused, "refused all recipients{}: correct KATSUYO_SMTP_RECIPIENTS."),
    (smtplib.SMTPSenderRefused, "refused the sender{}: correct KATSUYO_SMTP_SENDER."),
    (
        smtplib.SMTPAuthenticationError,
        "refused the sign-in{}: check KATSUYO_SMTP_USER and KATSUYO_SMTP_PASSWORD; Exchange Online takes passwords no "
        "longer unless an administrator allows it.",
    ),
    (
        smtplib.SMTPNotSupportedError,
        "offers no such TLS or sign-in: check KATSUYO_SMTP_TLS and KATSUYO_SMTP_USER.",
    ),
    (smtplib.SMTPResponseException, "did not take the mail{}: ask its administrator; it is tried again."),
    (
        ssl.SSLError,
        "has no TLS that is trusted: check KATSUYO_SMTP_TLS, KATSUYO_SMTP_PORT and KATSUYO_CA_FILE.",
    ),
    (
        OSError,
        "cannot be reached or fell silent: check KATSUYO_SMTP_HOST and KATSUYO_SMTP_PORT; it is tried again.",
    ),
)


def _sentence(error: smtplib.SMTPException | OSError) -> str:
    """What went wrong, by the code alone: the texts of servers quote addresses."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
    else:
        codes = [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []
    text = next(text for kind, text in _SENTENCES if isinstance(error, kind))
    return "The mail relay " + text.format(f" ({', '.join(map(str, codes))})" if codes else "")
