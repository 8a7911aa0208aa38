"""One git command against another host or a mirror: its settings, its sandbox, its proxy."""

import shlex
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from crawlers import sandbox
from crawlers.egress import Egress, check_url
from crawlers.egress.client import user_agent
from crawlers.giterrors import AUTHOR_LINE_COMPLAINTS, TOLERATED, failure_of
from crawlers.gitproxy import GitProxy
from crawlers.mirrors import Transport
from crawlers.sandbox.launch import FORWARD_PORT
from registry.errors import BlockedUrl, CrawlFailure
from registry.settings import CrawlSettings

REMOTE: Final = "origin"
_SILENCE_SECONDS: Final = 120

# Later entries win. Empty values switch a helper or a folder of templates off.
_ALWAYS: Final = (
    ("protocol.allow", "never"),
    ("protocol.version", "2"),
    ("http.followRedirects", "false"),
    ("http.proxyAuthMethod", "basic"),
    ("http.lowSpeedLimit", "1"),
    ("http.lowSpeedTime", str(_SILENCE_SECONDS)),
    ("credential.helper", ""),
    ("core.hooksPath", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.packedGitWindowSize", "32m"),
    ("core.packedGitLimit", "256m"),
    ("core.logAllRefUpdates", "false"),
    ("init.templateDir", ""),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("pack.threads", "1"),
    ("transfer.bundleURI", "false"),
    ("transfer.fsckObjects", "true"),
    ("transfer.unpackLimit", "1"),
    ("fetch.unpackLimit", "1"),
    ("fetch.uriProtocols", ""),
    ("fetch.recurseSubmodules", "no"),
    ("fetch.writeCommitGraph", "false"),
    *((f"fetch.fsck.{name}", "ignore") for name in TOLERATED),
)
# What the second look at old histories accepts: `git fsck` still reports a warning.
LENIENT_FSCK: Final = (
    *((f"fsck.{name}", "ignore") for name in TOLERATED),
    *((f"fsck.{name}", "warn") for name in AUTHOR_LINE_COMPLAINTS),
)
_ENVIRONMENT: Final = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "/usr/bin/false",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
}


class Command(Struct, frozen=True):
    """A git command that speaks to `transport`.

    `arguments` go before the remote and `patterns` after it; `folder` is the repository that git
    works in and may write, `readable` what it may read besides; `config` holds settings of this
    command alone; `budget` is in bytes.
    """

    transport: Transport
    name: str
    arguments: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    folder: Path | None = None
    readable: tuple[Path, ...] = ()
    stdin: bytes = b""
    config: tuple[tuple[str, str], ...] = ()
    budget: int = 0


class Done(Struct, frozen=True):
    """What a command wrote, and the bytes that came over the network (0 from a folder)."""

    stdout: bytes
    stderr: str
    received: int


class GitRunner:
    """Runs git commands under the settings of crawling."""

    def __init__(self, settings: CrawlSettings, egress: Egress) -> None:
        self._settings = settings
        self._egress = egress
        self._level = sandbox.level(settings)
        self._limits = replace(
            sandbox.KINDS["fetch"],
            wall_seconds=settings.fetch_seconds,
            file_bytes=settings.max_repository_bytes,
        )

    def run(self, command: Command) -> Done:
        """Run a command; every way in which it can fail is a `CrawlFailure` with its reason."""
        if command.transport.directory:
            result = self._child(command, _of_folder(command.transport.directory), None)
            return _judged(result, 0, None)
        try:
            target = check_url(command.transport.url, self._egress.allow)
        except BlockedUrl as error:
            raise CrawlFailure("blocked_url", str(error)) from error
        with ExitStack() as stack:
            folder = None
            if self._level == "strict":  # short, because the path of a socket may not be long
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="git-")))
            proxy = stack.enter_context(
                GitProxy(
                    self._egress,
                    target,
                    budget=command.budget,
                    seconds=self._settings.fetch_seconds,
                    folder=folder,
                )
            )
            port = FORWARD_PORT if folder else proxy.port
            config = (
                (f"protocol.{target.scheme}.allow", "always"),
                ("http.proxy", f"http://{proxy.credential}@127.0.0.1:{port}"),
                ("http.userAgent", user_agent(self._settings.contact)),
                (f"remote.{REMOTE}.url", target.url),
            )
            try:
                result = self._child(command, config, proxy.socket)
            except CrawlFailure as failure:
                raise proxy.failure or failure from None
            return _judged(result, proxy.received, proxy.failure)

    def local(
        self,
        folder: Path,
        *arguments: str,
        readable: Sequence[Path] = (),
        config: Sequence[tuple[str, str]] = (),
    ) -> Done:
        """Run a git command that needs no other side, inside one repository."""
        result = sandbox.run(
            "fetch",
            ["git", f"--git-dir={folder}", *arguments],
            limits=self._limits,
            chosen=self._level,
            readable=readable,
            writable=[folder],
            environment=_environment(config),
        )
        return _judged(result, 0, None)

    def present(self, directory: Path, oids: Sequence[str]) -> list[str]:
        """Return those of the objects that a mirror's folder holds: copies can lack some."""
        result = sandbox.run(
            "fetch",
            ["git", f"--git-dir={directory}", "cat-file", "--batch-check=%(objectname)"],
            "".join(f"{oid}\n" for oid in oids).encode(),
            self._limits,
            chosen=self._level,
            readable=[directory],
            environment=_environment((("safe.directory", str(directory)),)),
        )
        lines = _judged(result, 0, None).stdout.decode().splitlines()
        return [line for line in lines if not line.endswith(" missing")]

    def _child(
        self, command: Command, config: Sequence[tuple[str, str]], socket: Path | None
    ) -> sandbox.Result:
        source = command.transport.directory
        folder = command.folder
        argv = ["git", *([f"--git-dir={folder}"] if folder else []), command.name]
        argv += [*command.arguments, *(_upload_pack(source) if source else [])]
        # `ls-remote` outside a repository knows no remotes: there the URL itself is given.
        remote = REMOTE if folder else dict(config)[f"remote.{REMOTE}.url"]
        argv += ["--end-of-options", remote, *command.patterns]
        return sandbox.run(
            "fetch",
            argv,
            command.stdin,
            self._limits,
            chosen=self._level,
            readable=[*command.readable, *([source] if source else [])],
            writable=[folder] if folder else [],
            environment=_environment([*config, *command.config]),
            socket=socket,
        )


def _of_folder(directory: Path) -> tuple[tuple[str, str], ...]:
    return (
        ("protocol.file.allow", "always"),
        (f"remote.{REMOTE}.url", f"file://{quote(str(directory))}"),
    )


def _upload_pack(directory: Path) -> list[str]:
    """Serve a mirror's folder whoever owns it, with filters, and its heads and tags only."""
    config = {
        "safe.directory": str(directory),
        "uploadpack.allowFilter": "true",
        "uploadpack.allowAnySHA1InWant": "true",
        "core.hooksPath": "/dev/null",
    }
    parts = [f"-c {shlex.quote(f'{name}={value}')}" for name, value in config.items()]
    hidden = ["refs", "!refs/heads", "!refs/tags"]
    parts += [f"-c {shlex.quote(f'uploadpack.hideRefs={name}')}" for name in hidden]
    return ["--upload-pack", f"git {' '.join(parts)} upload-pack"]


def _environment(config: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """Return git's environment; settings go there, because an argument list is for all to see."""
    entries = [*_ALWAYS, *config]
    return _ENVIRONMENT | dict(_numbered(entries)) | {"GIT_CONFIG_COUNT": str(len(entries))}


def _numbered(entries: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for index, (name, value) in enumerate(entries):
        yield f"GIT_CONFIG_KEY_{index}", name
        yield f"GIT_CONFIG_VALUE_{index}", value


def _judged(result: sandbox.Result, received: int, refused: CrawlFailure | None) -> Done:
    if result.exit_code == 0:
        return Done(result.stdout, result.stderr, received)
    raise refused or failure_of(result.stderr)
