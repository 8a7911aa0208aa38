"""Building the repositories of the demo: aside, then put in place by a rename."""

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Final

from crawlers.demo.history import Gitlink, Histories
from crawlers.demo.story import Story, stories
from crawlers.demo.stream import BRANCH, stream
from registry.errors import Unavailable

# Written last: a repository with this file was finished, and from this very stream.
DIGEST: Final = "demo-digest"
_ENVIRONMENT: Final = {
    "PATH": "/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin",
    "HOME": "/nonexistent",
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_TERMINAL_PROMPT": "0",
}
_SECONDS: Final = 60


def build_demo(folder: Path) -> list[Path]:
    """Build what is missing of the demo in `folder`; return the bare repositories by name.

    The object ids are the same every time. Repositories that are finished and up to date are
    left as they are; a build that was broken off is done again. Raises `Unavailable` where git
    is missing or fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    histories = Histories(stories())
    # What others hold as a submodule comes first: its commit id goes into their trees.
    ordered = sorted(stories().values(), key=_has_submodule)
    return sorted(_built(folder, story, histories) for story in ordered)


def repository_folder(folder: Path, repository: str) -> Path:
    """Return where `owner/name` is built, as the demo's mirror pattern expects it."""
    return folder / f"{repository.replace('/', '+')}.git"


def _has_submodule(story: Story) -> bool:
    return any(commit.submodule for commit in story.commit)


def _built(folder: Path, story: Story, histories: Histories) -> Path:
    def resolve(link: Gitlink) -> str:
        other = repository_folder(folder, link.repository)
        return _git(other, "rev-parse", "--verify", f"refs/tags/{link.tag}^{{commit}}")

    name = story.repository
    content = stream(histories.tip(name), histories.tags(name), resolve)
    target = repository_folder(folder, name)
    digest = hashlib.sha256(content).hexdigest()
    if not _is_finished(target, digest):
        _build(target, content, digest)
    return target


def _is_finished(target: Path, digest: str) -> bool:
    try:
        return (target / DIGEST).read_text("ascii") == digest
    except (OSError, UnicodeDecodeError):
        return False


def _build(target: Path, content: bytes, digest: str) -> None:
    aside = target.with_name(f".{target.name}.building")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    branch = BRANCH.removeprefix("refs/heads/")
    _git(aside, "init", "--quiet", "--bare", "--template=", f"--initial-branch={branch}")
    _git(aside, "-c", "fastimport.unpackLimit=1", "fast-import", "--quiet", stdin=content)
    (aside / DIGEST).write_text(digest, "ascii")
    shutil.rmtree(target, ignore_errors=True)
    aside.rename(target)


def _git(folder: Path, *arguments: str, stdin: bytes = b"") -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            input=stdin,
            capture_output=True,
            env=_ENVIRONMENT,
            timeout=_SECONDS,
            check=True,
        )
    except FileNotFoundError as error:
        raise Unavailable("the demo needs git: install it") from error
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"git took more than {_SECONDS} s to build the demo") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()[-300:]
        raise Unavailable(f"git could not build {folder.name}: {said}") from error
    return done.stdout.decode().strip()
