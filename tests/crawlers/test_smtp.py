"""Handing mail to a real mail server, and what is told of one that does not take it."""

from datetime import UTC, datetime

import pytest

from crawlers.smtp import SmtpPost
from registry.adoption.follows.mailing import Envelope, Letter, MailFailure
from registry.settings import MailSettings
from tests.support.mail_server import PASSWORD, USER, mail_server

LEAVE = "https://registry.example/es/mail/leave/" + "Ly15RdAUNIJ_i3P7OgA_Rx_qgRIkxMEJgfRhY21YLsE"
ENVELOPE = Envelope(
    key="mail_1", to="ada@town.example", letter=Letter("Nouvelles", "Été\n" + "é" * 200), lang="fr",
    at=datetime(2026, 8, 2, 9, 30, tzinfo=UTC), leave_url=LEAVE,
)  # fmt: skip


def test_the_mail_arrives_as_plain_text_with_its_headers() -> None:
    with mail_server(needs_user=True) as server:
        settings = server.settings(user=USER)
        SmtpPost(settings, "https://registry.example", lambda: PASSWORD)(ENVELOPE)
        with pytest.raises(MailFailure, match=r"smtp_535|Disconnected"):
            SmtpPost(settings, "https://registry.example", lambda: "wrong")(ENVELOPE)
    (mail,) = server.mails
    assert server.recipients == ["ada@town.example"]
    assert mail.get_content().split() == ["Été", "é" * 200]
    assert (mail["From"], mail["Subject"]) == ("registry@registry.example", "Nouvelles")
    assert mail["Message-ID"] == "<mail_1@registry.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    (raw,) = server.raw
    lines = raw.split(b"\r\n")
    assert f"List-Unsubscribe: <{LEAVE}>".encode() in lines, "as it is, neither folded nor encoded"
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert max(len(x) for x in lines[lines.index(b"") :]) <= 76


def test_a_server_that_is_not_there_or_speaks_no_tls_may_be_tried_again() -> None:
    nobody = MailSettings(host="127.0.0.1", port=1, security="none", sender="r@r.example")
    with pytest.raises(MailFailure, match="ConnectionRefusedError") as caught:
        SmtpPost(nobody, "https://r.example", str)(ENVELOPE)
    assert not caught.value.is_final
    with mail_server() as server, pytest.raises(MailFailure, match="SMTPNotSupportedError"):
        SmtpPost(server.settings(security="starttls"), "https://r.example", str)(ENVELOPE)
    assert server.mails == [], "nothing is sent in clear where TLS is asked for"


def test_a_header_cannot_be_added() -> None:
    hostile = Envelope(
        key="mail_1", to="ada@town.example", letter=Letter("News\r\nBcc: eve@evil.example", "x"),
        lang="en", at=ENVELOPE.at, leave_url=None,
    )  # fmt: skip
    with mail_server() as server:
        post = SmtpPost(server.settings(), "https://r.example", str)
        with pytest.raises(ValueError, match=r"linefeed|newline"):
            post(hostile)
    assert server.mails == []
