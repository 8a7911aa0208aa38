"""The pages of accounts, ownership and publishing in every state: as they open, after a mistake,
and with nothing in them. Each can be opened in a browser, whatever the language."""

from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct
from playwright.sync_api import BrowserContext, Page

from tests.support.account_apps import SLUG, Town
from tests.support.accounts import Person, add_account, sign_in
from tests.support.ownership_fakes import CLAIMS

Who = Literal["owner", "member", "newcomer", "operator", "stale", "nobody"]
MEMBERS: Final = f"/organisations/{SLUG}/members"
_SEND: Final = """([action, fields]) => {
  const form = document.createElement("form");
  form.method = "post"; form.action = action;
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("textarea");
    field.name = name; field.value = value; form.append(field);
  }
  document.body.append(form); form.submit();
}"""


class State(Struct, frozen=True):
    """A page as somebody sees it; with `sent`, what a form that was sent to it answers."""

    path: str
    who: Who = "owner"
    sent: Mapping[str, str] | None = None
    status: int = 200

    @property
    def name(self) -> str:
        """The name by which a failure is found again."""
        sent = "".join(f" {key}={value[:12]}" for key, value in (self.sent or {}).items())
        return f"{self.who}: {self.path}{' +' if self.sent is not None else ''}{sent}"


def _opened(*paths: str, who: Who = "owner") -> tuple[State, ...]:
    return tuple(State(path, who) for path in paths)


def _refused(path: str, who: Who = "owner", status: int = 400, **sent: str) -> State:
    return State(path, who, sent, status)


NORMAL: Final = (
    *_opened(
        "/account", "/account?done=name", "/account/tokens", "/account/delete",
        "/account/webhooks", "/account/webhooks?done=remove", "/account/webhooks/{webhook}",
        "/account/webhooks/{webhook}/remove",
        MEMBERS, "/invitations?key={invitation}", "/components/forms/claim",
        "/components/bare/claim", f"/organisations/{SLUG}/claim", "/claims",
        *(f"/claims/{claim.id}" for claim in (*CLAIMS[:4], *CLAIMS[4::5])),
        "/components/forms/kept?done=kept", "/components/bare/kept",
        "/bodies/new", "/bodies/{body}/members?done=signed",
        "/bodies/{body}/record/fact?done=recorded", "/bodies/{body}/record/funding",
        "/bodies/{body}/record/contract", "/bodies/{body}/record/rule",
        "/bodies/{body}/record/mistake",
        "/bodies/{body}/decisions/new", "/bodies/{body}/decisions/4/vote?done=voted",
        "/bodies/{body}/files?done=taken", "/bodies/{body}/votes?done=imported&count=2",
        "/account/follows?done=given",
        "/components/forms/follow",
        "/proposals/{proposal}?done=made",
        "/publish/organisation?url=https://git.example.org/nowhere",
        "/account/calls", "/calls/new", "/calls/{call}/manage?done=opened",
        "/account/adoptions", "/needs/{need}/manage?done=opened",
        "/needs/{need}/take-part", "/components/forms/adopters/declare",
        "/components/forms/savings/record", "/components/forms/savings/record?supersedes=1",
        "/reported-savings/1?done=confirmed", "/reported-savings/2",
    ),
    *_opened(
        "/account", "/account/tokens", "/account/webhooks", "/operator/claims", "/operator/hooks",
        "/operator/claims?state=waiting&level=0", "/needs/{need}/manage",
        "/proposals?state=waiting", "/proposals/{proposal}", "/calls/{call}/manage",
        "/components/forms/savings/record", "/reported-savings/1?done=audited",
        who="operator",
    ),
    *_opened("/account", "/account/tokens", "/account/delete", MEMBERS, who="stale"),
    *_opened(MEMBERS, who="member"),
    *_opened(
        "/sign-in", "/sign-in/link?key=x", "/mail/leave/x", "/validate", "/publish", "/publish/new",
        "/publish/new/about", "/publish/new/description", "/publish/new/rights?field=licence",
        "/publish/new/upkeep", "/publish/new/file", "/publish/new/text", "/publish/held/file",
        "/publish/slow", "/publish/organisation?url=https://git.example.org/town", "/transparency",
        "/publish/organisation?url=https://git.example.org/nowhere",
        "/evidence/ev_commits/dispute", "/components/forms/dispute",
        "/disputes", "/disputes/3?done=sent",
        who="nobody",
    ),
    State("/account/tokens", "owner", {"name": "CI", "days": "30", "scope-read": "1"}),
    State(f"{MEMBERS}/invite", "owner", {"role": "member"}),
)  # fmt: skip
WRONG: Final = (
    _refused("/account/name", name="someone@example.org"),
    _refused("/account/tokens", name=""),
    _refused("/account/tokens", name="CI", days="30"),
    _refused("/account/tokens", name="CI", days="999", **{"scope-read": "1"}),
    _refused("/account/webhooks", url="ftp://x", about="component", slug="forms"),
    _refused("/account/webhooks", url="https://ci.example/", about="component", slug=""),
    _refused("/account/webhooks", url="https://ci.example/", about="organisation", slug=SLUG),
    _refused("/account/webhooks/{paused}/test", status=409),
    _refused("/account/webhooks/{webhook}/address", url="ftp://x"),
    _refused("/account/delete", status=409),
    _refused(f"{MEMBERS}/leave", status=409),
    _refused("/components/forms/claim", method=""),
    _refused(f"/organisations/{SLUG}/claim", method="dns", domain="not a domain"),
    _refused("/components/forms/kept", content=""),
    _refused("/components/forms/kept", status=409, content="again"),
    _refused("/invitations", status=409, key="{invitation}"),
    _refused("/bodies/new", by=SLUG, name="", lang="en"),
    _refused("/bodies/{body}/members/leave", leaver=SLUG, member="x"),
    _refused("/bodies/{body}/record/fact", by=SLUG, kind="licence", choice="lifecycle:active"),
    _refused("/bodies/{body}/record/funding", by=SLUG, payer="x", amount="many"),
    _refused("/bodies/{body}/record/mistake", by=SLUG, number="", reason="x"),
    _refused("/bodies/{body}/files", by=SLUG, component="elsewhere", blob="x"),
    _refused("/bodies/{body}/decisions/new", by=SLUG, title="", rule="x"),
    _refused("/bodies/{body}/decisions/4/minutes", recorder=SLUG, url="x"),
    _refused("/bodies/{body}/decisions/1/vote", status=409, by=SLUG, choice="for"),
    _refused("/account/mail", address="x"),
    _refused("/calls/new", kind="reviewer", organisation=SLUG, component="formz"),
    _refused("/calls/{call}/take-down", "operator", reason=""),
    _refused("/needs/new", "nobody", title="", description="x", lang="en"),
    _refused("/needs/{need}/manage/statement", status=409),
    _refused("/needs/{need}/manage/close", outcome="built", url="x"),
    _refused("/needs/{need}/take-part/join", status=409, organisation=SLUG),
    _refused("/needs/{need}/take-part/offer", text="", name="x", url="ftp://x"),
    _refused("/publish/propose", url="https://git.example.org/nowhere", name="", country=""),
    _refused("/proposals/{proposal}/decide", "operator", verdict="", text=""),
    _refused("/proposals/{proposal}/decide", "operator", verdict="accept", text=""),
    _refused("/sign-in/link", "nobody", key="invented"),
    _refused("/validate", "nobody", content=""),
    State("/validate?url=x", "nobody", status=400),
    _refused("/validate", "nobody", 200, content="publiccodeYmlVersion: 1\nname: [x"),
    _refused("/validate", "nobody", 200, content="publiccodeYmlVersion: '0.4'\nname: Forms\n"),
    _refused("/publish", "nobody", url=""),
    _refused("/publish", "nobody", url="http://x"),
    _refused("/publish", "nobody", status=410, url="https://git.example.org/town/gone"),
    *_opened(
        "/publish/held", "/publish/wrong", "/publish/wrong/about", "/publish/wrong/description",
        "/publish/broken", "/publish/failed", "/publish/held/text", "/publish/evil", who="nobody",
    ),
    _refused("/publish/wrong/description", "nobody", lang="not a language"),
    State("/publish/none", "nobody", status=404),
    _refused("/evidence/ev_commits/dispute", "nobody", category="", reason="x"),
    State("/components/removed-service", "nobody", status=410),
    State("/claims/999", "owner", status=404),
    State(MEMBERS, "newcomer", status=403),
    State("/account", "nobody", {"x": ""}, 405),
)  # fmt: skip
EMPTY: Final = (
    *_opened(
        "/account",
        "/account/tokens",
        "/account/webhooks",
        "/claims",
        "/account/follows",
        "/proposals",
        "/calls/new",
        who="newcomer",
    ),
    *_opened("/transparency?after=2", "/components/bare/kept", who="nobody"),
)
STATES: Final = (*NORMAL, *WRONG, *EMPTY)


class Visitors:
    """Opens states in a browser, as the people of a town."""

    def __init__(self, context: BrowserContext, url: str, town: Town) -> None:
        self.page: Page = context.new_page()
        self._context = context
        self._url = url
        newcomer = sign_in(town.database, add_account(town.database, "Nora Newcomer"))
        self._people: dict[str, Person] = {
            "owner": town.owner, "member": town.member, "operator": town.operator,
            "newcomer": newcomer, "stale": town.stale(town.owner),
        }  # fmt: skip
        self.parts: dict[str, str] = {}

    def open(self, state: State, language: str = "") -> Page:
        """Open a state and return its page; the status must be the expected one."""
        person = self._people.get(state.who)
        self._context.clear_cookies()
        if person:
            self._context.add_cookies(
                [{"name": "session", "value": person.secret, "url": self._url}]
            )
        address = self._url + language + self._filled(state.path)
        if state.sent is None:
            answer = self.page.goto(address)
        else:
            self.page.goto(self._url + language + "/cookies")
            fields = {name: self._filled(value) for name, value in state.sent.items()}
            token = {"csrf": person.csrf} if person else {}
            with self.page.expect_navigation() as arrived:
                self.page.evaluate(_SEND, [address, {**token, **fields}])
            answer = arrived.value
        assert answer is not None
        assert answer.status == state.status, (state.name, answer.status)
        return self.page

    def _filled(self, text: str) -> str:
        for name, value in self.parts.items():
            text = text.replace(f"{{{name}}}", value)
        return text
