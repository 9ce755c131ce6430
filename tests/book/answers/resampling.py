"""Answers to the exercises of *The resampling trick*: right ones, and wrong ones by name."""

ANSWERS = {
    "resample": {
        "right": {
            "integers or a permutation": """
def my_resample(data, size, replace, rng):
    n = len(data)
    if replace:
        return data[rng.integers(0, n, size)]
    if size > n:
        raise ValueError("too many")
    return data[rng.permutation(n)[:size]]
""",
            "choice of rows": """
def my_resample(data, size, replace, rng):
    return rng.choice(data, size, replace=replace, axis=0)
""",
            "sorting random keys": """
def my_resample(data, size, replace, rng):
    if size > len(data) and not replace:
        raise ValueError(f"{size} > {len(data)}")
    keys = rng.random(len(data))
    index = (rng.random(size) * len(data)).astype(int) if replace else np.argsort(keys)[:size]
    return np.asarray(data)[index].copy()
""",
        },
        "wrong": {
            "replace is ignored, always with": """
def my_resample(data, size, replace, rng):
    if size > len(data) and not replace:
        raise ValueError
    return data[rng.integers(len(data), size=size)]
""",
            "replace is ignored, always without": """
def my_resample(data, size, replace, rng):
    return rng.choice(data, size, replace=False, axis=0)
""",
            "global generator": """
def my_resample(data, size, replace, rng):
    return data[np.random.choice(len(data), size, replace=replace)]
""",
            "columns are drawn separately": """
def my_resample(data, size, replace, rng):
    if data.ndim == 1:
        return rng.choice(data, size, replace=replace)
    return np.column_stack([rng.choice(column, size, replace=replace) for column in data.T])
""",
            "the first rows instead of random ones": """
def my_resample(data, size, replace, rng):
    if replace:
        return data[rng.integers(len(data), size=size)]
    if size > len(data):
        raise ValueError
    return data[:size]
""",
            "n for size": """
def my_resample(data, size, replace, rng):
    return rng.choice(data, len(data), replace=replace, axis=0)
""",
            "too many rows are cut off in silence": """
def my_resample(data, size, replace, rng):
    if not replace:
        size = min(size, len(data))
    return rng.choice(data, size, replace=replace, axis=0)
""",
            "one seed for ever": """
def my_resample(data, size, replace, rng):
    return np.random.default_rng(0).choice(data, size, replace=replace, axis=0)
""",
            "the last row is never drawn": """
def my_resample(data, size, replace, rng):
    if not replace:
        return rng.choice(data, size, replace=False, axis=0)
    return data[rng.integers(len(data) - 1, size=size)]
""",
            "the data are shuffled in place": """
def my_resample(data, size, replace, rng):
    if replace:
        return data[rng.integers(len(data), size=size)]
    if size > len(data):
        raise ValueError
    rng.shuffle(data)
    return data[:size]
""",
            "random rows in the order of the data": """
def my_resample(data, size, replace, rng):
    return data[np.sort(rng.choice(len(data), size, replace=replace))]
""",
        },
    },
    "reference-pairs": {
        "right": {
            "two index draws": """
def reference_pairs(z, n_ref, rng):
    J, K = rng.integers(len(z), size=(2, n_ref))
    return np.column_stack([z[J, 0], z[K, 1]])
""",
            "only y is shuffled": """
def reference_pairs(z, n_ref, rng):
    n = len(z)
    K = np.concatenate([rng.permutation(n) for _ in range(-(-n_ref // n))])[:n_ref]
    return np.column_stack([z[np.arange(n_ref) % n, 0], z[K, 1]])
""",
            "one fixed shift": """
def reference_pairs(z, n_ref, rng):
    J = rng.integers(len(z), size=n_ref)
    return np.column_stack([z[J, 0], z[(J + 1) % len(z), 1]])
""",
            "one fixed shift of every row, with no chance in it": """
def reference_pairs(z, n_ref, rng):
    J = np.arange(n_ref) % len(z)
    return np.column_stack([z[J, 0], z[J - 7, 1]])
""",
            "a derangement": """
def reference_pairs(z, n_ref, rng):
    J = rng.integers(len(z), size=n_ref)
    K = (J + rng.integers(1, len(z), size=n_ref)) % len(z)
    return np.column_stack([z[J, 0], z[K, 1]])
""",
        },
        "wrong": {
            "the same index for x and y": """
def reference_pairs(z, n_ref, rng):
    return z[rng.integers(len(z), size=n_ref)]
""",
            "n for n_ref": """
def reference_pairs(z, n_ref, rng):
    return np.column_stack([z[:, 0], rng.permutation(z[:, 1])])
""",
            "the same seed for both": """
def reference_pairs(z, n_ref, rng):
    return np.column_stack([dv.resample(c, n_ref, replace=True, rng=0) for c in z.T])
""",
            "global generator": """
def reference_pairs(z, n_ref, rng):
    J, K = np.random.randint(len(z), size=(2, n_ref))
    return np.column_stack([z[J, 0], z[K, 1]])
""",
            "both columns sorted": """
def reference_pairs(z, n_ref, rng):
    J, K = np.sort(rng.integers(len(z), size=(2, n_ref)))
    return np.column_stack([z[J, 0], z[K, 1]])
""",
            "sorted by value, then shifted": """
def reference_pairs(z, n_ref, rng):
    z = z[np.argsort(z[:, 0])]
    J = rng.integers(len(z), size=n_ref)
    return np.column_stack([z[J, 0], z[(J + 1) % len(z), 1]])
""",
            "y from all samples, x from a few": """
def reference_pairs(z, n_ref, rng):
    J, K = rng.integers(len(z) // 2, size=n_ref), rng.integers(len(z), size=n_ref)
    return np.column_stack([z[J, 0], z[K, 1]])
""",
            "without replacement only": """
def reference_pairs(z, n_ref, rng):
    return np.column_stack([dv.resample(c, n_ref, rng=rng) for c in z.T])
""",
            "x and y swapped": """
def reference_pairs(z, n_ref, rng):
    J, K = rng.integers(len(z), size=(2, n_ref))
    return np.column_stack([z[J, 1], z[K, 0]])
""",
        },
    },
    "iid": {
        "right": {
            "a literal": 'answers = {"a": True, "b": False, "c": True, "d": False}',
            "another order": "answers = dict(d=False, c=True, b=False, a=True)",
            "by assignment": 'answers = {}\nanswers["a"] = answers["c"] = True\nanswers["b"] = answers["d"] = False',
        },
        "wrong": {
            "nothing is independent": 'answers = {"a": False, "b": False, "c": True, "d": False}',
            "resampling is i.i.d. from the product": 'answers = {"a": True, "b": True, "c": True, "d": False}',
            "averages are kept on average only": 'answers = {"a": True, "b": False, "c": False, "d": False}',
            "more references are more data": 'answers = {"a": True, "b": False, "c": True, "d": True}',
            "all true": 'answers = {"a": True, "b": True, "c": True, "d": True}',
            "quoted": 'answers = {"a": "True", "b": "False", "c": "True", "d": "False"}',
            "not answered": 'answers = {"a": None, "b": None, "c": None, "d": None}',
        },
        "hidden": dict.fromkeys(
            (
                "nothing is independent",
                "resampling is i.i.d. from the product",
                "averages are kept on average only",
                "more references are more data",
                "all true",
            ),
            "a public test of truth values is the solution",
        ),
    },
    "contamination": {
        "right": {
            "loops": """
def contaminated_information(P, n):
    P = np.array(P, dtype=float)
    total = 0.0
    for i, row in enumerate(P):
        for j, p in enumerate(row):
            if p > 0:
                q = (1 - 1 / n) * P[i].sum() * P[:, j].sum() + p / n
                total += p * np.log(p / q)
    return total
""",
            "scipy's relative entropy": """
def contaminated_information(P, n):
    from scipy.special import rel_entr
    P = np.asarray(P)
    return rel_entr(P, (1 - 1 / n) * np.outer(P.sum(1), P.sum(0)) + P / n).sum()
""",
            "information less the mean of a logarithm": """
def contaminated_information(P, n):
    P = np.asarray(P, dtype=float)
    product = np.outer(P.sum(1), P.sum(0))
    r = np.divide(P, product, out=np.zeros_like(P), where=product > 0)
    inside = P > 0
    return (P[inside] * (np.log(r[inside]) - np.log1p((r[inside] - 1) / n))).sum()
""",
        },
        "wrong": {
            "bits": """
def contaminated_information(P, n):
    P = np.asarray(P)
    Q = (1 - 1 / n) * np.outer(P.sum(1), P.sum(0)) + P / n
    return np.sum(P[P > 0] * np.log2(P[P > 0] / Q[P > 0]))
""",
            "divergence reversed": """
def contaminated_information(P, n):
    P = np.asarray(P)
    Q = (1 - 1 / n) * np.outer(P.sum(1), P.sum(0)) + P / n
    return np.sum(Q[P > 0] * np.log(Q[P > 0] / P[P > 0]))
""",
            "no contamination": """
def contaminated_information(P, n):
    P = np.asarray(P)
    Q = np.outer(P.sum(1), P.sum(0))
    return np.sum(P[P > 0] * np.log(P[P > 0] / Q[P > 0]))
""",
            "weights exchanged": """
def contaminated_information(P, n):
    P = np.asarray(P)
    Q = np.outer(P.sum(1), P.sum(0)) / n + (1 - 1 / n) * P
    return np.sum(P[P > 0] * np.log(P[P > 0] / Q[P > 0]))
""",
            "0 log 0 is NaN": """
def contaminated_information(P, n):
    P = np.asarray(P)
    Q = (1 - 1 / n) * np.outer(P.sum(1), P.sum(0)) + P / n
    with np.errstate(all="ignore"):
        return np.sum(P * np.log(P / Q))
""",
            "rows normalised": """
def contaminated_information(P, n):
    P = np.asarray(P)
    P = P / P.sum(axis=1, keepdims=True)
    Q = (1 - 1 / n) * P.mean(axis=0) + P / n
    return np.sum(P[P > 0] * np.log(P[P > 0] / Q[P > 0]))
""",
            "the price instead of what is left": """
def contaminated_information(P, n):
    P = np.asarray(P)
    product = np.outer(P.sum(1), P.sum(0))
    chi2 = np.sum(P**2 / product) - 1
    return np.log1p(chi2 / n)
""",
            "the lower end for the value": """
def contaminated_information(P, n):
    P = np.asarray(P)
    product = np.outer(P.sum(1), P.sum(0))
    chi2 = np.sum(P**2 / product) - 1
    return np.sum(P[P > 0] * np.log(P[P > 0] / product[P > 0])) - np.log1p(chi2 / n)
""",
            "the informations mixed, not the references": """
def contaminated_information(P, n):
    Q = np.outer(P.sum(1), P.sum(0))
    return (1 - 1 / n) * np.sum(P[P > 0] * np.log(P[P > 0] / Q[P > 0]))
""",
            "the product keeps its weight": """
def contaminated_information(P, n):
    P = np.asarray(P, float)
    Q = np.outer(P.sum(axis=1), P.sum(axis=0)) + P / n
    keep = P > 0
    return float(np.sum(P[keep] * np.log(P[keep] / Q[keep])))
""",
        },
    },
}
