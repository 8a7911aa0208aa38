"""A real mail server on the loopback, that keeps what it was sent and answers as told."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

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


def write_certificate(file: Path) -> Path:
    """Write a key with a certificate of its own for the loopback address, and return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem)
    )
    return file


def _admit(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword)
    is_right = known and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=is_right)  # else the server answers 535


@contextmanager
def mail_server(
    *, needs_user: bool = False, certificate: Path | None = None
) -> Iterator[MailServer]:
    """Yield a server that listens; with `needs_user` it takes mail of its user alone.

    With `certificate` (a file with key and certificate) it asks for STARTTLS before all else.
    """
    made = MailServer()
    made.needs_user = needs_user
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        made.port = free.getsockname()[1]
    options: dict[str, Any] = {"auth_require_tls": False}
    if needs_user:
        options["authenticator"] = _admit
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        options |= {"tls_context": context, "require_starttls": True}
    controller = Controller(made, hostname="127.0.0.1", port=made.port, **options)
    controller.start()
    try:
        yield made
    finally:
        controller.stop()
