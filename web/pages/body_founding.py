"""Recording a new body: who founds it with whom, by which instrument, for which components."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import RawBody
from msgspec.structs import replace

from registry.accounts.authorise import Action
from registry.accounts.own import RoleView
from registry.db.tables import FactKind, VoteThreshold, VoteWeight
from registry.errors import Conflict
from registry.governance.record.checks import CHOICES
from registry.governance.record.members import GOVERNING
from registry.governance.record.readmodels import Evidence, NewBody, NewMember, NewRule
from registry.search.analysis import STEMMERS
from registry.texts import WrongField
from web.auth.visit import Visit, VisitDependency
from web.pages.account_parts import accounts_of
from web.pages.bodies import PATH, bodies_of
from web.pages.forms import AnyRequest, back_to, number_in, read_form
from web.pages.view import Context, View, ViewDependency

FORM_COST: Final = 10
ASKED_MEMBERS: Final = 4
"""Fields for other founding members; more are invited afterwards."""

DUES_DIGITS: Final = 12

LANGUAGES: Final = tuple(sorted(set(STEMMERS) - {"no"}))
ROLES: Final = ("owner", "strategic", "associate", "partner", "observer", "supplier")


class NewBodyContext(Context, frozen=True, kw_only=True):
    """Variables of `bodies/new.html`; `wrong` is the field to be mended, `problem` what is wrong.

    `members` are as many as there are fields for them; `fields` are those of the voting rule and
    of dues as they were sent.
    """

    template: ClassVar[str] = "bodies/new.html"
    asked: NewBody
    members: tuple[NewMember, ...]
    by: str
    roles: tuple[RoleView, ...]
    languages: tuple[str, ...]
    instruments: tuple[str, ...]
    founder_roles: tuple[str, ...]
    member_roles: tuple[str, ...]
    wrong: str
    problem: str
    thresholds: tuple[str, ...]
    weights: tuple[str, ...]
    fields: Mapping[str, str]
    csrf: str


class NewBodyPages(Controller):
    """`/bodies/new`."""

    path = f"{PATH}/new"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt={"action": Action.READ_ACCOUNT})
    def ask(self, view: ViewDependency, visit: VisitDependency) -> Response[bytes]:
        """Ask what the body is; a component may come along in the address."""
        bodies_of(view)
        component = view.first("component")[:120]
        asked = _asked({"lang": view.language.code, "components": component})
        return view.render(_form(view, visit, asked, ""), is_indexed=False)

    @post("/", sync_to_thread=True, opt={"action": Action.FOUND_BODY})
    def create(
        self, view: ViewDependency, visit: VisitDependency, request: AnyRequest, body: RawBody
    ) -> Response[Any]:
        """Record the body and invite its members; what is wrong is said at the form."""
        fields = read_form(view.site, request, body, FORM_COST)
        asked, by = _asked(fields), fields.get("by", "")
        try:
            new = replace(asked, rule=_rule(fields), dues=dues_in(fields), members=_members(fields))
            slug = bodies_of(view).create(visit.actor, new, by)
        except WrongField as error:
            field = _field_of(error, fields)
            context = _form(view, visit, asked, by, field, error.problem, fields)
            return view.render(context, status=400)
        except Conflict:
            return view.render(_form(view, visit, asked, by, "", "many", fields), status=409)
        return back_to(view, f"{PATH}/{slug}")


def roles_of(view: View, visit: Visit) -> tuple[RoleView, ...]:
    """Return the organisations in whose name somebody may act."""
    return accounts_of(view).account(visit.actor.account or 0).roles


def _asked(fields: Mapping[str, str]) -> NewBody:
    text = {name: fields.get(name, "") for name in (
        "name", "lang", "instrument", "instrument_text", "founded_on", "purpose")}  # fmt: skip
    return NewBody(
        name=text["name"], lang=text["lang"], instrument=text["instrument"],
        instrument_text=text["instrument_text"], founded_on=text["founded_on"],
        purpose=text["purpose"],
        evidence=Evidence(**{name: fields.get(name, "") for name in ("url", "on", "sha256")}),
        role=fields.get("role", "strategic"),
        components=tuple(fields.get("components", "").replace(",", " ").split()),
    )  # fmt: skip


def _rule(fields: Mapping[str, str]) -> NewRule | None:
    """Return the voting rule of a form, nothing where nobody is named who decides."""
    name = fields.get("rule_name", "")
    if not name.strip():
        return None
    quorum, days = number_in(fields, "rule_quorum"), number_in(fields, "rule_open_days")
    return NewRule(
        name=name, threshold=fields.get("rule_threshold", ""),
        weight=fields.get("rule_weight", ""), quorum=quorum or 0,
        open_days=14 if days is None else days,
    )  # fmt: skip


def _members(fields: Mapping[str, str]) -> tuple[NewMember, ...]:
    names = ((fields.get(f"organisation-{i}", "").strip(), i) for i in range(ASKED_MEMBERS))
    return tuple(
        NewMember(
            organisation=name, role=fields.get(f"role-{i}", ""),
            dues=dues_in(fields, f"dues-{i}"),
        )
        for name, i in names if name
    )  # fmt: skip


def dues_in(fields: Mapping[str, str], field: str = "dues") -> int:
    """Return what votes by dues are to weigh, from a form; 0 where nothing is written."""
    return number_in(fields, field, DUES_DIGITS) or 0


def _field_of(error: WrongField, fields: Mapping[str, str]) -> str:
    """Return the name that a field of a member has in the form: the one that was named."""
    if error.field != "organisation":
        return error.field
    named = (i for i in range(ASKED_MEMBERS) if fields.get(f"organisation-{i}", "").strip())
    wrong = [i for i in named if repr(fields[f"organisation-{i}"].strip()[:120]) in str(error)]
    return f"organisation-{wrong[0] if wrong else 0}"


def _form(
    view: View,
    visit: Visit,
    asked: NewBody,
    by: str,
    wrong: str = "",
    problem: str = "",
    fields: Mapping[str, str] = {},
) -> NewBodyContext:
    members = (
        (fields.get(f"organisation-{i}", ""), fields.get(f"role-{i}", "strategic"))
        for i in range(ASKED_MEMBERS)
    )
    return NewBodyContext(
        asked=asked,
        members=tuple(NewMember(organisation=name, role=role) for name, role in members),
        by=by,
        roles=roles_of(view, visit),
        languages=LANGUAGES,
        instruments=CHOICES[FactKind.INSTRUMENT],
        founder_roles=tuple(x for x in ROLES if x in GOVERNING),
        member_roles=ROLES,
        wrong=wrong,
        problem=problem,
        thresholds=tuple(x.value for x in VoteThreshold),
        weights=tuple(x.value for x in VoteWeight),
        fields=fields,
        csrf=visit.csrf,
    )
