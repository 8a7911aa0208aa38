import json
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from registry.cli import main as program
from registry.db.session import Database
from registry.db.tables import ClusterMember, ClusterPair, Edge, EdgeEvent, EdgeTotal, LineageState
from registry.domain.lineage import Measure
from registry.errors import Conflict
from registry.lineage import batch
from registry.lineage import recompute as module
from registry.lineage.findings import Finding
from registry.lineage.parquet import (
    FILES,
    FINGERPRINTS,
    MEMBERS,
    Exported,
    export_artefacts,
    open_engine,
)
from registry.lineage.recompute import Recomputed, recompute
from registry.lineage.rules import RULES
from registry.lineage.verdicts import PairValues, judge
from tests.support.databases import fresh_database, fresh_sqlite
from tests.support.lineage_catalogue import fill, update_all
from tests.support.lineage_rows import NOW


def _prove(_session: Session, finding: Finding, key: str) -> dict[str, Any]:
    return {"digest": key, "evidence": finding.evidence}


def _again(database: Database, folder: Path) -> Recomputed:
    return recompute(database, _prove, lambda: NOW, folder)


def _rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Return all that the pass may write, without the numbers that the database gave."""
    with database.read() as session:
        found = {
            table.__name__: [row.model_dump(exclude={"id", "edge_id"}) for row in session.exec(
                select(table))] for table in (ClusterPair, Edge, EdgeEvent, EdgeTotal)
        }  # fmt: skip
    return {name: sorted(rows, key=str) for name, rows in found.items()}


def _fill(database: Database, seed: int, small: int = 6) -> None:
    with database.write() as session:
        repositories = fill(session, seed, small)
    update_all(database, repositories, _prove, lambda: NOW)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    database = fresh_sqlite(folder)
    _fill(database, 1)
    database.close()
    return folder / "registry.db"


@pytest.fixture
def measured(template: Path, tmp_path: Path) -> Iterator[Database]:
    """Give a catalogue of its own in which everything was measured one by one."""
    shutil.copy(template, tmp_path / "registry.db")
    database = Database(f"sqlite:///{tmp_path / 'registry.db'}")
    yield database
    database.close()


# With 46 small repositories one content stands in more clusters than the rules let count.
@pytest.mark.parametrize(
    ("kind", "seed", "small"),
    [
        ("sqlite", 0, 6),
        pytest.param("sqlite", 1, 46, marks=pytest.mark.slow),
        ("postgresql", 2, 6),
    ],
)
def test_a_pass_over_everything_gives_the_same_as_updates_one_by_one(
    tmp_path: Path, kind: str, seed: int, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_database(kind, tmp_path) as database:
        _fill(database, seed, small)
        _hold_against_a_pass(database, tmp_path, monkeypatch)


def _hold_against_a_pass(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "_PREFIX_ROWS", 1000)
    monkeypatch.setattr(batch, "_AT_ONCE", 1500)
    before = _rows(database)
    assert {row["verdict"] for row in before["ClusterPair"]} >= {"direct", "common_upstream"}
    assert {row["kind"] for row in before["Edge"]} >= {"shared_files", "similar_files"}

    done = _again(database, tmp_path)
    assert (done.pairs, done.components_changed) == (len(before["ClusterPair"]), 0)
    assert _rows(database) == before

    with database.write() as session:
        for table in (EdgeEvent, Edge, ClusterPair, EdgeTotal):
            for row in session.exec(select(table)):
                if getattr(row, "kind", "") != "shared_commits":
                    session.delete(row)
            session.flush()
    assert _again(database, tmp_path).components_changed > 0
    after = _rows(database)
    assert after["ClusterPair"] == before["ClusterPair"]
    assert after["Edge"] == [row for row in before["Edge"] if row["state"] == "current"]


def test_what_is_no_longer_so_is_mended(measured: Database, tmp_path: Path) -> None:
    before = _rows(measured)
    with measured.write() as session:
        pairs = session.exec(select(ClusterPair).where(ClusterPair.verdict == "direct")).all()
        session.delete(pairs[0])
        pairs[1].values = {}
        session.add(ClusterPair(cluster_a=9001, cluster_b=9002, verdict="direct"))
    _again(measured, tmp_path)
    assert _rows(measured)["ClusterPair"] == before["ClusterPair"]


def test_nothing_is_written_when_the_catalogue_changed_meanwhile(
    measured: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with measured.write() as session:
        for pair in session.exec(select(ClusterPair)):
            session.delete(pair)
    judged = module._judge

    def crawled(*given: Any) -> Any:
        with measured.write() as session:
            row = session.exec(select(LineageState)).first()
            assert row is not None
            row.updated_at = datetime(2030, 1, 1, tzinfo=NOW.tzinfo)
            session.add(row)
        return judged(*given)

    monkeypatch.setattr(module, "_judge", crawled)
    with pytest.raises(Conflict, match="changed meanwhile"):
        _again(measured, tmp_path)
    assert _rows(measured)["ClusterPair"] == []


def test_an_empty_catalogue_has_no_pairs(tmp_path: Path) -> None:
    with fresh_database("sqlite", tmp_path) as database:
        assert _again(database, tmp_path) == Recomputed(Exported(0, 0, 0), 0, 0, 0)


def test_the_files_hold_every_artefact_sorted_by_hash(measured: Database, tmp_path: Path) -> None:
    with measured.read() as session:
        counts = export_artefacts(session, tmp_path)
        members = len(session.exec(select(ClusterMember)).all())
    engine = open_engine(tmp_path)
    for name, count in ((FILES, counts.files), (FINGERPRINTS, counts.fingerprints)):
        hashes = engine.read_parquet(str(tmp_path / name)).project("hash").fetchall()
        assert len(hashes) == count > 500
        assert hashes == sorted(hashes)
    rows = engine.read_parquet(str(tmp_path / FINGERPRINTS)).project("path").distinct().fetchall()
    assert {"new\nline", 'quo"te', "car\rriage", "säule"} <= {p.split("/")[0] for (p,) in rows}
    assert counts.repositories == members
    assert not list(tmp_path.glob("*.csv"))
    engine.close()


_FRACTIONS = st.floats(0, 1)
_MEASURES = st.builds(
    Measure,
    count=st.integers(0, 10**6), weight=st.floats(0, RULES.near_weight - 0.01),
    containment=_FRACTIONS, tau=_FRACTIONS, holders=st.integers(0, 9), days_a=st.integers(0, 99),
    days_b=st.integers(0, 99), arrived=st.integers(0, 99), had=st.integers(0, 99),
    strong_pairs=st.integers(0, 99),
)  # fmt: skip


@given(files=_MEASURES, prints=_MEASURES)
def test_what_the_join_leaves_out_is_never_near(files: Measure, prints: Measure) -> None:
    values = PairValues(files, prints)
    assert not judge(values, RULES).is_near
    heavy = msgspec.structs.replace(files, weight=RULES.near_weight)
    assert judge(PairValues(heavy, prints), RULES).is_near


def test_the_command_says_what_it_saw_and_keeps_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (home := tmp_path / "home").mkdir()
    monkeypatch.setenv("REGISTRY_HOME", str(home))
    kept = str(tmp_path / "kept")
    words = ["registry", "lineage", "recompute", "--parquet", kept, "--format", "json"]
    monkeypatch.setattr(sys, "argv", words)
    program.main()
    said = json.loads(capsys.readouterr().out)
    assert said == dict.fromkeys(
        ("files", "fingerprints", "repositories", "pairs", "copies", "components_changed"), 0
    )
    names = {path.name for path in Path(kept).iterdir()}
    assert names == {FILES, FINGERPRINTS, MEMBERS}
    assert not list(home.glob("recompute-*"))
