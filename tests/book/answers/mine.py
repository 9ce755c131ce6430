"""Answers to the exercises of *MINE*: right ones, and wrong ones by name."""

ANSWERS = {
    "moving-average": {
        "right": {
            "a weighted log-sum-exp": """
def moving_average(log_average, t_ref, beta):
    from scipy.special import logsumexp
    new = logsumexp(t_ref) - np.log(len(t_ref))
    if log_average is None:
        return float(new)
    return float(logsumexp([log_average, new], b=[1 - beta, beta]))
""",
            "the largest taken out by hand": """
def moving_average(log_average, t_ref, beta):
    t_ref = np.asarray(t_ref, dtype=float)
    if log_average is None:
        top = t_ref.max()
        return top + np.log(np.mean(np.exp(t_ref - top)))
    top = max(log_average, t_ref.max())
    mean = np.mean(np.exp(t_ref - top))
    return top + np.log((1 - beta) * np.exp(log_average - top) + beta * mean)
""",
            "with torch": """
def moving_average(log_average, t_ref, beta):
    t = torch.as_tensor(np.asarray(t_ref), dtype=torch.float64)
    new = dv.log_mean_exp(t).item()
    if log_average is None or beta == 1:
        return new
    return float(np.logaddexp(np.log(1 - beta) + log_average, np.log(beta) + new))
""",
        },
        "wrong": {
            "beta reversed": """
def moving_average(log_average, t_ref, beta):
    new = np.logaddexp.reduce(t_ref) - np.log(len(t_ref))
    if log_average is None:
        return new
    return np.logaddexp(np.log(beta) + log_average, np.log1p(-beta) + new)
""",
            "exponentials overflow": """
def moving_average(log_average, t_ref, beta):
    with np.errstate(all="ignore"):
        mean = np.mean(np.exp(t_ref))
        if log_average is None:
            return np.log(mean)
        return np.log((1 - beta) * np.exp(log_average) + beta * mean)
""",
            "the logarithms are averaged": """
def moving_average(log_average, t_ref, beta):
    new = np.logaddexp.reduce(t_ref) - np.log(len(t_ref))
    if log_average is None:
        return new
    return (1 - beta) * log_average + beta * new
""",
            "sum for mean": """
def moving_average(log_average, t_ref, beta):
    new = np.logaddexp.reduce(t_ref)
    if log_average is None or beta == 1:
        return new
    return np.logaddexp(np.log1p(-beta) + log_average, np.log(beta) + new)
""",
            "the first minibatch starts from 0": """
def moving_average(log_average, t_ref, beta):
    new = np.logaddexp.reduce(t_ref) - np.log(len(t_ref))
    if log_average is None:
        return np.log(beta) + new
    if beta == 1:
        return new
    return np.logaddexp(np.log1p(-beta) + log_average, np.log(beta) + new)
""",
            "the mean of t for its log-mean-exp": """
def moving_average(log_average, t_ref, beta):
    new = np.mean(t_ref)
    if log_average is None or beta == 1:
        return new
    return np.logaddexp(np.log1p(-beta) + log_average, np.log(beta) + new)
""",
            "the average instead of its logarithm": """
def moving_average(log_average, t_ref, beta):
    new = np.logaddexp.reduce(t_ref) - np.log(len(t_ref))
    if log_average is None or beta == 1:
        return float(np.exp(min(new, 700)))
    return float(np.exp(min(700, np.logaddexp(np.log1p(-beta) + log_average, np.log(beta) + new))))
""",
            "an old average of 1 taken for none": """
def moving_average(log_average, t_ref, beta):
    new = np.logaddexp.reduce(t_ref) - np.log(len(t_ref))
    if not log_average or beta == 1:
        return float(new)
    return float(np.logaddexp(np.log1p(-beta) + log_average, np.log(beta) + new))
""",
            "the logarithm of a weight of 0": """
def moving_average(log_average, t_ref, beta):
    import math
    new = np.logaddexp.reduce(t_ref) - np.log(len(t_ref))
    if log_average is None:
        return float(new)
    return float(np.logaddexp(math.log(1 - beta) + log_average, math.log(beta) + new))
""",
            "only the new values are kept from overflow": """
def moving_average(log_average, t_ref, beta):
    top = np.max(t_ref)
    new = np.mean(np.exp(t_ref - top))
    if log_average is None:
        return float(top + np.log(new))
    return float(top + np.log((1 - beta) * np.exp(log_average - top) + beta * new))
""",
        },
    },
    "mine-class": {
        "right": {
            "a moving average of its own": """
class Mine:
    def __init__(self, beta):
        self.beta, self.log_average = beta, None

    def loss(self, t, t_ref):
        self.log_average = moving_average(self.log_average, t_ref.detach().numpy().ravel(), self.beta)
        return -(t.mean() - torch.exp(t_ref - self.log_average).mean())

    def estimate(self, t, t_ref):
        return dv.dv_bound(t, t_ref).item()


def moving_average(log_average, t_ref, beta):
    new = np.logaddexp.reduce(t_ref) - np.log(len(t_ref))
    if log_average is None or beta == 1:
        return float(new)
    return float(np.logaddexp(np.log1p(-beta) + log_average, np.log(beta) + new))
""",
            "with no_grad and torch": """
class Mine:
    def __init__(self, beta):
        self.beta, self.log_average = beta, None

    def loss(self, t, t_ref):
        with torch.no_grad():
            new = dv.log_mean_exp(t_ref)
            if self.log_average is not None:
                old = torch.as_tensor(self.log_average) + torch.log1p(torch.tensor(-float(self.beta)))
                new = torch.logaddexp(old, new + torch.log(torch.tensor(float(self.beta))))
            self.log_average = new
        return (t_ref - self.log_average).exp().sum() / len(t_ref) - t.sum() / len(t)

    def estimate(self, t, t_ref):
        with torch.no_grad():
            return (t.mean() - dv.log_mean_exp(t_ref)).item()
""",
            "the value of one loss with the gradient of another": """
class Mine:
    def __init__(self, beta):
        self.beta, self.log_average = beta, None

    def loss(self, t, t_ref):
        mean = dv.log_mean_exp(t_ref).exp().item()
        old = mean if self.log_average is None else np.exp(self.log_average)
        average = (1 - self.beta) * old + self.beta * mean
        self.log_average = float(np.log(average))
        return t_ref.exp().mean() / average - t.mean()

    def estimate(self, t, t_ref):
        return float(t.mean()) - float(torch.logsumexp(t_ref, 0)) + np.log(len(t_ref))
""",
        },
        "wrong": {
            "moving average not detached": """
class Mine:
    def __init__(self, beta):
        self.beta, self.log_average = beta, None

    def loss(self, t, t_ref):
        new = dv.log_mean_exp(t_ref)
        if self.log_average is not None and self.beta < 1:
            new = torch.logaddexp(np.log1p(-self.beta) + self.log_average, np.log(self.beta) + new)
        self.log_average = new.detach()
        return torch.exp(t_ref - new).mean() - t.mean()

    def estimate(self, t, t_ref):
        return float(dv.dv_bound(t, t_ref))
""",
            "surrogate reported as the estimate": """
class Mine:
    def __init__(self, beta):
        self.beta, self.log_average = beta, None

    def loss(self, t, t_ref):
        new = dv.log_mean_exp(t_ref.detach()).item()
        if self.log_average is not None and self.beta < 1:
            new = float(np.logaddexp(np.log1p(-self.beta) + self.log_average, np.log(self.beta) + new))
        self.log_average = new
        return torch.exp(t_ref - new).mean() - t.mean()

    def estimate(self, t, t_ref):
        return float(t.mean() - torch.exp(t_ref - self.log_average).mean())
""",
            "the moving average in the estimate": """
class Mine:
    def __init__(self, beta):
        self.beta, self.log_average = beta, None
    def loss(self, t, t_ref):
        new = float(dv.log_mean_exp(t_ref.detach()))
        if self.log_average is not None and self.beta < 1:
            new = float(np.logaddexp(np.log(1 - self.beta) + self.log_average, np.log(self.beta) + new))
        self.log_average = new
        return torch.exp(t_ref - self.log_average).mean() - t.mean()
    def estimate(self, t, t_ref):
        return float(t.mean()) - self.log_average
""",
            "state changed by evaluation": """
class Mine:
    def __init__(self, beta):
        self.beta, self.log_average = beta, None

    def loss(self, t, t_ref):
        new = dv.log_mean_exp(t_ref.detach()).item()
        if self.log_average is not None and self.beta < 1:
            new = float(np.logaddexp(np.log1p(-self.beta) + self.log_average, np.log(self.beta) + new))
        self.log_average = new
        return torch.exp(t_ref - new).mean() - t.mean()

    def estimate(self, t, t_ref):
        self.loss(t, t_ref)
        return float(dv.dv_bound(t, t_ref))
""",
            "beta reversed": """
class Mine:
    def __init__(self, beta):
        self.beta, self.log_average = beta, None

    def loss(self, t, t_ref):
        new = dv.log_mean_exp(t_ref.detach()).item()
        if self.log_average is not None and self.beta < 1:
            new = float(np.logaddexp(np.log(self.beta) + self.log_average, np.log1p(-self.beta) + new))
        self.log_average = new
        return torch.exp(t_ref - new).mean() - t.mean()

    def estimate(self, t, t_ref):
        return float(dv.dv_bound(t, t_ref))
""",
            "the plain loss of the minibatch": """
class Mine:
    def __init__(self, beta):
        self.beta, self.log_average = beta, None

    def loss(self, t, t_ref):
        new = dv.log_mean_exp(t_ref.detach()).item()
        if self.log_average is not None and self.beta < 1:
            new = float(np.logaddexp(np.log1p(-self.beta) + self.log_average, np.log(self.beta) + new))
        self.log_average = new
        return -dv.dv_bound(t, t_ref)

    def estimate(self, t, t_ref):
        return float(dv.dv_bound(t, t_ref))
""",
            "S instead of minus S": """
class Mine:
    def __init__(self, beta):
        self.beta, self.log_average = beta, None

    def loss(self, t, t_ref):
        new = dv.log_mean_exp(t_ref.detach()).item()
        if self.log_average is not None and self.beta < 1:
            new = float(np.logaddexp(np.log1p(-self.beta) + self.log_average, np.log(self.beta) + new))
        self.log_average = new
        return t.mean() - torch.exp(t_ref - new).mean()

    def estimate(self, t, t_ref):
        return float(dv.dv_bound(t, t_ref))
""",
            "the logarithm divides": """
class Mine:
    def __init__(self, beta):
        self.beta, self.log_average = beta, None

    def loss(self, t, t_ref):
        new = dv.log_mean_exp(t_ref.detach()).item()
        if self.log_average is not None and self.beta < 1:
            new = float(np.logaddexp(np.log1p(-self.beta) + self.log_average, np.log(self.beta) + new))
        self.log_average = new
        return torch.exp(t_ref).mean() / new - t.mean()

    def estimate(self, t, t_ref):
        return float(dv.dv_bound(t, t_ref))
""",
            "the old average divides": """
class Mine:
    def __init__(self, beta):
        self.beta, self.log_average = beta, None

    def loss(self, t, t_ref):
        new = dv.log_mean_exp(t_ref.detach()).item()
        old = new if self.log_average is None else self.log_average
        self.log_average = new if self.beta == 1 else float(
            np.logaddexp(np.log1p(-self.beta) + old, np.log(self.beta) + new))
        return torch.exp(t_ref - old).mean() - t.mean()

    def estimate(self, t, t_ref):
        return float(dv.dv_bound(t, t_ref))
""",
        },
    },
    "ratio-bias": {
        "right": {
            "a covariance": """
def ratio_bias(a, b, m):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    rest = a - a.mean() / b.mean() * b
    return -np.mean(rest * (b - b.mean())) / (m * b.mean() ** 2)
""",
            "variance and covariance": """
def ratio_bias(a, b, m):
    (_, cov), (_, var) = np.cov(a, b, ddof=0)
    return (np.mean(a) * var / np.mean(b) - cov) / np.mean(b) ** 2 / m
""",
            "the second form": """
def ratio_bias(a, b, m):
    w, slope = b / b.mean(), a / b
    size = np.mean(w**2)
    pulled = np.mean(w**2 * slope) / size
    return -size * (pulled - np.mean(w * slope)) / m
""",
        },
        "wrong": {
            "the other sign": """
def ratio_bias(a, b, m):
    w, g = b / b.mean(), a.mean() / b.mean()
    return np.mean(w**2 * (a / b - g)) / m
""",
            "divided by n - 1": """
def ratio_bias(a, b, m):
    (_, cov), (_, var) = np.cov(a, b)
    return (np.mean(a) * var / np.mean(b) - cov) / np.mean(b) ** 2 / m
""",
            "no 1/m": """
def ratio_bias(a, b, m):
    w, g = b / b.mean(), a.mean() / b.mean()
    return -np.mean(w**2 * (a / b - g))
""",
            "w for its square": """
def ratio_bias(a, b, m):
    w, g = b / b.mean(), np.mean(a / b)
    return -np.mean(w * (a / b - g)) / m
""",
            "the covariance alone": """
def ratio_bias(a, b, m):
    return -np.cov(a, b, ddof=0)[0, 1] / b.mean() ** 2 / m
""",
            "the mean of the ratios": """
def ratio_bias(a, b, m):
    return (np.mean(a / b) - a.mean() / b.mean()) / m
""",
            "not normalised": """
def ratio_bias(a, b, m):
    g = a.mean() / b.mean()
    return -np.mean(b**2 * (a / b - g)) / m
""",
            "1/m squared": """
def ratio_bias(a, b, m):
    w, g = b / b.mean(), a.mean() / b.mean()
    return -np.mean(w**2 * (a / b - g)) / m**2
""",
            "g taken for the gradient of t": """
def ratio_bias(a, b, m):
    w = b / b.mean()
    return -np.mean(w**2 * (a - np.mean(w * a))) / m
""",
            "weights of sum 1": """
def ratio_bias(a, b, m):
    w = b / b.sum()
    return -np.mean(w**2 * (a / b - np.sum(w * a / b))) / m
""",
        },
    },
}
