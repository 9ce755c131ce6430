"""Answers to the exercises of *A zoo of bounds, and their limits*: right ones, and wrong ones by name."""

ANSWERS = {
    "nwj": {
        "right": {
            "two means": """
def nwj(t, t_ref):
    return np.mean(t) - np.mean(np.exp(t_ref - 1))
""",
            "e taken out of the exponent": """
def nwj(t, t_ref):
    return float(sum(t) / len(t) - np.exp(t_ref).sum() / len(t_ref) / np.e)
""",
            "by a log-mean-exp": """
def nwj(t, t_ref):
    from scipy.special import logsumexp
    return np.mean(t) - np.exp(logsumexp(t_ref) - np.log(len(t_ref)) - 1)
""",
            "a loop": """
def nwj(t, t_ref):
    import math
    total = 0.0
    for value in t_ref:
        total += math.exp(value - 1)
    return math.fsum(t) / len(t) - total / len(t_ref)
""",
        },
        "wrong": {
            "the 1 left out": """
def nwj(t, t_ref):
    return np.mean(t) - np.mean(np.exp(t_ref))
""",
            "Donsker–Varadhan": """
def nwj(t, t_ref):
    return np.mean(t) - np.log(np.mean(np.exp(t_ref)))
""",
            "a logarithm of the shifted mean": """
def nwj(t, t_ref):
    return np.mean(t) - np.log(np.mean(np.exp(t_ref - 1)))
""",
            "the 1 outside the exponent": """
def nwj(t, t_ref):
    return np.mean(t) - np.mean(np.exp(t_ref)) - 1
""",
            "the 1 added outside": """
def nwj(t, t_ref):
    return np.mean(t) - np.mean(np.exp(t_ref)) + 1
""",
            "the 1 added in the exponent": """
def nwj(t, t_ref):
    return np.mean(t) - np.mean(np.exp(t_ref + 1))
""",
            "the exponential of the mean": """
def nwj(t, t_ref):
    return np.mean(t) - np.exp(np.mean(t_ref) - 1)
""",
            "a sum over the references": """
def nwj(t, t_ref):
    return np.mean(t) - np.sum(np.exp(t_ref - 1))
""",
            "n for n'": """
def nwj(t, t_ref):
    return np.mean(t) - np.sum(np.exp(t_ref - 1)) / len(t)
""",
            "as many references as samples": """
def nwj(t, t_ref):
    n = min(len(t), len(t_ref))
    return np.mean(t[:n]) - np.mean(np.exp(t_ref[:n] - 1))
""",
            "the loss": """
def nwj(t, t_ref):
    return np.mean(np.exp(t_ref - 1)) - np.mean(t)
""",
            "joint and reference exchanged": """
def nwj(t, t_ref):
    return np.mean(t_ref) - np.mean(np.exp(t - 1))
""",
            "bits": """
def nwj(t, t_ref):
    return (np.mean(t) - np.mean(np.exp(t_ref - 1))) / np.log(2)
""",
            "the critic normalised first": """
def nwj(t, t_ref):
    shift = 1 - np.log(np.mean(np.exp(t_ref)))
    return np.mean(t + shift) - np.mean(np.exp(t_ref + shift - 1))
""",
            "samples taken in pairs": """
def nwj(t, t_ref):
    return float(np.mean(t - np.exp(t_ref - 1)))
""",
        },
    },
    "infonce": {
        "right": {
            "the largest of each row": """
def infonce(scores):
    top = scores.max(axis=1, keepdims=True)
    log_means = top[:, 0] + np.log(np.mean(np.exp(scores - top), axis=1))
    return np.mean(np.diag(scores) - log_means)
""",
            "scipy's logsumexp": """
def infonce(scores):
    from scipy.special import logsumexp
    return np.log(len(scores)) + np.mean(np.diag(scores) - logsumexp(scores, axis=1))
""",
            "log-softmax": """
def infonce(scores):
    from scipy.special import log_softmax
    return np.trace(log_softmax(scores, axis=1)) / len(scores) + np.log(len(scores))
""",
            "the partner taken out of each row": """
def infonce(scores):
    value = 0.0
    for i, row in enumerate(scores):
        value -= np.logaddexp.reduce(row - row[i]) - np.log(len(row))
    return value / len(scores)
""",
        },
        "wrong": {
            "log K left out": """
def infonce(scores):
    from scipy.special import logsumexp
    return np.mean(np.diag(scores) - logsumexp(scores, axis=1))
""",
            "along the columns": """
def infonce(scores):
    from scipy.special import logsumexp
    return np.log(len(scores)) + np.mean(np.diag(scores) - logsumexp(scores, axis=0))
""",
            "rows and columns": """
def infonce(scores):
    from scipy.special import logsumexp
    both = (logsumexp(scores, axis=0) + logsumexp(scores, axis=1)) / 2
    return np.log(len(scores)) + np.mean(np.diag(scores) - both)
""",
            "the partner left out, K - 1 in the mean": """
def infonce(scores):
    k = len(scores)
    if k == 1:
        return 0.0
    others = scores[~np.eye(k, dtype=bool)].reshape(k, k - 1)
    return np.mean(np.diag(scores) - np.logaddexp.reduce(others, axis=1)) + np.log(k - 1)
""",
            "the partner left out, K in the mean": """
def infonce(scores):
    k = len(scores)
    if k == 1:
        return 0.0
    others = scores[~np.eye(k, dtype=bool)].reshape(k, k - 1)
    return np.mean(np.diag(scores) - np.logaddexp.reduce(others, axis=1)) + np.log(k)
""",
            "one mean for the whole table": """
def infonce(scores):
    return np.mean(np.diag(scores)) - np.logaddexp.reduce(scores, axis=None) + 2 * np.log(len(scores))
""",
            "the cross-entropy": """
def infonce(scores):
    from scipy.special import logsumexp
    return np.mean(logsumexp(scores, axis=1) - np.diag(scores))
""",
            "the loss": """
def infonce(scores):
    from scipy.special import logsumexp
    return np.mean(logsumexp(scores, axis=1) - np.diag(scores)) - np.log(len(scores))
""",
            "the logarithm left out": """
def infonce(scores):
    from scipy.special import softmax
    return np.trace(softmax(scores, axis=1))
""",
            "a sum over the rows": """
def infonce(scores):
    from scipy.special import logsumexp
    return np.sum(np.diag(scores) - logsumexp(scores, axis=1) + np.log(len(scores)))
""",
            "the logarithm of the mean": """
def infonce(scores):
    from scipy.special import softmax
    return np.log(len(scores)) + np.log(np.mean(np.diag(softmax(scores, axis=1))))
""",
            "the mean of the scores": """
def infonce(scores):
    return np.mean(np.diag(scores)) - np.mean(scores)
""",
            "bits": """
def infonce(scores):
    from scipy.special import logsumexp
    return (np.log(len(scores)) + np.mean(np.diag(scores) - logsumexp(scores, axis=1))) / np.log(2)
""",
            "an exponential that overflows": """
def infonce(scores):
    return np.mean(np.diag(scores) - np.log(np.mean(np.exp(scores), axis=1)))
""",
            "the largest of the table": """
def infonce(scores):
    top = scores.max()
    return np.mean(np.diag(scores) - top - np.log(np.mean(np.exp(scores - top), axis=1)))
""",
        },
    },
    "odds": {
        "right": {
            "two logarithms": """
def mean_log_ratio(p, share):
    return np.mean(np.log(p) - np.log1p(-p)) - np.log(share / (1 - share))
""",
            "scipy's logit": """
def mean_log_ratio(p, share):
    from scipy.special import logit
    return float(np.mean(logit(p)) - logit(share))
""",
            "a quotient of odds": """
def mean_log_ratio(p, share):
    ratio = p / (1 - p) * (1 - share) / share
    return np.log(ratio).sum() / len(p)
""",
            "k references for each joint sample": """
def mean_log_ratio(p, share):
    k = (1 - share) / share
    return float(np.mean([-np.log(1 / q - 1) for q in p]) + np.log(k))
""",
        },
        "wrong": {
            "no prior odds": """
def mean_log_ratio(p, share):
    return np.mean(np.log(p / (1 - p)))
""",
            "prior odds multiplied": """
def mean_log_ratio(p, share):
    return np.mean(np.log(p / (1 - p))) + np.log(share / (1 - share))
""",
            "the prior's probability for its odds": """
def mean_log_ratio(p, share):
    return np.mean(np.log(p / (1 - p))) - np.log(share)
""",
            "the prior's probability multiplied": """
def mean_log_ratio(p, share):
    return np.mean(np.log(p / (1 - p))) + np.log(share)
""",
            "the mean log probability": """
def mean_log_ratio(p, share):
    return np.mean(np.log(p))
""",
            "log probability less prior odds": """
def mean_log_ratio(p, share):
    return np.mean(np.log(p)) - np.log(share / (1 - share))
""",
            "against the mixture": """
def mean_log_ratio(p, share):
    return np.mean(np.log(p / share))
""",
            "the odds of the mean probability": """
def mean_log_ratio(p, share):
    q = np.mean(p)
    return np.log(q / (1 - q)) - np.log(share / (1 - share))
""",
            "the logarithm of the mean odds": """
def mean_log_ratio(p, share):
    return np.log(np.mean(p / (1 - p))) - np.log(share / (1 - share))
""",
            "a sum": """
def mean_log_ratio(p, share):
    return np.sum(np.log(p / (1 - p)) - np.log(share / (1 - share)))
""",
            "bits": """
def mean_log_ratio(p, share):
    return np.mean(np.log2(p / (1 - p))) - np.log2(share / (1 - share))
""",
            "reference over joint": """
def mean_log_ratio(p, share):
    return np.log(share / (1 - share)) - np.mean(np.log(p / (1 - p)))
""",
            "never below 0": """
def mean_log_ratio(p, share):
    return max(np.mean(np.log(p / (1 - p))) - np.log(share / (1 - share)), 0.0)
""",
        },
    },
}
