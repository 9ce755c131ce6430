"""Answers to the exercises of *Who is right? A benchmark*: right ones, and wrong ones by name."""


def runner(draw="default_rng(for_data)", start="", luck="default_rng(for_method)", get="x.copy(), y.copy()"):
    """A runner, of which a part is done in another way."""
    return f"""
def run(tasks, estimators, n, seeds):
    rows = []
    for task, (sample, truth) in tasks.items():
        for seed in seeds:
            for_data, for_method = np.random.SeedSequence(seed).spawn(2)
            x, y = sample(n, np.random.{draw})
            {start or "pass"}
            for name, estimate in estimators.items():
                value, failure = np.nan, ""
                try:
                    value = float(estimate({get}, np.random.{luck}))
                    if not np.isfinite(value):
                        value, failure = np.nan, "not finite"
                except Exception as error:
                    failure = type(error).__name__
                rows.append(dict(task=task, estimator=name, seed=seed, truth=truth, value=value, failure=failure))
    return rows
"""


RIGHT_RUNNER = runner()


def ranks(body):
    """A ranking: `body` says of the columns a and b whether a is ahead."""
    return f"""
def ranks(errors, width=2.0):
    def ahead(a, b):
        {body}
    k = errors.shape[1]
    return np.array([1 + sum(ahead(errors[:, j], errors[:, i]) for j in range(k) if j != i) for i in range(k)])
"""


MOVES = """
def largest_move(estimate, x, y, maps):
    before = estimate(x.copy(), y.copy())
    changes = []
    for f in maps:
        for pair in {pairs}:
            changes.append({change})
    return {answer}
"""


def moves(
    pairs="((f(x), y), (x, f(y)), (f(x), f(y)))",
    change="abs(estimate(pair[0].copy(), pair[1].copy()) - before)",
    answer="max(changes) if np.isfinite(changes).all() else np.inf",
):
    return MOVES.format(pairs=pairs, change=change, answer=answer)


ANSWERS = {
    "runner": {
        "right": {
            "loops": RIGHT_RUNNER,
            "a helper and products": """
def run(tasks, estimators, n, seeds):
    from itertools import product

    def one(estimate, sample, seed):
        first, second = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(2))
        data = [np.array(a) for a in sample(n, first)]
        try:
            value = float(estimate(*data, second))
        except Exception as error:
            return np.nan, type(error).__name__
        return (value, "") if np.isfinite(value) else (np.nan, "not finite")

    rows = []
    for (task, (sample, truth)), (name, estimate), seed in product(tasks.items(), estimators.items(), seeds):
        value, failure = one(estimate, sample, seed)
        rows.append({"task": task, "estimator": name, "seed": seed, "truth": truth, "value": value, "failure": failure})
    return rows
""",
            "seeds on the outside": """
def run(tasks, estimators, n, seeds):
    rows = []
    for seed in seeds:
        data_seed, luck_seed = np.random.SeedSequence(seed).spawn(2)
        for task in tasks:
            sample, truth = tasks[task]
            x, y = sample(n, np.random.default_rng(data_seed))
            for name in estimators:
                row = dict(task=task, estimator=name, seed=seed, truth=truth, value=float("nan"), failure="")
                try:
                    found = estimators[name](np.copy(x), np.copy(y), np.random.default_rng(luck_seed))
                except Exception as error:
                    row["failure"] = error.__class__.__name__
                else:
                    if np.isfinite(found):
                        row["value"] = float(found)
                    else:
                        row["failure"] = "not finite"
                rows.append(row)
    return rows
""",
        },
        "wrong": {
            "a failure ends the run": RIGHT_RUNNER.replace(
                "except Exception as error", "except KeyboardInterrupt as error"
            ),
            "failures are left out": RIGHT_RUNNER.replace(
                "                rows.append(", "                if not failure: rows.append("
            ),
            "a failure is the answer 0": RIGHT_RUNNER.replace("np.nan,", "0.0,"),
            "an infinite value is a value": RIGHT_RUNNER.replace("not np.isfinite(value)", "np.isnan(value)"),
            "one seed for data and estimator": runner(draw="default_rng(seed)", luck="default_rng(seed)"),
            "the first child for both": runner(luck="default_rng(for_data)"),
            "one generator handed round": runner(start="rng = np.random.default_rng(for_method)").replace(
                "np.random.default_rng(for_method)))", "rng))"
            ),
            "other data for each estimator": runner(start="source = np.random.default_rng(for_data)").replace(
                "                value, failure",
                "                x, y = sample(n, source)\n                value, failure",
                1,
            ),
            "estimators share the arrays": runner(get="x, y"),
            "one seed for all runs": RIGHT_RUNNER.replace("SeedSequence(seed)", "SeedSequence(0)"),
            "a seed of its own for nobody": runner(luck="default_rng()"),
            "means over the seeds": """
def run(tasks, estimators, n, seeds):
    rows = []
    for task, (sample, truth) in tasks.items():
        for name, estimate in estimators.items():
            values, failure = [], ""
            for seed in seeds:
                a, b = np.random.SeedSequence(seed).spawn(2)
                x, y = sample(n, np.random.default_rng(a))
                try:
                    values.append(float(estimate(x.copy(), y.copy(), np.random.default_rng(b))))
                except Exception as error:
                    failure = type(error).__name__
            value = np.mean(values) if values else np.nan
            rows.append(dict(task=task, estimator=name, seed=seeds[0], truth=truth, value=value, failure=failure))
    return rows
""",
            "errors for values": RIGHT_RUNNER.replace("value=value", "value=abs(value - truth)"),
            "failures without a name": RIGHT_RUNNER.replace("type(error).__name__", '"failed"'),
        },
    },
    "moves": {
        "right": {
            "two loops": moves(),
            "an array of values": """
def largest_move(estimate, x, y, maps):
    pairs = [(x, y)]
    for f in maps:
        pairs += [(f(x), y), (x, f(y)), (f(x), f(y))]
    values = np.array([estimate(np.array(a), np.array(b)) for a, b in pairs], dtype=float)
    if not np.isfinite(values).all():
        return np.inf
    return float(np.abs(values[1:] - values[0]).max())
""",
            "an array of no dimension": """
def largest_move(estimate, x, y, maps):
    pairs = [(x, y)] + [pair for f in maps for pair in ((f(x), y), (x, f(y)), (f(x), f(y)))]
    v = np.array([estimate(a.copy(), b.copy()) for a, b in pairs], dtype=float)
    with np.errstate(invalid="ignore"):
        return np.where(np.isfinite(v).all(), np.abs(v[1:] - v[0]).max(), np.inf)
""",
            "identity among the maps": """
def largest_move(estimate, x, y, maps):
    same = lambda a: a
    before = estimate(1 * x, 1 * y)
    largest = 0.0
    for f in maps:
        for g, h in ((f, same), (same, f), (f, f)):
            move = abs(estimate(1 * g(x), 1 * h(y)) - before)
            if not np.isfinite(move):
                return float("inf")
            largest = max(largest, move)
    return largest
""",
        },
        "wrong": {
            "the estimate before is taken for finite": """
def largest_move(estimate, x, y, maps):
    before = estimate(x.copy(), y.copy())
    pairs = [pair for f in maps for pair in ((f(x), y), (x, f(y)), (f(x), f(y)))]
    after = np.array([estimate(a.copy(), b.copy()) for a, b in pairs], dtype=float)
    return float(np.abs(after - before).max()) if np.isfinite(after).all() else np.inf
""",
            "x alone": moves(pairs="((f(x), y),)"),
            "y alone is forgotten": moves(pairs="((f(x), y), (f(x), f(y)))"),
            "both sides together alone": moves(pairs="((f(x), f(y)),)"),
            "never both sides": moves(pairs="((f(x), y), (x, f(y)))"),
            "moves upwards alone": moves(change="estimate(pair[0].copy(), pair[1].copy()) - before"),
            "a relative change": moves(change="abs(estimate(pair[0].copy(), pair[1].copy()) / before - 1)"),
            "what is not finite is passed over": moves(answer="np.nanmax(np.nan_to_num(changes, nan=0, posinf=0))"),
            "no value is no move": moves(answer="max([c for c in changes if np.isfinite(c)], default=0.0)"),
            "the range of what the maps give": moves(
                change="estimate(pair[0].copy(), pair[1].copy())",
                answer="max(changes) - min(changes) if np.isfinite([before, *changes]).all() else np.inf",
            ),
            "the mean move": moves(answer="np.mean(changes) if np.isfinite(changes).all() else np.inf"),
            "arrays that the estimate may spoil": moves(change="abs(estimate(pair[0], pair[1]) - before)").replace(
                "estimate(x.copy(), y.copy())", "estimate(x, y)"
            ),
            "maps one after the other": """
def largest_move(estimate, x, y, maps):
    before = estimate(x.copy(), y.copy())
    changes = []
    for f in maps:
        for pair in ((f(x), y), (x, f(y)), (f(x), f(y))):
            changes.append(abs(estimate(pair[0].copy(), pair[1].copy()) - before))
        x, y = f(x), f(y)
    return max(changes) if np.isfinite(changes).all() else np.inf
""",
            "the first map alone": moves().replace("for f in maps", "for f in maps[:1]"),
        },
    },
    "ranks": {
        "right": {
            "two loops": """
def ranks(errors, width=2.0):
    count = errors.shape[1]
    rank = np.ones(count, dtype=int)
    for i in range(count):
        for j in range(count):
            d = errors[:, j] - errors[:, i]
            d = d[~np.isnan(d)]
            if len(d) > 1 and d.mean() + width * d.std(ddof=1) / np.sqrt(len(d)) < 0:
                rank[i] += 1
    return rank
""",
            "all differences at once": """
def ranks(errors, width=2.0):
    d = errors[:, :, None] - errors[:, None, :]
    known = ~np.isnan(d)
    m = known.sum(0)
    d = np.where(known, d, 0.0)
    mean = d.sum(0) / np.maximum(m, 1)
    squares = (np.where(known, d - mean, 0.0) ** 2).sum(0)
    half = width * np.sqrt(squares / np.maximum(m - 1, 1) / np.maximum(m, 1))
    return 1 + ((m > 1) & (mean + half < 0)).sum(0)
""",
            "who is ahead, as a function": ranks("""d = (a - b)[np.isfinite(a) & np.isfinite(b)]
        if d.size < 2:
            return False
        return bool(np.mean(d) < -width * np.sqrt(np.var(d, ddof=1) / d.size))"""),
        },
        "wrong": {
            "the order of the means, no ties": """
def ranks(errors, width=2.0):
    return np.nanmean(errors, axis=0).argsort().argsort() + 1
""",
            "intervals that do not overlap": ranks("""half = lambda v: width * np.nanstd(v, ddof=1) / np.sqrt((~np.isnan(v)).sum())
        return np.nanmean(a) + half(a) < np.nanmean(b) - half(b)"""),
            "the errors of the two means added": ranks("""va, vb = (np.nanvar(v, ddof=1) / (~np.isnan(v)).sum() for v in (a, b))
        return np.nanmean(a) - np.nanmean(b) + width * np.sqrt(va + vb) < 0"""),
            "only tasks that all have valued": ranks("""keep = ~np.isnan(errors).any(axis=1)
        d = (a - b)[keep]
        return len(d) > 1 and d.mean() + width * d.std(ddof=1) / np.sqrt(len(d)) < 0"""),
            "no value is no error": ranks("""d = np.nan_to_num(a) - np.nan_to_num(b)
        return d.mean() + width * d.std(ddof=1) / np.sqrt(len(d)) < 0"""),
            "each mean over tasks of its own": ranks("""d = (a - b)[~np.isnan(a - b)]
        if len(d) < 2:
            return False
        return np.nanmean(a) - np.nanmean(b) + width * d.std(ddof=1) / np.sqrt(len(d)) < 0"""),
            "the spread divided by m": ranks("""d = (a - b)[~np.isnan(a - b)]
        return len(d) > 1 and d.mean() + width * d.std() / np.sqrt(len(d)) < 0"""),
            "the spread for the error of the mean": ranks("""d = (a - b)[~np.isnan(a - b)]
        return len(d) > 1 and d.mean() + width * d.std(ddof=1) < 0"""),
            "counts those behind": ranks("""d = (b - a)[~np.isnan(a - b)]
        return len(d) > 1 and d.mean() + width * d.std(ddof=1) / np.sqrt(len(d)) < 0"""),
            "a width of its own": ranks("""d = (a - b)[~np.isnan(a - b)]
        return len(d) > 1 and d.mean() + 2.0 * d.std(ddof=1) / np.sqrt(len(d)) < 0"""),
            "ranks without gaps": """
def ranks(errors, width=2.0):
    count = errors.shape[1]
    rank = np.ones(count, dtype=int)
    for i in range(count):
        for j in range(count):
            d = errors[:, j] - errors[:, i]
            d = d[~np.isnan(d)]
            if len(d) > 1 and d.mean() + width * d.std(ddof=1) / np.sqrt(len(d)) < 0:
                rank[i] += 1
    return np.unique(rank, return_inverse=True)[1] + 1
""",
            "one task is enough": ranks("""d = (a - b)[~np.isnan(a - b)]
        spread = d.std(ddof=1) if len(d) > 1 else 0.0
        return len(d) > 0 and d.mean() + width * spread / np.sqrt(len(d)) < 0"""),
            "beaten by the best alone": """
def ranks(errors, width=2.0):
    best = np.nanmean(errors, axis=0).argmin()
    rank = []
    for i in range(errors.shape[1]):
        d = errors[:, best] - errors[:, i]
        d = d[~np.isnan(d)]
        behind = len(d) > 1 and d.mean() + width * d.std(ddof=1) / np.sqrt(len(d)) < 0
        rank.append(2 if behind else 1)
    return np.array(rank)
""",
        },
        "hidden": {},
    },
}
