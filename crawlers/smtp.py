"""Handing mail to the operator's mail server (RFC 6409), the only one that is ever spoken to.

Whether a mail reached its reader is not known here: the server takes it, or says why not.
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime
from typing import Final
from urllib.parse import urlsplit

from registry.adoption.follows.mailing import Envelope, MailFailure
from registry.settings import MailSettings

SECONDS: Final = 30.0
MAX_LINE: Final = 998  # RFC 5322 §2.1.1
# Answers to the recipient (RFC 5321 §4.2.3) that will be the same tomorrow.
_NO_SUCH_MAILBOX: Final = frozenset({550, 551, 553})


class SmtpPost:
    """Sends one mail in one session; `base_url` names the host of message ids."""

    def __init__(self, settings: MailSettings, base_url: str, password: Callable[[], str]) -> None:
        self._settings = settings
        self._host = urlsplit(base_url).hostname or "localhost"
        self._password = password

    def __call__(self, envelope: Envelope) -> None:
        """Hand a mail over, or raise `MailFailure`."""
        written = message(envelope, self._settings.sender, self._host)
        try:
            with self._session() as server:
                server.send_message(written, self._settings.sender, [envelope.to])
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise MailFailure(f"recipient_{code}", is_final=code in _NO_SUCH_MAILBOX) from None
        except smtplib.SMTPResponseException as error:
            raise MailFailure(f"smtp_{error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise MailFailure(type(error).__name__) from None

    def check(self) -> str:
        """Open a session as if to send, and return what the server agreed to; nothing is sent.

        Raises `MailFailure` with the step that it refused.
        """
        steps = ["reached"]
        try:
            with self._session(steps.append) as server:
                server.ehlo_or_helo_if_needed()
                code, answer = server.mail(self._settings.sender)
                if code != 250:
                    raise MailFailure(f"the sender is refused: {code} {_line(answer)}")
                server.rset()
        except smtplib.SMTPAuthenticationError as error:
            raise MailFailure(f"the login is refused: {error.smtp_code}") from None
        except smtplib.SMTPResponseException as error:
            raise MailFailure(f"smtp_{error.smtp_code} {_line(error.smtp_error)}") from None
        except ssl.SSLError as error:
            raise MailFailure(f"TLS fails: {error.reason or type(error).__name__}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise MailFailure(f"{type(error).__name__}: {_line(str(error))}") from None
        return ", ".join((*steps, "sender accepted"))

    @contextmanager
    def _session(self, note: Callable[[str], object] = str) -> Iterator[smtplib.SMTP]:
        """Yield a session that may send; `note` is told of each step that was taken."""
        chosen = self._settings
        if chosen.security == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                chosen.host, chosen.port, timeout=SECONDS, context=context
            )
            note("TLS")
        else:
            server = smtplib.SMTP(chosen.host, chosen.port, timeout=SECONDS)
        with server:
            if chosen.security == "starttls":
                server.starttls(context=ssl.create_default_context())
                note("STARTTLS")
            if chosen.user:
                server.login(chosen.user, self._password())
                note("login accepted")
            yield server


def _line(answer: bytes | str) -> str:
    """Return what a server said as one short line of printable characters."""
    text = (answer if isinstance(answer, str) else answer.decode("utf-8", "replace"))[:120]
    return " ".join("".join(x if x.isprintable() else " " for x in text).split())


def message(envelope: Envelope, sender: str, host: str) -> EmailMessage:
    """Return a mail in plain text; no header is made of what people wrote."""
    written = EmailMessage(policy=POLICY)
    written["From"] = sender
    written["To"] = envelope.to
    written["Subject"] = envelope.letter.subject
    written["Date"] = format_datetime(envelope.at)
    written["Message-ID"] = f"<{envelope.key}@{host}>"
    written["Auto-Submitted"] = "auto-generated"  # RFC 3834
    if envelope.leave_url:
        written["List-Unsubscribe"] = f"<{envelope.leave_url}>"
        written["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    written.set_content(envelope.letter.text)
    written["Content-Language"] = envelope.lang
    # An address that is folded is encoded (RFC 2047), and then no program knows it for a link. Only
    # now: the text keeps its short lines.
    written.policy = POLICY.clone(max_line_length=MAX_LINE)
    return written
