"""Owners who say that an edge is right, and for whom somebody may speak."""

import pytest

from registry.accounts.actors import VISITOR, Actor, Role
from registry.errors import Conflict, Forbidden, NotFound, Unauthenticated
from tests.support.disputed_edges import FIRST, UNSURE, Town


def test_an_owner_confirms_and_the_word_of_the_reuser_counts(any_town: Town) -> None:
    town = any_town
    with pytest.raises(Forbidden):
        town.disputes.confirm(town.of_origin, UNSURE)
    town.disputes.confirm(town.owner, UNSURE)
    assert town.counted() == 2, "the origin gains by it"
    with pytest.raises(Unauthenticated):
        town.disputes.confirm(VISITOR, UNSURE)
    reuser = Actor(account=3, roles={town.reuser: Role.OWNER})
    assert town.disputes.standing(reuser, UNSURE).confirms_for == ("Body Of Copy",)
    town.disputes.confirm(reuser, UNSURE)
    town.disputes.confirm(reuser, UNSURE)
    assert town.counted() == 3
    edge = town.lineage.evidence(UNSURE).edge
    assert (edge.is_confirmed, edge.confidence) == (True, "possible")
    assert [x.organisation.slug for x in town.disputes.labels(UNSURE)] == [
        "body-of-forms", "body-of-copy",
    ]  # fmt: skip
    with pytest.raises(NotFound):
        town.disputes.confirm(reuser, "ev_nothing")


def test_whoever_objects_takes_back_what_they_confirmed(town: Town) -> None:
    reuser = Actor(account=3, roles={town.reuser: Role.OWNER})
    town.disputes.confirm(reuser, UNSURE)
    made = town.object(reuser, UNSURE)
    assert town.disputes.labels(UNSURE) == ()
    assert town.counted() == 2
    with pytest.raises(Conflict, match="objects"):
        town.disputes.confirm(reuser, UNSURE)
    town.disputes.decide(town.operator, made.id, accept=True, reply="Yes.")
    with pytest.raises(Conflict, match="withdrawn"):
        town.disputes.confirm(reuser, UNSURE)


def test_standing_tells_for_whom_somebody_may_speak(town: Town) -> None:
    both = Actor(1, roles={town.origin: Role.OWNER, town.reuser: Role.MEMBER, 999: Role.OWNER})
    standing = town.disputes.standing(both, FIRST)
    assert standing.objects_for == ("Body Of Forms", "Body Of Copy")
    assert standing.confirms_for == ("Body Of Forms",)
    assert town.disputes.standing(VISITOR, FIRST) == town.disputes.standing(both, "ev_nothing")
