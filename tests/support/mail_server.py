"""A real mail server on the loopback, that keeps what it was sent and answers as told."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from registry.settings import MailSettings

USER, PASSWORD = "registry", "a password"


class MailServer:
    """Keeps mails; `answer` is what the recipient, `final` what the whole mail is answered."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.answer = "250 OK"
        self.final = "250 OK"
        self.port = 0
        self.needs_user = False

    async def handle_RCPT(  # noqa: N802 - the name of the library's hook
        self, _server: Any, session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.needs_user and not session.authenticated:
            return "530 sign in first"
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.final.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self.raw.append(envelope.content)
            self.recipients += envelope.rcpt_tos
        return self.final

    def settings(self, **changed: Any) -> MailSettings:
        return MailSettings(**{
            "host": "127.0.0.1", "port": self.port, "security": "none",
            "sender": "registry@registry.example", **changed,
        })  # fmt: skip


def _admit(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword)
    is_right = known and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right)


@contextmanager
def mail_server(*, needs_user: bool = False) -> Iterator[MailServer]:
    """Yield a server that listens; with `needs_user` it takes mail of its user alone."""
    made = MailServer()
    made.needs_user = needs_user
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        made.port = free.getsockname()[1]
    options: dict[str, Any] = {"auth_require_tls": False}
    if needs_user:
        options["authenticator"] = _admit
    controller = Controller(made, hostname="127.0.0.1", port=made.port, **options)
    controller.start()
    try:
        yield made
    finally:
        controller.stop()
