"""Answers to the exercises of *From the bound to an estimate*: right ones, and wrong ones by name."""

ANSWERS = {
    "scores": {
        "right": {
            "two searches": """
def mid_scores(column):
    known = np.sort(column)
    below = np.searchsorted(known, column, side="left")
    up_to = np.searchsorted(known, column, side="right")
    return ndtri((below + up_to + 1) / 2 / (len(known) + 1))
""",
            "scipy's ranks": """
def mid_scores(column):
    from scipy.stats import rankdata
    return ndtri(rankdata(column) / (len(column) + 1))
""",
            "a table of comparisons": """
def mid_scores(column):
    column = np.asarray(column)
    less = (column[None, :] < column[:, None]).sum(1)
    same = (column[None, :] == column[:, None]).sum(1)
    return ndtri((less + (same + 1) / 2) / (len(column) + 1))
""",
            "a loop over different values": """
def mid_scores(column):
    values, place, times = np.unique(column, return_inverse=True, return_counts=True)
    last = np.cumsum(times)
    return ndtri((last - (times - 1) / 2)[place] / (len(column) + 1))
""",
        },
        "wrong": {
            "ties in the order of their rows": """
def mid_scores(column):
    return ndtri((np.argsort(np.argsort(column, kind="stable")) + 1) / (len(column) + 1))
""",
            "ties take the lowest rank": """
def mid_scores(column):
    return ndtri((np.searchsorted(np.sort(column), column) + 1) / (len(column) + 1))
""",
            "ties take the highest rank": """
def mid_scores(column):
    return ndtri(np.searchsorted(np.sort(column), column, side="right") / (len(column) + 1))
""",
            "ranks divided by n": """
def mid_scores(column):
    from scipy.stats import rankdata
    return ndtri(rankdata(column) / len(column))
""",
            "ranks that count from 0": """
def mid_scores(column):
    from scipy.stats import rankdata
    return ndtri((rankdata(column) - 1) / (len(column) + 1))
""",
            "ranks less a half, divided by n": """
def mid_scores(column):
    from scipy.stats import rankdata
    return ndtri((rankdata(column) - 0.5) / len(column))
""",
            "the largest has rank 1": """
def mid_scores(column):
    from scipy.stats import rankdata
    return ndtri(rankdata(-column) / (len(column) + 1))
""",
            "standardised, not ranked": """
def mid_scores(column):
    return (column - column.mean()) / column.std()
""",
            "sorted scores, out of place": """
def mid_scores(column):
    from scipy.stats import rankdata
    return ndtri(np.sort(rankdata(column)) / (len(column) + 1))
""",
            "the order for the rank": """
def mid_scores(column):
    return ndtri((np.argsort(column) + 1) / (len(column) + 1))
""",
            "uniform, not normal": """
def mid_scores(column):
    from scipy.stats import rankdata
    return rankdata(column) / (len(column) + 1)
""",
        },
    },
    "share": {
        "right": {
            "halving an interval": """
def best_share(g, g_ref):
    def slope(a):
        weights = np.exp(a * g_ref - np.max(a * g_ref))
        return np.mean(g) - np.average(g_ref, weights=weights)
    low, high = -1.0, 1.0
    while slope(low) < 0:
        low *= 2
    while slope(high) > 0:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        if slope(middle) > 0:
            low = middle
        else:
            high = middle
    return middle
""",
            "Newton's steps, halved where they do not climb": """
def best_share(g, g_ref):
    c = g_ref - g.mean()
    scale = np.std(c)
    c = c / scale
    def value(a):
        top = np.max(a * c)
        return -top - np.log(np.mean(np.exp(a * c - top)))
    a = 0.0
    for _ in range(200):
        w = np.exp(a * c - np.max(a * c))
        w /= w.sum()
        mean = w @ c
        step = -mean / max(w @ (c - mean) ** 2, 1e-12)
        step = np.clip(step, -5, 5)
        while value(a + step) < value(a) and abs(step) > 1e-14:
            step /= 2
        a += step
    return a / scale
""",
            "scipy's root of the slope": """
def best_share(g, g_ref):
    from scipy.optimize import brentq
    from scipy.special import softmax
    scale = np.std(g_ref)
    c = (g_ref - np.mean(g)) / scale
    return brentq(lambda a: softmax(a * c) @ c, -1000, 1000, xtol=1e-13) / scale
""",
        },
        "wrong": {
            "all of it": """
def best_share(g, g_ref):
    return 1.0
""",
            "the best of a grid from 0 to 1": """
def best_share(g, g_ref):
    grid = np.linspace(0, 1, 1001)
    return max(grid, key=lambda a: a * g.mean() - np.log(np.mean(np.exp(a * (g_ref - g_ref.max())))) - a * g_ref.max())
""",
            "a search between -5 and 5": """
def best_share(g, g_ref):
    low, high = -5.0, 5.0
    for _ in range(80):
        middle = (low + high) / 2
        weights = np.exp(middle * g_ref - np.max(middle * g_ref))
        if g.mean() - np.average(g_ref, weights=weights) > 0:
            low = middle
        else:
            high = middle
    return middle
""",
            "the bound without its logarithm": """
def best_share(g, g_ref):
    low, high = -60.0, 60.0
    for _ in range(200):
        middle = (low + high) / 2
        slope = np.mean(g) - np.mean(g_ref * np.exp(middle * g_ref))
        if slope > 0:
            low = middle
        else:
            high = middle
    return middle
""",
            "a quadratic about 0": """
def best_share(g, g_ref):
    return (np.mean(g) - np.mean(g_ref)) / np.var(g_ref)
""",
            "the sign turned round": """
def best_share(g, g_ref):
    from scipy.optimize import brentq
    from scipy.special import softmax
    scale = np.std(g_ref)
    c = (g_ref - np.mean(g)) / scale
    return -brentq(lambda a: softmax(a * c) @ c, -1000, 1000, xtol=1e-13) / scale
""",
            "samples and references exchanged": """
def best_share(g, g_ref):
    from scipy.optimize import brentq
    from scipy.special import softmax
    scale = np.std(g)
    c = (g - np.mean(g_ref)) / scale
    return brentq(lambda a: softmax(a * c) @ c, -1000, 1000, xtol=1e-13) / scale
""",
            "an exponential that overflows": """
def best_share(g, g_ref):
    low, high = -1.0, 1.0
    def slope(a):
        with np.errstate(all="ignore"):
            weights = np.exp(a * g_ref)
            return np.mean(g) - np.sum(g_ref * weights) / np.sum(weights)
    for _ in range(60):
        low = low * 2 if slope(low) < 0 else low
        high = high * 2 if slope(high) > 0 else high
    for _ in range(100):
        middle = (low + high) / 2
        if slope(middle) > 0:
            low = middle
        else:
            high = middle
    return middle
""",
            "no negative share": """
def best_share(g, g_ref):
    from scipy.optimize import brentq
    from scipy.special import softmax
    scale = np.std(g_ref)
    c = (g_ref - np.mean(g)) / scale
    return max(brentq(lambda a: softmax(a * c) @ c, -1000, 1000, xtol=1e-13) / scale, 0.0)
""",
            "the largest taken out before the sign": """
def best_share(g, g_ref):
    def slope(a):
        with np.errstate(all="ignore"):
            weights = np.exp(a * (g_ref - g_ref.max()))
            return np.mean(g) - np.sum(g_ref * weights) / np.sum(weights)
    low, high = -1.0, 1.0
    while slope(low) < 0:
        low *= 2
    while slope(high) > 0:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        if slope(middle) > 0:
            low = middle
        else:
            high = middle
    return middle
""",
            "a root between fixed ends": """
def best_share(g, g_ref):
    from scipy.optimize import brentq
    def slope(a):
        w = np.exp(a * g_ref - (a * g_ref).max())
        return g.mean() - (w * g_ref).sum() / w.sum()
    return brentq(slope, -10, 10)
""",
            "Newton's steps, which run off": """
def best_share(g, g_ref):
    a = 1.0
    for _ in range(100):
        w = np.exp(a * g_ref - (a * g_ref).max()); w /= w.sum()
        m = w @ g_ref
        a += (g.mean() - m) / (w @ (g_ref - m) ** 2)
    return a
""",
        },
    },
    "ring": {
        "right": {
            "a permutation, cut": """
def ring(n, count, rng):
    groups = np.array_split(rng.permutation(n), count)
    return [
        (np.concatenate([g for j, g in enumerate(groups) if j not in (k, (k + 1) % count)]),
         groups[(k + 1) % count], groups[k])
        for k in range(count)
    ]
""",
            "labels, shuffled": """
def ring(n, count, rng):
    label = rng.permutation(np.arange(n) % count)
    rows = np.arange(n)
    roles = []
    for k in range(count):
        after = (k + 1) % count
        roles.append((rows[(label != k) & (label != after)], rows[label == after], rows[label == k]))
    return roles
""",
            "lists, every fifth of a shuffled row": """
def ring(n, count, rng):
    rows = list(range(n))
    rng.shuffle(rows)
    groups = [rows[k::count] for k in range(count)]
    return tuple(
        (sum((g for j, g in enumerate(groups) if j != k and j != (k + 1) % count), []), groups[(k + 1) % count], groups[k])
        for k in range(count)
    )
""",
        },
        "wrong": {
            "triples one after the other, no list": """
def ring(n, count, rng):
    groups = np.array_split(rng.permutation(n), count)
    for k in range(count):
        train = np.concatenate([g for j, g in enumerate(groups) if j not in (k, (k + 1) % count)])
        yield train, groups[(k + 1) % count], groups[k]
""",
            "rows in their order": """
def ring(n, count, rng):
    groups = np.array_split(np.arange(n), count)
    return [(np.concatenate([g for j, g in enumerate(groups) if j not in (k, (k + 1) % count)]),
             groups[(k + 1) % count], groups[k]) for k in range(count)]
""",
            "dealt anew for every critic": """
def ring(n, count, rng):
    roles = []
    for k in range(count):
        groups = np.array_split(rng.permutation(n), count)
        roles.append((np.concatenate(groups[2:]), groups[1], groups[0]))
    return roles
""",
            "stops by the group that it is tested on": """
def ring(n, count, rng):
    groups = np.array_split(rng.permutation(n), count)
    return [(np.concatenate([g for j, g in enumerate(groups) if j != k]), groups[k], groups[k]) for k in range(count)]
""",
            "trains on what it stops by": """
def ring(n, count, rng):
    groups = np.array_split(rng.permutation(n), count)
    return [(np.concatenate([g for j, g in enumerate(groups) if j != k]), groups[(k + 1) % count], groups[k])
            for k in range(count)]
""",
            "trains on all": """
def ring(n, count, rng):
    order = rng.permutation(n)
    groups = np.array_split(order, count)
    return [(order, groups[(k + 1) % count], groups[k]) for k in range(count)]
""",
            "the last rows are left over": """
def ring(n, count, rng):
    order, size = rng.permutation(n), n // count
    groups = [order[k * size : (k + 1) * size] for k in range(count)]
    return [(np.concatenate([g for j, g in enumerate(groups) if j not in (k, (k + 1) % count)]),
             groups[(k + 1) % count], groups[k]) for k in range(count)]
""",
            "the last critic has no group to stop by": """
def ring(n, count, rng):
    groups = np.array_split(rng.permutation(n), count)
    return [(np.concatenate([g for j, g in enumerate(groups) if j not in (k, k + 1)]),
             groups[min(k + 1, count - 1)], groups[k]) for k in range(count)]
""",
            "stops by the group before": """
def ring(n, count, rng):
    groups = np.array_split(rng.permutation(n), count)
    return [(np.concatenate([g for j, g in enumerate(groups) if j not in (k, (k - 1) % count)]),
             groups[k - 1], groups[k]) for k in range(count)]
""",
            "a generator of its own": """
def ring(n, count, rng):
    groups = np.array_split(np.random.default_rng().permutation(n), count)
    return [(np.concatenate([g for j, g in enumerate(groups) if j not in (k, (k + 1) % count)]),
             groups[(k + 1) % count], groups[k]) for k in range(count)]
""",
            "drawn with replacement": """
def ring(n, count, rng):
    groups = np.array_split(rng.integers(n, size=n), count)
    return [(np.concatenate([g for j, g in enumerate(groups) if j not in (k, (k + 1) % count)]),
             groups[(k + 1) % count], groups[k]) for k in range(count)]
""",
            "groups of one size": """
def ring(n, count, rng):
    groups = rng.permutation(n).reshape(count, -1)
    return [(np.concatenate([groups[j] for j in range(count) if j not in (k, (k + 1) % count)]), groups[(k + 1) % count], groups[k]) for k in range(count)]
""",
        },
        "hidden": {
            "a generator of its own": "two calls with one seed would show it: the hidden check makes them",
        },
    },
}
