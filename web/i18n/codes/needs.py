"""Words of needs: what bodies look for, and what is wrong with a form."""

from typing import Final

from web.i18n.marking import _

WORDS: Final[dict[str, dict[str, str]]] = {
    "need_state": {
        "draft": _("Draft"),
        "open": _("Open"),
        "expired": _("Expired"),
        "closed": _("Closed"),
    },
    "need_outcome": {
        "found": _("A component of this catalogue was found"),
        "built": _("It was built or bought: here it is"),
        "dropped": _("It is not needed any more"),
    },
    "not_used": {
        "not_same": _("It does something else"),
        "feature_missing": _("A function that we need is missing"),
        "licence": _("Its licence does not fit"),
        "technology": _("Its technology does not fit ours"),
        "language": _("It is not in our language"),
        "law": _("Our law asks for something else"),
        "not_maintained": _("Nobody maintains it"),
        "cost_of_adapting": _("Adapting it costs more than building"),
        "not_deployable": _("It cannot be run elsewhere"),
        "used": _("We use it, alone or as a part"),
        "other": _("Another reason: say which"),
    },
    "offer_state": {
        "waiting": _("Waits to be looked at"),
        "shown": _("Shown"),
        "refused": _("Refused"),
        "withdrawn": _("Withdrawn"),
    },
    "field_problem": {
        "empty": _("Write something here"),
        "short": _("This is too short"),
        "date": _("Write a day, a month or a year that is past, such as 2025-04"),
        "day": _(
            "Write a date such as 2017-06-30, or 2017-06 or 2017 where the form says so; "
            "a founding, or a document, is not in the future"
        ),
        "digest": _("Write the SHA-256 of a file: 64 digits and letters from a to f"),
        "overlap": _("This overlaps with what is recorded for the same time"),
        "organisation": _("There is no such organisation in this registry"),
        "until": _("Write a day from today to twelve months ahead, such as 2026-12-31"),
        "amount": _(
            "Write a whole number below a million million without commas or points, such as "
            "1200000 or -5800000; the high figure is not less than the low one"
        ),
        "source": _("Write an address that begins with https:// and that anybody can open"),
        "mailbox": _("Write an e-mail address, such as ada@town.example"),
        "member": _("There is no such joint body of which this organisation is a member"),
        "own": _("This is the component itself: name who uses it, and their own copy"),
        "long": _("This is too long"),
        "direction": _("This holds invisible characters that turn the direction of text"),
        "address": _(
            "Name no e-mail address of a person: a mailbox of a role, such as info@…, is fine"
        ),
        "number": _("Write a number with digits alone, such as 25000"),
        "dues": _(
            "This rule counts votes by dues, and a member that votes has none on record: it can "
            "leave and join again with its dues"
        ),
        "language": _("Choose a language"),
        "url": _("Write a web address, such as https://town.example/forms"),
        "choice": _("Choose one of the list"),
        "unknown": _("There is no such component in this catalogue"),
        "many": _("Too many are kept: try again later"),
        "closed": _("This cannot be done now"),
    },
}
