"""Two organisations with edges between them that somebody may object to, and people of both."""

from typing import Any

from sqlmodel import select

from registry.accounts.actors import VISITOR, Actor, Role
from registry.db.session import Database
from registry.db.tables import Account, AuditEntry, Change, Organisation
from registry.db.tables.lineage import EdgeKind
from registry.disputes.readmodels import DisputeView
from registry.disputes.service import Disputes
from registry.lineage.service import Lineage
from registry.lineage.totals import refresh_totals
from tests.support.lineage_rows import NOW, World, lineage_of

FIRST, SECOND, UNSURE = (f"ev_{number:016x}" for number in (1, 2, 3))
WHY = "Both of them took it from a third."


class Town:
    """Two organisations with an edge from one to the other, and people of both."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.write() as session:
            world = World(session)
            world.component("forms", "EE")
            world.component("copy", "FI")
            world.edge("forms", "copy")
            world.edge("copy", "forms", kind=EdgeKind.SHARED_FILES)
            world.edge("forms", "copy", kind=EdgeKind.SIMILAR_FILES, confidence="possible")
            for name in ("Olga", "Otto", "Rita", "Opal"):
                session.add(Account(name=name, created_at=NOW))
            session.flush()
            refresh_totals(session, world.components.values(), NOW)
            bodies = {x.slug: x.id or 0 for x in session.exec(select(Organisation))}
            for change in session.exec(select(Change)):
                session.delete(change)
        self.origin, self.reuser = bodies["body-of-forms"], bodies["body-of-copy"]
        self.disputes = Disputes(database, lambda: NOW)
        self.lineage: Lineage = lineage_of(database)
        self.of_origin = Actor(account=1, roles={self.origin: Role.MEMBER})
        self.owner = Actor(account=2, roles={self.origin: Role.OWNER})
        self.of_reuser = Actor(account=3, roles={self.reuser: Role.MEMBER})
        self.operator = Actor(account=4, is_operator=True)

    def object(self, actor: Actor = VISITOR, key: str = FIRST, **values: str) -> DisputeView:
        given = {"category": "not_reuse", "reason": WHY} | values
        return self.disputes.object_to_edge(actor, key, given["category"], given["reason"])

    def state(self, key: str = FIRST) -> str:
        return self.lineage.evidence(key).edge.state

    def counted(self) -> int:
        return self.lineage.totals().get("measured", 0)

    def rows(self, table: Any) -> list[Any]:
        with self.database.read() as session:
            return list(session.exec(select(table)))

    def audited(self) -> list[tuple[str, int | None]]:
        return [(x.action, x.actor) for x in self.rows(AuditEntry)]
