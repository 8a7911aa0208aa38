"""Lists that are objects: our own, government.github.com, government-github, codegouvfr, the Dutch.

The formats are told apart by their shape, so each may be written as YAML or as JSON.
"""

from typing import Any, Final

from crawlers.forges.infer import infer
from crawlers.forges.port import ForgeKind
from crawlers.sources.entries import Collector, place_from
from registry.domain.countries import Place, place_of_group
from registry.errors import InvalidInput

# Gogs has Gitea's addresses; other software has no adapter and is detected, or read by git.
_SOFTWARE: Final = {
    "github": ForgeKind.GITHUB,
    "gitlab": ForgeKind.GITLAB,
    "gitea": ForgeKind.GITEA,
    "forgejo": ForgeKind.GITEA,
    "gogs": ForgeKind.GITEA,
}
_FRANCE: Final = Place("FR")
_NETHERLANDS: Final = Place("NL")
# The French directory's id stands for "not known" when it is all zeros.
_NO_PSO_ID: Final = "00000000-0000-0000-0000-000000000000"


def read_structure(data: Any, collect: Collector) -> None:
    """Read a decoded list into `collect`, or raise `InvalidInput` where its shape is unknown."""
    if isinstance(data, list):
        _own(data, collect)
    elif not isinstance(data, dict) or not data:
        raise InvalidInput(_UNKNOWN_SHAPE)
    elif isinstance(data.get("sources"), list):
        _own(data["sources"], collect)
    elif isinstance(data.get("results"), list):
        _pairs(data["results"], collect)
    elif isinstance(data.get("data"), list):
        _publishers(data["data"], collect)
    elif all(isinstance(value, list) for value in data.values()):
        _groups(data, collect)
    elif all(isinstance(value, dict) for value in data.values()):
        _forges(data, collect)
    else:
        raise InvalidInput(_UNKNOWN_SHAPE)


_UNKNOWN_SHAPE: Final = (
    "the shape of the list is not known: use a list of {url, country, region, level, name}"
)


def _own(items: list[Any], collect: Collector) -> None:
    for number, item in enumerate(items, 1):
        where = f"item {number}"
        fields = {"url": item} if isinstance(item, str) else item
        if not isinstance(fields, dict) or not isinstance(fields.get("url"), str):
            collect.problem(where, "no url is given")
            continue
        try:
            place = place_from(fields.get("country"), fields.get("region"), fields.get("level"))
        except InvalidInput as error:
            collect.problem(where, str(error))
            continue
        name = fields.get("organisation") or fields.get("name")
        uri = fields.get("organisation_uri")
        collect.add_url(where, fields["url"], place, name=name, uri=uri)


def _groups(data: dict[str, Any], collect: Collector) -> None:
    """Read group → names of GitHub organisations, as government.github.com writes it."""
    for group, names in data.items():
        place = place_of_group(group)
        if place is None:
            collect.problem(group[:80], "the group is not known")
        for name in names:
            where = f"{group[:80]}, {str(name)[:80]}"
            collect.add_organisation(
                where, ForgeKind.GITHUB, "github.com", str(name) or "-", place or Place()
            )


def _pairs(items: list[Any], collect: Collector) -> None:
    """Read pairs of GitHub organisations of which one forked another (government-github).

    An organisation stands in many pairs and is named once; what its forks prove is measured anew.
    """
    named: dict[str, str] = {}
    for number, pair in enumerate(items, 1):
        if not isinstance(pair, dict) or not isinstance(pair.get("forked_by"), str):
            collect.problem(f"item {number}", "no pair of organisations is given")
            continue
        for end in ("forked_by", "forked_from"):
            if name := str(pair.get(end) or ""):
                named.setdefault(name.lower(), str(pair.get(f"{end}_grouping") or ""))
    for name, group in named.items():
        place = place_of_group(group)
        if place is None:
            collect.problem(name[:80], f"the group {group[:80]!r} is not known")
        collect.add_organisation(name[:80], ForgeKind.GITHUB, "github.com", name, place or Place())


def _forges(data: dict[str, Any], collect: Collector) -> None:
    """Read host → {forge, owners}, as codegouvfr-data writes it; without owners the host is one."""
    for host, about in data.items():
        owners = about.get("owners")
        named = owners if isinstance(owners, dict) else {}
        forge = _SOFTWARE.get(str(about.get("forge")), ForgeKind.UNKNOWN)
        for owner, stated in (named or {"": about}).items():
            facts = stated if isinstance(stated, dict) else {}
            where = f"{host[:100]}/{owner[:100]}"
            if since := facts.get("ignored_since") or about.get("ignored_since"):
                collect.problem(where, f"ignored since {str(since)[:20]}")
                continue
            collect.add_organisation(where, forge, host, owner, _FRANCE, uri=_pso(facts))


def _pso(facts: dict[str, Any]) -> str | None:
    found = facts.get("pso_id")
    return f"urn:pso:{found}" if isinstance(found, str) and found != _NO_PSO_ID else None


def _publishers(items: list[Any], collect: Collector) -> None:
    """Read the publishers of a catalogue: bodies with identifiers and their places for code."""
    for number, body in enumerate(items, 1):
        where = f"item {number}"
        if not isinstance(body, dict):
            collect.problem(where, "an object is due")
        elif body.get("active") is False:
            collect.problem(where, "the publisher is not active")
        else:
            _code_hosting(where, body, collect)


def _code_hosting(where: str, body: dict[str, Any], collect: Collector) -> None:
    uri = body.get("tooiUrl")
    place = _NETHERLANDS if uri or body.get("rooId") else Place()
    names = {"name": body.get("description"), "uri": uri}
    hosting = body.get("codeHosting")
    for hosted in hosting if isinstance(hosting, list) else []:
        url = hosted.get("url") if isinstance(hosted, dict) else None
        if not isinstance(url, str):
            collect.problem(where, "a place for code has no url")
        elif hosted.get("group") is False:
            collect.add_url(where, url, place, **names)
        else:
            collect.add_group(where, url, infer(url), place, **names)
