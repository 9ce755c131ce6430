"""Compiled cluster updates on a torus.

Swendsen–Wang keeps a row of spins as 64-bit words, bit x for column x, and treats 64
bonds at once. Sites joined along a row form a *run*; only runs have labels, and only
bonds between rows have to be looked at one by one.
"""
# pyright: reportCallIssue=false
# numba gives an intrinsic its typing context by itself.

import numpy as np
from numba import types
from numba.extending import intrinsic

from ._compiled import compiled

_ONE = np.uint64(1)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S63 = (np.uint64(shift) for shift in (27, 30, 31, 63))


@compiled
def swendsen_wang_sweeps(spins, side, sweeps, threshold, state, across, down, starts, base, parent, flip):
    """Run ``sweeps`` sweeps in place on packed spins (side, words); the rest is work space."""
    for _ in range(sweeps):
        _lay_bonds(spins, side, threshold, state, across, down)
        n_runs = _number_runs(side, across, starts, base, parent)
        _join_rows(side, across, down, starts, base, parent)
        _toss(n_runs, parent, flip, state)
        _flip(spins, side, starts, base, flip)


@compiled
def _used(side, word, words):
    """The bits of a word that are columns."""
    return _ALL if word < words - 1 else _ALL >> np.uint64(64 * words - side)


@compiled
def _lay_bonds(spins, side, threshold, state, across, down):
    """Bond to the right and bond below of each site, each laid with probability p if equal."""
    words = spins.shape[1]
    last = np.uint64((side - 1) & 63)
    for y in range(side):
        below = y + 1 if y + 1 < side else 0
        for w in range(words):
            s, used = spins[y, w], _used(side, w, words)
            if w + 1 < words:
                right = (s >> _ONE) | (spins[y, w + 1] << _S63)
            else:
                right = (s >> _ONE) | ((spins[y, 0] & _ONE) << last)
            across[y, w] = _thinned(state, ~(s ^ right) & used, threshold)
            down[y, w] = _thinned(state, ~(s ^ spins[below, w]) & used, threshold)


@compiled
def _number_runs(side, across, starts, base, parent):
    """Mark where runs start and number them; ``base`` counts the runs before each word."""
    n_runs, words = 0, across.shape[1]
    for y in range(side):
        carry = np.uint64(0)
        for w in range(words):
            starts[y, w] = ~((across[y, w] << _ONE) | carry) & _used(side, w, words)
            carry = across[y, w] >> _S63
            base[y, w] = n_runs
            n_runs += _popcount(starts[y, w])
    for r in range(n_runs):
        parent[r] = r
    return n_runs


@compiled
def _run(starts, base, y, w, x):
    """Number of the run that column x of word w belongs to."""
    return base[y, w] + np.int64(_popcount(starts[y, w] << (_S63 - x))) - 1


@compiled
def _root(parent, r):
    while parent[r] != r:
        parent[r] = parent[parent[r]]
        r = parent[r]
    return r


@compiled
def _join(parent, a, b):
    """Join two clusters; a root is the smallest label of its cluster."""
    a, b = _root(parent, a), _root(parent, b)
    if a < b:
        parent[b] = a
    else:
        parent[a] = b


@compiled
def _join_rows(side, across, down, starts, base, parent):
    """Join runs around the seam and along the vertical bonds.

    A vertical bond right of another is left out where both rows are bonded there.
    """
    words = across.shape[1]
    last = np.uint64((side - 1) & 63)
    for y in range(side):
        below = y + 1 if y + 1 < side else 0
        if (across[y, words - 1] >> last) & _ONE:
            _join(parent, base[y, 0], _run(starts, base, y, words - 1, last))
        carry = np.uint64(0)
        for w in range(words):
            square = ((down[y, w] << _ONE) | carry) & ~(starts[y, w] | starts[below, w])
            carry = down[y, w] >> _S63
            todo = down[y, w] & ~square
            while todo:
                x = _lowest_bit(todo)
                todo &= todo - _ONE
                _join(parent, _run(starts, base, y, w, x), _run(starts, base, below, w, x))


@compiled
def _toss(n_runs, parent, flip, state):
    """A fair coin for each root; the others, which come later, copy their parent's."""
    coins = np.uint64(0)
    for r in range(n_runs):
        if r & 63 == 0:
            coins = _next_word(state)
        flip[r] = coins & _ONE
        flip[r] = flip[parent[r]]
        coins >>= _ONE


@compiled
def _flip(spins, side, starts, base, flip):
    """Flip whole runs: mark where the coin changes, then fill in by a prefix XOR."""
    words = spins.shape[1]
    for y in range(side):
        for w in range(words):
            todo, r = starts[y, w], base[y, w]
            before = np.uint64(0) if todo & _ONE else np.uint64(flip[r - 1])
            change = before
            while todo:
                coin = np.uint64(flip[r])
                change |= (coin ^ before) << _lowest_bit(todo)
                before = coin
                todo &= todo - _ONE
                r += 1
            for shift in (1, 2, 4, 8, 16, 32):
                change ^= change << np.uint64(shift)
            spins[y, w] ^= change & _used(side, w, words)


@compiled
def wolff_clusters(spins, clusters, threshold, state, queue):
    """Flip ``clusters`` clusters in place on (side, side) spins; returns the spins flipped.

    No branch depends on a random bit: a neighbour is always written to the queue, whose
    end moves only if the bond was laid.
    """
    side = spins.shape[0]
    flipped = 0
    bits, left = np.uint64(0), 0
    for _ in range(clusters):
        word = _next_word(state)
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
                bits = _thinned(state, _ALL, threshold)
                left = 16
            left -= 1
            north, south = (y or side) - 1, (y + 1 if y + 1 < side else 0)
            west, east = (x or side) - 1, (x + 1 if x + 1 < side else 0)
            for v, u in ((north, x), (south, x), (y, west), (y, east)):
                laid = np.int64(bits & _ONE) & np.int64(spins[v, u] == old)
                bits >>= _ONE
                queue[tail] = v << 16 | u
                tail += laid
                spins[v, u] -= np.int8(2 * laid) * old
        flipped += tail
    return flipped


@intrinsic
def _popcount(typing_context, word):
    """Number of bits set in a uint64."""
    return types.uint64(types.uint64), lambda ctx, builder, sig, args: builder.ctpop(args[0])


@intrinsic
def _lowest_bit(typing_context, word):
    """Position of the lowest bit set in a uint64 other than zero."""
    flag = types.uint64(types.uint64)
    return flag, lambda ctx, builder, sig, args: builder.cttz(args[0], ctx.get_constant(types.boolean, True))


@compiled
def _next_word(state):
    """64 random bits by SplitMix64 (Steele, Lea and Flood 2014); ``state`` is an array of one."""
    state[0] += _GOLDEN
    word = (state[0] ^ (state[0] >> _S30)) * _MIX_1
    word = (word ^ (word >> _S27)) * _MIX_2
    return word ^ (word >> _S31)


@compiled
def _thinned(state, mask, threshold):
    """Keep each bit of ``mask`` with probability ``threshold`` / 2⁶⁴.

    All bits are compared at once with the binary digits of the threshold, from the first
    on, and are settled by the first digit in which they differ: about log₂ 64 + 2 words
    of randomness for 64 exact decisions.
    """
    kept, digit = np.uint64(0), _S63
    while mask:
        word = _next_word(state)
        if (threshold >> digit) & _ONE:
            kept |= mask & ~word
            mask &= word
        else:
            mask &= ~word
        if digit == 0:
            break
        digit -= _ONE
    return kept
