"""Answers to the exercises of *The Donsker–Varadhan bound*: right ones, and wrong ones by name."""

ANSWERS = {
    "log-mean-exp": {
        "right": {
            "the largest value taken out": """
def log_mean_exp(t):
    m = np.max(t)
    return m + np.log(np.exp(t - m).sum() / len(t))
""",
            "logaddexp": """
def log_mean_exp(t):
    return np.logaddexp.reduce(t) - np.log(np.size(t))
""",
            "scipy": """
def log_mean_exp(t):
    from scipy.special import logsumexp
    return logsumexp(t) - np.log(len(t))
""",
            "a loop": """
def log_mean_exp(t):
    total = -np.inf
    for value in t:
        total = np.logaddexp(total, value)
    return total - np.log(len(t))
""",
        },
        "wrong": {
            "overflow": """
def log_mean_exp(t):
    return np.log(np.mean(np.exp(t)))
""",
            "the sum for the mean": """
def log_mean_exp(t):
    m = np.max(t)
    return m + np.log(np.sum(np.exp(t - m)))
""",
            "the mean of logs": """
def log_mean_exp(t):
    return np.mean(np.log(np.exp(np.clip(t, -700, 700))))
""",
            "n outside of the logarithm": """
def log_mean_exp(t):
    return t.max() + np.log(np.sum(np.exp(t - t.max()))) / len(t)
""",
            "the largest absolute value taken out": """
def log_mean_exp(t):
    top = np.abs(t).max()
    return top + np.log(np.mean(np.exp(t - top)))
""",
            "an extra log n": """
def log_mean_exp(t):
    return np.logaddexp.reduce(t) - 2 * np.log(len(t))
""",
            "the logarithm left out": """
def log_mean_exp(t):
    m = np.max(t)
    return m + np.mean(np.exp(t - m))
""",
            "the largest value not put back": """
def log_mean_exp(t):
    return np.log(np.mean(np.exp(t - np.max(t))))
""",
            "bits": """
def log_mean_exp(t):
    return (np.logaddexp.reduce(t) - np.log(len(t))) / np.log(2)
""",
            "clipped instead of shifted": """
def log_mean_exp(t):
    return np.log(np.mean(np.exp(np.clip(t, -700, 700))))
""",
            "shifted by the mean": """
def log_mean_exp(t):
    m = np.mean(t)
    return m + np.log(np.mean(np.exp(t - m))) if np.ptp(t) < 9 else np.max(t)
""",
            "the values are shifted in place": """
def log_mean_exp(t):
    m = np.max(t)
    t -= m
    return m + np.log(np.mean(np.exp(t)))
""",
        },
    },
    "dv-bound": {
        "right": {
            "by the exercise before": """
def dv_bound(t, t_ref):
    def log_mean_exp(v):
        m = np.max(v)
        return m + np.log(np.mean(np.exp(v - m)))
    return np.mean(t) - log_mean_exp(t_ref)
""",
            "logaddexp": """
def dv_bound(t, t_ref):
    return np.sum(t) / len(t) - (np.logaddexp.reduce(t_ref) - np.log(len(t_ref)))
""",
            "shift invariance first": """
def dv_bound(t, t_ref):
    m = max(t_ref)
    return sum(t - m) / len(t) - np.log(sum(np.exp(t_ref - m)) / len(t_ref))
""",
        },
        "wrong": {
            "the logarithm left out": """
def dv_bound(t, t_ref):
    return np.mean(t) - np.mean(np.exp(t_ref))
""",
            "the f-divergence form": """
def dv_bound(t, t_ref):
    return np.mean(t) - np.mean(np.exp(t_ref - 1))
""",
            "the mean of logs": """
def dv_bound(t, t_ref):
    return np.mean(t) - np.mean(t_ref)
""",
            "overflow": """
def dv_bound(t, t_ref):
    return np.mean(t) - np.log(np.mean(np.exp(t_ref)))
""",
            "n for n'": """
def dv_bound(t, t_ref):
    return np.mean(t) - np.logaddexp.reduce(t_ref) + np.log(len(t))
""",
            "an extra log n'": """
def dv_bound(t, t_ref):
    return np.mean(t) - np.logaddexp.reduce(t_ref) + 2 * np.log(len(t_ref))
""",
            "the sum of exponentials": """
def dv_bound(t, t_ref):
    return np.mean(t) - np.logaddexp.reduce(t_ref)
""",
            "joint and reference exchanged": """
def dv_bound(t, t_ref):
    t, t_ref = t_ref, t
    return np.mean(t) - np.logaddexp.reduce(t_ref) + np.log(len(t_ref))
""",
            "the loss, of the other sign": """
def dv_bound(t, t_ref):
    return np.logaddexp.reduce(t_ref) - np.log(len(t_ref)) - np.mean(t)
""",
            "bits": """
def dv_bound(t, t_ref):
    return (np.mean(t) - np.logaddexp.reduce(t_ref) + np.log(len(t_ref))) / np.log(2)
""",
            "both terms in a logarithm": """
def dv_bound(t, t_ref):
    mean = lambda v: np.logaddexp.reduce(v) - np.log(len(v))
    return mean(t) - mean(t_ref)
""",
            "the largest value taken out of one term only": """
def dv_bound(t, t_ref):
    return np.mean(t) - np.log(np.mean(np.exp(t_ref - np.max(t_ref))))
""",
            "samples taken in pairs": """
def dv_bound(t, t_ref):
    return float(np.log(np.mean(np.exp(t - t_ref))))
""",
        },
    },
    "best-critic": {
        "right": {
            "the ratio cut from below": """
def best_critic(P):
    return np.log(np.clip(P / np.outer(P.sum(1), P.sum(0)), 1e-12, None))
""",
            "a low value in the empty cells": """
def best_critic(P):
    R = np.outer(P.sum(1), P.sum(0))
    t = np.full(P.shape, -50.0)
    t[P > 0] = np.log(P[P > 0] / R[P > 0])
    return t
""",
            "shifted": """
def best_critic(P):
    with np.errstate(divide="ignore"):
        t = np.log(P) - np.log(P.sum(0)) - np.log(P.sum(1))[:, None]
    return np.maximum(t, -100) + 7
""",
            "divided by one marginal after the other": """
def best_critic(P):
    t = np.log(np.maximum(P, 1e-9))
    return t - np.log(P.sum(axis=1, keepdims=True)) - np.log(P.sum(axis=0, keepdims=True))
""",
            "climbed by the slope": """
def best_critic(P):
    R = np.outer(P.sum(1), P.sum(0))
    t = np.zeros(P.shape)
    for _ in range(60):
        Q = R * np.exp(t)
        Q /= Q.sum()
        t = np.maximum(t + np.log(np.maximum(P, 1e-12) / Q), -30)
    return t
""",
        },
        "wrong": {
            "the ratio, not its logarithm": """
def best_critic(P):
    return P / np.outer(P.sum(1), P.sum(0))
""",
            "the logarithm of the ratio upside down": """
def best_critic(P):
    return np.log(np.outer(P.sum(1), P.sum(0)) / np.maximum(P, 1e-12))
""",
            "minus infinity in the empty cells": """
def best_critic(P):
    return np.log(P / np.outer(P.sum(1), P.sum(0)))
""",
            "0 in the empty cells": """
def best_critic(P):
    R = np.outer(P.sum(1), P.sum(0))
    return np.where(P > 0, np.log(np.maximum(P, 1e-300) / R), 0)
""",
            "the joint law alone": """
def best_critic(P):
    return np.log(np.maximum(P, 1e-12))
""",
            "a conditional law, not divided by the marginal": """
def best_critic(P):
    return np.log(np.maximum(P / P.sum(axis=1, keepdims=True), 1e-12))
""",
            "bits": """
def best_critic(P):
    return np.log2(np.maximum(P / np.outer(P.sum(1), P.sum(0)), 1e-12))
""",
            "rows and columns of the product exchanged": """
def best_critic(P):
    R = np.outer(P.sum(0), P.sum(1))
    return np.log(np.maximum(P / (R if R.shape == P.shape else R.T), 1e-12))
""",
            "the terms of the sum": """
def best_critic(P):
    R = np.outer(P.sum(1), P.sum(0))
    return P * np.log(np.maximum(P / R, 1e-12))
""",
            "a constant": """
def best_critic(P):
    return np.ones(P.shape)
""",
            "cut too high": """
def best_critic(P):
    return np.log(np.maximum(P / np.outer(P.sum(1), P.sum(0)), 0.1))
""",
            "the empty cells left out": """
def best_critic(P):
    R = np.outer(P.sum(1), P.sum(0))
    t = np.zeros(P.shape)
    t[P > 0] = np.log(P[P > 0] / R[P > 0])
    return t
""",
        },
    },
}
