"""Answers to the exercises of *When the bound lies*: right ones, and wrong ones by name."""

ANSWERS = {
    "split": {
        "right": {
            "a permutation of y in each part": """
def split_and_pair(z, n_test, rng):
    order = rng.permutation(len(z))
    test, train = z[order[:n_test]], z[order[n_test:]]
    pair = lambda part: np.column_stack([part[:, 0], rng.permutation(part[:, 1])])
    return train, pair(train), test, pair(test)
""",
            "resampling with replacement in each part": """
def split_and_pair(z, n_test, rng):
    held = np.zeros(len(z), dtype=bool)
    held[rng.choice(len(z), n_test, replace=False)] = True
    result = []
    for part in (z[~held], z[held]):
        columns = [dv.resample(part[:, c], len(part), replace=True, rng=rng) for c in (0, 1)]
        result += [part, np.column_stack(columns)]
    return tuple(result)
""",
            "a mask, and the next row in the old order": """
def split_and_pair(z, n_test, rng):
    held = rng.permutation(len(z)) < n_test
    pair = lambda part: np.column_stack([part[:, 0], np.roll(part[:, 1], -1)])
    return z[~held], pair(z[~held]), z[held], pair(z[held])
""",
            "loops and lists": """
def split_and_pair(z, n_test, rng):
    rows = [list(row) for row in rng.permutation(z)]
    test, train = rows[:n_test], rows[n_test:]
    train_ref = [[train[i][0], train[i - 1][1]] for i in range(len(train))]
    test_ref = [[test[i][0], test[i - 3][1]] for i in range(len(test))]
    return np.array(train), np.array(train_ref), np.array(test), np.array(test_ref)
""",
        },
        "wrong": {
            "split after resampling": """
def split_and_pair(z, n_test, rng):
    z = rng.permutation(z)
    ref = np.column_stack([z[:, 0], rng.permutation(z[:, 1])])
    return z[n_test:], ref[n_test:], z[:n_test], ref[:n_test]
""",
            "rows unpaired before the split": """
def split_and_pair(z, n_test, rng):
    z = np.column_stack([rng.permutation(z[:, 0]), rng.permutation(z[:, 1])])
    test, train = z[:n_test], z[n_test:]
    pair = lambda part: np.column_stack([part[:, 0], np.roll(part[:, 1], 1)])
    return train, pair(train), test, pair(test)
""",
            "the first rows are held out": """
def split_and_pair(z, n_test, rng):
    test, train = z[:n_test], z[n_test:]
    pair = lambda part: np.column_stack([part[:, 0], rng.permutation(part[:, 1])])
    return train, pair(train), test, pair(test)
""",
            "test drawn from all, train is all": """
def split_and_pair(z, n_test, rng):
    test = z[rng.choice(len(z), n_test, replace=False)]
    pair = lambda part: np.column_stack([part[:, 0], rng.permutation(part[:, 1])])
    return z, pair(z), test, pair(test)
""",
            "the reference is the joint sample": """
def split_and_pair(z, n_test, rng):
    z = rng.permutation(z)
    test, train = z[:n_test], z[n_test:]
    return train, rng.permutation(train), test, rng.permutation(test)
""",
            "test reference from the training part": """
def split_and_pair(z, n_test, rng):
    z = rng.permutation(z)
    test, train = z[:n_test], z[n_test:]
    ref = np.column_stack([train[:, 0], np.roll(train[:, 1], 1)])
    return train, ref, test, ref[:n_test]
""",
            "train and test swapped": """
def split_and_pair(z, n_test, rng):
    z = rng.permutation(z)
    train, test = z[:n_test], z[n_test:]
    pair = lambda part: np.column_stack([part[:, 0], np.roll(part[:, 1], 1)])
    return train, pair(train), test, pair(test)
""",
            "global generator": """
def split_and_pair(z, n_test, rng):
    z = np.random.permutation(z)
    test, train = z[:n_test], z[n_test:]
    pair = lambda part: np.column_stack([part[:, 0], np.roll(part[:, 1], 1)])
    return train, pair(train), test, pair(test)
""",
            "a generator of its own": """
def split_and_pair(z, n_test, rng):
    own = np.random.default_rng(0)
    z = own.permutation(z)
    parts = z[n_test:], z[:n_test]
    pairs = [np.column_stack([part[:, 0], own.permutation(part[:, 1])]) for part in parts]
    return parts[0], pairs[0], parts[1], pairs[1]
""",
            "one y for all": """
def split_and_pair(z, n_test, rng):
    z = rng.permutation(z)
    test, train = z[:n_test], z[n_test:]
    pair = lambda part: np.column_stack([part[:, 0], np.full(len(part), part[0, 1])])
    return train, pair(train), test, pair(test)
""",
            "one x for all": """
def split_and_pair(z, n_test, rng):
    z = rng.permutation(z)
    test, train = z[:n_test], z[n_test:]
    pair = lambda q: np.column_stack([np.full(len(q), q[0, 0]), q[:, 1]])
    return train, pair(train), test, pair(test)
""",
            "sorted by x, then shifted": """
def split_and_pair(z, n_test, rng):
    z = rng.permutation(z)
    test, train = z[:n_test], z[n_test:]
    def pair(part):
        part = part[np.argsort(part[:, 0])]
        return np.column_stack([part[:, 0], np.roll(part[:, 1], 1)])
    return train, pair(train), test, pair(test)
""",
            "sorted by distance from 0, then shifted": """
def split_and_pair(z, n_test, rng):
    z = rng.permutation(z)
    test, train = z[:n_test], z[n_test:]
    def pair(part):
        part = part[np.argsort(abs(part[:, 0]))]
        return np.column_stack([part[:, 0], np.roll(part[:, 1], 1)])
    return train, pair(train), test, pair(test)
""",
        },
    },
    "early-stop": {
        "right": {
            "cut, then argmax": """
def early_stop(training, validation, test, patience):
    last = len(validation)
    for end in range(1, len(validation) + 1):
        if end - 1 - int(np.argmax(validation[:end])) >= patience:
            last = end
            break
    best = int(np.argmax(validation[:last]))
    return best + 1, test[best]
""",
            "count the epochs without progress": """
def early_stop(training, validation, test, patience):
    best_value, best_epoch, waited = float("-inf"), 0, 0
    for epoch, value in enumerate(validation, start=1):
        if value > best_value:
            best_value, best_epoch, waited = value, epoch, 0
        else:
            waited += 1
        if waited == patience:
            break
    return best_epoch, test[best_epoch - 1]
""",
            "while": """
def early_stop(training, validation, test, patience):
    best = now = 0
    while now + 1 < len(validation) and now - best < patience:
        now += 1
        best = now if validation[now] > validation[best] else best
    return best + 1, float(test[best])
""",
        },
        "wrong": {
            "early stop on the training curve": """
def early_stop(training, validation, test, patience):
    best = int(np.argmax(training))
    return best + 1, test[best]
""",
            "maximum over epochs as the estimate": """
def early_stop(training, validation, test, patience):
    best = int(np.argmax(test))
    return best + 1, test[best]
""",
            "the validation value is reported": """
def early_stop(training, validation, test, patience):
    best = 0
    for epoch, value in enumerate(validation):
        if value > validation[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best + 1, validation[best]
""",
            "looks beyond the stop": """
def early_stop(training, validation, test, patience):
    best = int(np.argmax(validation))
    return best + 1, test[best]
""",
            "counted from 0": """
def early_stop(training, validation, test, patience):
    best = 0
    for epoch, value in enumerate(validation):
        if value > validation[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best, test[best]
""",
            "the epoch of the stop instead of the best": """
def early_stop(training, validation, test, patience):
    best = 0
    for epoch, value in enumerate(validation):
        if value > validation[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return epoch + 1, test[epoch]
""",
            "stops at the first fall": """
def early_stop(training, validation, test, patience):
    best = 0
    while best + 1 < len(validation) and validation[best + 1] > validation[best]:
        best += 1
    return best + 1, test[best]
""",
            "one epoch too patient": """
def early_stop(training, validation, test, patience):
    best = 0
    for epoch, value in enumerate(validation):
        if value > validation[best]:
            best = epoch
        if epoch - best > patience:
            break
    return best + 1, test[best]
""",
            "an equal value counts as better": """
def early_stop(training, validation, test, patience):
    best = 0
    for epoch, value in enumerate(validation):
        if value >= validation[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best + 1, test[best]
""",
            "better than the epoch before": """
def early_stop(training, validation, test, patience):
    best, waited = 0, 0
    for epoch in range(1, len(validation)):
        if validation[epoch] > validation[epoch - 1]:
            waited = 0
            if validation[epoch] > validation[best]:
                best = epoch
        else:
            waited += 1
            if waited >= patience:
                break
    return best + 1, test[best]
""",
            "patience is never renewed": """
def early_stop(training, validation, test, patience):
    best, epoch, bad = -np.inf, 0, 0
    for k, value in enumerate(validation, 1):
        if value > best:
            best, epoch = value, k
        else:
            bad += 1
            if bad >= patience:
                break
    return epoch, test[epoch - 1]
""",
        },
    },
    "spread-study": {
        "right": {
            "one generator for all runs": """
def spread_study(run, n_runs, seed):
    rng = np.random.default_rng(seed)
    values = np.array([run(rng) for _ in range(n_runs)])
    return values.mean(), values.std(ddof=1), values.std(ddof=1) / n_runs**0.5
""",
            "spawned generators": """
def spread_study(run, n_runs, seed):
    values = np.array([run(rng) for rng in np.random.default_rng(seed).spawn(n_runs)])
    return values.mean(), values.std(ddof=1), values.std(ddof=1) / np.sqrt(n_runs)
""",
            "the standard library": """
def spread_study(run, n_runs, seed):
    import statistics
    values = [run(np.random.default_rng([seed, k])) for k in range(n_runs)]
    spread = statistics.stdev(values)
    return statistics.fmean(values), spread, spread / n_runs**0.5
""",
        },
        "wrong": {
            "the same seed in every run": """
def spread_study(run, n_runs, seed):
    values = np.array([run(np.random.default_rng(seed)) for _ in range(n_runs)])
    return values.mean(), values.std(ddof=1), values.std(ddof=1) / np.sqrt(n_runs)
""",
            "neighbouring seeds shared by studies": """
def spread_study(run, n_runs, seed):
    values = np.array([run(np.random.default_rng(seed + k)) for k in range(n_runs)])
    return values.mean(), values.std(ddof=1), values.std(ddof=1) / np.sqrt(n_runs)
""",
            "thousands between the seeds": """
def spread_study(run, n_runs, seed):
    values = np.array([run(np.random.default_rng(1000 * seed + k)) for k in range(n_runs)])
    return values.mean(), values.std(ddof=1), values.std(ddof=1) / np.sqrt(n_runs)
""",
            "seeds n runs apart": """
def spread_study(run, n_runs, seed):
    values = np.array([run(np.random.default_rng(n_runs * seed + k)) for k in range(n_runs)])
    return values.mean(), values.std(ddof=1), values.std(ddof=1) / np.sqrt(n_runs)
""",
            "best of seeds": """
def spread_study(run, n_runs, seed):
    values = np.array([run(rng) for rng in np.random.default_rng(seed).spawn(n_runs)])
    return values.max(), values.std(ddof=1), values.std(ddof=1) / np.sqrt(n_runs)
""",
            "divided by n": """
def spread_study(run, n_runs, seed):
    values = np.array([run(rng) for rng in np.random.default_rng(seed).spawn(n_runs)])
    return values.mean(), values.std(), values.std() / np.sqrt(n_runs)
""",
            "standard error for spread": """
def spread_study(run, n_runs, seed):
    values = np.array([run(rng) for rng in np.random.default_rng(seed).spawn(n_runs)])
    error = values.std(ddof=1) / np.sqrt(n_runs)
    return values.mean(), error, error
""",
            "spread divided by n runs": """
def spread_study(run, n_runs, seed):
    values = np.array([run(rng) for rng in np.random.default_rng(seed).spawn(n_runs)])
    return values.mean(), values.std(ddof=1), values.std(ddof=1) / n_runs
""",
            "global generator": """
def spread_study(run, n_runs, seed):
    np.random.seed(seed)
    values = np.array([run(np.random.default_rng(np.random.randint(2**31))) for _ in range(n_runs)])
    return values.mean(), values.std(ddof=1), values.std(ddof=1) / np.sqrt(n_runs)
""",
            "variance for spread": """
def spread_study(run, n_runs, seed):
    values = np.array([run(rng) for rng in np.random.default_rng(seed).spawn(n_runs)])
    return values.mean(), values.var(ddof=1), values.std(ddof=1) / np.sqrt(n_runs)
""",
            "the median": """
def spread_study(run, n_runs, seed):
    values = np.array([run(rng) for rng in np.random.default_rng(seed).spawn(n_runs)])
    return np.median(values), values.std(ddof=1), values.std(ddof=1) / np.sqrt(n_runs)
""",
            "n - 1 for n once more": """
def spread_study(run, n_runs, seed):
    values = np.array([run(rng) for rng in np.random.default_rng(seed).spawn(n_runs)])
    return values.mean(), values.std(ddof=1), values.std(ddof=1) / np.sqrt(n_runs - 1)
""",
            "a SeedSequence for a generator": """
def spread_study(run, n_runs, seed):
    v = [run(s) for s in np.random.SeedSequence(seed).spawn(n_runs)]
    return np.mean(v), np.std(v, ddof=1), np.std(v, ddof=1) / np.sqrt(n_runs)
""",
        },
        "hidden": {
            "thousands between the seeds": "to see it takes a study of more than 1000 runs",
            "seeds n runs apart": "to see it takes studies of several lengths",
            "global generator": "its results are right; what it leaves behind shows in the next draw of others",
        },
    },
}
