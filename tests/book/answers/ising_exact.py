"""Answers to the exercises of *The Ising model, and the exact answer*: right ones, and wrong ones by name."""

_TABLE = """
def exact_information(temperature):
    s = ising.patterns(9).reshape(-1, 3, 3).astype(int)
    {energy}
    w = {weight}
    up = s > 0
    table = np.zeros((4, 4))
    np.add.at(table, ({x}, {y}), w / w.sum())
    return {value}
"""


def _exact(
    energy="E = -(s * (np.roll(s, 1, 1) + np.roll(s, 1, 2))).sum((1, 2))",
    weight="np.exp(-E / temperature)",
    x="2 * up[:, 0, 0] + up[:, 1, 0]",
    y="2 * up[:, 0, 1] + up[:, 1, 1]",
    value="discrete.mutual_information(table)",
):
    return _TABLE.format(energy=energy, weight=weight.replace("-E", "-(E + 18)"), x=x, y=y, value=value)


_CORRECTED = """
def corrected_information(x, y):
    def H(labels):
        c = np.unique(labels, return_counts=True)[1]
        n, m = c.sum(), len(c)
        p = c / n
        return {entropy}
    return {value}
"""


def _corrected(entropy="-(p * np.log(p)).sum() + (m - 1) / (2 * n)", value="H(x) + H(y) - H(100 * x + y)"):
    return _CORRECTED.format(entropy=entropy, value=value)


ANSWERS = {
    "energies": {
        "right": {
            "four rolls": """
def energies(spins):
    around = sum(np.roll(spins, shift, axis) for shift in (-1, 1) for axis in (0, 1))
    return -0.5 * (spins * around).sum(), 2 * spins * around
""",
            "padding": """
def energies(spins):
    p = np.pad(spins, 1, mode="wrap")
    around = p[2:, 1:-1] + p[:-2, 1:-1] + p[1:-1, 2:] + p[1:-1, :-2]
    return -(spins * around).sum() / 2, 2.0 * spins * around
""",
            "loops": """
def energies(spins):
    L, E = len(spins), 0
    change = np.zeros((L, L))
    for i in range(L):
        for j in range(L):
            E -= spins[i, j] * (spins[(i + 1) % L, j] + spins[i, (j + 1) % L])
            for k, l in ((i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)):
                change[i, j] += 2 * spins[i, j] * spins[k % L, l % L]
    return [E, change]
""",
        },
        "wrong": {
            "bonds counted twice": """
def energies(spins):
    around = sum(np.roll(spins, shift, axis) for shift in (-1, 1) for axis in (0, 1))
    return -(spins * around).sum(), 2 * spins * around
""",
            "open boundary": """
def energies(spins):
    around = sum(np.roll(spins, shift, axis) for shift in (-1, 1) for axis in (0, 1))
    E = -(spins[1:] * spins[:-1]).sum() - (spins[:, 1:] * spins[:, :-1]).sum()
    return E, 2 * spins * around
""",
            "sign of the energy": """
def energies(spins):
    around = sum(np.roll(spins, shift, axis) for shift in (-1, 1) for axis in (0, 1))
    return 0.5 * (spins * around).sum(), 2 * spins * around
""",
            "sign of the change": """
def energies(spins):
    around = sum(np.roll(spins, shift, axis) for shift in (-1, 1) for axis in (0, 1))
    return -0.5 * (spins * around).sum(), -2 * spins * around
""",
            "change without the factor 2": """
def energies(spins):
    around = sum(np.roll(spins, shift, axis) for shift in (-1, 1) for axis in (0, 1))
    return -0.5 * (spins * around).sum(), spins * around
""",
            "change forgets the spin itself": """
def energies(spins):
    around = sum(np.roll(spins, shift, axis) for shift in (-1, 1) for axis in (0, 1))
    return -0.5 * (spins * around).sum(), 2 * around
""",
            "energy a site": """
def energies(spins):
    around = sum(np.roll(spins, shift, axis) for shift in (-1, 1) for axis in (0, 1))
    return -0.5 * (spins * around).mean(), 2 * spins * around
""",
            "diagonal neighbours": """
def energies(spins):
    around = sum(np.roll(spins, (a, b), (0, 1)) for a in (-1, 1) for b in (-1, 1))
    return -0.5 * (spins * around).sum(), 2 * spins * around
""",
            "no return": """
def energies(spins):
    print(spins.sum())
""",
        },
    },
    "exact-information": {
        "right": {
            "by enumeration": _exact(),
            "entropies by hand": _exact(
                value="(lambda H: H(table.sum(0)) + H(table.sum(1)) - H(table.ravel()))"
                "(lambda p: -sum(q * np.log(q) for q in p if q > 0))"
            ),
            "from the library": """
def exact_information(temperature):
    table = ising.neighbouring_blocks(2, 1, temperature, lattice=3)
    return float(discrete.mutual_information(table))
""",
        },
        "wrong": {
            "T for 1/T": _exact(weight="np.exp(-E * temperature)"),
            "bonds counted twice": _exact(
                energy="E = -sum((s * np.roll(s, d, a)).sum((1, 2)) for d in (-1, 1) for a in (1, 2))"
            ),
            "open boundary": _exact(
                energy="E = -(s[:, 1:] * s[:, :-1]).sum((1, 2)) - (s[:, :, 1:] * s[:, :, :-1]).sum((1, 2))"
            ),
            "bits": _exact(value="discrete.mutual_information(table) / np.log(2)"),
            "sign of the energy": _exact(weight="np.exp(E / temperature)"),
            "all patterns equally likely": _exact(weight="np.ones(512) + 0 * E"),
            "rows instead of columns": _exact(x="2 * up[:, 0, 0] + up[:, 1, 0]", y="2 * up[:, 2, 2] + up[:, 2, 0]"),
            "one spin each": _exact(x="1 * up[:, 0, 0]", y="1 * up[:, 0, 1]"),
            "entropy of X": _exact(value="discrete.entropy(table.sum(1))"),
            "a plug-in value called exact": """
def exact_information(temperature):
    table = ising.neighbouring_blocks(2, 1, temperature, lattice=3)
    return discrete.plug_in(*discrete.sample_table(table, 10_000, rng=0))
""",
            "the infinite lattice": """
def exact_information(temperature):
    return discrete.mutual_information(ising.neighbouring_blocks(2, 1, temperature))
""",
            "the second block a row lower": _exact(y="2 * up[:, 1, 1] + up[:, 2, 1]"),
            "weights that do not add up to 1": """
def exact_information(temperature):
    s = ising.patterns(9).reshape(-1, 3, 3).astype(int)
    E = -(s * (np.roll(s, -1, 1) + np.roll(s, -1, 2))).sum(axis=(1, 2))
    P = np.exp(-(E - E.min()) / temperature)
    code = lambda a, b: 2 * (a > 0) + (b > 0)
    table = np.zeros((4, 4))
    np.add.at(table, (code(s[:, 0, 0], s[:, 1, 0]), code(s[:, 0, 1], s[:, 1, 1])), P)
    return discrete.mutual_information(table)
""",
            "patterns that share a cell are added once": _exact().replace(
                "np.add.at(table, (2 * up[:, 0, 0] + up[:, 1, 0], 2 * up[:, 0, 1] + up[:, 1, 1]), w / w.sum())",
                "table[2 * up[:, 0, 0] + up[:, 1, 0], 2 * up[:, 0, 1] + up[:, 1, 1]] += w / w.sum()",
            ),
        },
    },
    "corrected": {
        "right": {
            "by hand": _corrected(),
            "corrections collected": _corrected(
                entropy="np.array([np.log(n) - c @ np.log(c) / n, m - 1])",
                value="(H(x) + H(y) - H(100 * x + y)) @ [1, 1 / (2 * len(x))]",
            ),
            "from the library": """
def corrected_information(x, y):
    return discrete.plug_in(x, y, "miller-madow")
""",
        },
        "wrong": {
            "not corrected": _corrected(entropy="-(p * np.log(p)).sum()"),
            "sign of the correction": _corrected(entropy="-(p * np.log(p)).sum() - (m - 1) / (2 * n)"),
            "m for m - 1": _corrected(entropy="-(p * np.log(p)).sum() + m / (2 * n)"),
            "n for 2 n": _corrected(entropy="-(p * np.log(p)).sum() + (m - 1) / n"),
            "bits": _corrected(entropy="(-(p * np.log(p)).sum() + (m - 1) / (2 * n)) / np.log(2)"),
            "all possible labels counted": _corrected(entropy="-(p * np.log(p)).sum() + 99 / (2 * n)"),
            "all possible pairs counted": """
def corrected_information(x, y):
    def H(labels):
        c = np.unique(labels, return_counts=True)[1]
        return -(c / len(x) * np.log(c / len(x))).sum(), len(c)
    (h_x, m_x), (h_y, m_y), (h_xy, _) = H(x), H(y), H(100 * x + y)
    return h_x + h_y - h_xy + (m_x + m_y - m_x * m_y - 1) / (2 * len(x))
""",
            "pairs that collide": _corrected(value="H(x) + H(y) - H(x + y)"),
            "joint entropy alone": _corrected(value="H(100 * x + y)"),
            "cut off at zero": _corrected(value="max(H(x) + H(y) - H(100 * x + y), 0.0)"),
            "the correction of the pairs added": _corrected(
                value="H(x) + H(y) - H(100 * x + y) + (len(np.unique(100 * x + y)) - 1) / len(x)"
            ),
            "largest label + 1 for m": """
def corrected_information(x, y):
    def H(labels, m):
        c = np.unique(labels, return_counts=True)[1]
        p = c / c.sum()
        return -(p * np.log(p)).sum() + (m - 1) / (2 * c.sum())
    mx, my = x.max() + 1, y.max() + 1
    return H(x, mx) + H(y, my) - H(100 * x + y, mx * my)
""",
            "pairs that collide from the label 10 on": _corrected(value="H(x) + H(y) - H(10 * x + y)"),
        },
    },
}
