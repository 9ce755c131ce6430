"""Compiled cluster updates on a torus.

Swendsen–Wang keeps a row of spins as 64-bit words, bit x for column x, and treats 64
bonds at once. Sites joined along a row form a *run*; only runs have labels, and only
bonds between rows have to be looked at one by one.
"""

import numba
import numpy as np

from ._bits import ALL, ONE, lowest_bit, next_word, popcount, thinned

_S63 = np.uint64(63)


@numba.njit
def swendsen_wang_sweeps(spins, side, sweeps, threshold, state, across, down, starts, base, parent, flip):
    """Run ``sweeps`` sweeps in place on packed spins (side, words); the rest is work space."""
    for _ in range(sweeps):
        _lay_bonds(spins, side, threshold, state, across, down)
        n_runs = _number_runs(side, across, starts, base, parent)
        _join_rows(side, across, down, starts, base, parent)
        _toss(n_runs, parent, flip, state)
        _flip(spins, side, starts, base, flip)


@numba.njit
def _used(side, word, words):
    """The bits of a word that are columns."""
    return ALL if word < words - 1 else ALL >> np.uint64(64 * words - side)


@numba.njit
def _lay_bonds(spins, side, threshold, state, across, down):
    """Bond to the right and bond below of each site, each laid with probability p if equal."""
    words = spins.shape[1]
    last = np.uint64((side - 1) & 63)
    for y in range(side):
        below = y + 1 if y + 1 < side else 0
        for w in range(words):
            s, used = spins[y, w], _used(side, w, words)
            if w + 1 < words:
                right = (s >> ONE) | (spins[y, w + 1] << _S63)
            else:
                right = (s >> ONE) | ((spins[y, 0] & ONE) << last)
            across[y, w] = thinned(state, ~(s ^ right) & used, threshold)
            down[y, w] = thinned(state, ~(s ^ spins[below, w]) & used, threshold)


@numba.njit
def _number_runs(side, across, starts, base, parent):
    """Mark where runs start and number them; ``base`` counts the runs before each word."""
    n_runs, words = 0, across.shape[1]
    for y in range(side):
        carry = np.uint64(0)
        for w in range(words):
            starts[y, w] = ~((across[y, w] << ONE) | carry) & _used(side, w, words)
            carry = across[y, w] >> _S63
            base[y, w] = n_runs
            n_runs += popcount(starts[y, w])
    for r in range(n_runs):
        parent[r] = r
    return n_runs


@numba.njit
def _run(starts, base, y, w, x):
    """Number of the run that column x of word w belongs to."""
    return base[y, w] + np.int64(popcount(starts[y, w] << (_S63 - x))) - 1


@numba.njit
def _root(parent, r):
    while parent[r] != r:
        parent[r] = parent[parent[r]]
        r = parent[r]
    return r


@numba.njit
def _join(parent, a, b):
    """Join two clusters; a root is the smallest label of its cluster."""
    a, b = _root(parent, a), _root(parent, b)
    if a < b:
        parent[b] = a
    else:
        parent[a] = b


@numba.njit
def _join_rows(side, across, down, starts, base, parent):
    """Join runs around the seam and along the vertical bonds.

    A vertical bond right of another is left out where both rows are bonded there.
    """
    words = across.shape[1]
    last = np.uint64((side - 1) & 63)
    for y in range(side):
        below = y + 1 if y + 1 < side else 0
        if (across[y, words - 1] >> last) & ONE:
            _join(parent, base[y, 0], _run(starts, base, y, words - 1, last))
        carry = np.uint64(0)
        for w in range(words):
            square = ((down[y, w] << ONE) | carry) & ~(starts[y, w] | starts[below, w])
            carry = down[y, w] >> _S63
            todo = down[y, w] & ~square
            while todo:
                x = lowest_bit(todo)
                todo &= todo - ONE
                _join(parent, _run(starts, base, y, w, x), _run(starts, base, below, w, x))


@numba.njit
def _toss(n_runs, parent, flip, state):
    """A fair coin for each root; the others, which come later, copy their parent's."""
    coins = np.uint64(0)
    for r in range(n_runs):
        if r & 63 == 0:
            coins = next_word(state)
        flip[r] = coins & ONE
        flip[r] = flip[parent[r]]
        coins >>= ONE


@numba.njit
def _flip(spins, side, starts, base, flip):
    """Flip whole runs: mark where the coin changes, then fill in by a prefix XOR."""
    words = spins.shape[1]
    for y in range(side):
        for w in range(words):
            todo, r = starts[y, w], base[y, w]
            before = np.uint64(0) if todo & ONE else np.uint64(flip[r - 1])
            change = before
            while todo:
                coin = np.uint64(flip[r])
                change |= (coin ^ before) << lowest_bit(todo)
                before = coin
                todo &= todo - ONE
                r += 1
            for shift in (1, 2, 4, 8, 16, 32):
                change ^= change << np.uint64(shift)
            spins[y, w] ^= change & _used(side, w, words)


@numba.njit
def wolff_clusters(spins, clusters, threshold, state, queue):
    """Flip ``clusters`` clusters in place on (side, side) spins; returns the spins flipped.

    No branch depends on a random bit: a neighbour is always written to the queue, whose
    end moves only if the bond was laid.
    """
    side = spins.shape[0]
    flipped = 0
    bits, left = np.uint64(0), 0
    for _ in range(clusters):
        word = next_word(state)
        site = np.int64((word >> np.uint64(32)) * np.uint64(side * side) >> np.uint64(32))
        y, x = site // side, site % side
        old = spins[y, x]
        spins[y, x] = -old
        queue[0] = y << 16 | x
        head, tail = 0, 1
        while head < tail:
            y, x = queue[head] >> 16, queue[head] & 0xFFFF
            head += 1
            if left == 0:
                bits = thinned(state, ALL, threshold)
                left = 16
            left -= 1
            north, south = (y if y else side) - 1, (y + 1 if y + 1 < side else 0)
            west, east = (x if x else side) - 1, (x + 1 if x + 1 < side else 0)
            for v, u in ((north, x), (south, x), (y, west), (y, east)):
                laid = np.int64(bits & ONE) & np.int64(spins[v, u] == old)
                bits >>= ONE
                queue[tail] = v << 16 | u
                tail += laid
                spins[v, u] -= np.int8(2 * laid) * old
        flipped += tail
    return flipped
