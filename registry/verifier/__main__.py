"""`python -m registry.verifier PROOF.json`: checks a proof, with git and the repositories alone."""

import argparse
import json
import sys
from pathlib import Path

from registry.verifier.bundle import is_bundle
from registry.verifier.online import Online
from registry.verifier.report import Report, lines, summary
from registry.verifier.snapshot import is_snapshot_bundle, verify_snapshot
from registry.verifier.verify import verify, verify_bundle


def main() -> int:
    """Run the command; returns 0 verified, 1 in part, 2 wrong usage, 4 not reachable, 5 wrong."""
    parser = argparse.ArgumentParser(prog="registry.verifier", description=__doc__)
    parser.add_argument(
        "file", type=Path, help="a proof as JSON, its bundle, or a snapshot of a report"
    )
    parser.add_argument(
        "--mirror", action="append", default=[], metavar="PATTERN=PLACE",
        help="read repositories from a folder: https://h/{owner}/{name}=/mirror/{owner}+{name}",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print every check as JSON")
    parser.add_argument("--allow-partial", action="store_true", help="end with 0 when in part")
    asked = parser.parse_args()
    try:
        report = check_file(asked.file, dict(text.split("=", 1) for text in asked.mirror))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{asked.file}: {error}\n")
        return 2
    plain = "\n".join([summary(report), *lines(report)])
    sys.stdout.write(f"{json.dumps(report.as_dict(), indent=2) if asked.json else plain}\n")
    return report.exit_code(allow_partial=asked.allow_partial)


def check_file(file: Path, mirrors: dict[str, str]) -> Report:
    """Check a file: a bundle by itself, a proof against its repositories."""
    data = file.read_bytes()
    if is_snapshot_bundle(data):
        return verify_snapshot(data)
    if is_bundle(data):
        return verify_bundle(data)
    with Online(mirrors) as online:
        return verify(data, online)


if __name__ == "__main__":
    sys.exit(main())
