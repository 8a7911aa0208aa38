"""What members record of their body: facts, money, suppliers, voting rules, each with a source."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath, RawBody

from registry.accounts.own import RoleView
from registry.db.tables import FactKind, MemberRole, TieBreak, VoteThreshold, VoteWeight
from registry.errors import Conflict, NotFound
from registry.governance.record.body_view import BodyView
from registry.governance.record.checks import CHOICES
from registry.governance.record.decision_models import NewRule
from registry.governance.record.money_models import (
    ContractView,
    FundingView,
    NewContract,
    NewFunding,
)
from registry.governance.record.readmodels import BodyItem, FactView, NewFact
from registry.governance.record.service import Bodies
from registry.texts import WrongField
from web.auth.visit import Visit, VisitDependency
from web.pages.bodies import PATH, bodies_of
from web.pages.body_founding import FORM_COST, roles_of
from web.pages.decision_forms import RECORD, SIGNED_IN, acting_in, evidence_of
from web.pages.forms import AnyRequest, back_to, number_in, read_form
from web.pages.view import Context, View, ViewDependency

WHAT: Final = ("fact", "funding", "contract", "rule", "mistake")
FACT_CHOICES: Final = tuple(
    (kind.value, choice) for kind, choices in CHOICES.items() for choice in choices
)

AMOUNT_DIGITS: Final = 15
ID_DIGITS: Final = 19


Record = FactView | FundingView | ContractView


class RecordContext(Context, frozen=True, kw_only=True):
    """Variables of `bodies/record.html`; `what` is the form that is shown.

    `choices` are pairs of a kind of facts and what may be chosen of it. `entered` are the records
    that the organisations of `acting` entered and may strike out, by `what` and number.
    """

    template: ClassVar[str] = "bodies/record.html"
    body: BodyItem
    acting: tuple[RoleView, ...]
    what: str
    all_what: tuple[str, ...]
    kinds: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    weights: tuple[str, ...]
    thresholds: tuple[str, ...]
    tie_breaks: tuple[str, ...]
    member_roles: tuple[str, ...]
    entered: tuple[tuple[str, Record], ...]
    fields: Mapping[str, str]
    wrong: str
    problem: str
    done: str
    csrf: str


class BodyRecordPages(Controller):
    """`/bodies/{slug}/record/{what}`."""

    path = f"{PATH}/{{slug:str}}/record/{{what:str}}"
    include_in_schema = False

    @get("/", sync_to_thread=True, opt=SIGNED_IN)
    def ask(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        slug: FromPath[str],
        what: FromPath[str],
    ) -> Response[bytes]:
        """Ask what is to be recorded."""
        return view.render(_form(view, visit, slug, what), is_indexed=False)

    @post("/", sync_to_thread=True, opt=RECORD)
    def record(
        self,
        view: ViewDependency,
        visit: VisitDependency,
        request: AnyRequest,
        slug: FromPath[str],
        what: FromPath[str],
        body: RawBody,
    ) -> Response[Any]:
        """Record it; what is wrong is said at the form."""
        fields = read_form(view.site, request, body, FORM_COST)
        try:
            _record(bodies_of(view), visit, slug, what, fields)
        except WrongField as error:
            context = _form(view, visit, slug, what, fields, error.field, error.problem)
            return view.render(context, status=400)
        except Conflict:
            return view.render(_form(view, visit, slug, what, fields, "", "closed"), status=409)
        return back_to(view, f"{PATH}/{slug}/record/{what}", done="recorded")


def _record(bodies: Bodies, visit: Visit, slug: str, what: str, fields: Mapping[str, str]) -> None:
    evidence, by = evidence_of(fields), fields.get("by", "")
    if what == "fact":
        bodies.facts.add_fact(visit.actor, slug, _fact(fields), evidence, by)
    elif what == "funding":
        bodies.facts.add_funding(visit.actor, slug, _funding(fields), evidence, by)
    elif what == "contract":
        names = ("supplier", "on_behalf_of", "since", "until", "purpose")
        contract = NewContract(**{x: fields.get(x, "") for x in names})
        bodies.facts.add_contract(visit.actor, slug, contract, evidence, by)
    elif what == "rule":
        bodies.decisions.add_rule(visit.actor, slug, _rule(fields), evidence, by)
    elif what == "mistake":
        _strike(bodies, visit, slug, fields)
    else:
        raise NotFound("this is not recorded of a body")


def _strike(bodies: Bodies, visit: Visit, slug: str, fields: Mapping[str, str]) -> None:
    kind, _, number = fields.get("number", "").partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < ID_DIGITS):
        raise WrongField("number", "choice", "must be one of the list")
    reason, by = fields.get("reason", ""), fields.get("by", "")
    bodies.facts.strike(visit.actor, slug, kind, int(number), reason, by)


def _entered(body: BodyView, acting: Iterable[RoleView]) -> Iterator[tuple[str, Record]]:
    """Yield what these organisations entered, each under the name that the form sends."""
    ours = {role.slug for role in acting}
    every = (("fact", body.facts), ("funding", body.funding), ("contract", body.contracts))
    for what, records in every:
        for record in records:
            if record.source.entered_by and record.source.entered_by.slug in ours:
                yield f"{what}-{record.id}", record


def _fact(fields: Mapping[str, str]) -> NewFact:
    """Return the fact of a form: of the list of choices only that of its kind counts."""
    kind, _, choice = fields.get("choice", "").partition(":")
    wanted = fields.get("kind", "")
    if choice and kind != wanted:
        raise WrongField("choice", "choice", "must be one of its kind")
    rest = {name: fields.get(name, "") for name in ("text", "since", "until")}
    return NewFact(kind=wanted, choice=choice, **rest)


def _funding(fields: Mapping[str, str]) -> NewFunding:
    names = ("payer", "since", "until", "country", "currency", "purpose")
    return NewFunding(
        amount=number_in(fields, "amount", AMOUNT_DIGITS), share=_percent(fields),
        **{x: fields.get(x, "") for x in names},
    )  # fmt: skip


def _percent(fields: Mapping[str, str]) -> float | None:
    """Return the share of a form, which may have decimals, as 33.3 or 33,3."""
    text = fields.get("share", "").strip().replace(",", ".")
    whole, _, rest = text.partition(".")
    if not text:
        return None
    if not (text.isascii() and whole.isdigit() and (rest or "0").isdigit() and len(text) < 10):
        raise WrongField("share", "number", "must be a number of percent")
    return float(text)


def _rule(fields: Mapping[str, str]) -> NewRule:
    names = ("name", "weight", "threshold", "tie_break", "chair")
    roles = (x.value for x in MemberRole if fields.get(f"role-{x.value}"))
    return NewRule(
        quorum=number_in(fields, "quorum") or 0, open_days=number_in(fields, "open_days") or 0,
        seats=number_in(fields, "seats"), roles=tuple(roles),
        **{x: fields.get(x, "") for x in names},
    )  # fmt: skip


def _form(
    view: View, visit: Visit, slug: str, what: str, fields: Mapping[str, str] = {},
    wrong: str = "", problem: str = "",
) -> RecordContext:  # fmt: skip
    body = bodies_of(view).body(slug)
    if what not in WHAT:
        raise NotFound("this is not recorded of a body")
    acting = acting_in(body, roles_of(view, visit))
    return RecordContext(
        body=body.item,
        acting=acting,
        entered=tuple(_entered(body, acting)),
        what=what,
        all_what=WHAT,
        kinds=tuple(x.value for x in FactKind),
        choices=FACT_CHOICES,
        weights=tuple(x.value for x in VoteWeight),
        thresholds=tuple(x.value for x in VoteThreshold),
        tie_breaks=tuple(x.value for x in TieBreak),
        member_roles=tuple(x.value for x in MemberRole),
        fields=fields,
        wrong=wrong,
        problem=problem,
        done=view.first("done"),
        csrf=visit.csrf,
    )
