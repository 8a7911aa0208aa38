"""The arguments of OAI-PMH 2.0: which verb takes which, their form, and the resumption token."""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import msgspec
from msgspec import Struct

from registry.domain.text import xml_text

# Verb → (arguments that must be there, arguments that may be).
VERBS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset()),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
    "ListIdentifiers": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
    "ListRecords": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
}
# The verbs whose answer may come in parts.
RESUMED: Final = frozenset({"ListIdentifiers", "ListRecords", "ListSets"})
MAX_FIELDS: Final = 20
_SET: Final = re.compile(r"(country|organisation)(:[A-Za-z0-9-]{1,120})?", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SECOND: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


class Arguments(Struct, frozen=True):
    """A request: its verb, and the other arguments."""

    verb: str
    values: Mapping[str, str]


class Selection(Struct, frozen=True, kw_only=True):
    """What a list is of; also what a resumption token holds. `until` is a whole second."""

    verb: str
    prefix: str
    after: int = 0
    since: datetime | None = None
    until: datetime | None = None
    set_spec: str = ""


class OaiProblem(Exception):
    """An error of the protocol; the request is repeated in the answer unless it was no request."""

    def __init__(self, code: str, detail: str, asked: Arguments | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self._asked = asked

    def attributes(self) -> str:
        """Return the attributes of `request`: none for a bad verb or argument."""
        if self._asked is None or self.code in {"badVerb", "badArgument"}:
            return ""
        named = {"verb": self._asked.verb, **self._asked.values}
        return "".join(f' {name}="{xml_text(value)}"' for name, value in named.items())


def arguments(query: bytes) -> Arguments:
    """Read a request, or raise the problem that the protocol has for what is wrong with it."""
    try:
        pairs = parse_qsl(
            query.decode("utf-8"), keep_blank_values=True, errors="strict",
            max_num_fields=MAX_FIELDS,
        )  # fmt: skip
    except ValueError:
        raise OaiProblem("badArgument", "the request cannot be read") from None
    verbs = [value for name, value in pairs if name == "verb"]
    if len(verbs) != 1 or verbs[0] not in VERBS:
        raise OaiProblem("badVerb", f"verb must be one of {', '.join(VERBS)}, once")
    names = [name for name, _ in pairs if name != "verb"]
    if len(names) != len(set(names)):
        raise OaiProblem("badArgument", "an argument is there twice")
    asked = Arguments(verbs[0], {name: value for name, value in pairs if name != "verb"})
    _check(asked)
    return asked


def _check(asked: Arguments) -> None:
    needed, allowed = VERBS[asked.verb]
    names = set(asked.values)
    if "resumptionToken" in names and asked.verb in RESUMED:
        if names != {"resumptionToken"}:
            raise OaiProblem("badArgument", "resumptionToken stands alone")
        return
    if unknown := names - needed - allowed:
        raise OaiProblem("badArgument", f"{asked.verb} takes no {min(unknown)[:60]!r}")
    if missing := needed - names:
        raise OaiProblem("badArgument", f"{asked.verb} needs {min(missing)}")


def selection(asked: Arguments) -> Selection:
    """Return what a list is asked of, by its arguments or by its resumption token."""
    values = asked.values
    if "resumptionToken" in values:
        return _resumed(asked)
    spec = values.get("set", "")
    if spec and not _SET.fullmatch(spec):
        raise OaiProblem("noRecordsMatch", "there is no such set", asked)
    since, until = values.get("from"), values.get("until")
    if since and until and len(since) != len(until):
        raise OaiProblem("badArgument", "from and until must have the same granularity")
    chosen = Selection(
        verb=asked.verb,
        prefix=values["metadataPrefix"],
        since=_moment("from", since, is_end=False),
        until=_moment("until", until, is_end=True),
        set_spec=spec,
    )
    if chosen.since and chosen.until and chosen.since > chosen.until:
        raise OaiProblem("badArgument", "from is later than until")
    return chosen


def _moment(name: str, text: str | None, *, is_end: bool) -> datetime | None:
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            day = datetime.fromisoformat(text).replace(tzinfo=UTC)
            return day + timedelta(days=1, seconds=-1) if is_end else day
        if _SECOND.fullmatch(text):
            return datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        pass
    raise OaiProblem("badArgument", f"{name} must be YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ")


def token_of(chosen: Selection, after: int) -> str:
    """Return the token with which the list goes on after a number."""
    packed = msgspec.json.encode(msgspec.structs.replace(chosen, after=after))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _resumed(asked: Arguments) -> Selection:
    text = asked.values["resumptionToken"]
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        chosen = msgspec.json.decode(packed, type=Selection)
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        raise OaiProblem("badResumptionToken", "this token was not given out here", asked) from None
    times = [x for x in (chosen.since, chosen.until) if x is not None]
    is_ours = (
        chosen.verb == asked.verb
        and 0 < chosen.after < 2**63
        and all(x.tzinfo is not None for x in times)
        and (not chosen.set_spec or _SET.fullmatch(chosen.set_spec))
    )
    if not is_ours:
        raise OaiProblem("badResumptionToken", "this token is of another list", asked)
    return chosen


def uuid_in(identifier: str, base_url: str) -> str | None:
    """Return the uuid of one of our identifiers, `oai:<host>:<uuid>`."""
    host = urlsplit(base_url).hostname or "localhost"
    scheme, _, rest = identifier.partition(":")
    own, _, uuid = rest.rpartition(":")
    return uuid if scheme == "oai" and own == host and _UUID.fullmatch(uuid) else None
