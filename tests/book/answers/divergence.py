"""Answers to the exercises of *Mutual information as a divergence*: right ones, and wrong ones by name."""

# A right `mutual_information`, for the exercise that builds on it.
WITH = """
def mutual_information(P):
    P = np.asarray(P, dtype=float)
    Q, inside = np.outer(P.sum(1), P.sum(0)), P > 0
    return np.sum(P[inside] * np.log(P[inside] / Q[inside]))
"""

ANSWERS = {
    "kl": {
        "right": {
            "loops": """
def kl(P, Q):
    total = 0.0
    for p, q in zip(np.ravel(P), np.ravel(Q)):
        if p > 0 and q == 0:
            return float("inf")
        if p > 0:
            total += p * (np.log(p) - np.log(q))
    return total
""",
            "scipy's relative entropy": """
def kl(P, Q):
    from scipy.special import rel_entr
    return rel_entr(P, Q).sum()
""",
            "logarithms where there is mass": """
def kl(P, Q):
    P, Q = np.asarray(P, dtype=float), np.asarray(Q, dtype=float)
    if np.any((P > 0) & (Q <= 0)):
        return np.inf
    log_p = np.log(P, out=np.zeros_like(P), where=P > 0)
    log_q = np.log(Q, out=np.zeros_like(P), where=P > 0)
    return (P * (log_p - log_q)).sum()
""",
        },
        "wrong": {
            "0 log 0 is NaN": """
def kl(P, Q):
    with np.errstate(all="ignore"):
        return np.sum(P * np.log(P / Q))
""",
            "log 0 tried and thrown away": """
def kl(P, Q):
    return np.where(P > 0, P * np.log(P / Q), 0).sum()
""",
            "reversed": """
def kl(P, Q):
    P, Q = np.asarray(P), np.asarray(Q)
    inside = Q > 0
    if (P[inside] == 0).any():
        return np.inf
    return np.sum(Q[inside] * np.log(Q[inside] / P[inside]))
""",
            "mean under the wrong law": """
def kl(P, Q):
    P, Q = np.asarray(P), np.asarray(Q)
    inside = P > 0
    if (Q[inside] == 0).any():
        return np.inf
    return np.sum(Q[inside] * np.log(P[inside] / Q[inside]))
""",
            "a mean over the cells": """
def kl(P, Q):
    P, Q = np.asarray(P), np.asarray(Q)
    inside = P > 0
    if (Q[inside] == 0).any():
        return np.inf
    return np.mean(P[inside] * np.log(P[inside] / Q[inside]))
""",
            "base 2": """
def kl(P, Q):
    from scipy.special import rel_entr
    return rel_entr(P, Q).sum() / np.log(2)
""",
            "infinite divergence cut to finite": """
def kl(P, Q):
    P, Q = np.asarray(P), np.asarray(Q)
    inside = (P > 0) & (Q > 0)
    return np.sum(P[inside] * np.log(P[inside] / Q[inside]))
""",
            "a small number added": """
def kl(P, Q):
    P, Q = np.asarray(P) + 1e-12, np.asarray(Q) + 1e-12
    return np.sum(P * np.log(P / Q))
""",
            "any empty cell of Q is infinite": """
def kl(P, Q):
    P, Q = np.asarray(P), np.asarray(Q)
    if (Q == 0).any():
        return np.inf
    inside = P > 0
    return np.sum(P[inside] * np.log(P[inside] / Q[inside]))
""",
            "a small probability taken for 0": """
def kl(P, Q):
    P, Q = np.asarray(P, dtype=float), np.asarray(Q, dtype=float)
    inside = P > 0
    if np.isclose(Q[inside], 0).any():
        return np.inf
    return np.sum(P[inside] * np.log(P[inside] / Q[inside]))
""",
            "the sign": """
def kl(P, Q):
    from scipy.special import rel_entr
    return -rel_entr(P, Q).sum()
""",
            "row by row": """
def kl(P, Q):
    from scipy.special import rel_entr
    return rel_entr(P, Q).sum(axis=-1)
""",
            "made symmetric": """
def kl(P, Q):
    from scipy.special import rel_entr
    return (rel_entr(P, Q).sum() + rel_entr(Q, P).sum()) / 2
""",
            "rows taken for numbers": """
def kl(P, Q):
    total = 0.0
    for p, q in zip(P, Q):
        if p > 0:
            if q == 0:
                return np.inf
            total += p * np.log(p / q)
    return total
""",
        },
    },
    "mutual-information": {
        "right": {
            "divergence from the product": WITH,
            "three entropies": """
def mutual_information(P):
    def entropy(p):
        p = np.ravel(p)
        p = p[p > 0]
        return -(p * np.log(p)).sum()
    P = np.asarray(P)
    return entropy(P.sum(0)) + entropy(P.sum(1)) - entropy(P)
""",
            "loops": """
def mutual_information(P):
    P = np.array(P, dtype=float)
    total = 0.0
    for i, row in enumerate(P):
        for k, p in enumerate(row):
            if p > 0:
                total += p * np.log(p / (row.sum() * P[:, k].sum()))
    return total
""",
        },
        "wrong": {
            "0 log 0 is NaN": """
def mutual_information(P):
    P = np.asarray(P)
    with np.errstate(all="ignore"):
        return np.sum(P * np.log(P / np.outer(P.sum(1), P.sum(0))))
""",
            "bits": """
def mutual_information(P):
    P = np.asarray(P)
    Q, inside = np.outer(P.sum(1), P.sum(0)), P > 0
    return np.sum(P[inside] * np.log2(P[inside] / Q[inside]))
""",
            "rows normalised": """
def mutual_information(P):
    P = np.asarray(P, dtype=float)
    rows = P.sum(1, keepdims=True)
    P = P / np.where(rows > 0, rows, 1) / (rows > 0).sum()
    Q, inside = np.outer(P.sum(1), P.sum(0)), P > 0
    return np.sum(P[inside] * np.log(P[inside] / Q[inside]))
""",
            "reversed": """
def mutual_information(P):
    P = np.asarray(P)
    Q, inside = np.outer(P.sum(1), P.sum(0)), P > 0
    return np.sum(Q[inside] * np.log(Q[inside] / P[inside]))
""",
            "margins exchanged": """
def mutual_information(P):
    P = np.asarray(P)
    m = max(P.shape)
    P = np.pad(P, ((0, m - P.shape[0]), (0, m - P.shape[1])))
    Q = np.outer(P.sum(0), P.sum(1))
    inside = (P > 0) & (Q > 0)
    return np.sum(P[inside] * np.log(P[inside] / Q[inside]))
""",
            "conditional entropy instead": """
def mutual_information(P):
    P = np.asarray(P)
    p, q = P[P > 0], P.sum(0)
    q = q[q > 0]
    return -(p * np.log(p)).sum() + (q * np.log(q)).sum()
""",
            "the entropy of X less what is left of Y": """
def mutual_information(P):
    def H(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))
    of_x = H(P.sum(axis=1))
    return of_x - (H(P) - of_x)
""",
            "uniform margins taken for granted": """
def mutual_information(P):
    P = np.asarray(P)
    p = P[P > 0]
    return np.sum(p * np.log(p * P.size))
""",
            "a small number added": """
def mutual_information(P):
    P = np.asarray(P) + 1e-6
    return np.sum(P * np.log(P / np.outer(P.sum(1), P.sum(0))))
""",
            "square tables only": """
def mutual_information(P):
    P = np.asarray(P)
    total = 0.0
    for i in range(len(P)):
        for k in range(len(P)):
            if P[i, k] > 0:
                total += P[i, k] * np.log(P[i, k] / P[i].sum() / P[:, k].sum())
    return total
""",
            "both margins along one axis": """
def mutual_information(P):
    Q, inside = np.outer(P.sum(0), P.sum(0)), P > 0
    return np.sum(P[inside] * np.log(P[inside] / Q[inside]))
""",
            "a conditional law for the joint one": """
def mutual_information(P):
    P = P / P.sum(axis=1, keepdims=True)
    Q, inside = np.outer(P.sum(1), P.sum(0)), P > 0
    return np.sum(P[inside] * np.log(P[inside] / Q[inside]))
""",
            "the two entropies without the joint one": """
def mutual_information(P):
    def H(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))
    return H(P.sum(axis=0)) + H(P.sum(axis=1))
""",
            "the ratio upside down": """
def mutual_information(P):
    Q, inside = np.outer(P.sum(1), P.sum(0)), P > 0
    return np.sum(P[inside] * np.log(Q[inside] / P[inside]))
""",
            "each x meets its own y alone": """
def mutual_information(P):
    Q, inside = P.sum(1) * P.sum(0), P > 0
    return np.sum(P[inside] * np.log((P / Q)[inside]))
""",
        },
    },
    "channel": {
        "right": {
            "a product of matrices": WITH
            + """
def lost(P, W):
    return mutual_information(P) - mutual_information(np.asarray(P) @ np.asarray(W))
""",
            "sums over y": WITH
            + """
def lost(P, W):
    after = sum(np.outer(np.asarray(P)[:, y], row) for y, row in enumerate(np.asarray(W)))
    return mutual_information(P) - mutual_information(after)
""",
            "conditional information": WITH
            + """
def lost(P, W):
    joint = np.asarray(P)[:, :, None] * np.asarray(W)
    slices = [joint[:, :, z] for z in range(joint.shape[2])]
    return sum(s.sum() * mutual_information(s / s.sum()) for s in slices if s.sum() > 0)
""",
        },
        "wrong": {
            "the sign": WITH
            + """
def lost(P, W):
    return mutual_information(P @ W) - mutual_information(P)
""",
            "the channel backwards": WITH
            + """
def lost(P, W):
    W = np.asarray(W, dtype=float)
    back = (W / np.where(W.sum(0) > 0, W.sum(0), 1)).T
    if back.shape[1] == back.shape[0] == np.shape(P)[1]:
        return mutual_information(P) - mutual_information(P @ back)
    return mutual_information(P) - mutual_information(P @ W)
""",
            "the channel on x": WITH
            + """
def lost(P, W):
    P, W = np.asarray(P), np.asarray(W)
    after = W.T @ P if len(W) == len(P) else P @ W
    return mutual_information(P) - mutual_information(after)
""",
            "what is left": WITH
            + """
def lost(P, W):
    return mutual_information(np.asarray(P) @ np.asarray(W))
""",
            "between y and z": WITH
            + """
def lost(P, W):
    P, W = np.asarray(P), np.asarray(W)
    return mutual_information(P) - mutual_information(P.sum(0)[:, None] * W)
""",
            "bits": WITH
            + """
def lost(P, W):
    return (mutual_information(P) - mutual_information(np.asarray(P) @ np.asarray(W))) / np.log(2)
""",
            "a share, not nats": WITH
            + """
def lost(P, W):
    before = mutual_information(P)
    return 1 - mutual_information(np.asarray(P) @ np.asarray(W)) / before
""",
            "entropy of y for information": """
def lost(P, W):
    def H(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))
    of_y = P.sum(axis=0)
    return H(of_y) - H(of_y @ W)
""",
            "a channel without the law of y": WITH
            + """
def lost(P, W):
    P, W = np.asarray(P), np.asarray(W)
    given_x = P / P.sum(1, keepdims=True)
    return mutual_information(P) - mutual_information(given_x @ W / len(P))
""",
            "the channel transposed": WITH
            + """
def lost(P, W):
    return mutual_information(P) - mutual_information(P @ W.T)
""",
        },
    },
}
