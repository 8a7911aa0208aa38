"""The headline of a report in plain English, for the command line and for files."""

from registry.reports.figures import Headline
from registry.reports.portfolio import Remark

_REASONS = {
    "unknown": "is not in this registry",
    "no_address": "is no address of a repository",
    "not_read": "is known, but was not read yet",
    "taken_down": "was taken down",
    "merged": "has moved: {slug} stands for it",
    "gone": "is gone since {detail}; what is known of it is in the report",
    "empty": "has no component here",
}


def headline_sentence(found: Headline) -> str:
    """Return the sentence; each organisation stands once, under its strongest evidence."""
    components = _count(found.components, "component")
    if not found.components:
        return "No component: nothing to report on."
    if not (found.organisations.value or found.unknown.value):
        return f"{components}; no reuse by others was found."
    by_tag = ", ".join(f"{x.value:,} {tag}" for tag, x in found.by_strongest if x.value)
    organisations = _count(found.organisations.value or 0, "organisation")
    countries = _count(found.countries.value or 0, "country", "countries")
    verb = "reuses" if found.organisations.value == 1 else "reuse"
    split = f": {by_tag}" if by_tag else ""
    text = f"{components}; {organisations} in {countries} {verb} them{split}"
    if found.unknown.value:
        text += f"; and {_count(found.unknown.value, 'repository', 'repositories')} of nobody known"
    return f"{text}."


def remark_sentence(remark: Remark) -> str:
    """Return what became of something that was asked for."""
    reason = _REASONS[remark.reason].format(slug=remark.slug, detail=remark.detail)
    more = f" ({remark.detail})" if remark.detail and remark.reason != "gone" else ""
    return f"{remark.name} {remark.value!r} {reason}{more}"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
