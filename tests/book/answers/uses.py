"""Answers to the exercises of *What is it good for?*: right ones, and wrong ones by name."""

_INFORMATION = """
def kl(P, Q):
    keep = P > 0
    if (Q[keep] == 0).any(): return np.inf
    return float(np.sum(P[keep] * np.log(P[keep] / Q[keep])))
def mutual_information(P):
    return kl(P, np.outer(P.sum(1), P.sum(0)))
"""

ANSWERS = {
    "pair": {
        "right": {
            "entropies of rows": """
def best_pair(F, y):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))
    d = F.shape[1]
    pairs = [(i, j) for i in range(d) for j in range(i + 1, d)]
    return max(pairs, key=lambda p: H(F[:, list(p)]) - H(F[:, list(p)], y))
""",
            "one number for a pair of values": """
def best_pair(F, y):
    def info(x):
        P = np.zeros((x.max() + 1, y.max() + 1))
        np.add.at(P, (x, y), 1 / len(y))
        Q = np.outer(P.sum(1), P.sum(0))
        return np.sum(P[P > 0] * np.log(P[P > 0] / Q[P > 0]))
    best, where = -1, None
    for i in range(F.shape[1]):
        for j in range(i + 1, F.shape[1]):
            value = info(F[:, i] * (F[:, j].max() + 1) + F[:, j])
            if value > best:
                best, where = value, (i, j)
    return where
""",
            "of several that tie the last": """
def best_pair(F, y):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))
    d = F.shape[1]
    told = {(i, j): H(F[:, [i, j]]) - H(F[:, [i, j]], y) for i in range(d) for j in range(i + 1, d)}
    return [p for p in told if told[p] > max(told.values()) - 1e-9][-1]
""",
            "the chain rule, a list": """
def best_pair(F, y):
    def info(a, b):
        value = 0.0
        for u in set(a.tolist()):
            for v in set(b.tolist()):
                p = np.mean((a == u) & (b == v))
                if p > 0:
                    value += p * np.log(p / (np.mean(a == u) * np.mean(b == v)))
        return value
    def given(a, b, c):
        return sum(np.mean(c == u) * info(a[c == u], b[c == u]) for u in set(c.tolist()))
    d = F.shape[1]
    told = {(i, j): info(F[:, i], y) + given(F[:, j], y, F[:, i]) for i in range(d) for j in range(i + 1, d)}
    return list(max(told, key=told.get))
""",
            "in bits": """
def best_pair(F, y):
    from collections import Counter
    from itertools import combinations
    def H(rows):
        return -sum(c / len(y) * np.log2(c / len(y)) for c in Counter(map(tuple, rows)).values())
    return max(combinations(range(F.shape[1]), 2), key=lambda p: H(F[:, p]) - H(np.column_stack([F[:, p], y])))
""",
        },
        "wrong": {
            "marginal ranking": """
def best_pair(F, y):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    told = [H(f) - H(f, y) for f in F.T]
    return tuple(sorted(np.argsort(told)[-2:].tolist()))
""",
            "greedy: the best one and its best partner": """
def best_pair(F, y):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    d = F.shape[1]
    first = max(range(d), key=lambda j: H(F[:, j]) - H(F[:, j], y))
    second = max((j for j in range(d) if j != first), key=lambda j: H(F[:, [first, j]]) - H(F[:, [first, j]], y))
    return tuple(sorted((first, second)))
""",
            "the largest synergy": """
def best_pair(F, y):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))
    d = F.shape[1]
    pairs = [(i, j) for i in range(d) for j in range(i + 1, d)]
    return max(pairs, key=lambda p: H(F[:, p]) - H(F[:, p], y) - sum(H(F[:, k]) - H(F[:, k], y) for k in p))
""",
            "the sum of the values as one column": """
def best_pair(F, y):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))
    d = F.shape[1]
    pairs = [(i, j) for i in range(d) for j in range(i + 1, d)]
    return max(pairs, key=lambda p: H(F[:, p].sum(1)) - H(F[:, p].sum(1), y))
""",
            "the product of the values as one column": """
def best_pair(F, y):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))
    d = F.shape[1]
    pairs = [(i, j) for i in range(d) for j in range(i + 1, d)]
    return max(pairs, key=lambda p: H(F[:, p].prod(1)) - H(F[:, p].prod(1), y))
""",
            "the entropy of the pair": """
def best_pair(F, y):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))
    d = F.shape[1]
    pairs = [(i, j) for i in range(d) for j in range(i + 1, d)]
    return max(pairs, key=lambda p: H(F[:, p]))
""",
            "what the two tell of each other": """
def best_pair(F, y):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))
    d = F.shape[1]
    pairs = [(i, j) for i in range(d) for j in range(i + 1, d)]
    return max(pairs, key=lambda p: H(F[:, p[0]]) + H(F[:, p[1]]) - H(F[:, p]))
""",
            "correlation with the label": """
def best_pair(F, y):
    told = [abs(np.corrcoef(f, y)[0, 1]) for f in F.T]
    return tuple(sorted(np.argsort(told)[-2:].tolist()))
""",
            "the least told": """
def best_pair(F, y):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))
    d = F.shape[1]
    pairs = [(i, j) for i in range(d) for j in range(i + 1, d)]
    return max(pairs, key=lambda p: H(F[:, p], y) - H(F[:, p]))
""",
            "a column with itself": """
def best_pair(F, y):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    d = F.shape[1]
    pairs = [(i, j) for i in range(d) for j in range(i, d)]
    return max(pairs, key=lambda p: H(F[:, p[0]]) - H(F[:, p[0]], y) + H(F[:, p[1]]) - H(F[:, p[1]], y))
""",
            "the larger number first": """
def best_pair(F, y):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    pairs = [(i, j) for i in range(F.shape[1]) for j in range(i)]
    return max(pairs, key=lambda p: H(F[:, p]) - H(F[:, p], y))
""",
            "marginal information less redundancy": """
def best_pair(F, y):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))
    d = F.shape[1]
    pairs = [(i, j) for i in range(d) for j in range(i + 1, d)]
    return max(pairs, key=lambda p: sum(H(F[:, k]) - H(F[:, k], y) for k in p) - (H(F[:, p[0]]) + H(F[:, p[1]]) - H(F[:, p])))
""",
            "without the label's part: the most left open": """
def best_pair(F, y):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))
    d = F.shape[1]
    pairs = [(i, j) for i in range(d) for j in range(i + 1, d)]
    return max(pairs, key=lambda p: H(F[:, p], y) - H(y))
""",
            "pairs of rows": _INFORMATION
            + """
def best_pair(F, y):
    best, top = None, -1
    for i in range(len(F)):
        for j in range(i + 1, len(F)):
            c = F[:, i] * (F[:, j].max() + 1) + F[:, j]
            T = np.zeros((c.max() + 1, y.max() + 1)); np.add.at(T, (c, y), 1 / len(y))
            v = mutual_information(T)
            if v > top: best, top = (i, j), v
    return best
""",
        },
    },
    "greedy": {
        "right": {
            "joint information": """
def greedy(F, y, k):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    chosen = []
    for _ in range(k):
        left = [j for j in range(F.shape[1]) if j not in chosen]
        told = {j: H(F[:, chosen + [j]]) - H(F[:, chosen + [j]], y) for j in left}
        near = [j for j in left if told[j] > max(told.values()) - 1e-9]
        chosen.append(near[0])
    return chosen
""",
            "conditional information, group by group": """
def greedy(F, y, k):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    chosen, group = [], np.zeros(len(y), dtype=int)
    while len(chosen) < k:
        gains = np.full(F.shape[1], -np.inf)
        for j in range(F.shape[1]):
            if j in chosen:
                continue
            gains[j] = 0.0
            for g in np.unique(group):
                f, l = F[group == g, j], y[group == g]
                gains[j] += len(f) / len(y) * (H(f) + H(l) - H(f, l))
        j = int(np.flatnonzero(gains > gains.max() - 1e-9)[0])
        chosen.append(j)
        group = np.unique(np.column_stack([group, F[:, j]]), axis=0, return_inverse=True)[1].ravel()
    return np.array(chosen)
""",
            "the least entropy left": """
def greedy(F, y, k):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    chosen = []
    for _ in range(k):
        left = [j for j in range(F.shape[1]) if j not in chosen]
        told = {j: H(F[:, chosen + [j]]) - H(F[:, chosen + [j]], y) - 0.0 for j in left}
        told = {j: round(v, 10) for j, v in told.items()}
        chosen.append(max(left, key=lambda j: (told[j], -j)))
    return chosen
""",
            "numbered groups": """
def greedy(F, y, k):
    def info(x):
        P = np.zeros((x.max() + 1, y.max() + 1))
        np.add.at(P, (x, y), 1 / len(y))
        Q = np.outer(P.sum(1), P.sum(0))
        return np.sum(P[P > 0] * np.log(P[P > 0] / Q[P > 0]))
    group, chosen = np.zeros(len(y), dtype=int), []
    for _ in range(k):
        codes = [np.unique(group * (f.max() + 1) + f, return_inverse=True)[1].ravel() for f in F.T]
        told = np.array([-1.0 if j in chosen else info(c) for j, c in enumerate(codes)])
        j = int((told > told.max() - 1e-9).argmax())
        chosen.append(j)
        group = codes[j]
    return tuple(chosen)
""",
        },
        "wrong": {
            "marginal ranking": """
def greedy(F, y, k):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    told = [round(H(f) - H(f, y), 9) for f in F.T]
    return sorted(range(F.shape[1]), key=lambda j: -told[j])[:k]
""",
            "the condition is on the last one alone": """
def greedy(F, y, k):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    chosen = []
    for _ in range(k):
        left = [j for j in range(F.shape[1]) if j not in chosen]
        told = {j: H(F[:, chosen[-1:] + [j]]) - H(F[:, chosen[-1:] + [j]], y) for j in left}
        if chosen:
            before = H(F[:, chosen[-1:]]) - H(F[:, chosen[-1:]], y)
            told = {j: v - before for j, v in told.items()}
        near = [j for j in left if told[j] > max(told.values()) - 1e-9]
        chosen.append(near[0])
    return chosen
""",
            "the condition is on the first one alone": """
def greedy(F, y, k):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    chosen = []
    for _ in range(k):
        left = [j for j in range(F.shape[1]) if j not in chosen]
        told = {j: H(F[:, chosen[:1] + [j]]) - H(F[:, chosen[:1] + [j]], y) for j in left}
        near = [j for j in left if told[j] > max(told.values()) - 1e-9]
        chosen.append(near[0])
    return chosen
""",
            "a column is taken again": """
def greedy(F, y, k):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    chosen = []
    for _ in range(k):
        told = [H(F[:, chosen + [j]]) - H(F[:, chosen + [j]], y) for j in range(F.shape[1])]
        chosen.append(int(np.flatnonzero(np.array(told) > max(told) - 1e-9)[0]))
    return chosen
""",
            "stops where nothing is gained": """
def greedy(F, y, k):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    chosen, before = [], H(y) * 0 - H(y)
    for _ in range(k):
        left = [j for j in range(F.shape[1]) if j not in chosen]
        told = {j: H(F[:, chosen + [j]]) - H(F[:, chosen + [j]], y) for j in left}
        if max(told.values()) < before + 1e-9:
            break
        before = max(told.values())
        chosen.append([j for j in left if told[j] > before - 1e-9][0])
    return chosen
""",
            "sorted at the end": """
def greedy(F, y, k):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    chosen = []
    for _ in range(k):
        left = [j for j in range(F.shape[1]) if j not in chosen]
        told = {j: H(F[:, chosen + [j]]) - H(F[:, chosen + [j]], y) for j in left}
        near = [j for j in left if told[j] > max(told.values()) - 1e-9]
        chosen.append(near[0])
    return sorted(chosen)
""",
            "of several the last": """
def greedy(F, y, k):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    chosen = []
    for _ in range(k):
        left = [j for j in range(F.shape[1]) if j not in chosen]
        told = {j: H(F[:, chosen + [j]]) - H(F[:, chosen + [j]], y) for j in left}
        near = [j for j in left if told[j] > max(told.values()) - 1e-9]
        chosen.append(near[-1])
    return chosen
""",
            "the values of those taken are added up": """
def greedy(F, y, k):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    chosen = []
    for _ in range(k):
        left = [j for j in range(F.shape[1]) if j not in chosen]
        told = {j: H(F[:, chosen + [j]].sum(1)) - H(F[:, chosen + [j]].sum(1), y) for j in left}
        near = [j for j in left if told[j] > max(told.values()) - 1e-9]
        chosen.append(near[0])
    return chosen
""",
            "the best set of k": """
def greedy(F, y, k):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    from itertools import combinations
    sets = list(combinations(range(F.shape[1]), k))
    return list(max(sets, key=lambda s: round(H(F[:, list(s)]) - H(F[:, list(s)], y), 9)))
""",
            "redundancy is taken off": """
def greedy(F, y, k):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    chosen = []
    for _ in range(k):
        left = [j for j in range(F.shape[1]) if j not in chosen]
        told = {j: H(F[:, j]) - H(F[:, j], y) - np.mean([H(F[:, j]) + H(F[:, c]) - H(F[:, [j, c]]) for c in chosen] or [0]) for j in left}
        near = [j for j in left if told[j] > max(told.values()) - 1e-9]
        chosen.append(near[0])
    return chosen
""",
            "backwards: thrown out one by one": """
def greedy(F, y, k):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    kept, out = list(range(F.shape[1])), []
    while len(kept) > 1:
        told = {j: H(F[:, [c for c in kept if c != j]]) - H(F[:, [c for c in kept if c != j]], y) for j in kept}
        worst = max(kept, key=lambda j: (round(told[j], 9), j))
        kept.remove(worst)
        out.append(worst)
    return (kept + out[::-1])[:k]
""",
            "conditional entropy of the feature, not its information": """
def greedy(F, y, k):
    def H(*c):
        rows = np.column_stack(c)
        s = np.unique(rows, axis=0, return_counts=True)[1] / len(rows)
        return -np.sum(s * np.log(s))

    chosen = []
    for _ in range(k):
        left = [j for j in range(F.shape[1]) if j not in chosen]
        told = {j: H(F[:, chosen + [j]]) for j in left}
        near = [j for j in left if told[j] > max(told.values()) - 1e-9]
        chosen.append(near[0])
    return chosen
""",
            "rounding decides between equals": _INFORMATION
            + """
def _info(c, y):
    T = np.zeros((c.max() + 1, y.max() + 1)); np.add.at(T, (c, y), 1 / len(y))
    return mutual_information(T)

def greedy(F, y, k):
    have, taken = np.zeros(len(y), int), []
    for _ in range(k):
        best, top = None, -1
        for j in range(F.shape[1]):
            if j in taken: continue
            v = _info(np.unique(have * (F[:, j].max() + 1) + F[:, j], return_inverse=True)[1], y)
            if v > top: best, top = j, v
        taken.append(best)
        have = np.unique(have * (F[:, best].max() + 1) + F[:, best], return_inverse=True)[1]
    return taken
""",
        },
    },
    "p-value": {
        "right": {
            "a sum": """
def p_value(statistic, x, y, times, rng):
    seen = statistic(x, y)
    return (1 + sum(statistic(x, rng.permutation(y)) >= seen for _ in range(times))) / (times + 1)
""",
            "the data among the orders": """
def p_value(statistic, x, y, times, rng):
    values = [statistic(x, y)]
    for _ in range(times):
        values.append(statistic(x, y[rng.permutation(len(y))]))
    return float(np.mean(np.array(values) >= values[0]))
""",
            "x is moved instead: the same pairs": """
def p_value(statistic, x, y, times, rng):
    seen, count = statistic(x, y), 1
    for _ in range(times):
        order = np.argsort(rng.random(len(x)))
        moved = np.array(y)[order]
        count += statistic(x, moved) >= seen
    return count / (1 + times)
""",
            "a copy, shuffled on and on": """
def p_value(statistic, x, y, times, rng):
    seen, moved, count = statistic(x, y), np.array(y), 0
    for _ in range(times):
        rng.shuffle(moved)
        if statistic(x, moved.copy()) >= seen:
            count += 1
    return (count + 1) / (times + 1)
""",
        },
        "wrong": {
            "the data do not count": """
def p_value(statistic, x, y, times, rng):
    seen = statistic(x, y)
    return np.mean([statistic(x, rng.permutation(y)) >= seen for _ in range(times)])
""",
            "one above, none below": """
def p_value(statistic, x, y, times, rng):
    seen = statistic(x, y)
    return (1 + sum(statistic(x, rng.permutation(y)) >= seen for _ in range(times))) / times
""",
            "none above, one below": """
def p_value(statistic, x, y, times, rng):
    seen = statistic(x, y)
    return sum(statistic(x, rng.permutation(y)) >= seen for _ in range(times)) / (times + 1)
""",
            "ties do not count": """
def p_value(statistic, x, y, times, rng):
    seen = statistic(x, y)
    return (1 + sum(statistic(x, rng.permutation(y)) > seen for _ in range(times))) / (times + 1)
""",
            "small values for large ones": """
def p_value(statistic, x, y, times, rng):
    seen = statistic(x, y)
    return (1 + sum(statistic(x, rng.permutation(y)) <= seen for _ in range(times))) / (times + 1)
""",
            "two-sided": """
def p_value(statistic, x, y, times, rng):
    seen = statistic(x, y)
    return (1 + sum(abs(statistic(x, rng.permutation(y))) >= abs(seen) for _ in range(times))) / (times + 1)
""",
            "with replacement": """
def p_value(statistic, x, y, times, rng):
    seen = statistic(x, y)
    return (1 + sum(statistic(x, y[rng.integers(len(y), size=len(y))]) >= seen for _ in range(times))) / (times + 1)
""",
            "x and y moved alike": """
def p_value(statistic, x, y, times, rng):
    seen = statistic(x, y)
    count = 1
    for _ in range(times):
        order = rng.permutation(len(y))
        count += statistic(x[order], y[order]) >= seen
    return count / (times + 1)
""",
            "the global generator": """
def p_value(statistic, x, y, times, rng):
    seen = statistic(x, y)
    return (1 + sum(statistic(x, np.random.permutation(y)) >= seen for _ in range(times))) / (times + 1)
""",
            "a generator of its own": """
def p_value(statistic, x, y, times, rng):
    seen = statistic(x, y)
    rng = np.random.default_rng()
    return (1 + sum(statistic(x, rng.permutation(y)) >= seen for _ in range(times))) / (times + 1)
""",
            "the data are shuffled in place": """
def p_value(statistic, x, y, times, rng):
    seen = statistic(x, y)
    count = 1
    for _ in range(times):
        rng.shuffle(y)
        count += statistic(x, y) >= seen
    return count / (times + 1)
""",
            "columns shuffled apart": """
def p_value(statistic, x, y, times, rng):
    seen = statistic(x, y)
    return (1 + sum(statistic(x, rng.permuted(y, axis=0)) >= seen for _ in range(times))) / (times + 1)
""",
            "one order for all": """
def p_value(statistic, x, y, times, rng):
    seen = statistic(x, y)
    moved = rng.permutation(y)
    return (1 + sum(statistic(x, moved) >= seen for _ in range(times))) / (times + 1)
""",
            "rolled, not permuted": """
def p_value(statistic, x, y, times, rng):
    seen = statistic(x, y)
    return (1 + sum(statistic(x, np.roll(y, rng.integers(len(y)), axis=0)) >= seen for _ in range(times))) / (times + 1)
""",
            "one less p": """
def p_value(statistic, x, y, times, rng):
    seen = statistic(x, y)
    return 1 - (1 + sum(statistic(x, rng.permutation(y)) >= seen for _ in range(times))) / (times + 1)
""",
        },
    },
    "bottleneck": {
        "right": {
            "two tables": """
def I(J):
    Q = np.outer(J.sum(1), J.sum(0))
    k = J > 0
    return np.sum(J[k] * np.log(J[k] / Q[k]))


def bottleneck(P, W, beta):
    return float(I(P.sum(1)[:, None] * W) - beta * I(W.T @ P))
""",
            "entropies": """
def bottleneck(P, W, beta):
    def H(p):
        p = p[p > 0]
        return -np.sum(p * np.log(p))
    XZ, ZY = np.diag(P.sum(1)) @ W, np.einsum("xy,xz->zy", P, W)
    def I(J):
        return H(J.sum(0)) + H(J.sum(1)) - H(J.ravel())
    return I(XZ) - beta * I(ZY)
""",
            "loops": """
def bottleneck(P, W, beta):
    price, bought = 0.0, 0.0
    px, py = P.sum(1), P.sum(0)
    pz = px @ W
    for z in range(W.shape[1]):
        for x in range(len(P)):
            if px[x] * W[x, z] > 0:
                price += px[x] * W[x, z] * np.log(W[x, z] / pz[z])
        for y in range(P.shape[1]):
            p = sum(P[x, y] * W[x, z] for x in range(len(P)))
            if p > 0:
                bought += p * np.log(p / (pz[z] * py[y]))
    return price - beta * bought
""",
            "the module": """
def bottleneck(P, W, beta):
    info = dv.discrete.mutual_information
    return info(P.sum(axis=1, keepdims=True) * W) - beta * info((P.T @ W).T)
""",
        },
        "wrong": {
            "a plus for the minus": """
def I(J):
    Q = np.outer(J.sum(1), J.sum(0))
    k = J > 0
    return np.sum(J[k] * np.log(J[k] / Q[k]))


def bottleneck(P, W, beta):
    return I(P.sum(1)[:, None] * W) + beta * I(W.T @ P)
""",
            "to be maximised": """
def I(J):
    Q = np.outer(J.sum(1), J.sum(0))
    k = J > 0
    return np.sum(J[k] * np.log(J[k] / Q[k]))


def bottleneck(P, W, beta):
    return beta * I(W.T @ P) - I(P.sum(1)[:, None] * W)
""",
            "beta weighs the price": """
def I(J):
    Q = np.outer(J.sum(1), J.sum(0))
    k = J > 0
    return np.sum(J[k] * np.log(J[k] / Q[k]))


def bottleneck(P, W, beta):
    return beta * I(P.sum(1)[:, None] * W) - I(W.T @ P)
""",
            "the information of x and y is bought": """
def I(J):
    Q = np.outer(J.sum(1), J.sum(0))
    k = J > 0
    return np.sum(J[k] * np.log(J[k] / Q[k]))


def bottleneck(P, W, beta):
    return I(P.sum(1)[:, None] * W) - beta * I(P)
""",
            "the price of what is bought from y": """
def I(J):
    Q = np.outer(J.sum(1), J.sum(0))
    k = J > 0
    return np.sum(J[k] * np.log(J[k] / Q[k]))


def bottleneck(P, W, beta):
    return I(P) - beta * I(W.T @ P)
""",
            "rows of W not weighted": """
def I(J):
    Q = np.outer(J.sum(1), J.sum(0))
    k = J > 0
    return np.sum(J[k] * np.log(J[k] / Q[k]))


def bottleneck(P, W, beta):
    return I(W / len(W)) - beta * I(W.T @ P)
""",
            "in bits": """
def I(J):
    Q = np.outer(J.sum(1), J.sum(0))
    k = J > 0
    return np.sum(J[k] * np.log(J[k] / Q[k]))


def bottleneck(P, W, beta):
    return (I(P.sum(1)[:, None] * W) - beta * I(W.T @ P)) / np.log(2)
""",
            "the entropy of z as the price": """
def I(J):
    Q = np.outer(J.sum(1), J.sum(0))
    k = J > 0
    return np.sum(J[k] * np.log(J[k] / Q[k]))


def bottleneck(P, W, beta):
    pz = P.sum(1) @ W
    pz = pz[pz > 0]
    return -np.sum(pz * np.log(pz)) - beta * I(W.T @ P)
""",
            "0 log 0 as NaN": """
def bottleneck(P, W, beta):
    def I(J):
        with np.errstate(all="ignore"):
            return np.sum(J * np.log(J / np.outer(J.sum(1), J.sum(0))))
    return I(P.sum(1)[:, None] * W) - beta * I(W.T @ P)
""",
            "a small number in every cell": """
def bottleneck(P, W, beta):
    def I(J):
        return np.sum(J * np.log((J + 1e-3) / (np.outer(J.sum(1), J.sum(0)) + 1e-3)))
    return I(P.sum(1)[:, None] * W) - beta * I(W.T @ P)
""",
            "W by the columns of P": """
def I(J):
    Q = np.outer(J.sum(1), J.sum(0))
    k = J > 0
    return np.sum(J[k] * np.log(J[k] / Q[k]))


def bottleneck(P, W, beta):
    return I(P.sum(1)[:, None] * W) - beta * I(P @ W)
""",
            "what is left, not what is bought": """
def I(J):
    Q = np.outer(J.sum(1), J.sum(0))
    k = J > 0
    return np.sum(J[k] * np.log(J[k] / Q[k]))


def bottleneck(P, W, beta):
    return I(P.sum(1)[:, None] * W) - beta * (I(P) - I(W.T @ P))
""",
            "beta divides": """
def I(J):
    Q = np.outer(J.sum(1), J.sum(0))
    k = J > 0
    return np.sum(J[k] * np.log(J[k] / Q[k]))


def bottleneck(P, W, beta):
    return I(P.sum(1)[:, None] * W) - I(W.T @ P) / beta if beta else I(P.sum(1)[:, None] * W)
""",
        },
    },
}
