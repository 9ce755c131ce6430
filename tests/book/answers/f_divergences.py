"""Answers to the exercises of *f-divergences and duality*: right ones, and wrong ones by name."""

ANSWERS = {
    "f-divergence": {
        "right": {
            "a loop over cells": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    total = 0.0
    for p, q in zip(np.ravel(P), np.ravel(Q)):
        if p > 0 and q > 0:
            total += q * float(np.sum(f(np.array([p / q]))))
        elif q > 0:
            total += q * at_zero
        elif p > 0:
            total += p * at_infinity
    return total
""",
            "the arrays as they come": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    both, lost, new = (P > 0) & (Q > 0), Q[P == 0].sum(), P[Q == 0].sum()
    total = (Q[both] * f(P[both] / Q[both])).sum()
    if lost > 0:
        total += lost * at_zero
    return total + new * at_infinity if new > 0 else total
""",
            "three kinds of cells": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    P, Q = np.array(P, float), np.array(Q, float)
    parts = [np.sum(Q[(P > 0) & (Q > 0)] * f(P[(P > 0) & (Q > 0)] / Q[(P > 0) & (Q > 0)]))]
    if np.any((P == 0) & (Q > 0)):
        parts.append(at_zero * np.sum(Q[P == 0]))
    if np.any((P > 0) & (Q == 0)):
        parts.append(at_infinity * np.sum(P[Q == 0]))
    return float(sum(parts))
""",
            "filled in with where": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    P, Q = np.array(P, float), np.array(Q, float)
    ratio = np.where((P > 0) & (Q > 0), P, 1.0) / np.where((P > 0) & (Q > 0), Q, 1.0)
    cells = np.where((P > 0) & (Q > 0), Q * f(ratio), 0.0)
    only_q, only_p = Q[P == 0].sum(), P[Q == 0].sum()
    return float(cells.sum() + (only_q * at_zero if only_q else 0) + (only_p * at_infinity if only_p else 0))
""",
        },
        "wrong": {
            "the ratio inverted": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    P, Q = np.array(P, float), np.array(Q, float)
    return float(np.sum(Q * f(Q / P)))
""",
            "the divergence of Q from P": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    P, Q = np.array(Q, float), np.array(P, float)
    both = (P > 0) & (Q > 0)
    total = np.sum(Q[both] * f(P[both] / Q[both]))
    for weight, price in ((Q[P == 0].sum(), at_zero), (P[Q == 0].sum(), at_infinity)):
        total += weight * price if weight > 0 else 0
    return float(total)
""",
            "the mean under P": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    P, Q = np.array(P, float), np.array(Q, float)
    both = (P > 0) & (Q > 0)
    return float(np.sum(P[both] * f(P[both] / Q[both])))
""",
            "a mean over cells": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    P, Q = np.array(P, float), np.array(Q, float)
    both = (P > 0) & (Q > 0)
    return float(np.mean(Q[both] * f(P[both] / Q[both])))
""",
            "NaN at an empty cell": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    return float(np.sum(np.array(Q, float) * f(np.array(P, float) / np.array(Q, float))))
""",
            "empty cells left out": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    P, Q = np.array(P, float), np.array(Q, float)
    both = (P > 0) & (Q > 0)
    return float(np.sum(Q[both] * f(P[both] / Q[both])))
""",
            "what Q does not cover left out": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    P, Q = np.array(P, float), np.array(Q, float)
    both = (P > 0) & (Q > 0)
    total = np.sum(Q[both] * f(P[both] / Q[both]))
    weight = Q[P == 0].sum()
    return float(total + (weight * at_zero if weight > 0 else 0))
""",
            "the prices exchanged": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    P, Q = np.array(P, float), np.array(Q, float)
    both = (P > 0) & (Q > 0)
    total = np.sum(Q[both] * f(P[both] / Q[both]))
    for weight, price in ((Q[P == 0].sum(), at_infinity), (P[Q == 0].sum(), at_zero)):
        total += weight * price if weight > 0 else 0
    return float(total)
""",
            "a price for each empty cell": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    both = (P > 0) & (Q > 0)
    total = np.sum(Q[both] * f(P[both] / Q[both]))
    for empty, price in (((P == 0) & (Q > 0), at_zero), ((Q == 0) & (P > 0), at_infinity)):
        if empty.any():
            total += empty.sum() * price
    return total
""",
            "nothing times infinity": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    P, Q = np.array(P, float), np.array(Q, float)
    both = (P > 0) & (Q > 0)
    return float(np.sum(Q[both] * f(P[both] / Q[both])) + Q[P == 0].sum() * at_zero + P[Q == 0].sum() * at_infinity)
""",
            "a small number in empty cells": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    P, Q = np.array(P, float) + 1e-12, np.array(Q, float) + 1e-12
    return float(np.sum(Q * f(P / Q)))
""",
            "infinity reported as a large number": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    P, Q = np.array(P, float), np.array(Q, float)
    both = (P > 0) & (Q > 0)
    total = np.sum(Q[both] * f(P[both] / Q[both]))
    for weight, price in ((Q[P == 0].sum(), at_zero), (P[Q == 0].sum(), at_infinity)):
        total += weight * min(price, 1e6)
    return float(total)
""",
            "both laws made to sum to 1 where both are positive": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    P, Q = np.array(P, float), np.array(Q, float)
    both = (P > 0) & (Q > 0)
    p, q = P[both] / P[both].sum(), Q[both] / Q[both].sum()
    total = np.sum(q * f(p / q))
    for weight, price in ((Q[P == 0].sum(), at_zero), (P[Q == 0].sum(), at_infinity)):
        total += weight * price if weight > 0 else 0
    return float(total)
""",
            "one price for a cell that both leave empty": """
def f_divergence(P, Q, f, at_zero, at_infinity):
    total = 0.0
    for p, q in zip(np.ravel(P), np.ravel(Q)):
        if q == 0:
            total += max(p, 1e-300) * at_infinity
        elif p == 0:
            total += q * at_zero
        else:
            total += q * float(np.sum(f(np.array([p / q]))))
    return total
""",
        },
    },
    "conjugate": {
        "right": {
            "a loop over slopes": """
def conjugate(f, slopes, grid):
    made = []
    for t in slopes:
        values = t * grid - f(grid)
        k = int(np.argmax(values))
        made.append(np.inf if k == len(grid) - 1 else values[k])
    return np.array(made)
""",
            "the lowest intercept": """
def conjugate(f, slopes, grid):
    gaps = f(grid)[:, None] - np.outer(grid, slopes)
    return np.where(gaps[-1] < gaps[:-1].min(axis=0), np.inf, -gaps.min(axis=0))
""",
            "a list": """
def conjugate(f, slopes, grid):
    g = np.asarray(f(grid))
    best = [np.max(t * grid[:-1] - g[:-1]) for t in slopes]
    return [b if b >= t * grid[-1] - g[-1] else float("inf") for b, t in zip(best, slopes)]
""",
        },
        "wrong": {
            "the height at which the line meets the axis": """
def conjugate(f, slopes, grid):
    values = f(grid) - np.multiply.outer(slopes, grid)
    escaped = values.argmin(axis=1) == len(grid) - 1
    return np.where(escaped, -np.inf, values.min(axis=1))
""",
            "the smallest": """
def conjugate(f, slopes, grid):
    return (np.multiply.outer(slopes, grid) - f(grid)).min(axis=1)
""",
            "where the line touches": """
def conjugate(f, slopes, grid):
    values = np.multiply.outer(slopes, grid) - f(grid)
    at = values.argmax(axis=1)
    return np.where(at == len(grid) - 1, np.inf, grid[at])
""",
            "never infinite": """
def conjugate(f, slopes, grid):
    return (np.multiply.outer(slopes, grid) - f(grid)).max(axis=1)
""",
            "infinite at both ends of the grid": """
def conjugate(f, slopes, grid):
    values = np.multiply.outer(slopes, grid) - f(grid)
    at = values.argmax(axis=1)
    return np.where((at == len(grid) - 1) | (at == 0), np.inf, values.max(axis=1))
""",
            "numbers below 0 compete": """
def conjugate(f, slopes, grid):
    grid = np.concatenate([-grid[::-1], grid])
    values = np.multiply.outer(slopes, grid) - f(grid)
    return np.where(values.argmax(axis=1) == len(grid) - 1, np.inf, values.max(axis=1))
""",
            "the largest over the slopes": """
def conjugate(f, slopes, grid):
    return (np.multiply.outer(slopes, grid) - f(grid)).max(axis=0)
""",
            "f of the slope": """
def conjugate(f, slopes, grid):
    values = np.multiply.outer(slopes, grid) - f(np.asarray(slopes))[:, None]
    return np.where(values.argmax(axis=1) == len(grid) - 1, np.inf, values.max(axis=1))
""",
            "f at u added": """
def conjugate(f, slopes, grid):
    values = np.multiply.outer(slopes, grid) + f(grid)
    return np.where(values.argmax(axis=1) == len(grid) - 1, np.inf, values.max(axis=1))
""",
            "sorted by the slope": """
def conjugate(f, slopes, grid):
    values = np.multiply.outer(np.sort(slopes), grid) - f(grid)
    return np.where(values.argmax(axis=1) == len(grid) - 1, np.inf, values.max(axis=1))
""",
            "the formula for one function": """
def conjugate(f, slopes, grid):
    slopes = np.asarray(slopes)
    if abs(f(np.array([2.0]))[0] - 1) < 1e-12:
        return np.where(slopes > -2, slopes + slopes**2 / 4, -1)
    return np.where(slopes > 0.5, np.inf, np.maximum(slopes, -0.5))
""",
            "infinite where the last ties with others": """
def conjugate(f, slopes, grid):
    slopes, grid = np.asarray(slopes, float), np.asarray(grid, float)
    lines = slopes[:, None] * grid - f(grid)
    top = lines.max(axis=1)
    return np.where(lines[:, -1] == top, np.inf, top)
""",
        },
        "hidden": {
            "the formula for one function": "other functions would show it: the hidden check has three more",
        },
    },
    "choose": {
        "right": {
            "logaddexp": """
def kl_bound(t, P, Q, only_laws):
    if only_laws:
        return float((P * t).sum() - np.logaddexp.reduce((np.log(Q) + t).ravel()))
    return float((P * t).sum() - (Q * np.exp(t - 1)).sum())
""",
            "the best shift": """
def kl_bound(t, P, Q, only_laws):
    if only_laws:
        top = t.max()
        t = t - top
        t = t + 1 - np.log(np.sum(Q * np.exp(t)))
    return float(np.sum(P * t) - np.sum(Q * np.exp(t - 1)))
""",
            "what is missing": """
def kl_bound(t, P, Q, only_laws):
    weights = Q * np.exp(t - t.max())
    if only_laws:
        return float(np.sum(P * (t - t.max())) - np.log(weights.sum()))
    return float(np.sum(P * t) - weights.sum() * np.exp(t.max() - 1))
""",
        },
        "wrong": {
            "the sets exchanged": """
def kl_bound(t, P, Q, only_laws):
    if only_laws:
        return float(np.sum(P * t) - np.sum(Q * np.exp(t - 1)))
    return float(np.sum(P * t) - np.logaddexp.reduce((np.log(Q) + t).ravel()))
""",
            "the set ignored": """
def kl_bound(t, P, Q, only_laws):
    return float(np.sum(P * t) - np.logaddexp.reduce((np.log(Q) + t).ravel()))
""",
            "the exponent t without the constraint": """
def kl_bound(t, P, Q, only_laws):
    if only_laws:
        return float(np.sum(P * t) - np.logaddexp.reduce((np.log(Q) + t).ravel()))
    return float(np.sum(P * t) - np.sum(Q * np.exp(t)))
""",
            "the exponent t - 1 within the logarithm": """
def kl_bound(t, P, Q, only_laws):
    if only_laws:
        return float(np.sum(P * t) - np.logaddexp.reduce((np.log(Q) + t - 1).ravel()))
    return float(np.sum(P * t) - np.sum(Q * np.exp(t - 1)))
""",
            "the mean of logarithms": """
def kl_bound(t, P, Q, only_laws):
    if only_laws:
        return float(np.sum(P * t) - np.sum(Q * t))
    return float(np.sum(P * t) - np.sum(Q * np.exp(t - 1)))
""",
            "overflow": """
def kl_bound(t, P, Q, only_laws):
    if only_laws:
        return float(np.sum(P * t) - np.log(np.sum(Q * np.exp(t))))
    return float(np.sum(P * t) - np.sum(Q * np.exp(t - 1)))
""",
            "the largest not put back": """
def kl_bound(t, P, Q, only_laws):
    if only_laws:
        return float(np.sum(P * t) - np.log(np.sum(Q * np.exp(t - t.max()))))
    return float(np.sum(P * t) - np.sum(Q * np.exp(t - 1)))
""",
            "both means under P": """
def kl_bound(t, P, Q, only_laws):
    if only_laws:
        return float(np.sum(P * t) - np.logaddexp.reduce((np.log(P) + t).ravel()))
    return float(np.sum(P * t) - np.sum(P * np.exp(t - 1)))
""",
            "the laws exchanged": """
def kl_bound(t, P, Q, only_laws):
    P, Q = Q, P
    if only_laws:
        return float(np.sum(P * t) - np.logaddexp.reduce((np.log(Q) + t).ravel()))
    return float(np.sum(P * t) - np.sum(Q * np.exp(t - 1)))
""",
            "a plain mean of the exponentials": """
def kl_bound(t, P, Q, only_laws):
    if only_laws:
        return float(np.sum(P * t) - np.logaddexp.reduce(t.ravel()) + np.log(t.size))
    return float(np.sum(P * t) - np.mean(np.exp(t - 1)))
""",
            "plain means over the cells": """
def kl_bound(t, P, Q, only_laws):
    if only_laws:
        return float(np.mean(t) - np.logaddexp.reduce(t.ravel()) + np.log(t.size))
    return float(np.mean(t) - np.mean(np.exp(t - 1)))
""",
            "bits": """
def kl_bound(t, P, Q, only_laws):
    if only_laws:
        return float(np.sum(P * t) - np.logaddexp.reduce((np.log(Q) + t).ravel())) / np.log(2)
    return float(np.sum(P * t) - np.sum(Q * np.exp(t - 1))) / np.log(2)
""",
        },
    },
}
