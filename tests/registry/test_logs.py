"""Logs: one line an event, and no secret in any."""

import json

import pytest

from registry import logs
from registry.settings import LogSettings


def _logged(capsys: pytest.CaptureFixture[str], **values: object) -> dict[str, object]:
    logs.configure(LogSettings(format="json"))
    logs.get_logger("here").info("event", **values)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    found: dict[str, object] = json.loads(lines[0])
    return found


def test_an_event_is_one_line_that_says_who_speaks(capsys: pytest.CaptureFixture[str]) -> None:
    found = _logged(capsys, url="https://x.example/a\nfake_event level=critical", count=3)
    assert (found["event"], found["module"], found["level"]) == ("event", "here", "info")
    assert found["url"] == "https://x.example/a fake_event level=critical"
    assert found["count"] == 3


@pytest.mark.parametrize("key", ["token", "Authorization", "set_cookie", "password_file", "secret"])
def test_values_under_secret_names_are_not_written(
    capsys: pytest.CaptureFixture[str], key: str
) -> None:
    assert _logged(capsys, **{key: "hunter2"})[key] == "***"


@pytest.mark.parametrize("token", ["ghp_abc123", "github_pat_11A_b", "glpat-x-1", "gcr_live_1"])
def test_tokens_are_cut_out_of_any_value(capsys: pytest.CaptureFixture[str], token: str) -> None:
    assert token not in str(_logged(capsys, detail=f"bad answer for {token} today"))


def test_a_logger_made_before_the_settings_were_read_obeys_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    early = logs.get_logger("early")
    logs.configure(LogSettings(format="json", level="warning"))
    early.info("quiet")
    early.warning("heard")
    written = capsys.readouterr()
    assert written.out == "", "standard output is for data"
    assert json.loads(written.err)["event"] == "heard"


def test_what_is_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(LogSettings(format="text", level="error"))
    logs.get_logger("here").warning("quiet")
    assert capsys.readouterr().err == ""
