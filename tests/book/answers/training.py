"""Answers to the exercises of *Climbing the bound*: right ones, and wrong ones by name."""

ANSWERS = {
    "minibatches": {
        "right": {
            "array_split at the ends of the minibatches": """
def minibatches(n, batch_size, rng):
    return np.split(rng.permutation(n), range(batch_size, n, batch_size))
""",
            "a while loop": """
def minibatches(n, batch_size, rng):
    left, parts = list(rng.permutation(n)), []
    while left:
        parts.append(left[:batch_size])
        left = left[batch_size:]
    return parts
""",
            "shuffled in place, counted minibatches": """
def minibatches(n, batch_size, rng):
    index = np.arange(n)
    rng.shuffle(index)
    k = -(-n // batch_size)
    return [index[b * batch_size:(b + 1) * batch_size] for b in range(k)]
""",
            "choice without replacement": """
def minibatches(n, batch_size, rng):
    index = rng.choice(n, n, replace=False)
    return [index[i:min(i + batch_size, n)] for i in np.arange(0, n, batch_size)]
""",
        },
        "wrong": {
            "the epoch's number in the slice: the same samples all epoch": """
def minibatches(n, batch_size, rng):
    index, i = rng.permutation(n), 0
    return [index[i * batch_size:(i + 1) * batch_size] for j in range(-(-n // batch_size))]
""",
            "the minibatch's number is not multiplied by its size": """
def minibatches(n, batch_size, rng):
    index = rng.permutation(n)
    return [index[b:b + batch_size] for b in range(-(-n // batch_size))]
""",
            "wrong stride: the batch size for the number of minibatches": """
def minibatches(n, batch_size, rng):
    index = rng.permutation(n)
    return [index[b::batch_size] for b in range(batch_size)]
""",
            "the last partial minibatch is lost": """
def minibatches(n, batch_size, rng):
    index = rng.permutation(n)
    return [index[b * batch_size:(b + 1) * batch_size] for b in range(n // batch_size)]
""",
            "not shuffled": """
def minibatches(n, batch_size, rng):
    index = np.arange(n)
    return [index[i:i + batch_size] for i in range(0, n, batch_size)]
""",
            "the minibatches are shuffled, not the samples": """
def minibatches(n, batch_size, rng):
    index = np.arange(n)
    parts = [index[i:i + batch_size] for i in range(0, n, batch_size)]
    order = rng.permutation(len(parts) - 1).tolist() + [len(parts) - 1]
    return [parts[k] for k in order]
""",
            "drawn with replacement": """
def minibatches(n, batch_size, rng):
    index = rng.integers(n, size=n)
    return [index[i:i + batch_size] for i in range(0, n, batch_size)]
""",
            "a new shuffle for every minibatch": """
def minibatches(n, batch_size, rng):
    return [rng.permutation(n)[i:i + batch_size] for i in range(0, n, batch_size)]
""",
            "global generator": """
def minibatches(n, batch_size, rng):
    index = np.random.permutation(n)
    return [index[i:i + batch_size] for i in range(0, n, batch_size)]
""",
            "one seed for ever": """
def minibatches(n, batch_size, rng):
    index = np.random.default_rng(0).permutation(n)
    return [index[i:i + batch_size] for i in range(0, n, batch_size)]
""",
            "parts of nearly equal size": """
def minibatches(n, batch_size, rng):
    return np.array_split(rng.permutation(n), -(-n // batch_size))
""",
            "the page's n": """
def minibatches(size, batch_size, rng):
    index = rng.permutation(n)
    return [index[i:i + batch_size] for i in range(0, n, batch_size)]
""",
            "an empty minibatch after the last": """
def minibatches(n, batch_size, rng):
    index = rng.permutation(n)
    return [index[b * batch_size:(b + 1) * batch_size] for b in range(n // batch_size + 1)]
""",
            "parts of one size, by split": """
def minibatches(n, batch_size, rng):
    return np.split(rng.permutation(n), n // batch_size)
""",
            "parts of one size, by reshape": """
def minibatches(n, batch_size, rng):
    return list(rng.permutation(n).reshape(-1, batch_size))
""",
        },
    },
    "gradient-step": {
        "right": {
            "autograd": """
def gradient_step(critic, z, z_ref, rate):
    parameters = list(critic.parameters())
    value = dv.DV(z, z_ref, critic)
    with torch.no_grad():
        for p, g in zip(parameters, torch.autograd.grad(value, parameters)):
            p.add_(g, alpha=rate)
    return float(value)
""",
            "an optimiser on the loss": """
def gradient_step(critic, z, z_ref, rate):
    optimizer = torch.optim.SGD(critic.parameters(), lr=rate)
    optimizer.zero_grad()
    loss = -dv.DV(z, z_ref, critic)
    loss.backward()
    optimizer.step()
    return -loss.item()
""",
            "weights of the references by hand": """
def gradient_step(critic, z, z_ref, rate):
    critic.zero_grad()
    t, t_ref = critic(z)[:, 0], critic(z_ref)[:, 0]
    w = torch.softmax(t_ref.detach(), 0)
    (t.mean() - (w * t_ref).sum()).backward()
    for p in critic.parameters():
        p.data += rate * p.grad
    return (t.mean() - torch.logsumexp(t_ref, 0) + np.log(len(t_ref))).item()
""",
        },
        "wrong": {
            "down instead of up": """
def gradient_step(critic, z, z_ref, rate):
    critic.zero_grad()
    value = dv.DV(z, z_ref, critic)
    value.backward()
    with torch.no_grad():
        for p in critic.parameters():
            p -= rate * p.grad
    return value.item()
""",
            "gradients not set to zero": """
def gradient_step(critic, z, z_ref, rate):
    value = dv.DV(z, z_ref, critic)
    value.backward()
    with torch.no_grad():
        for p in critic.parameters():
            p += rate * p.grad
    return value.item()
""",
            "the logarithm left out": """
def gradient_step(critic, z, z_ref, rate):
    critic.zero_grad()
    value = critic(z).mean() - critic(z_ref).exp().mean()
    value.backward()
    with torch.no_grad():
        for p in critic.parameters():
            p += rate * p.grad
    return dv.DV(z, z_ref, critic).item()
""",
            "references weighted alike": """
def gradient_step(critic, z, z_ref, rate):
    critic.zero_grad()
    value = dv.DV(z, z_ref, critic).item()
    (critic(z).mean() - critic(z_ref).mean()).backward()
    with torch.no_grad():
        for p in critic.parameters():
            p += rate * p.grad
    return value
""",
            "the value after the step": """
def gradient_step(critic, z, z_ref, rate):
    critic.zero_grad()
    dv.DV(z, z_ref, critic).backward()
    with torch.no_grad():
        for p in critic.parameters():
            p += rate * p.grad
    return dv.DV(z, z_ref, critic).item()
""",
            "the loss returned": """
def gradient_step(critic, z, z_ref, rate):
    critic.zero_grad()
    loss = -dv.DV(z, z_ref, critic)
    loss.backward()
    with torch.no_grad():
        for p in critic.parameters():
            p -= rate * p.grad
    return loss.item()
""",
            "the page's samples": """
def gradient_step(critic, z, z_ref, rate):
    critic.zero_grad()
    value = dv.DV(torch.tensor(Z).float(), torch.tensor(Z_ref).float(), critic)
    value.backward()
    with torch.no_grad():
        for p in critic.parameters():
            p += rate * p.grad
    return value.item()
""",
            "names are bound anew, weights stay": """
def gradient_step(critic, z, z_ref, rate):
    critic.zero_grad()
    value = dv.DV(z, z_ref, critic)
    value.backward()
    for p in critic.parameters():
        p = p + rate * p.grad
    return value.item()
""",
            "Adam": """
def gradient_step(critic, z, z_ref, rate):
    optimizer = torch.optim.Adam(critic.parameters(), lr=rate)
    optimizer.zero_grad()
    value = dv.DV(z, z_ref, critic)
    (-value).backward()
    optimizer.step()
    return value.item()
""",
            "the rate left out": """
def gradient_step(critic, z, z_ref, rate):
    critic.zero_grad()
    value = dv.DV(z, z_ref, critic)
    value.backward()
    with torch.no_grad():
        for p in critic.parameters():
            p += 0.02 * p.grad
    return value.item()
""",
            "joint samples for both": """
def gradient_step(critic, z, z_ref, rate):
    critic.zero_grad()
    value = dv.DV(z, z, critic)
    value.backward()
    with torch.no_grad():
        for p in critic.parameters():
            p += rate * p.grad
    return value.item()
""",
            "gradients thrown away before the step": """
def gradient_step(critic, z, z_ref, rate):
    value = dv.DV(z, z_ref, critic)
    value.backward()
    critic.zero_grad()
    with torch.no_grad():
        for p in critic.parameters():
            p += rate * p.grad
    return value.item()
""",
            "the record of PyTorch goes on": """
def gradient_step(critic, z, z_ref, rate):
    critic.zero_grad()
    value = dv.DV(z, z_ref, critic)
    value.backward()
    for p in critic.parameters():
        p += rate * p.grad
    return value.item()
""",
        },
    },
    "estimate": {
        "right": {
            "a running logsumexp": """
def estimate(critic, z, z_ref, chunk):
    total, log_sum = 0.0, torch.tensor(-torch.inf)
    with torch.no_grad():
        for i in range(0, len(z), chunk):
            total += critic(z[i:i + chunk]).sum().item()
        for i in range(0, len(z_ref), chunk):
            log_sum = torch.logaddexp(log_sum, critic(z_ref[i:i + chunk]).logsumexp(0).squeeze())
    return total / len(z) - log_sum.item() + np.log(len(z_ref))
""",
            "NumPy": """
def estimate(critic, z, z_ref, chunk):
    def values(data):
        pieces = [critic(data[i:i + chunk]).detach().numpy().ravel() for i in range(0, len(data), chunk)]
        return np.concatenate(pieces).astype(float)
    t, t_ref = values(z), values(z_ref)
    return t.mean() - np.logaddexp.reduce(t_ref) + np.log(len(t_ref))
""",
            "one row at a time": """
def estimate(critic, z, z_ref, chunk):
    t, t_ref = ([critic(row[None]).item() for row in data] for data in (z, z_ref))
    return float(dv.dv_bound(torch.tensor(t), torch.tensor(t_ref)))
""",
        },
        "wrong": {
            "the mean of the minibatch values": """
def estimate(critic, z, z_ref, chunk):
    with torch.no_grad():
        pairs = zip(z.split(chunk), z_ref.split(chunk))
        return np.mean([dv.DV(a, b, critic).item() for a, b in pairs])
""",
            "the last minibatch": """
def estimate(critic, z, z_ref, chunk):
    with torch.no_grad():
        for a, b in zip(z.split(chunk), z_ref.split(chunk)):
            value = dv.DV(a, b, critic).item()
    return value
""",
            "the first minibatch": """
def estimate(critic, z, z_ref, chunk):
    with torch.no_grad():
        return dv.DV(z[:chunk], z_ref[:chunk], critic).item()
""",
            "the last partial piece is lost": """
def estimate(critic, z, z_ref, chunk):
    with torch.no_grad():
        t, t_ref = (
            torch.cat([critic(data[b * chunk:(b + 1) * chunk]) for b in range(len(data) // chunk)])
            for data in (z, z_ref)
        )
    return dv.dv_bound(t, t_ref).item()
""",
            "all rows at once": """
def estimate(critic, z, z_ref, chunk):
    with torch.no_grad():
        return dv.DV(z, z_ref, critic).item()
""",
            "a mean of the means of the pieces": """
def estimate(critic, z, z_ref, chunk):
    with torch.no_grad():
        first = torch.stack([critic(piece).double().mean() for piece in z.split(chunk)]).mean()
        t_ref = torch.cat([critic(piece).double().ravel() for piece in z_ref.split(chunk)])
    return float(first - torch.logsumexp(t_ref, 0) + np.log(len(t_ref)))
""",
            "logarithms of pieces averaged": """
def estimate(critic, z, z_ref, chunk):
    with torch.no_grad():
        t = torch.cat([critic(a) for a in z.split(chunk)])
        logs = [float(dv.log_mean_exp(critic(b))) for b in z_ref.split(chunk)]
    return t.mean().item() - np.mean(logs)
""",
            "n for n'": """
def estimate(critic, z, z_ref, chunk):
    with torch.no_grad():
        t, t_ref = (torch.cat([critic(a) for a in data.split(chunk)]) for data in (z, z_ref))
    return (t.mean() - t_ref.logsumexp(0)).item() + np.log(len(z))
""",
            "overflow": """
def estimate(critic, z, z_ref, chunk):
    with torch.no_grad():
        t, t_ref = (torch.cat([critic(a) for a in data.split(chunk)]) for data in (z, z_ref))
    return (t.mean() - t_ref.exp().mean().log()).item()
""",
            "the logarithm left out": """
def estimate(critic, z, z_ref, chunk):
    with torch.no_grad():
        t, t_ref = (torch.cat([critic(a) for a in data.split(chunk)]) for data in (z, z_ref))
    return (t.mean() - t_ref.exp().mean()).item()
""",
            "the critic left in evaluation mode": """
def estimate(critic, z, z_ref, chunk):
    critic.eval()
    with torch.no_grad():
        t, t_ref = (torch.cat([critic(a) for a in data.split(chunk)]) for data in (z, z_ref))
    return dv.dv_bound(t, t_ref).item()
""",
            "gradients left behind": """
def estimate(critic, z, z_ref, chunk):
    t, t_ref = (torch.cat([critic(a) for a in data.split(chunk)]) for data in (z, z_ref))
    value = dv.dv_bound(t, t_ref)
    value.backward()
    return value.item()
""",
            "an equal number of pieces of each": """
def estimate(critic, z, z_ref, chunk):
    with torch.no_grad():
        pieces = [(critic(a), critic(b)) for a, b in zip(z.split(chunk), z_ref.split(chunk))]
    return dv.dv_bound(*(torch.cat(side) for side in zip(*pieces))).item()
""",
            "NumPy before the graph is left": """
def estimate(critic, z, z_ref, chunk):
    t = np.concatenate([critic(part)[:, 0].numpy() for part in z.split(chunk)])
    r = np.concatenate([critic(part)[:, 0].numpy() for part in z_ref.split(chunk)])
    return float(dv.dv_bound(t, r))
""",
        },
    },
}
