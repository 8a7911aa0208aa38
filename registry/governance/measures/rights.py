"""Who can merge, as far as anything shows it: observed merging, code owners, and the record.

Who put work in on the line of first parents could write there. A code owner must be able to write
too (GitHub, "About code owners": others are ignored), so an organisation whose team is one can
merge, even where nothing shows that it did. A rule on record says who may. A review in a trailer
shows no right at all: anybody can write one.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from registry.db.tables import FactKind
from registry.governance.measures.parties import NOT_RECORDED, Party
from registry.governance.measures.readmodels import Figures
from registry.governance.measures.recorded import BodyRecord, Citation, Fact

PUT_IN, CODE_OWNER = "put_in", "code_owner"


class Owner(Struct, frozen=True, kw_only=True):
    """An organisation at a forge whose teams own code, of which `known` is who that is.

    `is_attributed` where commits are attributed to it too, so that it is no second body beside
    one of another name.
    """

    name: str
    known: Party | None
    is_attributed: bool = False
    rules: int
    source: Citation


class Right(Struct, frozen=True, kw_only=True):
    """An organisation that can merge, and what shows it (`shown_by`).

    `put_in` and `share` are of the merges and commits of others in the last 547 days, by who did
    them; `rules` are those of CODEOWNERS that name its teams. `category` is its class.
    """

    key: str
    name: str
    category: str
    country: str | None = None
    put_in: int = 0
    share: float = 0.0
    rules: int = 0
    shown_by: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()


class Rights(Struct, frozen=True, kw_only=True):
    """All that shows who can merge.

    `put_in` counts merges and commits of others in the last 547 days, `unattributed` is the share
    that is attributed to nobody; `rules` are the rules on record, in their words.
    """

    put_in: int
    organisations: tuple[Right, ...]
    unattributed: float
    rules: tuple[Fact, ...]


def rights_of(
    figures: Figures, proof: Citation, owners: Iterable[Owner], records: Sequence[BodyRecord]
) -> Rights:
    """Return who can merge; `proof` cites the commits that were counted."""
    lens = figures.periods[0].merging[0]
    found = {
        party.key: Right(
            key=party.key, name=party.name, category=party.category, country=party.country,
            put_in=party.count, share=party.share, shown_by=(PUT_IN,), citations=(proof,),
        )
        for party in lens.parties
    }  # fmt: skip
    for owner in owners:
        party = owner.known or Party(f"@{owner.name}", owner.name, NOT_RECORDED)
        known = found.get(party.key) or Right(
            key=party.key, name=party.name, category=party.category, country=party.country
        )
        found[party.key] = replace(
            known,
            rules=known.rules + owner.rules,
            shown_by=tuple(dict.fromkeys((*known.shown_by, CODE_OWNER))),
            citations=(*known.citations, owner.source),
        )
    return Rights(
        put_in=lens.total,
        organisations=tuple(sorted(found.values(), key=lambda x: (-x.put_in, -x.rules, x.key))),
        unattributed=lens.unattributed.share,
        rules=tuple(x for record in records for x in record.facts_of(FactKind.MERGE_RULE)),
    )


def code_owners(owners: Iterable[Owner], category: str) -> tuple[Owner, ...]:
    """Return the code owners of whom it is known that they are of a class, each once."""
    found = {x.known.key: x for x in owners if x.known and x.known.category == category}
    return tuple(found.values())
