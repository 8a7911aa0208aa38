"""What happens on every route that may change something, for every kind of actor.

A new route needs an entry here, or `tests/web/auth/test_every_write.py` fails. `codes` are the
statuses in the order of `KINDS`. `{…}` in a path are filled from `Place.parts`; what a route needs
to be there is added by `seed`.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from tests.support.account_apps import SLUG

KINDS: Final = (
    "anonymous", "stranger", "member", "maintainer", "owner", "operator", "suspended",
)  # fmt: skip


class Write(Struct, frozen=True):
    """A route: the statuses for each kind, and what a good request sends.

    `fields` are those of a form, `json` the body for a program; `content_type` and `body` are for
    a request that is neither.
    """

    codes: str
    fields: Mapping[str, str] = {}
    json: Mapping[str, object] | None = None
    content_type: str = ""
    body: str = ""

    def code(self, kind: str) -> int:
        """Return the status for a kind of actor."""
        return int(self.codes.split()[KINDS.index(kind)])


def everybody(code: int) -> str:
    """Return the statuses of a route that is the same for everybody."""
    return " ".join([str(code)] * len(KINDS))


#                anonymous stranger member maintainer owner operator suspended
SIGNED_IN: Final = "401 303 303 303 303 303 401"
OWN: Final = "401 404 404 404 303 404 401"
OWNERS: Final = "401 403 403 403 303 303 401"
MANAGED: Final = "401 404 404 404 303 303 401"
MEMBERS: Final = "/organisations/{slug}/members"
WEBHOOK: Final = "/account/webhooks/{webhook}"
OBJECTION: Final = {"category": "other", "reason": "We never had this code."}
API_WEBHOOK: Final = "/api/v1/webhooks/{webhook_id}"

PROPOSED: Final = {
    "url": "https://git.example.org/city", "name": "The city", "country": "EE",
    "evidence_url": "https://city.example/code",
}  # fmt: skip
FORM_DATA: Final = "multipart/form-data; boundary=x"
REPORT_FORM: Final = "".join(
    f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
    for name, value in (("title", "Our forms"), ("components", "copy"))
) + "--x--\r\n"  # fmt: skip
NEED: Final = "/needs/{need}"
CALLED: Final = {
    "organisation": SLUG, "kind": "reviewer", "component": "copy", "lang": "en",
    "text": "Who reads our changes?", "contact": "https://town.example/contact",
}  # fmt: skip
FOUNDED: Final = {
    "name": "Forms Together", "lang": "en", "instrument": "memorandum",
    "url": "https://town.example/agreement",
}  # fmt: skip
SAVED: Final = {
    "kind": "avoided", "currency": "EUR", "since": "2024", "method": "As it was invoiced.",
    "url": "https://town.example/report",
}  # fmt: skip
API_NEED: Final = "/api/v1/needs/{need}"
API_NEED_OWNERS: Final = "401 403 200 200 200 200 401"
NEED_OWNERS: Final = "401 403 303 303 303 303 401"

WRITES: Final[Mapping[str, Write]] = {
    # Signing in, and what anybody may send: no session is read.
    "POST /sign-in/link": Write(everybody(400), {"key": "invented"}),
    "POST /sign-in/{provider}": Write(everybody(404), {"next": "/account"}),
    "POST /account/reports/new": Write(SIGNED_IN, content_type=FORM_DATA, body=REPORT_FORM),
    # The address says which report; here it says none.
    "POST /account/snapshots/new": Write("401 400 400 400 400 400 401"),
    "POST /api/v1/snapshots": Write(
        "401 201 201 201 201 201 401", json={"query": "component=copy"}
    ),
    "POST /account/reports/{report_key}/edit": Write(OWN, content_type=FORM_DATA, body=REPORT_FORM),
    "POST /account/reports/{report_key}/delete": Write(OWN),
    "POST /reports/new": Write(
        everybody(303),
        content_type=FORM_DATA,
        body=REPORT_FORM,
    ),
    "POST /lookup": Write(everybody(200), {"q": "a" * 40}),
    # Objections: the owner's organisation is at one end of the edge, the stranger's at the other,
    # and objects already.
    "POST /evidence/{key}/dispute": Write("303 409 303 303 303 303 303", OBJECTION),
    "POST /evidence/{key}/confirm": Write("401 409 403 403 303 403 401"),
    "POST /components/{slug}/dispute": Write(everybody(404), OBJECTION),
    "POST /affiliations/{key}/dispute": Write(everybody(404), OBJECTION),
    "POST /reported-savings/{number}/dispute": Write(everybody(404), OBJECTION),
    "POST /disputes/{dispute}/answer": Write("401 403 303 303 303 403 401", {"text": "No."}),
    "POST /disputes/{dispute}/decide": Write(
        "401 403 403 403 403 303 401", {"verdict": "accept", "text": "Yes."}
    ),
    "POST /disputes/{dispute}/withdraw": Write("401 303 403 403 403 403 401"),
    "POST /api/v1/disputes/{dispute}/withdraw": Write("401 200 403 403 403 403 401"),
    "POST /api/v1/disputes": Write(
        "201 409 201 201 201 201 401", json={"evidence": "ev_0000000000000000", **OBJECTION}
    ),
    "POST /api/v1/disputes/{dispute}/answer": Write(
        "401 403 200 200 200 403 401", json={"answer": "No."}
    ),
    "POST /api/v1/disputes/{dispute}/decide": Write(
        "401 403 403 403 403 200 401", json={"accept": True, "reply": "Yes."}
    ),
    "POST /api/v1/evidence/{key}/confirm": Write("401 409 403 403 204 403 401"),
    "POST /api/v1/lookup": Write("200 200 200 200 200 200 401", json={"blobs": ["a" * 40]}),
    "POST /api/v1/needs/candidates": Write(
        "200 200 200 200 200 200 401", json={"title": "Forms", "description": "x", "lang": "en"}
    ),
    "POST /oai": Write("200 200 200 200 200 200 401", {"verb": "Identify"}),
    "POST /validate": Write(everybody(200), {"content": "publiccodeYmlVersion: '0.4'"}),
    "POST /api/v1/validate": Write(
        "200 200 200 200 200 200 401",
        content_type="application/yaml",
        body="publiccodeYmlVersion: '0.4'",
    ),
    # The publish wizard: the address of a draft is the key to it.
    "POST /publish": Write(everybody(303), {"url": "https://git.example.org/town/forms"}),
    "POST /publish/propose": Write(SIGNED_IN, PROPOSED),
    "POST /proposals/{proposal}/decide": Write(
        "401 403 403 403 403 303 401", {"verdict": "accept", "text": "Yes."}
    ),
    "POST /api/v1/proposals": Write("401 201 201 201 201 201 401", json=PROPOSED),
    "POST /api/v1/proposals/{proposal}/decide": Write(
        "401 403 403 403 403 200 401", json={"accept": True, "reply": "Yes."}
    ),
    "POST /publish/{secret}/{step}": Write(everybody(303), {"asked-name": "1", "name": "Benches"}),
    "POST /publish/{secret}/text": Write(everybody(303), {"content": "name: Benches"}),
    "POST /publish/{secret}/mend": Write(everybody(303)),
    "POST /publish/{secret}/forget": Write(everybody(303)),
    # Taking over: anybody records it, the key in the address is all that is needed afterwards.
    "POST /components/{slug}/reuse-this": Write(everybody(404)),
    "POST /reuse-actions/{key}/made": Write(everybody(404)),
    "POST /reuse-actions/{key}/remove": Write(everybody(404)),
    "POST /reuse-actions/{key}/fork": Write("401 403 403 403 403 403 401", {"token": "x" * 20}),
    # Adopters: maintainers and owners speak for their organisation. No component is there.
    "POST /components/{slug}/adopters/declare": Write("401 404 403 404 404 404 401"),
    "POST /account/adoptions/{number}/renew": Write("401 404 403 404 404 404 401"),
    "POST /account/adoptions/{number}/withdraw": Write("401 404 403 404 404 404 401"),
    "POST /api/v1/components/{slug}/adopters": Write(
        "401 403 403 404 404 404 401", json={"organisation": SLUG}
    ),
    # Reported savings: no component and no saving is there.
    "POST /components/{slug}/savings/record": Write("401 404 403 404 404 404 401"),
    "POST /reported-savings/{number}/confirm": Write(
        "401 404 403 404 404 404 401", {"organisation": SLUG}
    ),
    "POST /reported-savings/{number}/audit": Write("401 403 403 403 403 404 401"),
    "POST /reported-savings/{number}/confirmations/{confirmation}/withdraw": Write(
        "401 404 403 404 404 404 401"
    ),
    "POST /reported-savings/{number}/withdraw": Write("401 404 403 404 404 404 401"),
    "POST /api/v1/components/{slug}/reported-savings": Write(
        "401 403 403 404 404 404 401", json={"organisation": SLUG, "low": 1, **SAVED}
    ),
    "POST /api/v1/reported-savings/{number}/confirm": Write(
        "401 404 403 404 404 404 401", json={"organisation": SLUG}
    ),
    "POST /api/v1/reported-savings/{number}/audit": Write(
        "401 403 403 403 403 404 401", json={"auditor": "Office", "url": "https://a.example/"}
    ),
    "POST /api/v1/reported-savings/{number}/confirmations/{confirmation}/withdraw": Write(
        "401 404 403 404 404 404 401"
    ),
    "POST /api/v1/reported-savings/{number}/withdraw": Write("401 404 403 404 404 404 401"),
    "POST /api/v1/adoptions/{number}/renew": Write("401 404 403 404 404 404 401"),
    "POST /api/v1/adoptions/{number}/withdraw": Write("401 404 403 404 404 404 401"),
    "POST /api/v1/reuse-actions": Write(
        "404 404 404 404 404 404 401",
        json={"component": "none", "forge": "github", "owner": "town", "name": "forms"},
    ),
    "POST /api/v1/reuse-actions/{key}/made": Write("404 404 404 404 404 404 401", json={}),
    "DELETE /api/v1/reuse-actions/{key}": Write("404 404 404 404 404 404 401"),
    # Forges sign what they send: without a signature of a known hook it is refused.
    "POST /hooks/{forge}/{key}": Write(everybody(401), content_type="application/json", body="{}"),
    # The own account.
    "POST /account/name": Write(SIGNED_IN, {"name": "Another Name"}),
    "POST /account/sign-out": Write(SIGNED_IN),
    "POST /account/sessions/end-others": Write(SIGNED_IN),
    "POST /account/sessions/{session}/end": Write(OWN),
    "POST /account/identities/{identity}/remove": Write("401 404 404 404 400 404 401"),
    "POST /account/identities/link/{provider}": Write("401 404 404 404 404 404 401"),
    "POST /account/delete": Write("401 409 200 200 409 200 401"),
    "POST /account/tokens": Write(
        "401 200 200 200 200 200 401", {"name": "CI", "days": "30", "scope-read": "1"}
    ),
    "POST /account/tokens/{token}/revoke": Write(OWN),
    # Webhooks of the own account; operators manage all.
    "POST /account/webhooks": Write(
        "401 200 200 200 200 200 401",
        {
            "url": "https://ci.example/",
            "about": "organisation",
            "slug": "{slug}",
            "event-crawl.failed": "1",
        },
    ),
    f"POST {WEBHOOK}/test": Write(MANAGED),
    f"POST {WEBHOOK}/pause": Write(MANAGED),
    f"POST {WEBHOOK}/resume": Write(MANAGED),
    f"POST {WEBHOOK}/remove": Write(MANAGED),
    f"POST {WEBHOOK}/address": Write(MANAGED, {"url": "https://ci.example/other"}),
    f"POST {WEBHOOK}/secret": Write("401 404 404 404 200 200 401"),
    f"POST {WEBHOOK}/deliveries/{{delivery}}/redeliver": Write(MANAGED),
    "POST /api/v1/webhooks": Write(
        "401 201 201 201 201 201 401",
        json={"url": "https://ci.example/", "events": ["crawl.failed"], "organisation": SLUG},
    ),
    f"PATCH {API_WEBHOOK}": Write("401 404 404 404 200 200 401", json={"state": "paused"}),
    f"DELETE {API_WEBHOOK}": Write("401 404 404 404 204 204 401"),
    f"POST {API_WEBHOOK}/secret": Write("401 404 404 404 200 200 401"),
    f"POST {API_WEBHOOK}/test": Write("401 404 404 404 202 202 401"),
    f"POST {API_WEBHOOK}/deliveries/{{delivery_id}}/redeliver": Write(
        "401 404 404 404 202 202 401"
    ),
    # By which forges tell of pushes: of maintainers.
    "POST /api/v1/organisations/{slug}/hooks": Write(
        "401 403 403 201 201 201 401", json={"forge": "github"}
    ),
    "DELETE /api/v1/organisations/{slug}/hooks/{hook}": Write("401 403 403 204 204 204 401"),
    # Members of an organisation.
    f"POST {MEMBERS}/invite": Write("401 403 403 403 200 200 401", {"role": "member"}),
    f"POST {MEMBERS}/{{account}}/role": Write(OWNERS, {"role": "maintainer"}),
    f"POST {MEMBERS}/{{account}}/remove": Write(OWNERS),
    f"POST {MEMBERS}/leave": Write("401 403 303 303 409 403 401"),
    f"POST {MEMBERS}/invitations/{{invitation}}/withdraw": Write(OWNERS),
    # Missed fixes: `{fix}` is one of the organisation's fork.
    "POST /fixes-missing/{fix}/mute": Write(
        "401 403 403 303 303 303 401", {"reason": "This part is switched off"}
    ),
    "POST /fixes-missing/{fix}/unmute": Write("401 403 403 303 303 303 401"),
    "POST /api/v1/fixes-missing/{fix}/mute": Write(
        "401 403 403 200 200 200 401", json={"reason": "This part is switched off"}
    ),
    "POST /api/v1/fixes-missing/{fix}/unmute": Write("401 403 403 200 200 200 401"),
    # Ownership claims: `{number}` is a claim of the owner that waits for its proof.
    "POST /components/{slug}/claim": Write("401 404 404 404 404 404 401", {"method": "forge"}),
    "POST /organisations/{slug}/claim": Write(SIGNED_IN, {"method": "forge"}),
    "POST /claims/{number}/check": Write("401 404 404 404 303 303 401"),
    "POST /claims/{number}/withdraw": Write(OWN),
    "POST /claims/{number}/confirm": Write("401 404 403 403 403 409 401"),
    "POST /operator/claims/{number}/revoke": Write("401 403 403 403 403 303 401"),
    "POST /api/v1/ownership-claims": Write(
        "401 201 201 201 201 201 401",
        json={"organisation": "ministry-of-examples", "method": "forge"},
    ),
    "POST /api/v1/ownership-claims/{number}/check": Write("401 404 404 404 202 202 401"),
    "POST /api/v1/ownership-claims/{number}/withdraw": Write("401 404 404 404 200 404 401"),
    "POST /api/v1/ownership-claims/{number}/confirm": Write("401 404 403 403 403 409 401"),
    # Kept files: no component is there.
    "POST /components/{slug}/kept": Write("401 404 404 404 404 404 401", {"content": "x"}),
    "POST /components/{slug}/kept/withdraw": Write("401 404 404 404 404 404 401"),
    # The draft is of a component of the stranger's organisation, and has errors.
    "POST /publish/{secret}/keep": Write("401 400 403 403 403 400 401"),
    "POST /api/v1/components/{slug}/kept-file": Write(
        "401 404 404 404 404 404 401", json={"content": "x"}
    ),
    "POST /api/v1/components/{slug}/kept-file/withdraw": Write("401 404 404 404 404 404 401"),
    # Needs: `{need}` is one of the organisation, `{draft}` the secret of a draft of nobody.
    # Bodies: a member founds one for the organisation.
    "POST /bodies/new": Write("401 403 303 303 303 403 401", {"by": SLUG, **FOUNDED}),
    # No body is there: what is tried is stopped by the role, or by what is not found.
    "POST /bodies/{slug}/members/{member}/{answer}": Write("401 404 403 404 404 403 401"),
    "POST /bodies/{slug}/members/invite": Write("401 403 403 404 404 403 401", {"by": SLUG}),
    "POST /bodies/{slug}/members/leave": Write("401 403 403 404 404 403 401", {"leaver": SLUG}),
    "POST /bodies/{slug}/members/component": Write("401 403 403 404 404 403 401", {"asker": SLUG}),
    "POST /api/v1/bodies/{slug}/members": Write(
        "401 403 403 404 404 403 401",
        json={"by": SLUG, "organisation": "elsewhere", "role": "strategic"},
    ),
    "POST /api/v1/bodies/{slug}/departures": Write(
        "401 403 403 404 404 403 401", json={"by": SLUG, "member": SLUG}
    ),
    "POST /api/v1/bodies/{slug}/members/{member}/answer": Write(
        "401 404 403 404 404 403 401", json={"agrees": True}
    ),
    "POST /api/v1/bodies/{slug}/voters": Write(
        "401 403 403 404 404 403 401", json={"by": SLUG, "host": "github.com", "handle": "x"}
    ),
    "POST /api/v1/bodies/{slug}/components": Write(
        "401 403 403 404 404 403 401", json={"by": SLUG, "component": "x"}
    ),
    "POST /api/v1/bodies/{slug}/changes/{change}/signatures": Write(
        "401 403 403 404 404 403 401", json={"by": SLUG}
    ),
    "POST /api/v1/bodies/{slug}/changes/{change}/withdrawal": Write(
        "401 403 403 404 404 403 401", json={"by": SLUG}
    ),
    "POST /bodies/{slug}/members/changes/{change}/sign": Write(
        "401 403 403 404 404 403 401", {"by": SLUG}
    ),
    "POST /bodies/{slug}/members/changes/{change}/withdraw": Write(
        "401 403 403 404 404 403 401", {"by": SLUG}
    ),
    "POST /bodies/{slug}/decisions/new": Write("401 403 403 404 404 403 401", {"by": SLUG}),
    "POST /bodies/{slug}/decisions/{number}/open": Write(
        "401 403 403 404 404 403 401", {"by": SLUG}
    ),
    "POST /bodies/{slug}/decisions/{number}/vote": Write(
        "401 403 403 404 404 403 401", {"by": SLUG}
    ),
    "POST /bodies/{slug}/decisions/{number}/minutes": Write(
        "401 403 403 404 404 403 401", {"recorder": SLUG}
    ),
    "POST /api/v1/bodies/{slug}/decisions": Write(
        "401 403 403 404 404 403 401", json={"by": SLUG, "title": "x", "lang": "en"}
    ),
    "POST /api/v1/bodies/{slug}/decisions/{number}/voting": Write(
        "401 403 403 404 404 403 401", json={"by": SLUG}
    ),
    "POST /api/v1/bodies/{slug}/decisions/{number}/votes": Write(
        "401 403 403 404 404 403 401", json={"by": SLUG, "choice": "for"}
    ),
    "POST /api/v1/bodies/{slug}/decisions/{number}/minutes": Write(
        "401 403 403 404 404 403 401", json={"by": SLUG, "url": "https://town.example/"}
    ),
    "POST /bodies/{slug}/record/{what}": Write("401 403 403 404 404 403 401", {"by": SLUG}),
    # The application of the tests reads no forge: what is allowed finds nothing.
    "POST /bodies/{slug}/votes": Write("401 403 403 404 404 403 401", {"by": SLUG}),
    "POST /bodies/{slug}/votes/handles": Write("401 403 403 404 404 403 401", {"voter": SLUG}),
    "POST /api/v1/bodies/{slug}/votes": Write(
        "401 403 403 404 404 403 401", json={"by": SLUG, "url": "https://github.com/a/b/issues"}
    ),
    "POST /bodies/{slug}/files": Write("401 403 403 404 404 403 401", {"by": SLUG}),
    "POST /api/v1/bodies/{slug}/files": Write(
        "401 403 403 404 404 403 401", json={"by": SLUG, "component": "x", "blob": "y"}
    ),
    "POST /api/v1/bodies/{slug}/facts": Write(
        "401 403 403 404 404 403 401",
        json={"by": SLUG, "kind": "licence", "url": "https://town.example/"},
    ),
    "POST /api/v1/bodies/{slug}/funding": Write(
        "401 403 403 404 404 403 401",
        json={"by": SLUG, "payer": "x", "since": "2026-01-01", "url": "https://town.example/"},
    ),
    "POST /api/v1/bodies/{slug}/contracts": Write(
        "401 403 403 404 404 403 401",
        json={
            "by": SLUG,
            "supplier": "x",
            "on_behalf_of": "y",
            "since": "2026-01-01",
            "url": "https://town.example/",
        },
    ),
    "POST /api/v1/bodies/{slug}/mistakes": Write(
        "401 403 403 404 404 403 401",
        json={"by": SLUG, "what": "fact", "number": 1, "reason": "x"},
    ),
    "POST /api/v1/bodies/{slug}/rules": Write(
        "401 403 403 404 404 403 401",
        json={"by": SLUG, "name": "x", "url": "https://town.example/"},
    ),
    "POST /api/v1/bodies": Write("401 403 201 201 201 403 401", json={"by": SLUG, **FOUNDED}),
    # Calls: `{call_number}` is one of the organisation.
    "POST /calls/new": Write("401 403 403 303 303 303 401", CALLED),
    "POST /calls/{call_number}/close": Write("401 403 403 303 303 303 401"),
    "POST /calls/{call_number}/take-down": Write(
        "401 403 403 403 403 303 401", {"reason": "Advertisement"}
    ),
    "POST /api/v1/calls": Write("401 403 403 201 201 201 401", json=CALLED),
    "POST /api/v1/calls/{call_number}/close": Write("401 403 403 200 200 200 401"),
    "POST /api/v1/calls/{call_number}/take-down": Write(
        "401 403 403 403 403 204 401", json={"reason": "Advertisement"}
    ),
    # Following: `{follow_number}` is of the owner. No component is there.
    "POST /components/{slug}/follow": Write("401 404 404 404 404 404 401"),
    "POST /organisations/{slug}/follow": Write(SIGNED_IN),
    # Without words or filters there is no search to follow.
    "POST /search/follow": Write("401 400 400 400 400 400 401"),
    "POST /account/follows/{follow_number}/end": Write(OWN),
    "POST /account/follows/{follow_number}/mail": Write(OWN, {"by_mail": "1"}),
    "POST /account/mail": Write("401 409 409 409 409 409 401", {"address": "ada@town.example"}),
    "POST /account/mail/remove": Write(SIGNED_IN),
    "POST /mail/confirm/{secret}": Write(everybody(404)),
    "POST /mail/leave/{secret}": Write(everybody(404)),
    "POST /api/v1/follows": Write(
        "401 201 201 201 201 201 401", json={"organisation": SLUG, "by_mail": True}
    ),
    "DELETE /api/v1/follows/{follow_number}": Write("401 404 404 404 204 404 401"),
    "POST /needs/new": Write(
        everybody(303), {"title": "Forms", "description": "For all", "lang": "en"}
    ),
    "POST /needs/drafts/{secret}": Write(everybody(404), {"reason-forms": "other"}),
    "POST /needs/drafts/{secret}/forget": Write(everybody(404)),
    "POST /needs/drafts/{secret}/publish": Write(
        "401 404 404 404 404 404 401", {"organisation": SLUG}
    ),
    f"POST {NEED}/manage/answers": Write(NEED_OWNERS, {"x": ""}),
    f"POST {NEED}/manage/search": Write(NEED_OWNERS),
    f"POST {NEED}/manage/statement": Write(NEED_OWNERS),
    f"POST {NEED}/manage/renew": Write(NEED_OWNERS),
    f"POST {NEED}/manage/close": Write(NEED_OWNERS, {"outcome": "dropped"}),
    f"POST {NEED}/manage/offers/{{offer}}/{{decision}}": Write(NEED_OWNERS),
    f"POST {NEED}/take-part/join": Write(
        "401 303 403 403 403 403 401", {"organisation": "elsewhere"}
    ),
    f"POST {NEED}/take-part/offer": Write(SIGNED_IN, {"name": "Somebody", "text": "Something"}),
    f"POST {NEED}/take-part/offers/{{offer}}/withdraw": Write("401 404 404 404 303 404 401"),
    "POST /api/v1/needs": Write(
        "401 403 201 201 201 201 401",
        json={"title": "Forms", "description": "For all", "lang": "en", "organisation": SLUG},
    ),
    f"POST {API_NEED}/answers": Write(API_NEED_OWNERS, json={"answers": {}}),
    f"POST {API_NEED}/statements": Write("401 403 201 201 201 201 401"),
    f"POST {API_NEED}/close": Write(API_NEED_OWNERS, json={"outcome": "dropped"}),
    f"POST {API_NEED}/join": Write(
        "401 200 403 403 403 403 401", json={"organisation": "elsewhere"}
    ),
    f"POST {API_NEED}/offers": Write(
        "401 201 201 201 201 201 401", json={"name": "Somebody", "text": "Something"}
    ),
    f"POST {API_NEED}/search": Write(API_NEED_OWNERS),
    f"POST {API_NEED}/renew": Write(API_NEED_OWNERS),
    f"POST {API_NEED}/leave": Write(
        "401 404 403 403 403 403 401", json={"organisation": "elsewhere"}
    ),
    f"POST {API_NEED}/offers/{{offer}}/show": Write(API_NEED_OWNERS),
    f"POST {API_NEED}/offers/{{offer}}/refuse": Write(API_NEED_OWNERS),
    f"DELETE {API_NEED}/offers/{{offer}}": Write("401 404 404 404 204 404 401"),
    "POST /invitations": Write("401 303 409 409 409 303 401", {"key": "{invitation_key}"}),
}
