"""Answers to the exercises of *Coarse graining the Ising model*: right ones, and wrong ones by name."""

_CUT = """
def cut(windows):
    w = windows
    return {block}, {environment}
"""


def _cut(
    block="w[:, 1:4, 1:4].reshape(-1, 9)",
    environment="np.hstack([w[:, 0, 1:4], w[:, 4, 1:4], w[:, 1:4, 0], w[:, 1:4, 4]])",
):
    return _CUT.format(block=block, environment=environment)


_FROZEN = """
def filtered_information(P, w):
    s = ising.patterns(len(w)).astype(float)
    u = {sums}
    levels = np.unique(u)
    merge = (u == levels[:, None]).astype(float)
    return {value}
"""


def _frozen(sums="np.round(s @ np.array(w), 9)", value="discrete.mutual_information(merge @ P @ merge.T)"):
    return _FROZEN.format(sums=sums, value=value)


_CHOOSE = """
def choose(filters, train, fresh):
    def value(w, data):
        return discrete.plug_in({bit}, data[1])
    scores = [value(w, {judge}) for w in filters]
    best = {pick}
    return {result}
"""


def _choose(
    bit="np.where(data[0] @ w >= 0, 1, -1)",
    judge="train",
    pick="int(np.argmax(scores))",
    result="best, value(filters[best], fresh)",
):
    return _CHOOSE.format(bit=bit, judge=judge, pick=pick, result=result)


_LOG = """
def read_log(log):
    def good(run):
        rate, every, factor = run["rate"], run["every"], run["factor"]
        return {good}
    broken = sorted(name for name in log if not good(log[name]))
    rest = {rest}
    return {broken}, max(rest, key=lambda name: {value})
"""


def _log(
    good="all(abs(r / (rate[0] * factor ** (e // every)) - 1) < 1e-6 for e, r in enumerate(rate))",
    rest="[name for name in log if name not in broken]",
    broken="broken",
    value='log[name]["held_out"][-1]',
):
    return _LOG.format(good=good, rest=rest, broken=broken, value=value)


_POOLED = "tuple(np.concatenate(pair) for pair in zip(train, fresh))"

ANSWERS = {
    "cut": {
        "right": {
            "four sides": _cut(),
            "a mask": """
def cut(windows):
    inside = np.zeros((5, 5), dtype=bool)
    inside[1:4, 1:4] = True
    outside = ~inside
    outside[[0, 0, -1, -1], [0, -1, 0, -1]] = False
    return windows[:, inside], windows[:, outside]
""",
            "site by site": """
def cut(windows):
    middle = [(i, j) for i in (1, 2, 3) for j in (1, 2, 3)]
    around = []
    for i, j in middle:
        for site in ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)):
            if site not in middle and site not in around:
                around.append(site)
    pick = lambda sites: np.stack([windows[:, i, j] for i, j in sites], axis=1)
    return [pick(middle), pick(around)]
""",
        },
        "wrong": {
            "block and environment overlap": _cut(
                environment="w.reshape(-1, 25)[:, [1, 2, 3, 6, 7, 8, 16, 17, 18, 21, 22, 23]]"
            ),
            "environment is the block's own ring": _cut(
                environment="np.hstack([w[:, 1, 1:4], w[:, 3, 1:4], w[:, 1:4, 1], w[:, 1:4, 3]])"
            ),
            "one side twice, and another never": _cut(
                environment="np.hstack([w[:, 0, 1:4], w[:, 4, 1:4], w[:, 1:4, 0], w[:, 1:4, 0]])"
            ),
            "corners counted too": _cut(environment="np.hstack([w[:, 0], w[:, 4], w[:, 1:4, 0], w[:, 1:4, 4]])"),
            "corners for the middle of the sides": _cut(
                environment="np.hstack([w[:, 0, [0, 1, 3, 4]], w[:, 4, [0, 1, 3, 4]], w[:, [1, 3], 0], w[:, [1, 3], 4]])"
            ),
            "block in the corner of the window": _cut(block="w[:, :3, :3].reshape(-1, 9)"),
            "block column by column": _cut(block="w[:, 1:4, 1:4].transpose(0, 2, 1).reshape(-1, 9)"),
            "pair the wrong way round": """
def cut(windows):
    w = windows
    E = np.hstack([w[:, 0, 1:4], w[:, 4, 1:4], w[:, 1:4, 0], w[:, 1:4, 4]])
    return E, w[:, 1:4, 1:4].reshape(-1, 9)
""",
            "windows mixed": _cut(
                environment="np.concatenate([w[:, 0, 1:4], w[:, 4, 1:4], w[:, 1:4, 0], w[:, 1:4, 4]]).reshape(-1, 12)"
            ),
            "sorted by value in each window": _cut(
                environment="np.sort(np.hstack([w[:, 0, 1:4], w[:, 4, 1:4], w[:, 1:4, 0], w[:, 1:4, 4]]), axis=1)[:, [3, 1, 2, 0, 4, 5, 6, 7, 8, 9, 10, 11]]"
            ),
            "first window alone": _cut(
                environment="np.hstack([w[:1, 0, 1:4], w[:1, 4, 1:4], w[:1, 1:4, 0], w[:1, 1:4, 4]]).repeat(len(w), 0)"
            ),
        },
    },
    "frozen": {
        "right": {
            "two products": _frozen(),
            "from the library": """
def filtered_information(P, w):
    table = ising.coarse_table(P, lambda s: ising.linear_filter(s, w))
    return discrete.mutual_information(table)
""",
            "a dictionary": """
def filtered_information(P, w):
    sums = [round(float(np.dot(s, w)), 8) + 0.0 for s in ising.patterns(len(w))]
    joint = {}
    for u, row in zip(sums, P):
        for v, p in zip(sums, row):
            joint[u, v] = joint.get((u, v), 0) + p
    pu, pv = {}, {}
    for (u, v), p in joint.items():
        pu[u] = pu.get(u, 0) + p
        pv[v] = pv.get(v, 0) + p
    return sum(p * np.log(p / (pu[u] * pv[v])) for (u, v), p in joint.items() if p > 0)
""",
        },
        "wrong": {
            "ties missed by rounding": _frozen(sums="sum(s[:, i] * w[i] for i in range(len(w)))"),
            "the left block alone": _frozen(value="discrete.mutual_information(merge @ P)"),
            "averages of rows": _frozen(
                value="(lambda M: discrete.mutual_information(M @ P @ M.T / (M @ P @ M.T).sum()))(merge / merge.sum(1, keepdims=True))"
            ),
            "bits": _frozen(value="discrete.mutual_information(merge @ P @ merge.T) / np.log(2)"),
            "the fine-grained value": _frozen(value="discrete.mutual_information(P)"),
            "patterns with the last spin slowest": _frozen(sums="np.round(s[:, ::-1] @ np.array(w), 9)"),
            "the sign of the sum": _frozen(sums="np.sign(np.round(s @ np.array(w), 9))"),
            "the size of the weights": _frozen(sums="np.round(s @ np.abs(w), 9)"),
            "rounded to one decimal": _frozen(sums="np.round(s @ np.array(w), 1)"),
            "entropy of the block variable": _frozen(value="discrete.entropy((merge @ P).sum(1))"),
            "a plug-in value called exact": _frozen(
                value="discrete.plug_in(*discrete.sample_table(merge @ P @ merge.T, 100_000, rng=0))"
            ),
            "rounded to whole numbers": _frozen(sums="np.round(s @ np.array(w))"),
            "repeated indices not added": """
def filtered_information(P, w):
    _, k = np.unique(np.round(ising.patterns(len(w)) @ w, 9), return_inverse=True)
    small = np.zeros((k.max() + 1, k.max() + 1))
    small[k[:, None], k[None, :]] += P
    return discrete.mutual_information(small)
""",
            "an array taken for granted": """
def filtered_information(P, w):
    s = ising.patterns(w.size) @ w
    _, k = np.unique(np.round(s, 9), return_inverse=True)
    table = np.zeros((k.max() + 1, k.max() + 1))
    np.add.at(table, (k[:, None], k), P)
    return discrete.mutual_information(table)
""",
        },
    },
    "choose": {
        "right": {
            "argmax": _choose(),
            "a loop": """
def choose(filters, train, fresh):
    bits = lambda w, V: (np.asarray(V).astype(int) @ np.asarray(w) >= 0).astype(int)
    best, top = 0, -np.inf
    for k, w in enumerate(filters):
        score = discrete.plug_in(bits(w, train[0]), train[1])
        if score > top:
            best, top = k, score
    return best, discrete.plug_in(bits(filters[best], fresh[0]), fresh[1])
""",
            "sorted": _choose(pick="sorted(range(len(scores)), key=lambda k: (-scores[k], k))[0]"),
        },
        "wrong": {
            "judged on its training data": _choose(result="best, scores[best]"),
            "chosen on the fresh data": _choose(judge="fresh"),
            "chosen on all data": _choose(judge=_POOLED),
            "value on all data": _choose(result=f"best, value(filters[best], {_POOLED})"),
            "best value on the fresh data": _choose(result="best, max(value(w, fresh) for w in filters)"),
            "roles exchanged": _choose(judge="fresh", result="best, value(filters[best], train)"),
            "ties down": _choose(bit="np.where(data[0] @ w > 0, 1, -1)"),
            "a tie as a third value": _choose(bit="np.sign(data[0] @ w)"),
            "the sum instead of its sign": _choose(bit="data[0] @ w"),
            "the worst filter": _choose(pick="int(np.argmin(scores))"),
            "counting from one": _choose(result="best + 1, value(filters[best], fresh)"),
            "bits": _choose(result="best, value(filters[best], fresh) / np.log(2)"),
            "the last of equals": """
def choose(filters, train, fresh):
    best, top = None, -1
    for k, w in enumerate(filters):
        v = discrete.plug_in(np.where(train[0] @ w >= 0, 1, -1), train[1])
        if v >= top: best, top = k, v
    return best, discrete.plug_in(np.where(fresh[0] @ filters[best] >= 0, 1, -1), fresh[1])
""",
        },
    },
    "log": {
        "right": {
            "ratios": _log(),
            "made anew": """
def read_log(log):
    broken = []
    for name, run in log.items():
        rate, asked = run["rate"][0], []
        for epoch in range(1, len(run["rate"]) + 1):
            asked.append(rate)
            if epoch % run["every"] == 0:
                rate = rate * run["factor"]
        if not np.allclose(asked, run["rate"], rtol=1e-9, atol=0):
            broken.append(name)
    last = {name: run["held_out"][-1] for name, run in log.items() if name not in broken}
    return sorted(broken), max(last, key=last.get)
""",
            "a table": """
def read_log(log):
    rows = []
    for name, run in log.items():
        e = np.arange(1, len(run["rate"]) + 1)
        asked = run["rate"][0] * run["factor"] ** np.floor((e - 1) / run["every"])
        wrong = np.abs(np.log(run["rate"] / asked)).max() > 1e-6
        rows.append({"name": name, "wrong": wrong, "value": run["held_out"][-1]})
    rows = pd.DataFrame(rows).set_index("name")
    return sorted(rows.index[rows.wrong]), rows.value[~rows.wrong].idxmax()
""",
        },
        "wrong": {
            "scheduler never looked at": _log(good="True"),
            "best by the training value": _log(value='log[name]["training"][-1]'),
            "best epoch reported": _log(value='max(log[name]["held_out"])'),
            "broken runs compete": _log(rest="list(log)"),
            "stepped an epoch early": _log(
                good="all(abs(r / (rate[0] * factor ** ((e + 1) // every)) - 1) < 1e-6 for e, r in enumerate(rate))"
            ),
            "any fall will do": _log(good="factor == 1 or rate[-1] < rate[0]"),
            "constant rate called broken": _log(good="rate[-1] < rate[0]"),
            "rates compared with an absolute tolerance": _log(
                good="np.allclose(rate, rate[0] * factor ** (np.arange(len(rate)) // every), atol=1e-2)"
            ),
            "stepped every epoch": _log(
                good="all(abs(r / (rate[0] * factor ** e) - 1) < 1e-6 for e, r in enumerate(rate))"
            ),
            "names in the order of the log": _log(broken="[name for name in log if name in broken]"),
            "the runs that did as asked": _log(broken="sorted(rest)"),
            "mean over the epochs": _log(value='np.mean(log[name]["held_out"])'),
            "the default tolerance of allclose": _log(
                good="np.allclose(rate, rate[0] * factor ** (np.arange(len(rate)) // every))"
            ),
        },
    },
}
