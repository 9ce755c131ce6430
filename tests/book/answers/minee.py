"""Answers to the exercises of *MI-NEE*: right ones, and wrong ones by name."""

ANSWERS = {
    "combine": {
        "right": {
            "one bound, three times": """
def minee(t, t_ref):
    def bound(a, b):
        m = b.max()
        return a.mean() - m - np.log(np.mean(np.exp(b - m)))
    return bound(t[:, 0], t_ref[:, 0]) - bound(t[:, 1], t_ref[:, 1]) - bound(t[:, 2], t_ref[:, 2])
""",
            "logaddexp and signs": """
def minee(t, t_ref):
    values = t.mean(0) - np.logaddexp.reduce(t_ref, axis=0) + np.log(len(t_ref))
    return float(values @ [1, -1, -1])
""",
            "the module": """
def minee(t, t_ref):
    joint, x, y = (dv.dv_bound(t[:, k], t_ref[:, k]) for k in range(3))
    return float(joint - x - y)
""",
        },
        "wrong": {
            "only the joint divergence": """
def minee(t, t_ref):
    return float(t[:, 0].mean() - np.logaddexp.reduce(t_ref[:, 0]) + np.log(len(t_ref)))
""",
            "a sign lost in the brackets": """
def minee(t, t_ref):
    joint, x, y = (dv.dv_bound(t[:, k], t_ref[:, k]) for k in range(3))
    return joint - (x - y)
""",
            "all three added": """
def minee(t, t_ref):
    values = t.mean(0) - np.logaddexp.reduce(t_ref, axis=0) + np.log(len(t_ref))
    return float(values.sum())
""",
            "the signs turned round": """
def minee(t, t_ref):
    values = t.mean(0) - np.logaddexp.reduce(t_ref, axis=0) + np.log(len(t_ref))
    return float(values @ [-1, 1, 1])
""",
            "only one margin taken off": """
def minee(t, t_ref):
    values = t.mean(0) - np.logaddexp.reduce(t_ref, axis=0) + np.log(len(t_ref))
    return float(values @ [1, -1, 0])
""",
            "the critics together on the references": """
def minee(t, t_ref):
    a, b = t @ [1, -1, -1], t_ref @ [1, -1, -1]
    return float(a.mean() - np.logaddexp.reduce(b) + np.log(len(b)))
""",
            "the logarithm left out": """
def minee(t, t_ref):
    values = t.mean(0) - np.exp(t_ref).mean(0)
    return float(values @ [1, -1, -1])
""",
            "the mean of logarithms": """
def minee(t, t_ref):
    return float((t.mean(0) - t_ref.mean(0)) @ [1, -1, -1])
""",
            "n for n'": """
def minee(t, t_ref):
    values = t.mean(0) - np.logaddexp.reduce(t_ref, axis=0) + np.log(len(t))
    return float(values @ [1, -1, -1])
""",
            "overflow": """
def minee(t, t_ref):
    values = t.mean(0) - np.log(np.exp(t_ref).mean(0))
    return float(values @ [1, -1, -1])
""",
            "one largest for all three": """
def minee(t, t_ref):
    top = t_ref.max()
    values = t.mean(0) - top - np.log(np.exp(t_ref - top).mean(0))
    return float(values @ [1, -1, -1])
""",
            "bits": """
def minee(t, t_ref):
    values = t.mean(0) - np.logaddexp.reduce(t_ref, axis=0) + np.log(len(t_ref))
    return float(values @ [1, -1, -1]) / np.log(2)
""",
            "never below zero": """
def minee(t, t_ref):
    values = t.mean(0) - np.logaddexp.reduce(t_ref, axis=0) + np.log(len(t_ref))
    return max(0.0, float(values @ [1, -1, -1]))
""",
            "rows taken in pairs": """
def minee(t, t_ref):
    v = np.mean(t - t_ref, axis=0)
    return float(v[0] - v[1] - v[2])
""",
        },
        "hidden": {
            "never below zero": "a value below zero would show it: the hidden check has several",
        },
    },
    "box": {
        "right": {
            "from end to end": """
def uniform_reference(data, width, n_ref, rng):
    if width < 1:
        raise ValueError("does not cover")
    low, high = data.min(0), data.max(0)
    extra = (width - 1) * (high - low) / 2
    return rng.uniform(low - extra, high + extra, size=(n_ref, len(low)))
""",
            "a column at a time": """
def uniform_reference(data, width, n_ref, rng):
    if width < 1:
        raise ValueError("does not cover")
    columns = []
    for c in data.T:
        middle = (c.min() + c.max()) / 2
        columns.append(middle + width * np.ptp(c) * (rng.random(n_ref) - 0.5))
    return np.column_stack(columns)
""",
            "random numbers from 0 to 1": """
def uniform_reference(data, width, n_ref, rng):
    if not width >= 1:
        raise ValueError(width)
    span = np.ptp(data, axis=0)
    return (data.min(0) + data.max(0)) / 2 + (2 * rng.random((n_ref, data.shape[1])) - 1) * width * span / 2
""",
        },
        "wrong": {
            "one interval for all columns": """
def uniform_reference(data, width, n_ref, rng):
    if width < 1:
        raise ValueError(width)
    low, high = data.min(), data.max()
    return (low + high) / 2 + width * (high - low) / 2 * rng.uniform(-1, 1, (n_ref, data.shape[1]))
""",
            "not widened": """
def uniform_reference(data, width, n_ref, rng):
    if width < 1:
        raise ValueError(width)
    return rng.uniform(data.min(0), data.max(0), (n_ref, data.shape[1]))
""",
            "widened by width on each side": """
def uniform_reference(data, width, n_ref, rng):
    if width < 1:
        raise ValueError(width)
    low, high = data.min(0), data.max(0)
    return rng.uniform(low - width * (high - low), high + width * (high - low), (n_ref, data.shape[1]))
""",
            "the ends multiplied": """
def uniform_reference(data, width, n_ref, rng):
    if width < 1:
        raise ValueError(width)
    return rng.uniform(width * data.min(0), width * data.max(0), (n_ref, data.shape[1]))
""",
            "around the mean": """
def uniform_reference(data, width, n_ref, rng):
    if width < 1:
        raise ValueError(width)
    return data.mean(0) + width * np.ptp(data, axis=0) / 2 * rng.uniform(-1, 1, (n_ref, data.shape[1]))
""",
            "around zero": """
def uniform_reference(data, width, n_ref, rng):
    if width < 1:
        raise ValueError(width)
    return width * np.abs(data).max(0) * rng.uniform(-1, 1, (n_ref, data.shape[1]))
""",
            "one random number a row": """
def uniform_reference(data, width, n_ref, rng):
    if width < 1:
        raise ValueError(width)
    low, high = data.min(0), data.max(0)
    return (low + high) / 2 + width * (high - low) / 2 * rng.uniform(-1, 1, (n_ref, 1))
""",
            "as many rows as samples": """
def uniform_reference(data, width, n_ref, rng):
    if width < 1:
        raise ValueError(width)
    low, high = data.min(0), data.max(0)
    return (low + high) / 2 + width * (high - low) / 2 * rng.uniform(-1, 1, data.shape)
""",
            "a generator of its own": """
def uniform_reference(data, width, n_ref, rng):
    if width < 1:
        raise ValueError(width)
    rng = np.random.default_rng(0)
    low, high = data.min(0), data.max(0)
    return (low + high) / 2 + width * (high - low) / 2 * rng.uniform(-1, 1, (n_ref, data.shape[1]))
""",
            "an even grid": """
def uniform_reference(data, width, n_ref, rng):
    if width < 1:
        raise ValueError(width)
    low, high = data.min(0), data.max(0)
    at = np.column_stack([rng.permutation(np.linspace(-1, 1, n_ref)) for _ in low])
    at[:, 0] = np.linspace(-1, 1, n_ref)
    return (low + high) / 2 + width * (high - low) / 2 * at
""",
            "normal": """
def uniform_reference(data, width, n_ref, rng):
    if width < 1:
        raise ValueError(width)
    low, high = data.min(0), data.max(0)
    return (low + high) / 2 + width * (high - low) / 6 * rng.normal(size=(n_ref, data.shape[1]))
""",
            "the data drawn again": """
def uniform_reference(data, width, n_ref, rng):
    if width < 1:
        raise ValueError(width)
    return np.column_stack([rng.choice(c, n_ref) for c in data.T])
""",
            "any width accepted": """
def uniform_reference(data, width, n_ref, rng):
    low, high = data.min(0), data.max(0)
    return (low + high) / 2 + width * (high - low) / 2 * rng.uniform(-1, 1, (n_ref, data.shape[1]))
""",
            "a width of 1 refused": """
def uniform_reference(data, width, n_ref, rng):
    if width <= 1:
        raise ValueError(width)
    low, high = data.min(0), data.max(0)
    return (low + high) / 2 + width * (high - low) / 2 * rng.uniform(-1, 1, (n_ref, data.shape[1]))
""",
        },
        "hidden": {
            "a generator of its own": "another seed would show it: the hidden check gives one",
            "an even grid": "neighbouring rows would show it: the hidden check looks at them",
            "a width of 1 refused": "the statement names the limit, and testing it would give it away",
        },
    },
    "three": {
        "right": {
            "with the module": """
def three_divergences(P, q_x, q_y):
    pairs = [(P, np.outer(q_x, q_y)), (P.sum(1), q_x), (P.sum(0), q_y)]
    found = tuple(float(dv.discrete.kl(p, q)) for p, q in pairs)
    if not np.isfinite(found).all():
        raise ValueError("not covered")
    return found
""",
            "loops": """
def three_divergences(P, q_x, q_y):
    def kl(p, q):
        total = 0.0
        for a, b in zip(np.ravel(p), np.ravel(q)):
            if a > 0:
                if b == 0:
                    raise ValueError("not covered")
                total += a * np.log(a / b)
        return total
    return kl(P, np.multiply.outer(q_x, q_y)), kl(P.sum(axis=1), q_x), kl(P.sum(axis=0), q_y)
""",
            "the joint one from the margins": """
def three_divergences(P, q_x, q_y):
    p_x, p_y = P.sum(1), P.sum(0)
    if np.any((p_x > 0) & (q_x == 0)) or np.any((p_y > 0) & (q_y == 0)):
        raise ValueError("not covered")
    def kl(p, q):
        own = p > 0
        return float((p[own] * (np.log(p[own]) - np.log(q[own]))).sum())
    information = kl(P, p_x[:, None] * p_y)
    return information + kl(p_x, q_x) + kl(p_y, q_y), kl(p_x, q_x), kl(p_y, q_y)
""",
        },
        "wrong": {
            "nothing refused": """
def three_divergences(P, q_x, q_y):
    def kl(p, q):
        return float(np.sum(p[p > 0] * np.log(p[p > 0] / q[p > 0])))
    return kl(P, np.outer(q_x, q_y)), kl(P.sum(1), q_x), kl(P.sum(0), q_y)
""",
            "NaN at an empty cell": """
def three_divergences(P, q_x, q_y):
    if (q_x[P.sum(1) > 0] == 0).any() or (q_y[P.sum(0) > 0] == 0).any():
        raise ValueError("not covered")
    def kl(p, q):
        return float(np.sum(p * np.log(p / q)))
    return kl(P, np.outer(q_x, q_y)), kl(P.sum(1), q_x), kl(P.sum(0), q_y)
""",
            "any empty value refused": """
def three_divergences(P, q_x, q_y):
    if (np.array(q_x) == 0).any() or (np.array(q_y) == 0).any():
        raise ValueError("not covered")
    def kl(p, q):
        return float(np.sum(p[p > 0] * np.log(p[p > 0] / q[p > 0])))
    return kl(P, np.outer(q_x, q_y)), kl(P.sum(1), q_x), kl(P.sum(0), q_y)
""",
            "the divergence of the reference from the data": """
def three_divergences(P, q_x, q_y):
    if (q_x[P.sum(1) > 0] == 0).any() or (q_y[P.sum(0) > 0] == 0).any():
        raise ValueError("not covered")
    def kl(q, p):
        own = (p > 0) & (q > 0)
        return float(np.sum(p[own] * np.log(p[own] / q[own])))
    return kl(P, np.outer(q_x, q_y)), kl(P.sum(1), q_x), kl(P.sum(0), q_y)
""",
            "the information for the first": """
def three_divergences(P, q_x, q_y):
    if (q_x[P.sum(1) > 0] == 0).any() or (q_y[P.sum(0) > 0] == 0).any():
        raise ValueError("not covered")
    def kl(p, q):
        return float(np.sum(p[p > 0] * np.log(p[p > 0] / q[p > 0])))
    return kl(P, np.outer(P.sum(1), P.sum(0))), kl(P.sum(1), q_x), kl(P.sum(0), q_y)
""",
            "rows and columns exchanged": """
def three_divergences(P, q_x, q_y):
    def kl(p, q):
        if (q[p > 0] == 0).any():
            raise ValueError("not covered")
        return float(np.sum(p[p > 0] * np.log(p[p > 0] / q[p > 0])))
    if P.shape[0] == P.shape[1]:
        P = P.T
    return kl(P, np.outer(q_x, q_y)), kl(P.sum(1), q_x), kl(P.sum(0), q_y)
""",
            "only X is looked at": """
def three_divergences(P, q_x, q_y):
    if (q_x[P.sum(1) > 0] == 0).any():
        raise ValueError("not covered")
    def kl(p, q):
        return float(np.sum(p[p > 0] * np.log(p[p > 0] / q[p > 0])))
    return kl(P, np.outer(q_x, q_y)), kl(P.sum(1), q_x), kl(P.sum(0), q_y)
""",
            "a small number for an uncovered value": """
def three_divergences(P, q_x, q_y):
    def kl(p, q):
        q = np.maximum(q, 1e-12)
        return float(np.sum(p[p > 0] * np.log(p[p > 0] / q[p > 0])))
    return kl(P, np.outer(q_x, q_y)), kl(P.sum(1), q_x), kl(P.sum(0), q_y)
""",
            "bits": """
def three_divergences(P, q_x, q_y):
    if (q_x[P.sum(1) > 0] == 0).any() or (q_y[P.sum(0) > 0] == 0).any():
        raise ValueError("not covered")
    def kl(p, q):
        return float(np.sum(p[p > 0] * np.log2(p[p > 0] / q[p > 0])))
    return kl(P, np.outer(q_x, q_y)), kl(P.sum(1), q_x), kl(P.sum(0), q_y)
""",
            "the difference alone": """
def three_divergences(P, q_x, q_y):
    if (q_x[P.sum(1) > 0] == 0).any() or (q_y[P.sum(0) > 0] == 0).any():
        raise ValueError("not covered")
    def kl(p, q):
        return float(np.sum(p[p > 0] * np.log(p[p > 0] / q[p > 0])))
    return kl(P, np.outer(q_x, q_y)) - kl(P.sum(1), q_x) - kl(P.sum(0), q_y)
""",
        },
    },
}
