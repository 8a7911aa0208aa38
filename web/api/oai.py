"""OAI-PMH 2.0 at `/oai`: six verbs over the change log, for libraries, archives and portals.

Source: The Open Archives Initiative Protocol for Metadata Harvesting, 2.0. Deleted records are
kept (`persistent`); dates are those at which a change became visible, to the second, in UTC.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from litestar import Controller, Response, Router, get, post
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.params import RawBody

from registry.accounts.authorise import Action
from registry.domain.text import xml_text
from registry.publishing.changes import ChangeView, RecordQuery
from registry.publishing.exports.subject import Subject
from registry.publishing.records import (
    CODEMETA,
    CODEMETA_SCHEMA,
    OAI_DC,
    OAI_DC_SCHEMA,
    XSI,
    codemeta_element,
    oai_dc,
)
from web.api.call import Call, CallDependency, call_provider
from web.api.middleware import COMPRESSION, ApiHeaders
from web.api.oai_arguments import (
    Arguments,
    OaiProblem,
    Selection,
    arguments,
    selection,
    token_of,
    uuid_in,
)
from web.auth.forgery import Protection
from web.limits import LIST_COST, RateLimiter

PAGE: Final = 100
HARVEST_COST: Final = 5
NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/"
SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"
FORMATS: Final[Mapping[str, Callable[[Subject, str], str]]] = {
    "oai_dc": oai_dc,
    "codemeta": codemeta_element,
}
MAX_ORGANISATIONS: Final = 10_000


class OaiApi(Controller):
    """The one address of the protocol, and the schema of our own format."""

    include_in_schema = False

    @get("/", sync_to_thread=True)
    def answer_get(self, call: CallDependency) -> Response[Any]:
        """Answer a request in the query."""
        return answer(call, call.request.scope["query_string"])

    @post(
        "/",
        sync_to_thread=True,
        status_code=200,
        opt={"action": Action.LOOK_UP, "protection": Protection.PROGRAM},
    )
    def answer_post(self, call: CallDependency, body: RawBody) -> Response[Any]:
        """Answer a request in a form: the protocol has both, and neither changes anything."""
        return answer(call, body)

    @get("/codemeta.xsd", sync_to_thread=True)
    def schema(self, call: CallDependency) -> Response[Any]:
        """Return the schema of the format `codemeta`."""
        return _xml(call, CODEMETA_SCHEMA)


def oai_router(limiter: RateLimiter) -> Router:
    """Return the routes of `/oai`."""
    return Router(
        "/oai",
        route_handlers=[OaiApi],
        dependencies={"call": Provide(call_provider(limiter))},
        middleware=[ApiHeaders(), DefineMiddleware(CompressionMiddleware, config=COMPRESSION)],
    )


def answer(call: Call, query: bytes) -> Response[Any]:
    """Answer one request; errors of the protocol are answers, too."""
    now = datetime.now(UTC)
    try:
        asked = arguments(query)
        if asked.verb in {"ListRecords", "ListIdentifiers"}:
            call.pay(HARVEST_COST - LIST_COST)
        body = "".join(_VERBS[asked.verb](call, asked))
        shown = "".join(f' {name}="{xml_text(value)}"' for name, value in asked.values.items())
        told = f'<request verb="{asked.verb}"{shown}>{_address(call)}</request>'
        inner = f"<{asked.verb}>{body}</{asked.verb}>"
    except OaiProblem as problem:
        shown = problem.attributes()
        told = f"<request{shown}>{_address(call)}</request>"
        inner = f'<error code="{problem.code}">{xml_text(str(problem))}</error>'
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<OAI-PMH xmlns="{NAMESPACE}" xmlns:xsi="{XSI}" '
        f'xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
        f"<responseDate>{_stamp(now)}</responseDate>{told}{inner}</OAI-PMH>\n"
    )
    return _xml(call, text)


def _xml(call: Call, text: str) -> Response[Any]:
    del call
    headers = {"Cache-Control": "no-cache"}
    return Response(text.encode(), media_type="text/xml", headers=headers)


def _address(call: Call) -> str:
    return f"{xml_text(call.base_url)}/oai"


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _identify(call: Call, _: Arguments) -> Iterator[str]:
    host = urlsplit(call.base_url).hostname or "localhost"
    began = call.services.publishing.changes.began_at() or call.services.as_of()
    yield "<repositoryName>Public Code Registry</repositoryName>"
    yield f"<baseURL>{_address(call)}</baseURL>"
    yield "<protocolVersion>2.0</protocolVersion>"
    yield f"<adminEmail>postmaster@{xml_text(host)}</adminEmail>"
    yield f"<earliestDatestamp>{_stamp(began)}</earliestDatestamp>"
    yield "<deletedRecord>persistent</deletedRecord><granularity>YYYY-MM-DDThh:mm:ssZ</granularity>"
    yield "<compression>gzip</compression>"


def _formats(call: Call, asked: Arguments) -> Iterator[str]:
    if "identifier" in asked.values:
        _change(call, asked)
    own = f"{xml_text(call.base_url)}/oai/codemeta.xsd"
    for name, schema, space in (
        ("oai_dc", OAI_DC_SCHEMA, OAI_DC), ("codemeta", own, CODEMETA),
    ):  # fmt: skip
        yield f"<metadataFormat><metadataPrefix>{name}</metadataPrefix><schema>{schema}</schema>"
        yield f"<metadataNamespace>{space}</metadataNamespace></metadataFormat>"


def _sets(call: Call, asked: Arguments) -> Iterator[str]:
    if "resumptionToken" in asked.values:
        raise OaiProblem("badResumptionToken", "the list of sets comes whole", asked)
    yield _set("country", "Components by country")
    for view in call.catalogue.countries():
        yield _set(f"country:{view.code}", f"Components of {view.code}")
    yield _set("organisation", "Components by organisation")
    place: str | None = None
    for _ in range(MAX_ORGANISATIONS // 100):
        found, place = call.catalogue.organisations(None, place, 100)
        yield from (_set(f"organisation:{view.slug}", view.name) for view in found)
        if place is None:
            return


def _set(spec: str, name: str) -> str:
    return f"<set><setSpec>{spec}</setSpec><setName>{xml_text(name)}</setName></set>"


def _get_record(call: Call, asked: Arguments) -> Iterator[str]:
    prefix = _prefix(asked, asked.values["metadataPrefix"])
    change = _change(call, asked)
    yield from _records(call, (change,), prefix)


def _change(call: Call, asked: Arguments) -> ChangeView:
    """Return the last change of the record that is asked for."""
    uuid = uuid_in(asked.values["identifier"], call.base_url)
    query = RecordQuery(uuid=uuid, limit=1)
    for change in call.services.publishing.changes.records(query) if uuid else ():
        return change
    raise OaiProblem("idDoesNotExist", "there is no record of this identifier", asked)


def _prefix(asked: Arguments, prefix: str) -> str:
    if prefix not in FORMATS:
        raise OaiProblem("cannotDisseminateFormat", f"there is {', '.join(FORMATS)}", asked)
    return prefix


def _list(call: Call, asked: Arguments, *, with_records: bool) -> Iterator[str]:
    chosen = selection(asked)
    _prefix(asked, chosen.prefix)
    found = call.services.publishing.changes.records(_question(chosen, PAGE + 1))
    if not found:
        code = "badResumptionToken" if chosen.after else "noRecordsMatch"
        raise OaiProblem(code, "nothing (more) fits these arguments", asked)
    shown = tuple(found[:PAGE])
    if with_records:
        yield from _records(call, shown, chosen.prefix)
    else:
        yield from (_header(call, x, is_deleted=x.kind == "removed") for x in shown)
    if len(found) > PAGE:
        yield f"<resumptionToken>{token_of(chosen, shown[-1].seq)}</resumptionToken>"
    elif chosen.after:
        yield "<resumptionToken/>"


def _question(chosen: Selection, limit: int) -> RecordQuery:
    kind, _, value = chosen.set_spec.partition(":")
    return RecordQuery(
        after=chosen.after,
        since=chosen.since,
        # The last moment of that second: times here are finer than those of the protocol.
        until=chosen.until and chosen.until + timedelta(microseconds=999_999),
        country=value or None if kind == "country" else None,
        organisation=value or None if kind == "organisation" else None,
        with_country=kind == "country",
        with_organisation=kind == "organisation",
        limit=limit,
    )


def _records(call: Call, changes: tuple[ChangeView, ...], prefix: str) -> Iterator[str]:
    alive = [x.uuid for x in changes if x.kind != "removed"]
    subjects = call.services.publishing.subjects(alive)
    for change in changes:
        subject = subjects.get(change.uuid)
        yield f"<record>{_header(call, change, is_deleted=subject is None)}"
        if subject is not None:
            yield f"<metadata>{FORMATS[prefix](subject, call.base_url)}</metadata>"
        yield "</record>"


def _header(call: Call, change: ChangeView, *, is_deleted: bool) -> str:
    host = urlsplit(call.base_url).hostname or "localhost"
    status = ' status="deleted"' if is_deleted else ""
    sets = [f"country:{change.country}"] if change.country else []
    sets += [f"organisation:{change.organisation}"] if change.organisation else []
    specs = "".join(f"<setSpec>{spec}</setSpec>" for spec in sets)
    return (
        f"<header{status}><identifier>oai:{xml_text(host)}:{change.uuid}</identifier>"
        f"<datestamp>{_stamp(change.visible_at)}</datestamp>{specs}</header>"
    )


_VERBS: Final[Mapping[str, Callable[[Call, Arguments], Iterator[str]]]] = {
    "Identify": _identify,
    "ListMetadataFormats": _formats,
    "ListSets": _sets,
    "GetRecord": _get_record,
    "ListIdentifiers": lambda call, asked: _list(call, asked, with_records=False),
    "ListRecords": lambda call, asked: _list(call, asked, with_records=True),
}
