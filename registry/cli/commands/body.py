"""`registry body`: joint bodies as they are recorded, and recording them as the operator."""

from pathlib import Path
from typing import Any

import click

from registry.cli.bodies import BODY, DECISION, show_sections
from registry.cli.build import Registry, read_settings
from registry.cli.components import slug_of
from registry.cli.output import format_option, show_record, show_rows, talk, write
from registry.db.tables import FactKind, VoteChoice
from registry.errors import InvalidInput
from registry.governance.measures.approval_rows import ApprovalRow, approval_rows
from registry.governance.measures.commitments import CommitmentRow, commitment_rows
from registry.governance.record.body_file import file_values, parse_file
from registry.governance.record.decision_models import (
    DecisionQuery,
    NewDecision,
    NewRule,
    PastDecision,
)
from registry.governance.record.decision_views import STANDINGS
from registry.governance.record.money_models import NewContract, NewFunding
from registry.governance.record.readmodels import (
    BodyQuery,
    Evidence,
    NewBody,
    NewFact,
    NewMember,
)
from registry.governance.record.striking import ROWS
from registry.governance.record.writing import OPERATOR
from registry.publishing.exports.yaml_text import yaml_text

COLUMNS = ("slug", "name", "founded_on", "members", "countries", "components", "decisions")
DECISIONS = ("number", "title", "state", "proposed_on", "decided_on", "ends_on")
ALL = 100_000


def source_options(command: Any) -> Any:
    """Add the options that say where something can be read."""
    for name, text in (("--sha256", "SHA-256 of a file that proves it."),
                       ("--on", "Day of that document, as YYYY-MM-DD, YYYY-MM or YYYY."),
                       ("--url", "Where it can be read.")):  # fmt: skip
        command = click.option(name, default="", help=text)(command)
    return command


@click.group()
def body() -> None:
    """Joint bodies: who governs code together."""


@body.command(name="list")
@click.option("--country", help="Only those with a member of this country (ISO 3166-1).")
@click.option("--organisation", help="Only those of which this organisation is a member (slug).")
@click.option("--component", help="Only those that govern this component (slug).")
@format_option
def list_bodies(
    country: str | None, organisation: str | None, component: str | None, style: str
) -> None:
    """List the bodies that are recorded."""
    registry = Registry(read_settings())
    query = BodyQuery(
        country=country and country.upper(), organisation=organisation, component=component,
        limit=ALL,
    )  # fmt: skip
    show_rows(registry.bodies.list(query)[0], COLUMNS, style)
    registry.close()


@body.command()
@click.argument("slug")
@format_option
def show(slug: str, style: str) -> None:
    """Print all that is recorded of a body, and what is not."""
    registry = Registry(read_settings())
    show_sections(registry.bodies.body(slug), BODY, style)
    registry.close()


@body.command()
@click.argument("slug")
@format_option
def commitments(slug: str, style: str) -> None:
    """Who has which role in a body on record, beside what was measured of each.

    Commits, and what was put in, by who wrote and on whose behalf, of all the time and in the
    last 547 days; a name that no affiliation knows has one line without figures.
    """
    registry = Registry(read_settings())
    found = registry.measures.body_measures(slug).commitments
    if style == "json":
        show_record(found, style)
    else:
        show_rows(commitment_rows(found), CommitmentRow.__struct_fields__, style)
    registry.close()


@body.command()
@click.argument("slug")
@format_option
def approvals(slug: str, style: str) -> None:
    """Who approved the work on what a body governs: merged, committed or reviewed that of others.

    Beside how many own commits have anything of it recorded, in all the time and the last 547 days.
    """
    registry = Registry(read_settings())
    work = registry.measures.body_measures(slug).work
    if style == "json":
        show_record({period.name: period.approvals for period in work.periods}, style)
    else:
        show_rows(approval_rows(work), ApprovalRow.__struct_fields__, style)
    registry.close()


@body.command()
@click.argument("name")
@click.option("--by", required=True, help="Organisation that founds it (slug).")
@click.option("--role", default="strategic", show_default=True, help="Its role in the body.")
@click.option("--dues", default=0, help="Its dues, where votes go by dues; 0 for not recorded.")
@click.option("--lang", default="en", show_default=True, help="Language of name and purpose.")
@click.option("--purpose", default="", help="What it is for.")
@click.option("--founded-on", default="", help="Day of founding, as YYYY-MM-DD, YYYY-MM or YYYY.")
@click.option("--instrument", required=True, help="memorandum, contract, legal_entity, law, other.")
@click.option("--instrument-text", default="", help="Title of the instrument.")
@click.option("--url", required=True, help="Where the instrument can be read.")
@click.option("--on", default="", help="Day of that document, as YYYY-MM-DD, YYYY-MM or YYYY.")
@click.option("--sha256", default="", help="SHA-256 of a file that proves it.")
@click.option("--component", "components", multiple=True, help="A component that it governs.")
@click.option("--member", "members", multiple=True, metavar="ORGANISATION:ROLE[:DUES]",
              help="Another founding member; it is invited.")  # fmt: skip
@click.option("--rule-name", default="", help="Who decides, such as General meeting.")
@click.option("--rule-threshold", default="majority", show_default=True,
              help="majority, two_thirds, unanimous or lazy_consensus.")  # fmt: skip
@click.option("--rule-weight", default="one_each", show_default=True, help="one_each or by_dues.")
@click.option("--rule-quorum", default=0, show_default=True, help="Percent of all votes.")
def create(
    by: str, url: str, on: str, sha256: str, members: tuple[str, ...], rule_name: str,
    rule_threshold: str, rule_weight: str, rule_quorum: int, **told: Any,
) -> None:  # fmt: skip
    """Record a body as the operator; its members are stated, until each confirms it."""
    registry = Registry(read_settings())
    founding = tuple(_founding_member(text) for text in members)
    evidence = Evidence(url=url, on=on, sha256=sha256)
    rule = NewRule(name=rule_name, threshold=rule_threshold, weight=rule_weight, quorum=rule_quorum)
    new = NewBody(
        evidence=evidence, members=founding, rule=rule if rule_name.strip() else None, **told
    )
    write(registry.bodies.write_down(new, by))
    registry.close()


def _founding_member(text: str) -> NewMember:
    slug, role, dues = (*text.split(":", 2), "", "")[:3]
    if dues and not (dues.isascii() and dues.isdigit() and len(dues) < 13):
        raise InvalidInput(f"--member {text!r}: dues must be a whole number")
    return NewMember(organisation=slug, role=role, dues=int(dues or 0))


@body.command()
@click.argument("slug")
@click.argument("name")
@click.option("--weight", default="one_each", show_default=True, help="one_each or by_dues.")
@click.option(
    "--threshold",
    default="majority",
    show_default=True,
    help="majority, two_thirds, unanimous or lazy_consensus.",
)
@click.option("--quorum", default=0, show_default=True, help="Percent of all votes.")
@click.option(
    "--tie-break", default="rejected", show_default=True, help="rejected, adopted or chair."
)
@click.option("--chair", default="", help="Member whose vote breaks a tie (slug or name).")
@click.option("--open-days", default=14, show_default=True, help="How long a voting lasts.")
@click.option("--seats", type=int, help="Seats, where that is known.")
@click.option("--role", "roles", multiple=True, help="Who votes; those that govern by default.")
@source_options
def rule(slug: str, url: str, on: str, sha256: str, **told: Any) -> None:  # fmt: skip
    """Record a part of a body that decides, and its voting rule; print its number."""
    registry = Registry(read_settings())
    evidence = Evidence(url=url, on=on, sha256=sha256)
    write(str(registry.bodies.decisions.add_rule(OPERATOR, slug, NewRule(**told), evidence)))
    registry.close()


@body.command()
@click.argument("slug")
@click.option("--state", type=click.Choice(STANDINGS), help="Only those in this state.")
@format_option
def decisions(slug: str, state: str | None, style: str) -> None:
    """List the decisions of a body, the newest number first."""
    registry = Registry(read_settings())
    query = DecisionQuery(state=state, limit=ALL)
    show_rows(registry.bodies.decisions.list(slug, query)[0], DECISIONS, style)
    registry.close()


@body.command()
@click.argument("slug")
@click.argument("number", type=int)
@format_option
def decision(slug: str, number: int, style: str) -> None:
    """Print a decision with its votes."""
    registry = Registry(read_settings())
    show_sections(registry.bodies.decisions.decision(slug, number), DECISION, style)
    registry.close()


@body.command()
@click.argument("slug")
@click.argument("title")
@click.option("--text", default="", help="What is decided.")
@click.option("--lang", default="en", show_default=True, help="Language of title and text.")
@click.option(
    "--state",
    default="proposed",
    show_default=True,
    type=click.Choice(("proposed", "voting", "adopted", "rejected")),
    help="The last two record what was decided elsewhere.",
)
@click.option(
    "--decided-on", default="", help="Day on which it was decided, as YYYY-MM-DD, YYYY-MM or YYYY."
)
@click.option("--rule", type=int, help="Number of the voting rule.")
@click.option("--amends", type=int, help="Number of the decision that it supersedes.")
@click.option("--thread-url", default="", help="Pull request, issue or thread.")
@click.option(
    "--vote",
    "votes",
    multiple=True,
    metavar="MEMBER=CHOICE",
    help="A vote on what was decided elsewhere: for, against or abstain.",
)
@source_options
def decide(
    slug: str, state: str, decided_on: str, votes: tuple[str, ...], url: str, on: str,
    sha256: str, **told: Any,
) -> None:  # fmt: skip
    """Propose a decision, or record one that was taken elsewhere; print its number."""
    registry = Registry(read_settings())
    new = NewDecision(evidence=Evidence(url=url, on=on, sha256=sha256), **told)
    decided = registry.bodies.decisions
    if state in {"proposed", "voting"}:
        number = decided.propose(OPERATOR, slug, new, opens=state == "voting")
    else:
        cast = {name: choice for name, _, choice in (x.rpartition("=") for x in votes)}
        past = PastDecision(what=new, state=state, decided_on=decided_on, votes=cast)
        number = decided.record_past(OPERATOR, slug, past)
    write(str(number))
    registry.close()


@body.command()
@click.argument("slug")
@click.argument("number", type=int)
@click.argument("choice", type=click.Choice([x.value for x in VoteChoice]))
@click.option("--by", required=True, help="Member that votes (slug).")
def vote(slug: str, number: int, choice: str, by: str) -> None:
    """Record the vote of a member on an open decision, as the operator was told it."""
    registry = Registry(read_settings())
    registry.bodies.decisions.vote(OPERATOR, slug, number, choice, by)
    registry.close()


@body.command()
@click.argument("slug")
@click.argument("kind", type=click.Choice([x.value for x in FactKind]))
@click.option("--choice", default="", help="Of the list of its kind, where there is one.")
@click.option("--text", default="", help="What it is.")
@click.option("--since", default="", help="From this day, as YYYY-MM-DD, YYYY-MM or YYYY.")
@click.option("--until", default="", help="Up to and without this day.")
@source_options
def fact(slug: str, url: str, on: str, sha256: str, **told: Any) -> None:
    """Record a fact about a body."""
    registry = Registry(read_settings())
    evidence = Evidence(url=url, on=on, sha256=sha256)
    registry.bodies.facts.add_fact(OPERATOR, slug, NewFact(**told), evidence)
    registry.close()


@body.command()
@click.argument("slug")
@click.argument("payer")
@click.option("--since", required=True, help="From this day, as YYYY-MM-DD, YYYY-MM or YYYY.")
@click.option("--until", default="", help="Up to and without this day.")
@click.option("--country", default="", help="Country of the payer (ISO 3166-1).")
@click.option("--amount", type=int, help="In whole units of the currency.")
@click.option("--currency", default="", help="ISO 4217, such as EUR.")
@click.option("--share", type=float, help="Percent of all the money for that purpose.")
@click.option("--purpose", default="", help="What for.")
@source_options
def funding(slug: str, url: str, on: str, sha256: str, **told: Any) -> None:
    """Record money of a payer (slug or name) for a body."""
    registry = Registry(read_settings())
    evidence = Evidence(url=url, on=on, sha256=sha256)
    registry.bodies.facts.add_funding(OPERATOR, slug, NewFunding(**told), evidence)
    registry.close()


@body.command()
@click.argument("slug")
@click.argument("supplier")
@click.option("--on-behalf-of", required=True, help="For whom it works (slug or name).")
@click.option("--since", required=True, help="From this day, as YYYY-MM-DD, YYYY-MM or YYYY.")
@click.option("--until", default="", help="Up to and without this day.")
@click.option("--purpose", default="", help="What for.")
@source_options
def contract(slug: str, url: str, on: str, sha256: str, **told: Any) -> None:
    """Record a supplier (slug or name) of a body, and on behalf of whom it works."""
    registry = Registry(read_settings())
    evidence = Evidence(url=url, on=on, sha256=sha256)
    registry.bodies.facts.add_contract(OPERATOR, slug, NewContract(**told), evidence)
    registry.close()


@body.command()
@click.argument("slug")
@click.argument("what", type=click.Choice(list(ROWS)))
@click.argument("number", type=int)
@click.option("--reason", required=True, help="What was wrong; it is kept in the audit log.")
def strike(slug: str, what: str, number: int, reason: str) -> None:
    """Strike out what was entered wrongly, by its NUMBER (`registry body show --format json`).

    What was so and is no longer is not struck out: record that it ended.
    """
    registry = Registry(read_settings())
    registry.bodies.facts.strike(OPERATOR, slug, what, number, reason)
    registry.close()
    talk.print("Struck out; the audit log keeps it.")


@body.command()
@click.argument("slug")
@click.argument("component")
@click.option("--remove", is_flag=True, help="It is governed no longer.")
@click.option("--on", default="", help="From this day, as YYYY-MM-DD; today by default.")
@click.option("--url", default="", help="Where it can be read.")
def component(slug: str, component: str, remove: bool, on: str, url: str) -> None:
    """Record that a body governs a COMPONENT (slug), or, with --remove, no longer."""
    registry = Registry(read_settings())
    registry.bodies.record_component(slug, component, removes=remove, on=on, url=url)
    registry.close()


@body.command(name="import")
@click.argument(
    "file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--component", "components", multiple=True, help="A further component (slug).")
@click.option("--from-repository", metavar="COMPONENT",
              help="The file in the repository of a component (slug or URL).")  # fmt: skip
def import_file(
    file: Path | None, components: tuple[str, ...], from_repository: str | None
) -> None:
    """Record a whole body from a YAML file, whole or not at all; print its slug.

    Its members are stated, until each confirms it. See docs/governance.md for the form.
    From a repository, of a body that is recorded what is new in the file is added to it.
    """
    if (file is None) == (from_repository is None) or (from_repository and components):
        raise click.UsageError("give either FILE, with --component, or --from-repository alone")
    registry = Registry(read_settings())
    if from_repository:
        slug = slug_of(registry.catalogue, from_repository)
        found, items = registry.bodies.import_repository(slug)
        write(f"{found}: {items} items of its file recorded")
    elif file is not None:
        write(registry.bodies.import_file(parse_file(_values(file)), components))
    registry.close()


def _values(file: Path) -> Any:
    from crawlers.metadata.yaml_guard import UnreadableYaml, load

    try:
        return load(file.read_bytes()).plain()
    except UnreadableYaml as error:
        raise InvalidInput(f"{file}: {error}") from None


@body.command()
@click.argument("slug")
def export(slug: str) -> None:
    """Print all that is recorded of a body as YAML, as `import` reads it.

    Decisions that are still open are left out.
    """
    registry = Registry(read_settings())
    write(yaml_text(file_values(registry.bodies.export(slug))).decode().rstrip())
    registry.close()


@body.command()
@click.argument("slug")
@click.option("--issues", required=True, metavar="URL",
              help="The issues of a repository, or one issue or pull request.")  # fmt: skip
@click.option("--bot", default="", help="Account whose comments count; needed but at GitHub.")
def votes(slug: str, issues: str, bot: str) -> None:
    """Import decisions from votes that ended in issues of a forge, each once.

    Votes are those that the bot of publiccode.yml marks by vote-start and vote-end.
    """
    registry = Registry(read_settings())
    found = registry.votes.import_votes(OPERATOR, slug, issues, bot=bot)
    numbers = ", ".join(map(str, found.decisions)) or "none"
    write(f"imported: {numbers}; imported before: {found.known}; without an outcome: {found.open}")
    registry.close()


@body.command()
@click.argument("slug")
@click.argument("member")
@click.argument("handle")
@click.option("--at", "host", default="github.com", show_default=True, help="Host of the forge.")
@click.option("--remove", is_flag=True, help="It votes no longer for the member.")
def voter(slug: str, member: str, handle: str, host: str, remove: bool) -> None:
    """Say that HANDLE votes at a forge for MEMBER (slug or name); a keyed hash alone is kept."""
    registry = Registry(read_settings())
    registry.votes.give_handle(OPERATOR, slug, member, host, handle, removes=remove)
    registry.close()
