"""Files that the registry keeps: by whom, what they say, and how each comes to its end."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import col, select

from registry.accounts.actors import VISITOR, Actor, Role
from registry.accounts.authorise import Scope
from registry.accounts.members import remove_member
from registry.catalogue.detail import load_detail
from registry.db.session import Database
from registry.db.tables import (
    Account,
    AccountState,
    AuditEntry,
    Component,
    KeptFile,
    OwnershipState,
    ProofMethod,
)
from registry.domain.facts import Claim
from registry.errors import Conflict, Forbidden, Gone, NotFound, Unauthenticated
from registry.keeping.owners import end_unowned
from registry.keeping.readmodels import WrongFile
from registry.keeping.service import KeptFiles
from tests.support.accounts import add_account
from tests.support.catalogue_rows import document, reading, record, register
from tests.support.ownership import Office
from tests.support.publiccode_files import InProcessFiles
from tests.support.publiccode_samples import MINIMAL

URL = "https://code.example/town/benches"
SLUG = "code-example-town-benches"
FILE = MINIMAL.replace("https://git.example.org/town/bench-register", URL)
OTHER = FILE.replace("Keeps the register of public benches.", "Counts benches.")


class Keeping(Office):
    """A component without a publiccode.yml, a maintainer of its organisation, and a stranger."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.kept = KeptFiles(database, InProcessFiles(), self.queue, self.clock)
        self.crawl()
        with database.read() as session:
            component = session.exec(select(Component)).one()
            self.component, self.body = component.id or 0, component.organisation_id or 0
        self.account = add_account(database, "Marta", {self.body: Role.MAINTAINER})
        self.stranger = add_account(database, "Sven")

    def crawl(self, *documents: Any) -> None:
        with self.database.write() as session:
            record(session, register(session, "town/benches"), reading(*documents), self.now)

    def keep(self, text: str = FILE) -> None:
        self.kept.keep(self.actor(self.account), SLUG, text)

    def fields(self) -> dict[str, tuple[Any, str]]:
        with self.database.read() as session:
            detail = load_detail(session, SLUG)
        return {x.property: (x.value, x.source.basis) for x in detail.fields}

    def states(self) -> list[str]:
        return [x.state for x in self.kept.show(SLUG).versions]

    def sweep(self) -> int:
        with self.database.write() as session:
            return len(end_unowned(session, self.now))

    def audited(self) -> list[tuple[str, int | None]]:
        with self.database.read() as session:
            rows = session.exec(select(AuditEntry).order_by(col(AuditEntry.index)))
            return [(x.action, x.actor) for x in rows if x.action.startswith("kept_file.")]


@pytest.fixture
def keeping(sqlite_database: Database) -> Keeping:
    return Keeping(sqlite_database)


def test_what_a_kept_file_says_is_shown_with_its_source_but_not_licence_and_address(
    keeping: Keeping,
) -> None:
    keeping.keep()
    fields = keeping.fields()
    assert fields["name"] == ("Bench Register", "kept")
    assert fields["short_description"][1] == "kept"
    assert fields["software_type"] == ("standalone/web", "kept")
    assert "licence" not in fields, "only the repository grants it"
    assert fields["repository_url"] == (URL, "crawler")
    view = keeping.kept.show(SLUG)
    assert (view.text, view.current and view.current.by) == (FILE, "Marta")
    assert keeping.audited() == [("kept_file.kept", keeping.account)]
    keeping.crawl()
    assert keeping.fields() == fields, "the next crawl changes nothing"


def test_a_new_version_replaces_the_former_and_the_same_text_is_no_version(
    keeping: Keeping,
) -> None:
    keeping.keep()
    with pytest.raises(Conflict, match="this very file"):
        keeping.keep()
    keeping.keep(OTHER)
    assert keeping.fields()["short_description"][0] == "Counts benches."
    assert [(x.version, x.state) for x in keeping.kept.show(SLUG).versions] == [
        (2, "current"),
        (1, "replaced"),
    ]
    assert keeping.kept.text(SLUG)[0] == OTHER


def test_withdrawing_removes_text_and_claims_and_leaves_the_hash(keeping: Keeping) -> None:
    keeping.keep()
    before = keeping.kept.show(SLUG).versions[0].sha256
    view = keeping.kept.withdraw(keeping.actor(keeping.account), SLUG)
    assert (view.text, view.versions[0].state, view.versions[0].sha256) == ("", "withdrawn", before)
    assert keeping.fields()["name"] == ("benches", "crawler")
    with keeping.database.read() as session:
        assert session.exec(select(KeptFile.text)).all() == [""]
    with pytest.raises(NotFound):
        keeping.kept.text(SLUG)
    with pytest.raises(Conflict):
        keeping.kept.withdraw(keeping.actor(keeping.account), SLUG)
    keeping.keep()
    assert keeping.states() == ["current", "withdrawn"]


def test_it_yields_to_the_file_of_the_repository_and_its_owner_is_told(keeping: Keeping) -> None:
    keeping.keep()
    keeping.crawl(document(Claim(property="name", value="Ours", line=2)))
    assert keeping.fields()["name"] == ("Ours", "publiccode")
    assert "software_type" not in keeping.fields()
    assert keeping.states() == ["yielded"]
    (told,) = keeping.kept.mine(keeping.actor(keeping.account))
    assert (told.slug, told.state) == (SLUG, "yielded")
    assert keeping.audited()[-1] == ("kept_file.yielded", None)
    with pytest.raises(Conflict, match="of its own"):
        keeping.keep(OTHER)
    standing = keeping.kept.standing(keeping.actor(keeping.account), SLUG)
    assert (standing.has_own_file, standing.draft) == (True, FILE)


def test_a_file_in_a_folder_or_one_that_cannot_be_read_is_none_of_the_repository(
    keeping: Keeping,
) -> None:
    keeping.keep()
    keeping.crawl(document(Claim(property="name", value="Part"), path="lib/publiccode.yml"))
    assert keeping.states() == ["current"]


def _leave(keeping: Keeping) -> None:
    owner = add_account(keeping.database, "Olga", {keeping.body: Role.OWNER})
    with keeping.database.write() as session:
        remove_member(session, keeping.account, keeping.body, owner, keeping.now)


def _suspend(keeping: Keeping) -> None:
    with keeping.database.write() as session:
        session.get_one(Account, keeping.account).state = AccountState.SUSPENDED


def _part(keeping: Keeping) -> None:
    with keeping.database.write() as session:
        session.get_one(Component, keeping.component).organisation_id = None


@pytest.mark.parametrize("lose", [_leave, _suspend, _part])
def test_lost_ownership_ends_it_visibly(keeping: Keeping, lose: Callable[[Keeping], None]) -> None:
    keeping.keep()
    assert keeping.sweep() == 0
    lose(keeping)
    assert keeping.sweep() == 1
    assert keeping.states() == ["lapsed"]
    assert keeping.fields()["name"][1] == "crawler"
    assert keeping.audited()[-1] == ("kept_file.lapsed", None)
    assert keeping.sweep() == 0


def test_a_proven_claim_on_the_component_is_enough_as_long_as_it_stands(keeping: Keeping) -> None:
    eve = keeping.stranger
    with pytest.raises(Forbidden, match="claim the component"):
        keeping.kept.keep(keeping.actor(eve), SLUG, FILE)
    claim = keeping.prove(eve, component=SLUG, method=ProofMethod.REPOSITORY)
    assert (claim.state, claim.level) == (OwnershipState.ACTIVE, 2)
    keeping.kept.keep(keeping.actor(eve), SLUG, FILE)
    assert keeping.sweep() == 0
    keeping.claims.withdraw(keeping.actor(eve), claim.id or 0)
    assert keeping.sweep() == 1
    assert keeping.states() == ["lapsed"]


def test_the_word_of_a_forge_alone_is_not_enough(keeping: Keeping) -> None:
    claim = keeping.prove(keeping.stranger, component=SLUG, method=ProofMethod.FORGE)
    assert (claim.state, claim.level) == (OwnershipState.ACTIVE, 1)
    with pytest.raises(Forbidden):
        keeping.kept.keep(keeping.actor(keeping.stranger), SLUG, FILE)


def test_members_visitors_and_tokens_without_the_scope_are_refused(keeping: Keeping) -> None:
    member = add_account(keeping.database, "Mina", {keeping.body: Role.MEMBER})
    actor = keeping.actor(keeping.account)
    reading_only = Actor(
        account=actor.account, roles=actor.roles, scopes=frozenset({Scope.READ}), is_fresh=True
    )
    for who, error in (
        (VISITOR, Unauthenticated),
        (keeping.actor(member), Forbidden),
        (reading_only, Forbidden),
    ):
        with pytest.raises(error):
            keeping.kept.keep(who, SLUG, FILE)
        with pytest.raises(error):
            keeping.kept.withdraw(who, SLUG)
        assert not keeping.kept.standing(who, SLUG).may_keep
    assert keeping.states() == []


def test_an_operator_keeps_and_withdraws_at_the_command_line(keeping: Keeping) -> None:
    keeping.kept.keep_as_operator(SLUG, FILE)
    assert keeping.sweep() == 0
    assert [x.slug for x in keeping.kept.all()] == [SLUG]
    keeping.kept.withdraw_as_operator(SLUG)
    assert keeping.audited() == [("kept_file.kept", None), ("kept_file.withdrawn", None)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("name: [", "errors"),
        (FILE.replace("stable", "done"), "developmentStatus"),
        (FILE.replace(URL, "https://code.example/town/other"), "url must be"),
        (FILE.replace(URL, "https://other.example/town/benches"), "url must be"),
        (FILE + "# ask ada.lovelace@town.example\n", "line 22: an e-mail address"),
        (FILE + "#" + "x" * 256 * 1024, "larger than 256 KiB"),
        (FILE + "\ud800", "no text"),
        (FILE + "x: !!python/object:os.system\n", "errors"),
    ],
)
def test_a_bad_file_is_refused_with_the_reason_and_nothing_is_kept(
    keeping: Keeping, text: str, words: str
) -> None:
    with pytest.raises(WrongFile, match=words):
        keeping.keep(text)
    assert keeping.states() == []


def test_a_mailbox_of_a_team_may_be_kept_and_an_alias_is_the_repository(keeping: Keeping) -> None:
    keeping.keep(FILE.replace(URL, URL + ".git") + "# ask software@town.example\n")
    assert keeping.states() == ["current"]


def test_what_was_taken_down_is_gone(keeping: Keeping) -> None:
    keeping.keep()
    with keeping.database.write() as session:
        session.get_one(Component, keeping.component).is_taken_down = True
    for done in (keeping.kept.show, keeping.kept.withdraw_as_operator):
        with pytest.raises((NotFound, Gone)):
            done(SLUG)
    assert keeping.kept.all() == ()
    assert keeping.sweep() == 0
