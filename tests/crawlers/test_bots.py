"""Which authors are programs: known spellings alone, never a person by chance."""

import pytest

from crawlers.bots import is_bot
from crawlers.history import parse_commit

NOW = 1_800_000_000


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
        ("renovate", "x@example.org"),
        ("X-Road Bot", "xroad-bot@niis.org"),
        ("Whoever", "action@github.com"),
        ("snyk-bot", "snyk-bot@snyk.io"),
    ],
)
def test_programs(name: str, email: str) -> None:
    assert is_bot(name, email)


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Anne Abbot", "anne.abbot@example.org"),
        ("Talbot", "talbot@example.org"),
        ("Jan Bot", "jan.bot@example.org"),
        ("Robot Maker", "maker@robots.example"),
        ("", ""),
    ],
)
def test_people(name: str, email: str) -> None:
    assert not is_bot(name, email)


def parsed(author: str, committer: str) -> tuple[str, tuple[str, ...]]:
    record = (
        f"{'a' * 40}\ntree {'b' * 40}\nauthor {author} 1700000000 +0000\n"
        f"committer {committer} 1700000001 +0000\n\nText"
    ).encode()
    commit = parse_commit(record, NOW)
    return commit.committer, commit.flags


def test_who_put_the_work_of_another_in() -> None:
    assert parsed("A <a@x.org>", "B <b@x.org>") == ("b@x.org", ())
    assert parsed("A <a@x.org>", "A <A@x.org>") == ("", ())


def test_a_forge_does_not_say_who_pressed_the_button() -> None:
    assert parsed("A <a@x.org>", "GitHub <noreply@github.com>") == ("", ())


def test_a_bot_is_marked_and_approves_nothing() -> None:
    bot = "renovate[bot] <29139614+renovate[bot]@users.noreply.github.com>"
    assert parsed(bot, bot)[1] == ("bot",)
    assert parsed("A <a@x.org>", bot) == ("", ())
