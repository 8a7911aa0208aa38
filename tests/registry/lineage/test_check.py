"""The promises of lineage: proofs that belong to their edges, totals that are what edges give."""

from sqlmodel import select

from registry.clock import utc_now
from registry.db.session import Database
from registry.db.tables import ClusterPair, Edge, EdgeTotal
from registry.lineage.check import check_lineage
from registry.lineage.proofs import digest
from registry.lineage.totals import refresh_totals
from tests.support.lineage_rows import World


def proven(database: Database) -> str:
    """Write a component that another reuses, with a proof that belongs to the edge."""
    with database.write() as session:
        world = World(session)
        world.component("forms", "EE")
        world.component("copy", "FI")
        key = world.edge("forms", "copy")
        row = session.exec(select(Edge)).one()
        proof = {"evidence": key, "samples": []}
        row.proof = proof | {"digest": digest(proof)}
        row.proof_digest = digest(proof)
        session.add(row)
        refresh_totals(session, world.components.values(), utc_now())
    return key


def test_what_belongs_together_is_no_difference(database: Database) -> None:
    proven(database)
    assert check_lineage(database) == []


def test_a_proof_that_was_changed_is_named_by_its_edge(database: Database) -> None:
    key = proven(database)
    with database.write() as session:
        row = session.exec(select(Edge)).one()
        row.proof = row.proof | {"samples": ["planted"]}
        session.add(row)
    assert [(item.invariant, item.rows) for item in check_lineage(database)] == [("I5", (key,))]


def test_a_proof_of_another_edge_is_named(database: Database) -> None:
    key = proven(database)
    with database.write() as session:
        row = session.exec(select(Edge)).one()
        other = {"evidence": "ev_ffffffffffffffff", "samples": []}
        row.proof = other | {"digest": digest(other)}
        row.proof_digest = digest(other)
        session.add(row)
    assert [item.rows for item in check_lineage(database)] == [(key,)]


def test_a_total_that_nothing_gives_is_named(database: Database) -> None:
    proven(database)
    with database.write() as session:
        row = session.exec(select(EdgeTotal)).one()
        row.edges += 1
        session.add(row)
    (found,) = check_lineage(database)
    assert (found.invariant, len(found.rows)) == ("I6", 1)


def test_pairs_of_clusters_that_are_gone_are_named(database: Database) -> None:
    proven(database)
    with database.write() as session:
        session.add(ClusterPair(cluster_a=7, cluster_b=8, verdict="below", rule_version=1))
    assert [item.rows for item in check_lineage(database)] == [("7 and 8",)]
