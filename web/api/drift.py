"""Drift of forks and copies, and the fixes of published advisories that they miss."""

import re
from itertools import chain, islice
from typing import Annotated, Any, Final, TypeAlias

from litestar import Controller, Response, get, post
from litestar.openapi.spec import Schema
from litestar.openapi.spec.enums import OpenAPIType
from litestar.params import PathParameter, RawBody

from registry.accounts.authorise import Action
from registry.adoption.drift.fix_views import SEVERITIES, STATES
from registry.adoption.drift.mutes import MAX_REASON, MIN_REASON
from registry.adoption.drift.readmodels import ComponentDrift, FixQuery
from registry.errors import NotFound
from web.api import drift_examples, kinds
from web.api.answers import selected
from web.api.bodies import mistakes_in, read_body
from web.api.call import Call, CallDependency, slug_in
from web.api.components import Slug
from web.api.cursors import cursor, number_of
from web.api.drift_items import (
    DRIFT_COLUMNS,
    FIX_COLUMNS,
    component_drift_resource,
    drift_item,
    fix_entry,
    fix_item,
)
from web.api.drift_structs import (
    ComponentDriftResource,
    DriftItem,
    FixItem,
    FixListing,
    MuteRequest,
)
from web.api.exports import MAX_ROWS, csv_file
from web.api.list_file import Listing, list_file
from web.api.lookup import sent
from web.api.negotiation import Form
from web.api.openapi import SIGNED_IN, described, specs, writes
from web.api.parameters import Values
from web.auth.visit import ActorDependency
from web.limits import EXPORT_COST

_KEY: Final = re.compile(r"fix_[0-9a-z]{1,36}", re.ASCII)
Key: TypeAlias = Annotated[str, PathParameter(description="Key of the missed fix, as fix_0a1b….")]
ONE: Final = (kinds.fields(ComponentDriftResource.__struct_fields__),)
FILE: Final = (kinds.fields(DriftItem.__struct_fields__),)
FIX: Final = (kinds.fields(FixItem.__struct_fields__),)
PARAMETERS: Final = (
    kinds.slug("component", "The fork that misses it, by its slug."),
    kinds.slug("upstream", "The component that has the fix, by its slug."),
    kinds.slug("organisation", "Organisation of the fork, by its slug."),
    kinds.country("country", "Country of the fork (ISO 3166-1 alpha-2).", example="CA"),
    kinds.text("advisory", "Id of the advisory.", max_length=120, example="GHSA-2345-6789-cfgh"),
    kinds.choice(
        "severity", "How severe the advisory is.", SEVERITIES, many=True, example="high"
    ),
    kinds.choice(
        "state", "What stands now; what is missing by default.", STATES, many=True,
        example="muted",
    ),
)  # fmt: skip
LIST: Final = (*PARAMETERS, kinds.limit(), kinds.AFTER, *FIX)
REQUEST: Final = Schema(
    type=OpenAPIType.OBJECT,
    required=["reason"],
    properties={
        "reason": Schema(
            type=OpenAPIType.STRING,
            min_length=MIN_REASON,
            max_length=MAX_REASON,
            description="Why the fork needs no fix: everybody can read it.",
        )
    },
    additional_properties=False,
    examples=[{"reason": "We do not use this part; it is switched off in our settings."}],
)


class ComponentDriftApi(Controller):
    """The drift of one component."""

    path = "/components"
    tags = ["Reuse"]

    @get(
        "/{slug:str}/drift",
        sync_to_thread=True,
        operation_id="get_component_drift",
        summary="Get how far a fork is from its upstream, and its forks from it",
        responses=specs(
            ComponentDriftResource, "The drift.", drift_examples.COMPONENT, can_be_missing=True
        ),
        operation_class=described(ONE),
    )
    def get_drift(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return what a fork or copy is behind and ahead by, and the fixes that it misses.

        `behind` and `ahead` are sets of commits of the main lines. Of those behind, `equivalent`
        have the same patch as a commit of the fork, `absorbed` are in its files, `missing` are
        not, `edited` cannot be told by files since the fork changed the same ones, and `gone`
        concern files that it does not have. A copy without a common commit has no `behind`:
        `files_older` of `files_held` files are at an older version.
        """
        values = call.read(ONE)
        found = _drift(call, slug_in(slug, "component"))
        return call.resource(component_drift_resource(call, found), values)

    @get(
        "/{slug:str}/drift.csv",
        sync_to_thread=True,
        operation_id="export_component_drift_csv",
        summary="Export the drift of a component as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header.", can_be_missing=True),
        operation_class=described(FILE, drift_examples.DRIFT_CSV, only=True),
    )
    def export_csv(self, call: CallDependency, slug: Slug) -> Response[Any]:
        """Return a line for each upstream and each fork of the component."""
        values = call.read(FILE)
        found = _drift(call, slug_in(slug, "component"))
        items = (drift_item(call, view) for view in chain(found.upstreams, found.forks))
        parts = csv_file(items, DRIFT_COLUMNS, values.one("fields", ()))
        return call.export(parts, Form.CSV)


class FixesApi(Controller):
    """Fixes of published advisories that forks and copies miss."""

    path = "/fixes-missing"
    tags = ["Reuse"]

    @get(
        "/",
        sync_to_thread=True,
        operation_id="list_missed_fixes",
        summary="List the fixes that forks miss",
        responses=specs(FixListing, "A page of missed fixes.", drift_examples.LISTING),
        operation_class=described(LIST),
    )
    def list_fixes(self, call: CallDependency) -> Response[Any]:
        """Return missed fixes, the latest changed first; `command` takes one over.

        Only published advisories are looked for, and only those that a registry of them tells of.
        """
        values = call.read(LIST)
        page = call.services.drifts.fixes(_question(values))
        following = call.next_url(values, cursor(page.next))
        fields = values.one("fields", ())
        items: Any = tuple(selected(fix_item(call, view), fields) for view in page.items)
        body = FixListing(items=items, next=following)
        return call.json(body, headers=call.links(values, following))

    @get(
        "/{fix:str}",
        sync_to_thread=True,
        operation_id="get_missed_fix",
        summary="Get a missed fix",
        responses=specs(FixItem, "The missed fix.", drift_examples.FIX, can_be_missing=True),
        operation_class=described(FIX),
    )
    def get_fix(self, call: CallDependency, fix: Key) -> Response[Any]:
        """Return a missed fix, whatever its state."""
        values = call.read(FIX)
        view = call.services.drifts.fix(key_in(fix))
        return call.resource(fix_item(call, view), values, last_modified=view.changed_at)


class FixMutesApi(Controller):
    """Muting what a fork does not need."""

    path = "/fixes-missing/{fix:str}"
    tags = ["Reuse"]
    security = SIGNED_IN

    @post(
        "/mute",
        operation_id="mute_missed_fix",
        summary="Mute a missed fix",
        **writes(
            200, FixItem, "It is muted.", drift_examples.FIX, action=Action.MUTE_FIX, sends=REQUEST
        ),
    )
    def mute(
        self, call: CallDependency, actor: ActorDependency, fix: Key, body: RawBody
    ) -> Response[Any]:
        """Stop an alert, as a maintainer of the fork's organisation, for a public reason."""
        call.read(())
        asked = read_body(call, body, MuteRequest)
        with mistakes_in(MuteRequest):
            view = call.services.drifts.mute(actor, key_in(fix), asked.reason)
        return sent(fix_item(call, view))

    @post(
        "/unmute",
        operation_id="unmute_missed_fix",
        summary="Let a muted fix count again",
        **writes(200, FixItem, "It is not muted.", drift_examples.FIX, action=Action.MUTE_FIX),
    )
    def unmute(self, call: CallDependency, actor: ActorDependency, fix: Key) -> Response[Any]:
        """Let an alert count again."""
        call.read(())
        return sent(fix_item(call, call.services.drifts.unmute(actor, key_in(fix))))


class FixFilesApi(Controller):
    """The files; they cost as much as twenty pages."""

    tags = ["Reuse"]

    @get(
        "/fixes-missing.csv",
        sync_to_thread=True,
        operation_id="export_missed_fixes_csv",
        summary="Export missed fixes as CSV",
        opt={"form": Form.CSV, "cost": EXPORT_COST},
        responses=specs(str, "A CSV file (RFC 4180) with a header."),
        operation_class=described(LIST, {Form.CSV: drift_examples.FIX_FILES[Form.CSV]}, only=True),
    )
    def export_csv(self, call: CallDependency) -> Response[Any]:
        """Return every missed fix of the answer, up to 10,000."""
        return _file(call, Form.CSV)

    @get(
        "/fixes-missing.atom",
        sync_to_thread=True,
        operation_id="export_missed_fixes_atom",
        summary="Follow missed fixes as an Atom feed",
        opt={"form": Form.ATOM, "cost": EXPORT_COST},
        responses=specs(str, "An Atom feed (RFC 4287)."),
        operation_class=described(
            LIST, {Form.ATOM: drift_examples.FIX_FILES[Form.ATOM]}, only=True
        ),
    )
    def export_atom(self, call: CallDependency) -> Response[Any]:
        """Return the answer as a feed, the latest changed first."""
        return _file(call, Form.ATOM)


def key_in(text: str) -> str:
    """Return the key of a missed fix from a path, without `.json`, or raise `NotFound`."""
    key = text.removesuffix(".json")
    if not _KEY.fullmatch(key):
        raise NotFound("there is no missed fix of this key")
    return key


def _question(values: Values) -> FixQuery:
    return FixQuery(
        component=values.one("component"),
        upstream=values.one("upstream"),
        organisation=values.one("organisation"),
        country=values.one("country"),
        advisory=values.one("advisory"),
        severity=values.many("severity"),
        state=values.many("state") or ("missing",),
        after=number_of(values.one("after")) or None,
        limit=values.one("limit", 20),
    )


def _file(call: Call, form: Form) -> Response[Any]:
    values = call.read(LIST)
    found = call.services.drifts.all_fixes(_question(values))
    items = islice((fix_item(call, view) for view in found), values.one("limit", MAX_ROWS))
    listing = Listing(
        columns=FIX_COLUMNS, entry=fix_entry, resource="fixes-missing", title="missed fixes"
    )
    parts = list_file(call, form, values, listing, items, None)
    return call.export(parts, form)


def _drift(call: Call, slug: str) -> ComponentDrift:
    call.catalogue.component(slug)  # it knows renames
    return call.services.drifts.of_component(slug)
