"""A forge that asks to wait: told until when, and not asked again before."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from registry.accounts.actors import Actor
from registry.adoption.action_service import ReuseActions
from registry.adoption.actions import NewReuse, new_key
from registry.adoption.port import ForkAnswer
from registry.errors import Conflict
from tests.support.accounts import add_account
from tests.support.databases import fresh_sqlite
from tests.support.job_queues import open_queue
from tests.support.needs import add_component

START = datetime(2026, 8, 2, 9, 30, tzinfo=UTC)


class Forge:
    """Asks to wait two minutes, then says that the fork is made."""

    def __init__(self) -> None:
        self.answers = [
            ForkAnswer(refusal="rate_limited", wait_seconds=120.0),
            ForkAnswer(url="https://git.example.org/town/forms"),
        ]

    def fork(self, *_asked: Any, **_options: Any) -> ForkAnswer:
        return self.answers.pop(0)


def test_it_is_asked_again_after_its_time_alone(tmp_path: Path) -> None:
    database, forge, now = fresh_sqlite(tmp_path), Forge(), START
    add_component(database)
    actor = Actor(add_account(database))
    queue = open_queue("embedded", database)
    actions = ReuseActions(database, queue, lambda: now, forker=forge)
    new = NewReuse(
        key=new_key(), component="forms", forge="gitlab", owner="https://git.example.org/town",
        name="forms",
    )  # fmt: skip
    made = actions.start(actor, new, token="x" * 20)
    assert (made.state, made.problem) == ("failed", "rate_limited")
    assert made.ask_again_at == START + timedelta(seconds=120)
    now += timedelta(seconds=119)
    with pytest.raises(Conflict, match="left alone until 2026-08-02 09:32 UTC"):
        actions.retry(actor, made.key, "x" * 20)
    assert len(forge.answers) == 1
    now += timedelta(seconds=2)
    again = actions.retry(actor, made.key, "x" * 20)
    assert (again.state, again.ask_again_at) == ("forking", None)
    database.close()
