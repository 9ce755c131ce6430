"""The small pictures on the cards of the map: lines, dots and squares in a frame of 120 by 64."""

import numpy as np

from dv import BivariateGaussian

WIDTH, HEIGHT = 120, 64


def line(x, y, kind=""):
    """A line through points."""
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(np.ravel(x), np.ravel(y), strict=True))
    return f'<polyline class="{kind}" points="{points}"/>'


def dots(x, y, kind="", r=2.2):
    return "".join(f'<circle class="{kind}" cx="{a:.1f}" cy="{b:.1f}" r="{r}"/>' for a, b in zip(x, y, strict=True))


def square(x, y, size, kind):
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{size}" height="{size}"/>'


def bar(x, top, kind, width=14, foot=58):
    return f'<rect class="{kind}" x="{x}" y="{top}" width="{width}" height="{foot - top}"/>'


def interval(low, middle, high, y, kind):
    """A point with its error bar."""
    return line([low, high], [y, y], kind) + dots([middle], [y], f"{kind} full", 3)


def bell(x, middle, width, high):
    return 58 - high * np.exp(-(((x - middle) / width) ** 2) / 2)


def information():
    x, y = BivariateGaussian(0.85).sample(60, rng=1).T
    return line([32, 32, 90], [4, 60, 60], "axis") + dots(60 + 11 * x, 33 - 11 * y, "joint full", 1.6)


def divergence():
    x = np.linspace(6, 114, 37)
    return line(x, bell(x, 46, 14, 48), "joint") + line(x, bell(x, 72, 20, 36), "reference dashed")


def f_divergences():
    x = np.linspace(18, 102, 22)
    touch = np.array([36, 80])
    curve, at = (54 - (u - 60) ** 2 / 36 for u in (x, touch))
    ends = zip(touch, at, touch - 60, strict=True)  # 18 steps at a slope of (u - 60) / 18
    tangents = "".join(line([a - 18, a + 18], [b + fall, b - fall], "reference") for a, b, fall in ends)
    return line(x, curve, "joint") + tangents + dots(touch, at, "full")


def donsker_varadhan():
    bars = zip((16, 40, 64, 88), (46, 34, 22, 14), strict=True)
    return "".join(bar(x, top, "joint full") for x, top in bars) + line([8, 112], [10, 10], "dashed")


def training():
    steps = np.linspace(0, 1, 31)
    noise = np.random.default_rng(2).normal(0, 1.8, len(steps))
    value = 58 - 41 * (1 - np.exp(-5 * steps)) + noise * (steps > 0)
    return line([8, 112], [14, 14], "dashed") + line(8 + 104 * steps, value, "joint")


def overfitting():
    t = np.linspace(0, 1, 27)
    held_out = 58 - 120 * t * np.exp(-2.6 * t)
    return (
        line([8, 112], [36, 36], "dashed")
        + line(8 + 104 * t, 58 - 52 * (1 - np.exp(-2.6 * t)), "joint")
        + line(8 + 104 * t, held_out, "reference")
    )


def resampling():
    x, y = np.meshgrid(np.arange(36, 96, 12), np.arange(56, -4, -12))
    same = np.eye(5, dtype=bool)
    return dots(x[~same], y[~same], "reference", 2.6) + dots(x[same], y[same], "joint full", 4)


def mine():
    raw = 34 + np.random.default_rng(5).normal(0, 11, 36)
    smooth = np.zeros(36)
    smooth[0] = 50
    for i in range(1, 36):
        smooth[i] = smooth[i - 1] + 0.15 * (raw[i] - smooth[i - 1])
    x = np.linspace(8, 112, 36)
    return line(x, np.clip(raw, 4, 60), "reference thin") + line(x, smooth, "joint")


def minee():
    less = line([34, 40], [33, 33])
    equal = line([86, 90], [30, 30]) + line([86, 90], [36, 36])
    small = bar(44, 44, "reference", 18) + bar(64, 46, "reference", 18)
    return bar(12, 8, "joint full", 18) + less + small + equal + bar(94, 34, "joint full", 18)


def bounds():
    x = np.linspace(8, 112, 27)
    truth = 58 - (x - 8) / 2
    capped = [np.maximum(truth, top) + 3 * np.exp(-(((x - at) / 14) ** 2)) for top, at in ((22, 80), (40, 44))]
    return line(x, truth, "dashed") + line(x, capped[0], "joint") + line(x, capped[1], "reference")


def estimate():
    rows = [(38, 58, 76, 14), (50, 66, 80, 32), (44, 60, 74, 50)]
    return line([62, 62], [4, 60], "dashed") + "".join(interval(*row, "joint") for row in rows)


def benchmark():
    rows = [(16, 24, 32, 10), (26, 36, 46, 25), (30, 42, 54, 40), (70, 86, 102, 55)]
    kinds = ["joint", "reference", "reference", "reference"]
    return line([8, 8], [4, 60]) + "".join(interval(*row, kind) for row, kind in zip(rows, kinds, strict=True))


SPINS = ["11101100", "11100100", "11110000", "01111001", "00110011", "00000111", "10000110", "11001110"]


def ising_exact():
    up = "".join(
        square(32 + 7 * j, 4 + 7 * i, 7, "full faint")
        for i, row in enumerate(SPINS)
        for j, spin in enumerate(row)
        if spin == "1"
    )
    blocks = '<rect class="joint" x="39" y="18" width="21" height="28"/>'
    return square(32, 4, 56, "axis") + up + blocks + '<rect class="reference" x="60" y="18" width="21" height="28"/>'


def coarse_graining():
    spins = np.array([[int(spin) for spin in row] for row in SPINS])
    fine = "".join(square(6 + 6 * j, 8 + 6 * i, 6, "full faint") for i, j in np.argwhere(spins))
    blocks = spins.reshape(4, 2, 4, 2).sum((1, 3)) > 1
    coarse = "".join(square(66 + 12 * j, 8 + 12 * i, 12, "joint full") for i, j in np.argwhere(blocks))
    frames = square(6, 8, 48, "axis") + square(66, 8, 48, "axis")
    return fine + coarse + frames + line([57, 62, 59], [32, 32, 29]) + line([62, 59], [32, 35])


def uses():
    tops = [8, 16, 34, 42, 50]
    kinds = ["joint full", "joint full", *["reference"] * 3]
    return "".join(bar(12 + 20 * i, top, kind) for i, (top, kind) in enumerate(zip(tops, kinds, strict=True)))


WORDS = {
    "information": "A slanted cloud of points above its axes.",
    "divergence": "Two bell curves beside each other, one of them dashed.",
    "f_divergences": "A convex curve and two straight lines that touch it from below.",
    "donsker_varadhan": "Four bars that rise towards a dashed line and stay below it.",
    "training": "A trembling curve that climbs to a dashed line.",
    "overfitting": "Two curves that part: one climbs over a dashed line, the other turns down.",
    "resampling": "A grid of small rings whose diagonal is filled.",
    "mine": "A jagged line and a smooth one that runs through it.",
    "minee": "A tall bar, less two small ones, is a short one.",
    "bounds": "A dashed line that climbs, and two curves that follow it up to a ceiling of their own.",
    "estimate": "Three points with their intervals about one dashed line.",
    "benchmark": "Four points with their intervals, in order of their distance from a line.",
    "ising_exact": "A lattice of dark and light squares with two neighbouring blocks outlined.",
    "coarse_graining": "A lattice of small squares beside one of large squares, each for four small ones.",
    "uses": "Five bars in order of height, the first two filled.",
}


def picture(name):
    """The picture of a chapter, to stand in a page."""
    label = f'role="img" aria-label="{WORDS[name]}"'
    return f'<svg class="picture" viewBox="0 0 {WIDTH} {HEIGHT}" {label}>{globals()[name]()}</svg>'
