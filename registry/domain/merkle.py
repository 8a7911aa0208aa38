"""Merkle trees as in RFC 9162 §2.1 (those of RFC 6962): roots, and proofs that need little of them.

All hashes are SHA-256, 32 bytes. A leaf and an inner node are hashed with different first bytes, so
that neither can pass for the other.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry."""
    return hashlib.sha256(_LEAF + entry).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def with_leaf(peaks: Sequence[bytes], size: int, leaf: bytes) -> tuple[bytes, ...]:
    """Return the peaks of a tree of `size` leaves after one more.

    Peaks are the roots of the perfect trees that a tree is made of, the largest first: one for
    each 1 in the binary form of the size. They are all that is needed to go on and to know the
    root.
    """
    left = list(peaks)
    node = leaf
    while size & 1:
        node = _node_hash(left.pop(), node)
        size >>= 1
    return (*left, node)


def root_of_peaks(peaks: Sequence[bytes]) -> bytes:
    """Return the root of the tree that has these peaks."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = _node_hash(peak, root)
    return root


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root of the tree over these hashes of leaves."""
    peaks: tuple[bytes, ...] = ()
    for size, leaf in enumerate(leaves):
        peaks = with_leaf(peaks, size, leaf)
    return root_of_peaks(peaks)


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes that lead from a leaf to the root (RFC 9162 §2.1.3.1)."""
    if not 0 <= index < len(leaves):
        raise ValueError(f"there is no leaf {index} among {len(leaves)}")
    if len(leaves) == 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*inclusion_proof(leaves[:split], index), root(leaves[split:])]
    return [*inclusion_proof(leaves[split:], index - split), root(leaves[:split])]


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], top: bytes) -> bool:
    """Say whether a proof shows a leaf at `index` below the root `top` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = _node_hash(step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = _node_hash(node, step)
        place, last = place >> 1, last >> 1
    return last == 0 and node == top


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """Return the hashes that show that the first `earlier` leaves are unchanged (§2.1.4.1)."""
    if not 0 < earlier <= len(leaves):
        raise ValueError(f"{earlier} is no earlier size of a tree of {len(leaves)}")
    return _consistency(leaves, earlier, is_known=True)


def _consistency(leaves: Sequence[bytes], earlier: int, *, is_known: bool) -> list[bytes]:
    if earlier == len(leaves):
        return [] if is_known else [root(leaves)]
    split = _split(len(leaves))
    if earlier <= split:
        part = _consistency(leaves[:split], earlier, is_known=is_known)
        return [*part, root(leaves[split:])]
    return [*_consistency(leaves[split:], earlier - split, is_known=False), root(leaves[:split])]


def is_consistent(
    earlier: int, size: int, proof: Sequence[bytes], earlier_root: bytes, top: bytes
) -> bool:
    """Say whether a proof shows that the tree of `size` begins with the earlier one (§2.1.4.2)."""
    if earlier == size:
        return not proof and earlier_root == top
    if not 0 < earlier < size:
        return False
    steps = [earlier_root, *proof] if earlier & (earlier - 1) == 0 else list(proof)
    if not steps:
        return False
    place, last = earlier - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = _node_hash(step, old), _node_hash(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = _node_hash(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == earlier_root and new == top


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)
