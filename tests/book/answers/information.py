"""Answers to the exercises of *How much does X tell us about Y?*: right ones, and wrong ones by name."""


def world(sample=None, reference=None, truth=None):
    """A `NoisyCopy` whose three methods are as given, or right."""
    sample = sample or (
        "x, w = np.random.default_rng(rng).standard_normal((2, n))\nreturn np.column_stack([x, x + self.sigma * w])"
    )
    reference = reference or (
        "a, b = np.random.default_rng(rng).spawn(2)\n"
        "y = np.sqrt(1 + self.sigma**2) * b.standard_normal(n)\n"
        "return np.column_stack([a.standard_normal(n), y])"
    )
    truth = truth or "return 0.5 * np.log(1 + 1 / self.sigma**2)"
    heads = (
        ("__init__(self, sigma)", "self.sigma = sigma"),
        ("sample(self, n, rng)", sample),
        ("sample_reference(self, n, rng)", reference),
        ("mutual_information(self)", truth),
    )
    lines = ["class NoisyCopy:"]
    for head, body in heads:
        lines += [f"    def {head}:", *(f"        {line}" for line in body.split("\n"))]
    return "\n".join(lines)


ANSWERS = {
    "gaussian-information": {
        "right": {
            "the formula": """
def gaussian_information(rho):
    return -0.5 * np.log(1 - rho**2)
""",
            "log of a root": """
def gaussian_information(rho):
    rho = np.asarray(rho)
    return np.log(1 / np.sqrt((1 - rho) * (1 + rho)))
""",
            "from entropies": """
def gaussian_information(rho):
    h = 0.5 * np.log(2 * np.pi * np.e)
    joint = np.log(2 * np.pi * np.e) + 0.5 * np.log1p(-np.multiply(rho, rho))
    return 2 * h - joint
""",
        },
        "wrong": {
            "the sign": """
def gaussian_information(rho):
    return 0.5 * np.log(1 - rho**2)
""",
            "no half": """
def gaussian_information(rho):
    return -np.log(1 - rho**2)
""",
            "bits for nats": """
def gaussian_information(rho):
    return -0.5 * np.log2(1 - rho**2)
""",
            "no square": """
def gaussian_information(rho):
    return -0.5 * np.log(1 - rho)
""",
            "absolute value for the square": """
def gaussian_information(rho):
    return -0.5 * np.log(1 - np.abs(rho))
""",
            "plus for minus inside": """
def gaussian_information(rho):
    return 0.5 * np.log(1 + rho**2)
""",
            "the square of the correlation itself": """
def gaussian_information(rho):
    return np.square(rho)
""",
            "numbers only": """
import math
def gaussian_information(rho):
    return -0.5 * math.log(1 - rho**2)
""",
            "one number for an array": """
def gaussian_information(rho):
    return np.mean(-0.5 * np.log(1 - np.square(rho)))
""",
        },
    },
    "units": {
        "right": {
            "a table of factors": """
def convert(value, unit, to):
    size = {"nats": 1, "bits": np.log(2), "hartleys": np.log(10)}
    if unit not in size or to not in size:
        raise ValueError("unknown unit")
    return value * size[unit] / size[to]
""",
            "through bits": """
def convert(value, unit, to):
    per_bit = {"nats": np.log(2), "bits": 1.0, "hartleys": np.log10(2)}
    try:
        return value / per_bit[unit] * per_bit[to]
    except KeyError as error:
        raise ValueError(f"unknown unit {error}") from None
""",
            "by bases": """
import math
def convert(value, unit, to):
    names, bases = ["nats", "bits", "hartleys"], [math.e, 2, 10]
    return value * math.log(bases[names.index(unit)], bases[names.index(to)])
""",
        },
        "wrong": {
            "the factor upside down": """
def convert(value, unit, to):
    size = {"nats": 1, "bits": np.log(2), "hartleys": np.log(10)}
    if unit not in size or to not in size:
        raise ValueError
    return value * size[to] / size[unit]
""",
            "nothing to convert": """
def convert(value, unit, to):
    if not {unit, to} <= {"nats", "bits", "hartleys"}:
        raise ValueError
    return value
""",
            "the logarithm of the value": """
def convert(value, unit, to):
    if not {unit, to} <= {"nats", "bits", "hartleys"}:
        raise ValueError
    return {"nats": np.log, "bits": np.log2, "hartleys": np.log10}[to](value)
""",
            "through probabilities, which overflow": """
def convert(value, unit, to):
    base = {"nats": np.e, "bits": 2.0, "hartleys": 10.0}
    if unit not in base or to not in base:
        raise ValueError
    with np.errstate(all="ignore"):
        return np.log(np.power(base[unit], value)) / np.log(base[to])
""",
            "unknown units pass as nats": """
def convert(value, unit, to):
    size = {"bits": np.log(2), "hartleys": np.log(10)}
    return value * size.get(unit, 1) / size.get(to, 1)
""",
            "KeyError for ValueError": """
def convert(value, unit, to):
    size = {"nats": 1, "bits": np.log(2), "hartleys": np.log(10)}
    return value * size[unit] / size[to]
""",
            "ln 2 rounded": """
def convert(value, unit, to):
    size = {"nats": 1, "bits": 0.7, "hartleys": 2.3}
    if unit not in size or to not in size:
        raise ValueError
    return value * size[unit] / size[to]
""",
            "same unit, no check": """
def convert(value, unit, to):
    if unit == to:
        return value
    size = {"nats": 1, "bits": np.log(2), "hartleys": np.log(10)}
    if unit not in size or to not in size:
        raise ValueError
    return value * size[unit] / size[to]
""",
            "negative values cut": """
def convert(value, unit, to):
    size = {"nats": 1, "bits": np.log(2), "hartleys": np.log(10)}
    if unit not in size or to not in size:
        raise ValueError
    return max(0, value) * size[unit] / size[to]
""",
            "powers of Python's numbers, which overflow": """
def convert(value, unit, to):
    base = {"nats": np.e, "bits": 2.0, "hartleys": 10.0}
    if unit not in base or to not in base:
        raise ValueError("unknown unit")
    return float(np.log(base[unit] ** value) / np.log(base[to]))
""",
        },
    },
    "world": {
        "right": {
            "spawned generators": world(),
            "a Gaussian from dv, stretched": """
class NoisyCopy:
    def __init__(self, sigma):
        self.scale = np.array([1, np.hypot(1, sigma)])
        self.inner = dv.BivariateGaussian(1 / self.scale[1])

    def sample(self, n, rng):
        return self.inner.sample(n, rng) * self.scale

    def sample_reference(self, n, rng):
        return self.inner.sample_reference(n, rng) * self.scale

    def mutual_information(self):
        return self.inner.mutual_information()
""",
            "the y of another joint sample": world(
                reference="first, second = np.random.default_rng(rng).spawn(2)\n"
                "x, y = self.sample(n, first)[:, 0], self.sample(n, second)[:, 1]\n"
                "return np.stack([x, y], axis=1)",
                truth="return -0.5 * np.log(self.sigma**2 / (1 + self.sigma**2))",
            ),
        },
        "wrong": {
            "one seed for joint and reference": world(
                reference="x, w = np.random.default_rng(rng).standard_normal((2, n))\n"
                "return np.column_stack([x, np.sqrt(1 + self.sigma**2) * w])"
            ),
            "one seed for x and y of the reference": world(
                reference="x = self.sample(n, 17 + 1000)[:, 0]\ny = self.sample(n, 17 + 1000)[:, 1]\n"
                "return np.column_stack([x, y])"
            ),
            "the joint sample for the reference": world(
                reference="return self.sample(n, np.random.default_rng(rng).spawn(1)[0])"
            ),
            "the joint sample shuffled": world(
                reference="Z = self.sample(n, rng)\n"
                "Z[:, 1] = np.random.default_rng([5, 6]).permutation(Z[:, 1])\nreturn Z"
            ),
            "the joint sample, either column shuffled": world(
                reference="shuffle = np.random.default_rng([5, 6]).permutation\n"
                "return np.column_stack([shuffle(v) for v in self.sample(n, rng).T])"
            ),
            "the reference about another mean": world(
                reference="a, b = np.random.default_rng(rng).spawn(2)\n"
                "y = 0.5 + np.sqrt(1 + self.sigma**2) * b.standard_normal(n)\n"
                "return np.column_stack([a.standard_normal(n), y])"
            ),
            "uniform noise": world(
                sample="rng = np.random.default_rng(rng)\nx = rng.standard_normal(n)\n"
                "w = rng.uniform(-np.sqrt(3), np.sqrt(3), n)\nreturn np.column_stack([x, x + self.sigma * w])"
            ),
            "a uniform reference of the right spread": world(
                reference="a, b = np.random.default_rng(rng).spawn(2)\n"
                "x, y = (np.sqrt(3) * g.uniform(-1, 1, n) for g in (a, b))\n"
                "return np.column_stack([x, np.sqrt(1 + self.sigma**2) * y])"
            ),
            "y of the reference has variance 1": world(
                reference="a, b = np.random.default_rng(rng).spawn(2)\n"
                "return np.column_stack([a.standard_normal(n), b.standard_normal(n)])"
            ),
            "sigma for a variance": world(
                sample="x, w = np.random.default_rng(rng).standard_normal((2, n))\n"
                "return np.column_stack([x, x + np.sqrt(self.sigma) * w])"
            ),
            "truth in bits": world(truth="return 0.5 * np.log2(1 + 1 / self.sigma**2)"),
            "truth without the half": world(truth="return np.log(1 + 1 / self.sigma**2)"),
            "truth with the wrong sign": world(truth="return 0.5 * np.log(1 - 1 / (1 + self.sigma**2))"),
            "sigma taken for the correlation": world(truth="return -0.5 * np.log(1 - min(self.sigma, 0.999)**2)"),
            "truth by simulation": world(
                truth="x, y = self.sample(100_000, 0).T\nreturn -0.5 * np.log(1 - np.corrcoef(x, y)[0, 1]**2)"
            ),
            "global generator": world(
                sample="np.random.seed(rng if isinstance(rng, int) else 0)\n"
                "x, w = np.random.standard_normal((2, n))\n"
                "return np.column_stack([x, x + self.sigma * w])"
            ),
            "an int seed only": world(
                sample="x, w = np.random.default_rng(int(rng)).standard_normal((2, n))\n"
                "return np.column_stack([x, x + self.sigma * w])"
            ),
            "sigma for the variance in the truth": world(truth="return 0.5 * np.log(1 + 1 / self.sigma)"),
            "the slope of the regression for the correlation": world(
                truth="rho = 1 / (1 + self.sigma**2)\nreturn -0.5 * np.log(1 - rho**2)"
            ),
            "draws from an int": world(
                "x, w = rng.standard_normal((2, n))\nreturn np.column_stack([x, x + self.sigma * w])"
            ),
        },
    },
}
