"""Links in mails: confirming an address, and ending all mail with one click (RFC 8058).

They work without a sign-in: who has the mail has the secret. Opening a link changes nothing, since
scanners of mail open them too.
"""

from typing import Any, ClassVar, Final

from litestar import Controller, Response, get, post
from litestar.params import FromPath

from registry.accounts.authorise import Action
from web.auth.forgery import Protection
from web.i18n.letters import CONFIRM, LEAVE
from web.pages.follows import FORM_COST, follows_of
from web.pages.forms import AnyRequest, pay_for_form, private
from web.pages.view import Context, ViewDependency

LINK: Final = {"action": Action.READ_MAIL_LINK, "protection": Protection.ORIGIN}
# Programs of mail services send it, from anywhere: the secret alone tells that they may.
ONE_CLICK: Final = {"action": Action.READ_MAIL_LINK, "protection": Protection.PROGRAM}


class MailLinkContext(Context, frozen=True, kw_only=True):
    """Variables of `follows/mail_link.html`; `what` is `confirm` or `leave`."""

    template: ClassVar[str] = "follows/mail_link.html"
    what: str
    action: str
    is_done: bool


class MailLinkPages(Controller):
    """`/mail/confirm/{secret}` and `/mail/leave/{secret}`."""

    include_in_schema = False

    @get(f"{CONFIRM}/{{secret:str}}", sync_to_thread=True)
    def ask_confirm(self, view: ViewDependency, secret: FromPath[str]) -> Response[bytes]:
        """Ask to confirm an address."""
        follows_of(view).check_link(secret)
        context = MailLinkContext(what="confirm", action=f"{CONFIRM}/{secret}", is_done=False)
        return private(view.render(context, is_indexed=False))

    @post(f"{CONFIRM}/{{secret:str}}", sync_to_thread=True, status_code=200, opt=LINK)
    def confirm(
        self, view: ViewDependency, request: AnyRequest, secret: FromPath[str]
    ) -> Response[bytes]:
        """Confirm an address."""
        pay_for_form(view.site, request, FORM_COST)
        follows_of(view).confirm(secret)
        context = MailLinkContext(what="confirm", action="", is_done=True)
        return private(view.render(context, is_indexed=False))

    @get(f"{LEAVE}/{{secret:str}}", sync_to_thread=True)
    def ask_leave(self, view: ViewDependency, secret: FromPath[str]) -> Response[bytes]:
        """Ask to end all mail; whether the link is good is not told."""
        follows_of(view)
        context = MailLinkContext(what="leave", action=f"{LEAVE}/{secret[:100]}", is_done=False)
        return private(view.render(context, is_indexed=False))

    @post(f"{LEAVE}/{{secret:str}}", sync_to_thread=True, status_code=200, opt=ONE_CLICK)
    def leave(
        self, view: ViewDependency, request: AnyRequest, secret: FromPath[str]
    ) -> Response[Any]:
        """End all mail; ending it twice is ending it once."""
        pay_for_form(view.site, request, FORM_COST)
        follows_of(view).leave(secret)
        context = MailLinkContext(what="leave", action="", is_done=True)
        return private(view.render(context, is_indexed=False))
