"""Long linear histories, built by one git process: a commit costs next to nothing."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.git_repos import git

State = tuple[int, Mapping[str, str | bytes | None]]


def import_history(path: Path, states: Sequence[State], *, author: str = "ada") -> list[str]:
    """Build a bare repository whose main line has these commits; return their ids in order.

    A state is the time of a commit in seconds, and the files that it writes (None removes one).
    """
    path.mkdir(parents=True)
    git(path, "init", "--quiet", "--bare", "--initial-branch=main")
    lines: list[bytes] = []
    for time, files in states:
        who = f"{author.title()} Example <{author}@gov.example> {time} +0000"
        lines.append(f"commit refs/heads/main\nauthor {who}\ncommitter {who}\n".encode())
        lines.append(b"data 6\nChange\n")
        for name, content in files.items():
            if content is None:
                lines.append(f"D {name}\n".encode())
                continue
            data = content.encode() if isinstance(content, str) else content
            lines.append(f"M 100644 inline {name}\ndata {len(data)}\n".encode() + data + b"\n")
        lines.append(b"\n")
    git(path, "fast-import", "--quiet", "--date-format=raw", stdin=b"".join(lines))
    return git(path, "rev-list", "--reverse", "main").split()


def blob_id(path: Path, content: str | bytes) -> str:
    """Return the id of a content."""
    data = content.encode() if isinstance(content, str) else content
    return git(path, "hash-object", "--stdin", stdin=data)
