"""Words of crawling: steps, outcomes, work in the queue."""

from typing import Final

from web.i18n.marking import _

WORDS: Final[dict[str, dict[str, str]]] = {
    "stage": {
        "discover": _("Discover"),
        "harvest": _("Harvest"),
        "crawl": _("Crawl"),
    },
    "task": {
        "crawl.source": _("Listing sources"),
        "crawl.repository": _("Reading repositories"),
        "search.index": _("Updating the search"),
        "lineage.update": _("Measuring reuse"),
        "drift.measure": _("Measuring drift"),
        "governance.count": _("Counting contributions"),
        "governance.measure": _("Measuring contributions"),
        "advisory.refresh": _("Asking for security advisories"),
        "reuse.look": _("Looking for copies"),
        "ownership.check": _("Checking proofs of ownership"),
        "mail.send": _("Sending e-mail"),
        "webhook.deliver": _("Delivering webhooks"),
    },
    "outcome": {
        "crawled": _("Read"),
        "unchanged": _("Unchanged"),
        "discovered": _("Found"),
        "harvested": _("Harvested"),
    },
    "freshness": {
        "day": _("Less than 1 day old"),
        "week": _("Less than 7 days old"),
        "month": _("Less than 30 days old"),
        "older": _("Older"),
        "never": _("Never crawled"),
    },
    "job": {
        "waiting": _("Waiting"),
        "running": _("Running"),
        "done": _("Done"),
        "dead": _("Given up"),
    },
}
