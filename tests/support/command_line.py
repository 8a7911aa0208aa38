"""The command line as it is typed, in this process: what it prints where, and how it ends."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from registry.cli import main as program


class CommandLine:
    """A home folder and a line to type into."""

    def __init__(
        self, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.home = home
        self.talk = ""
        self._patch = monkeypatch
        self._capture = capsys
        monkeypatch.setenv("REGISTRY_HOME", str(home))
        monkeypatch.setenv("REGISTRY_LOG_LEVEL", "error")

    def __call__(self, *words: str, code: int = 0) -> str:
        """Run a command, check its exit code, and return what it printed as data."""
        self._patch.setattr(sys, "argv", ["registry", *words])
        self._capture.readouterr()
        try:
            program.main()
            ended = 0
        except SystemExit as end:
            ended = int(end.code or 0)
        printed = self._capture.readouterr()
        self.talk = printed.err
        assert ended == code, f"{words} ended with {ended}: {printed.err}"
        return printed.out

    def json(self, *words: str) -> Any:
        """Run a command and return its data."""
        return json.loads(self(*words, "--format", "json"))
