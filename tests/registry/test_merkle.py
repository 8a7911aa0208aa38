"""Merkle trees against the published vectors of Certificate Transparency, and every small proof."""

import hashlib

import pytest

from registry.domain import merkle

# The inputs and roots of the reference implementation's tests (google/certificate-transparency).
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
LEAVES = [merkle.leaf_hash(str(number).encode()) for number in range(19)]


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_those_of_the_reference_implementation(size: int) -> None:
    leaves = [merkle.leaf_hash(entry) for entry in INPUTS[:size]]
    assert merkle.root(leaves).hex() == ROOTS[size]


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert merkle.root([]) == hashlib.sha256(b"").digest()


def test_every_leaf_is_shown_to_be_included_and_nothing_else_is() -> None:
    for size in range(1, len(LEAVES)):
        leaves, top = LEAVES[:size], merkle.root(LEAVES[:size])
        for index in range(size):
            proof = merkle.inclusion_proof(leaves, index)
            assert merkle.is_included(leaves[index], index, size, proof, top)
            assert not merkle.is_included(leaves[index - 1], index, size, proof, top) or size == 1
            assert not merkle.is_included(leaves[index], index, size, [*proof, top], top)
            assert not merkle.is_included(leaves[index], index + size, size, proof, top)
            assert not merkle.is_included(leaves[index], index, size, proof, LEAVES[-1])
            assert not proof or not merkle.is_included(leaves[index], index, size, proof[:-1], top)


def test_every_tree_is_shown_to_begin_with_each_earlier_one() -> None:
    for size in range(1, len(LEAVES)):
        top = merkle.root(LEAVES[:size])
        for earlier in range(1, size + 1):
            old = merkle.root(LEAVES[:earlier])
            proof = merkle.consistency_proof(LEAVES[:size], earlier)
            assert merkle.is_consistent(earlier, size, proof, old, top)
            assert not merkle.is_consistent(earlier, size, proof, LEAVES[-1], top)
            assert not merkle.is_consistent(earlier, size, [*proof, top], old, top)
            assert earlier == size or not merkle.is_consistent(earlier, size, proof, old, old)
            assert not merkle.is_consistent(size + 1, size, proof, old, top)


def test_an_edited_leaf_makes_consistency_fail() -> None:
    edited = [LEAVES[1], *LEAVES[1:]]
    proof = merkle.consistency_proof(edited, 7)
    assert not merkle.is_consistent(
        7, len(edited), proof, merkle.root(LEAVES[:7]), merkle.root(edited)
    )


def test_proofs_of_what_is_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="no leaf 3 among 3"):
        merkle.inclusion_proof(LEAVES[:3], 3)
    with pytest.raises(ValueError, match="no earlier size"):
        merkle.consistency_proof(LEAVES[:3], 4)
    assert not merkle.is_consistent(0, 3, [], merkle.EMPTY_ROOT, merkle.root(LEAVES[:3]))
    assert not merkle.is_consistent(3, 4, [], merkle.root(LEAVES[:3]), merkle.root(LEAVES[:4]))
