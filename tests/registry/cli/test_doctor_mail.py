"""`registry doctor` about mail, over a real mail server: what it agreed to, or what it refused."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import CommandLine
from tests.support.mail_server import PASSWORD, USER, mail_server, write_certificate

SENDER = "registry@registry.example"


@pytest.fixture
def line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    made = CommandLine(tmp_path / "home", monkeypatch, capsys)
    made("db", "upgrade")
    return made


def _set(patch: pytest.MonkeyPatch, **given: Any) -> None:
    known = {"HOST": "127.0.0.1", "SECURITY": "none", "SENDER": SENDER}
    for name, value in (known | given).items():
        patch.setenv(f"REGISTRY_MAIL_{name}", str(value))
    patch.setenv("REGISTRY_WEB_BASE_URL", "https://registry.example")


def _mail(line: CommandLine, code: int = 0) -> dict[str, str]:
    out = line("doctor", "--format", "csv", code=code).splitlines()
    (found,) = (x for x in out if x.startswith("mail,"))
    return dict(zip(("state", "finding"), found.split(",", 2)[1:], strict=True))


def test_without_a_server_it_says_so_and_nothing_is_broken(line: CommandLine) -> None:
    found = _mail(line)
    assert found["state"] == "ok"
    assert "not set up: no mail is sent" in found["finding"]


def test_a_server_that_takes_mail_is_told_with_the_sender(
    line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as server:
        _set(monkeypatch, PORT=server.port)
        found = _mail(line)
        assert found["state"] == "ok"
        assert "reached, sender accepted" in found["finding"]
        assert SENDER in found["finding"]
        assert server.mails == [], "nothing is sent"


def test_starttls_and_login_are_really_tried(
    line: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    certificate = write_certificate(tmp_path / "mail.pem")
    secret = tmp_path / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    with mail_server(needs_user=True, certificate=certificate) as server:
        _set(monkeypatch, PORT=server.port, SECURITY="starttls", USER=USER, PASSWORD_FILE=secret)
        assert "TLS fails: CERTIFICATE_VERIFY_FAILED" in _mail(line, 1)["finding"]
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        agreed = "reached, STARTTLS, login accepted, sender accepted"
        assert agreed in _mail(line)["finding"]
        secret.write_text("another password")
        assert "the login is refused: 535" in _mail(line, 1)["finding"]
        secret.unlink()
        assert (
            "the file of the password of the mail server is not there"
            in (_mail(line, 1)["finding"])
        )


def test_what_is_missing_or_refused_is_named(
    line: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as server:
        _set(monkeypatch, PORT=server.port, SECURITY="starttls")
        assert "STARTTLS" in _mail(line, 1)["finding"]
        _set(monkeypatch, PORT=server.port, SENDER="")
        assert "mail.sender not set" in _mail(line, 1)["finding"]
    _set(monkeypatch, PORT=server.port)
    assert "ConnectionRefusedError" in _mail(line, 1)["finding"]
