"""Reads what others measured of a project: OpenSSF Scorecard, and the Best Practices badge.

Sources: Scorecard's JSON v2, the badge's `projects.json`. Each check stands by its name: there is
no total, and a score of -1 means that the check could tell nothing, which is not zero.
"""

from typing import Any, Final

from crawlers.metadata.json_guard import load
from crawlers.metadata.values import iso_date, one_line, web_url
from crawlers.peers.answers import Answer
from crawlers.peers.records import lead, software
from registry.domain.peers import Batch, Record

MAX_CHECKS: Final = 60
MAX_PROJECTS: Final = 1_000
_LEVELS: Final = frozenset({"in_progress", "passing", "silver", "gold"})


def read_scorecard(answers: tuple[Answer, ...], *, max_bytes: int) -> Batch:
    """Return one record per result, tied to the commit that was looked at."""
    return _read(answers, max_bytes, _scorecards)


def read_badge(answers: tuple[Answer, ...], *, max_bytes: int) -> Batch:
    """Return one record per project of the badge."""
    return _read(answers, max_bytes, _badges)


def _read(answers: tuple[Answer, ...], max_bytes: int, parse: Any) -> Batch:
    records: list[Record] = []
    problems: list[str] = []
    for answer in answers:
        found = parse(load(answer.body, max_bytes=max_bytes))
        if not found:
            problems.append(f"{answer.read_from[:200]}: it holds no result of this kind")
        records += found
    return Batch(records=tuple(records), problems=tuple(problems))


def _scorecards(value: Any) -> list[Record]:
    items = value if isinstance(value, list) else [value]
    return [found for item in items[:MAX_PROJECTS] if (found := _scorecard(item))]


def _scorecard(item: Any) -> Record | None:
    if not isinstance(item, dict) or not isinstance(item.get("checks"), list):
        return None
    repository, tool = _part(item, "repo"), _part(item, "scorecard")
    name = one_line(repository.get("name"), 300)
    if name is None:
        return None
    shown = {
        "date": iso_date(item.get("date")),
        "commit": one_line(repository.get("commit"), 64),
        "version": one_line(tool.get("version"), 40),
        "checks": [found for check in item["checks"][:MAX_CHECKS] if (found := _check(check))],
    }
    url = web_url(name if "://" in name else f"https://{name}")
    return software(name, kind="signal", url=url, data=shown, claims=[lead("scorecard", shown)])


def _check(check: Any) -> dict[str, Any] | None:
    """Return a check with its score from 0 to 10, or None for one that was inconclusive."""
    if not isinstance(check, dict) or not (name := one_line(check.get("name"), 80)):
        return None
    score = check.get("score")
    known = isinstance(score, int | float) and not isinstance(score, bool) and 0 <= score <= 10
    return {
        "name": name, "score": score if known else None,
        "reason": one_line(check.get("reason"), 300),
    }  # fmt: skip


def _badges(value: Any) -> list[Record]:
    items = value if isinstance(value, list) else [value]
    return [found for item in items[:MAX_PROJECTS] if (found := _badge(item))]


def _badge(item: Any) -> Record | None:
    if not isinstance(item, dict) or item.get("badge_level") not in _LEVELS:
        return None
    key = one_line(item.get("id"), 40)
    url = web_url(item.get("repo_url"))
    if key is None:
        return None
    percentage = item.get("tiered_percentage")
    shown = {
        "level": item["badge_level"],
        "tiered_percentage": percentage if isinstance(percentage, int) else None,
        "updated": iso_date(item.get("updated_at")),
        "project": f"https://www.bestpractices.dev/projects/{key}" if key.isdigit() else None,
    }
    return software(key, kind="signal", url=url, data=shown, claims=[lead("best_practices", shown)])


def _part(item: dict[str, Any], name: str) -> dict[str, Any]:
    found = item.get(name)
    return found if isinstance(found, dict) else {}
