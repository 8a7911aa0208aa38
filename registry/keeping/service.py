"""Keeping a file, showing, replacing and withdrawing it: one object over the database."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from registry.accounts.actors import Actor
from registry.accounts.authorise import Action, authorise
from registry.catalogue.kept import current_file, end_file, has_own_file, note_kept
from registry.catalogue.resolve import resolve_with
from registry.clock import Clock
from registry.db.session import Database
from registry.db.tables import (
    Account,
    Component,
    KeptFile,
    KeptState,
    Repository,
    RepositoryAlias,
)
from registry.db.tombstones import missing_component
from registry.domain.addresses import ADDRESS, role_mailbox
from registry.domain.facts import Claim
from registry.domain.identity import canonical_repository_url
from registry.domain.properties import KEPT
from registry.errors import BlockedUrl, Conflict, InvalidInput, NotFound
from registry.jobs.indexing import index_job
from registry.jobs.port import JobQueue
from registry.keeping.owners import demand_owner, is_owner
from registry.keeping.readmodels import KeptVersion, KeptView, OwnKept, Standing, WrongFile
from registry.publishing.port import MAX_FILE_BYTES, PubliccodeFiles
from registry.publishing.readmodels import FileProblem

MAX_VERSIONS: Final = 500


class KeptFiles:
    """The files that this registry keeps; what the actor may not do is refused.

    `allow_http_hosts` are those of the crawler: addresses there may be plain http.
    """

    def __init__(
        self,
        database: Database,
        files: PubliccodeFiles,
        queue: JobQueue,
        clock: Clock,
        *,
        allow_http_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._database = database
        self._files = files
        self._queue = queue
        self._clock = clock
        self._allow_http_hosts = allow_http_hosts

    def keep(self, actor: Actor, slug: str, text: str) -> KeptView:
        """Keep a file for a component of the actor, in place of the one that is kept already.

        Raises `WrongFile` for one that is not valid, is of another repository or names people's
        addresses, `Conflict` where the repository has a file of its own or keeps this very text.
        """
        with self._database.read() as session:  # who may not, has no file read
            demand_owner(session, actor, _component(session, slug))
        claims = self._checked(text)
        with self._database.write() as session:
            component = _component(session, slug, lock=True)
            demand_owner(session, actor, component)
            self._keep(session, component, text, claims, actor.account)
        return self.show(slug)

    def keep_as_operator(self, slug: str, text: str) -> KeptView:
        """Keep a file, as the operator at the command line."""
        claims = self._checked(text)
        with self._database.write() as session:
            self._keep(session, _component(session, slug, lock=True), text, claims, None)
        return self.show(slug)

    def withdraw(self, actor: Actor, slug: str) -> KeptView:
        """Withdraw what is kept: its text is removed, and the component says it no more."""
        with self._database.write() as session:
            component = _component(session, slug, lock=True)
            demand_owner(session, actor, component)
            self._withdraw(session, component, actor.account)
        return self.show(slug)

    def withdraw_as_operator(self, slug: str) -> KeptView:
        """Withdraw what is kept, as the operator at the command line."""
        with self._database.write() as session:
            self._withdraw(session, _component(session, slug, lock=True), None)
        return self.show(slug)

    def show(self, slug: str) -> KeptView:
        """Return what is kept and was kept for a component; raises `NotFound` or `Gone`."""
        with self._database.read() as session:
            component = _component(session, slug)
            kept = current_file(session, component.id)
            return KeptView(
                slug=component.slug,
                name=component.name,
                text=kept.text if kept else "",
                versions=_versions(session, component),
            )

    def text(self, slug: str) -> tuple[str, KeptVersion]:
        """Return the file that is kept now; or raise `NotFound`."""
        view = self.show(slug)
        if view.current is not None:
            return view.text, view.current
        raise NotFound(f"the registry keeps no file for {slug} now")

    def standing(self, actor: Actor, slug: str) -> Standing:
        """Return what the actor may do for a component, and with which text they may begin."""
        with self._database.read() as session:
            component = _component(session, slug)
            if not is_owner(session, actor, component):
                return Standing()
            last = session.exec(_of(component).where(col(KeptFile.text) != "").limit(1)).first()
            return Standing(
                may_keep=True,
                has_own_file=has_own_file(session, component.repository_id),
                draft=last.text if last else "",
            )

    def mine(self, actor: Actor) -> tuple[OwnKept, ...]:
        """Return what became of the files that the actor vouches for, or vouched for last."""
        authorise(actor, Action.KEEP_FILE)
        return self._listed(col(KeptFile.account_id) == actor.account)

    def all(self) -> tuple[OwnKept, ...]:
        """Return what became of every file, for operators."""
        return self._listed()

    def _listed(self, *conditions: Any) -> tuple[OwnKept, ...]:
        newest = select_columns(func.max(col(KeptFile.id))).group_by(col(KeptFile.component_id))
        columns = (col(Component.slug), col(Component.name))
        query = (
            select_columns(KeptFile, *columns)
            .join(Component, col(Component.id) == col(KeptFile.component_id))
            .where(col(KeptFile.id).in_(newest), *conditions)
            .order_by(col(KeptFile.id).desc())
            .limit(MAX_VERSIONS)
        )
        with self._database.read() as session:
            return tuple(
                OwnKept(slug=slug, name=name, state=x.state.value, since=x.ended_at or x.kept_at)
                for x, slug, name in session.execute(query)
            )

    def _checked(self, text: str) -> tuple[Claim, ...]:
        """Return what a valid file says, or raise `WrongFile`."""
        if not text.strip():
            raise WrongFile("the file is empty")
        try:
            data = text.encode()
        except UnicodeEncodeError:
            raise WrongFile("the file is no text") from None
        if len(data) > MAX_FILE_BYTES:
            raise WrongFile(f"the file is larger than {MAX_FILE_BYTES // 1024} KiB")
        stated = self._files.state(data)
        errors = tuple(x for x in stated.validation.problems if x.severity == "error")
        if stated.validation.status != "valid":
            first = f": line {errors[0].line}: {errors[0].message}" if errors else ""
            raise WrongFile(f"the file has {len(errors)} errors{first}", errors)
        if people := _personal(text):
            first = f"line {people[0].line}: {people[0].message}"
            raise WrongFile(first, people)
        return stated.claims

    def _keep(
        self,
        session: Session,
        component: Component,
        text: str,
        claims: Sequence[Claim],
        account: int | None,
    ) -> None:
        now, digest = self._clock(), hashlib.sha256(text.encode()).hexdigest()
        self._refuse_other(session, component, claims)
        if has_own_file(session, component.repository_id):
            raise Conflict("the repository has a publiccode.yml of its own, which counts")
        former = current_file(session, component.id)
        if former is not None and former.sha256 == digest:
            raise Conflict("this very file is kept already")
        if former is not None:
            former.state, former.ended_at = KeptState.REPLACED, now
            session.add(former)
        version = _last_version(session, component) + 1
        if version > MAX_VERSIONS:
            raise Conflict(f"more than {MAX_VERSIONS} versions were kept: ask the operator")
        kept = KeptFile(
            component_id=component.id or 0, version=version, text=text, sha256=digest,
            account_id=account, by_operator=account is None, kept_at=now,
        )  # fmt: skip
        session.add(kept)
        session.flush()
        resolve_with(session, component, KEPT, claims, now)
        self._queue.enqueue(session, [index_job()])
        note_kept(session, kept, "kept", account, now)

    def _withdraw(self, session: Session, component: Component, account: int | None) -> None:
        kept = current_file(session, component.id)
        if kept is None:
            raise Conflict("the registry keeps no file for this component now")
        now = self._clock()
        resolve_with(session, component, KEPT, [], now)
        self._queue.enqueue(session, [index_job()])
        end_file(session, kept, KeptState.WITHDRAWN, by=account, now=now)

    def _refuse_other(
        self, session: Session, component: Component, claims: Sequence[Claim]
    ) -> None:
        """Refuse a file that is of another repository than the component."""
        repository = session.get_one(Repository, component.repository_id)
        aliases = session.exec(
            select(RepositoryAlias.url).where(col(RepositoryAlias.repository_id) == repository.id)
        )
        said = next((x for x in claims if x.property == "repository_url"), None)
        if said is None or self._canonical(said.value) not in {repository.url, *aliases}:
            line = said.line or 1 if said else 1
            message = f"url must be the address of this repository, {repository.url}"
            problem = FileProblem(
                path="url", line=line, column=1, severity="error", message=message
            )
            raise WrongFile(f"line {line}: {message}", (problem,))

    def _canonical(self, url: object) -> str | None:
        try:
            return canonical_repository_url(str(url), allow_http_hosts=self._allow_http_hosts)
        except (BlockedUrl, InvalidInput):
            return None


def _component(session: Session, slug: str, *, lock: bool = False) -> Component:
    slug = slug[:120].replace("\0", "")
    query = select(Component).where(
        col(Component.slug) == slug, col(Component.is_taken_down).is_(False)
    )
    found = session.exec(query.with_for_update() if lock else query).first()
    if found is None:
        raise missing_component(session, slug)
    return found


def _of(component: Component) -> SelectOfScalar[KeptFile]:
    return (
        select(KeptFile)
        .where(col(KeptFile.component_id) == component.id)
        .order_by(col(KeptFile.version).desc())
    )


def _last_version(session: Session, component: Component) -> int:
    found = session.exec(_of(component).limit(1)).first()
    return found.version if found else 0


def _versions(session: Session, component: Component) -> tuple[KeptVersion, ...]:
    query = (
        select_columns(
            col(KeptFile.version), col(KeptFile.sha256), col(KeptFile.state), col(Account.name),
            col(KeptFile.kept_at), col(KeptFile.ended_at),
        )
        .outerjoin(Account, col(Account.id) == col(KeptFile.account_id))
        .where(col(KeptFile.component_id) == component.id)
        .order_by(col(KeptFile.version).desc())
    )  # fmt: skip
    return tuple(
        KeptVersion(
            version=version, sha256=sha256, state=state.value, by=name or "", kept_at=kept_at,
            ended_at=ended_at,
        )
        for version, sha256, state, name, kept_at, ended_at in session.execute(query)
    )  # fmt: skip


def _personal(text: str) -> tuple[FileProblem, ...]:
    """Return the e-mail addresses that may be a person's: what is kept here, everybody reads."""
    return tuple(
        FileProblem(
            path="", line=number, column=found.start() + 1, severity="error",
            message="an e-mail address that may be a person's is not kept: name a team's",
        )
        for number, line in enumerate(text.split("\n"), start=1)
        for found in ADDRESS.finditer(line)
        if role_mailbox(found[0]) is None
    )  # fmt: skip
