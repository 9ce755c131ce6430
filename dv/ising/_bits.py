"""Random bits, 64 at a time, for the compiled samplers."""

import numba
import numpy as np
from numba import types
from numba.extending import intrinsic

ONE = np.uint64(1)
ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S63 = (np.uint64(shift) for shift in (27, 30, 31, 63))


@intrinsic
def popcount(typing_context, word):
    """Number of bits set in a uint64."""
    return types.uint64(types.uint64), lambda ctx, builder, sig, args: builder.ctpop(args[0])


@intrinsic
def lowest_bit(typing_context, word):
    """Position of the lowest bit set in a uint64 other than zero."""
    flag = types.uint64(types.uint64)
    return flag, lambda ctx, builder, sig, args: builder.cttz(
        args[0], ctx.get_constant(types.boolean, True)
    )


@numba.njit
def next_word(state):
    """64 random bits by SplitMix64 (Steele, Lea and Flood 2014); ``state`` is an array of one."""
    state[0] += _GOLDEN
    word = (state[0] ^ (state[0] >> _S30)) * _MIX_1
    word = (word ^ (word >> _S27)) * _MIX_2
    return word ^ (word >> _S31)


@numba.njit
def thinned(state, mask, threshold):
    """Keep each bit of ``mask`` with probability ``threshold`` / 2⁶⁴.

    All bits are compared at once with the binary digits of the threshold, from the first
    on, and are settled by the first digit in which they differ: about log₂ 64 + 2 words
    of randomness for 64 exact decisions.
    """
    kept, digit = np.uint64(0), _S63
    while mask:
        word = next_word(state)
        if (threshold >> digit) & ONE:
            kept |= mask & ~word
            mask &= word
        else:
            mask &= ~word
        if digit == 0:
            break
        digit -= ONE
    return kept
