"""What mails say: plain text in the language of who reads them, with links and without tracking."""

from datetime import datetime, time
from typing import Final

from registry.adoption.follows.mailing import Letter
from registry.adoption.follows.readmodels import Ending, Found, Happening, News
from web.i18n.happenings import place_of_change, sentence
from web.i18n.languages import Language, shipped_languages
from web.i18n.marking import _

CONFIRM: Final = "/mail/confirm"
LEAVE: Final = "/mail/leave"
_SUBJECT: Final = _("Public Code Registry: please confirm your address")
_CONFIRM: Final = _(
    "Somebody gave this address at the Public Code Registry, to be told of what they follow there. "
    "If it was you, open this link within three days and confirm it:"
)
_NOT_YOU: Final = _("If it was not you, do nothing: no other mail is sent to this address.")
_NEWS: Final = _("Public Code Registry: news of what you follow")
_FOUND: Final = _("New in the search “%(search)s”:")
_ENDS: Final = _("Ends soon, unless you confirm it:")
_ADOPTION: Final = _("%(organisation)s uses %(name)s: until %(day)s")
_NEED: Final = _("%(organisation)s needs “%(name)s”: until %(day)s")
_MANAGE: Final = _("What you follow, and how you are told of it:")
_LEAVE: Final = _("To get no mail any more, open this link; no sign-in is needed:")


class RegistryLetters:
    """The mails of a registry that is public at `base_url`."""

    def __init__(self, base_url: str) -> None:
        self._base = base_url.rstrip("/")

    def confirmation(self, lang: str, secret: str) -> Letter:
        """Return the mail that asks to confirm an address."""
        language = _language(lang)
        link = self._link(language, f"{CONFIRM}/{secret}")
        parts = (language.gettext(_CONFIRM), link, language.gettext(_NOT_YOU))
        return Letter(language.gettext(_SUBJECT), "\n\n".join(parts) + "\n")

    def digest(self, lang: str, news: News, leave: str) -> Letter:
        """Return a digest: what happened, what was found, what ends soon, and how to end it."""
        language = _language(lang)
        parts = [self._happening(language, x) for x in news.happenings]
        if news.more:
            parts.append(language.ngettext("and %(count)s more", "and %(count)s more", news.more))
        parts += [self._found(language, x) for x in news.found]
        if news.endings:
            parts.append(language.gettext(_ENDS))
            parts += [self._ending(language, x) for x in news.endings]
        follows = self._link(language, "/account/follows")
        parts += [
            "--",
            f"{language.gettext(_MANAGE)}\n{follows}",
            f"{language.gettext(_LEAVE)}\n{self.leave_url(lang, leave)}",
        ]
        return Letter(language.gettext(_NEWS), "\n\n".join(parts) + "\n")

    def leave_url(self, lang: str, leave: str) -> str:
        """Return the address at which all mail is ended."""
        return self._link(_language(lang), f"{LEAVE}/{leave}")

    def _happening(self, language: Language, told: Happening) -> str:
        name = told.name or told.slug
        line = sentence(language, told.kind, name, told.detail)
        place = "/" + "/".join(place_of_change(told.slug, told.detail))
        return f"{_one_line(line)} ({language.date(told.at)})\n{self._link(language, place)}"

    def _found(self, language: Language, told: Found) -> str:
        lines = [language.gettext(_FOUND, search=_one_line(told.search.label))]
        lines += [
            f"{_one_line(x.name)}\n{self._link(language, f'/components/{x.slug}')}"
            for x in told.components
        ]
        if told.more:
            lines.append(language.ngettext("and %(count)s more", "and %(count)s more", told.more))
        lines.append(self._link(language, f"/search?{told.search.question}&sort=newest"))
        return "\n".join(lines)

    def _ending(self, language: Language, due: Ending) -> str:
        text = _ADOPTION if due.kind == "adoption" else _NEED
        line = language.gettext(
            text, organisation=due.organisation.name, name=due.name,
            day=language.date(datetime.combine(due.ends_on, time.min)),
        )  # fmt: skip
        place = "/account/adoptions" if due.kind == "adoption" else f"/needs/{due.id}/manage"
        return f"{_one_line(line)}\n{self._link(language, place)}"

    def _link(self, language: Language, path: str) -> str:
        return self._base + language.link(path)


def _language(code: str) -> Language:
    known = shipped_languages()
    return next((x for x in known if x.code == code), known[0])


def _one_line(text: str) -> str:
    """Return a text without line breaks: names of others must not look like a part of the mail."""
    return " ".join(text.split())
