"""`/components/{slug}/reuse-this`: where a copy goes, what that means, and recording it.

Nobody has to sign in, and no token of a forge is needed: people fork at their forge, or with git,
and the crawler proves it. The second page is asked for with GET, so that it can be left and come
back to; only the third click writes.
"""

from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.authorise import Action
from registry.adoption.actions import NewReuse, new_key
from registry.adoption.adopters import NewAdoption
from registry.adoption.destinations import PURPOSES, WrongDestination
from registry.adoption.readmodels import Plan
from registry.catalogue.readmodels import ComponentCard, ComponentDetail, Link
from registry.domain.licence_duties import LicenceDuties, duties_of, is_choice
from registry.errors import Conflict, Forbidden, InvalidInput
from registry.texts import WrongField
from web.auth.visit import Visit, VisitDependency
from web.pages.forms import AnyRequest, back_to, read_form
from web.pages.reuse_actions import actions_of
from web.pages.view import Context, View, ViewDependency

RECORD_COST: Final = 30
FORGES: Final = ("github", "gitlab", "gitea")
FIELDS: Final = ("forge", "owner", "name", "purpose", "branch", "adopter", "organisation")
_SHORT: Final = 400


class ReuseThisContext(Context, frozen=True, kw_only=True):
    """Variables of `reuse_this/form.html`; `wrong` is the field to mend and `reason` why.

    `organisations` are those that the visitor may speak for as an adopter.
    """

    template: ClassVar[str] = "reuse_this/form.html"
    card: ComponentCard
    sent: dict[str, str]
    forges: tuple[str, ...]
    purposes: tuple[str, ...]
    organisations: tuple[Link, ...]
    is_signed_in: bool
    wrong: str
    reason: str


class ReuseCheckContext(Context, frozen=True, kw_only=True):
    """Variables of `reuse_this/check.html`: the answers, the duties, and what will be."""

    template: ClassVar[str] = "reuse_this/check.html"
    card: ComponentCard
    sent: dict[str, str]
    plan: Plan
    duties: tuple[LicenceDuties, ...]
    is_choice: bool
    adopter: Link | None
    key: str
    change: str
    offers_api: bool
    is_signed_in: bool
    problem: str
    csrf: str


class ReuseThisPages(Controller):
    """`/components/{slug}/reuse-this`."""

    path = "/components/{slug:str}/reuse-this"
    include_in_schema = False

    @get("/", sync_to_thread=True)
    def ask(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[Any]:
        """Ask where the copy goes, and what it is for."""
        detail = _component(view, slug)
        return _form(view, visit, detail, _asked(view, detail))

    @get("/check", sync_to_thread=True)
    def check(
        self, view: ViewDependency, visit: VisitDependency, slug: FromPath[str]
    ) -> Response[Any]:
        """Show the answers, the licence's duties, what will be created and who will see it."""
        detail = _component(view, slug)
        sent = _asked(view, detail)
        return _checked(view, visit, detail, sent, new_key())

    @post("/", sync_to_thread=True, status_code=200, opt={"action": Action.RECORD_REUSE})
    def record(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Record the action, have the forge fork where a token came along, and go to its page."""
        detail = _component(view, slug)
        form = read_form(view.site, request, body, RECORD_COST)
        sent = {name: form.get(name, "").strip()[:_SHORT] for name in FIELDS}
        new = _new(detail, sent, form.get("key", ""))
        adopter = _adopter(view, visit, sent)
        stated = NewAdoption(component=slug, organisation=adopter.slug) if adopter else None
        try:
            action = actions_of(view).start(
                visit.actor, new, token=form.get("token", "").strip(), adopter=stated
            )
        except WrongDestination as error:
            return _form(view, visit, detail, sent, error.field, str(error))
        except WrongField:
            return _checked(view, visit, detail, sent, new_key(), "own")
        except Conflict:
            return _checked(view, visit, detail, sent, new_key(), "busy")
        return back_to(view, f"/reuse-actions/{action.key}")


def _component(view: View, slug: str) -> ComponentDetail:
    actions_of(view)
    return view.services.catalogue.component(slug, view.language.code)


def _asked(view: View, detail: ComponentDetail) -> dict[str, str]:
    """Return the answers in the address, or what is most likely."""
    forge = detail.repository.forge
    name = detail.repository.url.rpartition("/")[2]
    usual = {"forge": forge if forge in FORGES else FORGES[0], "name": name, "purpose": PURPOSES[0]}
    return {field: view.first(field)[:_SHORT] or usual.get(field, "") for field in FIELDS}


def _new(detail: ComponentDetail, sent: dict[str, str], key: str) -> NewReuse:
    return NewReuse(
        key=key,
        component=detail.card.slug,
        forge=sent["forge"],
        owner=sent["owner"],
        name=sent["name"],
        purpose=sent["purpose"],
        default_branch_only=bool(sent["branch"]),
    )


def _form(
    view: View,
    visit: Visit,
    detail: ComponentDetail,
    sent: dict[str, str],
    wrong: str = "",
    reason: str = "",
) -> Response[Any]:
    context = ReuseThisContext(
        card=detail.card,
        sent=sent,
        forges=FORGES,
        purposes=PURPOSES,
        organisations=_spoken_for(view, visit),
        is_signed_in=visit.actor.account is not None,
        wrong=wrong,
        reason=reason,
    )
    return view.render(context, status=400 if wrong else 200, is_indexed=False)


def _checked(
    view: View,
    visit: Visit,
    detail: ComponentDetail,
    sent: dict[str, str],
    key: str,
    problem: str = "",
) -> Response[Any]:
    if sent["purpose"] not in PURPOSES:
        return _form(view, visit, detail, sent, "purpose", "")
    if not sent["owner"]:
        return _form(view, visit, detail, sent, "owner", "")
    try:
        plan = actions_of(view).plan(_new(detail, sent, key))
    except WrongDestination as error:
        return _form(view, visit, detail, sent, error.field, str(error))
    except InvalidInput as error:
        return _form(view, visit, detail, sent, "owner", str(error))
    licence = detail.card.licence
    answers = urlencode({name: value for name, value in sent.items() if value})
    context = ReuseCheckContext(
        card=detail.card,
        sent=sent,
        plan=plan,
        duties=duties_of(licence),
        is_choice=is_choice(licence),
        adopter=_adopter(view, visit, sent),
        key=key,
        change=view.language.link(f"/components/{detail.card.slug}/reuse-this?{answers}"),
        offers_api=actions_of(view).asks_forges and plan.way == "fork_page",
        is_signed_in=visit.actor.account is not None,
        problem=problem,
        csrf=visit.csrf,
    )
    status = 409 if problem == "busy" else 400 if problem else 200
    return view.render(context, status=status, is_indexed=False)


def _spoken_for(view: View, visit: Visit) -> tuple[Link, ...]:
    if view.services.adopters is None or visit.actor.account is None:
        return ()
    return tuple(view.services.adopters.organisations_of(visit.actor))


def _adopter(view: View, visit: Visit, sent: dict[str, str]) -> Link | None:
    """Return the organisation that is to be listed; raises `Forbidden` for another's."""
    if not sent["adopter"]:
        return None
    own = _spoken_for(view, visit)
    wanted = sent["organisation"] or (own[0].slug if len(own) == 1 else "")
    found = next((link for link in own if link.slug == wanted), None)
    if found is None:
        raise Forbidden("to list an organisation as adopter, be a maintainer or owner of it here")
    return found
