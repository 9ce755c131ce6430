"""The critic that trains in the page, step by step against dv.Net, autograd and dv.DVTrainer."""

import numpy as np
import pytest
import torch

import dv
from dv.widgets import training as widget

GAUSSIAN = dv.BivariateGaussian.running_example()
CLIMB = """
const floats = (numbers) => Float64Array.from(numbers), net = new critic.Critic(given.width, given.weights);
const step = ([z, zRef]) => [net.climb(floats(z), floats(zRef), given.rate), [...net.parameters]];
const steps = given.minibatches.map(step);
out = { steps, value: critic.bound(net.values(floats(given.z)), net.values(floats(given.zRef))) };
"""
RUN = """
const { law, settings, own, until } = given, run = new training.Run(law, settings, own);
while (run.steps < until) run.step();
const found = run.look(), [t, tRef] = [run.z, run.zRef].map((rows) => run.critic.values(rows));
out = { run, found, t, tRef, words: training.summary(run, found, given.truth) };
"""
SETTINGS = {"n": 100, "width": 8, "batch": 30, "rate": 0.003, "draw": 0}
LAW = {"rho": GAUSSIAN.rho, "seed": 5, "sigma": 0.02}


class Watched(dv.DVTrainer):
    """A trainer that notes the weights before every step, and the minibatch of that step."""

    def _minibatches(self):
        for (z,), (z_ref,) in super()._minibatches():
            self.seen.append((flat(self.net), z.ravel().tolist(), z_ref.ravel().tolist()))
            yield (z,), (z_ref,)


def flat(net):
    return torch.nn.utils.parameters_to_vector(net.parameters()).detach().double().numpy().copy()


@pytest.mark.parametrize("engine", ["fast", "autograd"])
@pytest.mark.parametrize(("dtype", "off"), [(torch.float64, 1e-10), (torch.float32, 2e-5)])
def test_fifty_steps_are_those_of_the_trainer(node, dtype, off, engine):
    """The same data, first weights and minibatches: weights and value after every step, and the training value."""
    z, z_ref = (f(n, rng=n).astype(np.float32) for f, n in ((GAUSSIAN.sample, 103), (GAUSSIAN.sample_reference, 87)))
    net = dv.Net(hidden_size=12, sigma=0.4, rng=3).to(dtype)
    trainer = Watched(z, z_ref, net, 5, rng=4, lr=3e-3, engine=engine, progress=False)
    trainer.seen = []
    trainer.step(10)
    (first, *after), *minibatches = zip(*trainer.seen, strict=True)
    given = {"z": z.ravel().tolist(), "zRef": z_ref.ravel().tolist(), "rate": 3e-3, "width": 12}
    pairs = list(zip(*minibatches, strict=True))
    found = node(CLIMB, modules=("critic",), weights=first.tolist(), minibatches=pairs, **given)
    losses, weights = zip(*found["steps"], strict=True)
    assert len(weights) == 50
    moved = np.abs(np.array([*after, flat(net)]) - np.array(weights))
    assert moved[:, :-1].max() < off  # the last bias walks on rounding alone, and moves no value
    assert -trainer.history["loss"].to_numpy() == pytest.approx(np.reshape(losses, (10, 5)).mean(axis=1), abs=off)
    assert trainer.history["training_value"].iloc[-1] == pytest.approx(found["value"], abs=off)
    assert found["value"] > 0.2


def test_the_first_weights_are_drawn_as_those_of_the_net(node):
    code = "out = critic.firstWeights(resampling.generator(3), 64, 0.02);"
    page, net = node(code, modules=("critic", "resampling")), flat(dv.Net(hidden_size=64, rng=0))
    assert [k for k, weight in enumerate(page) if weight == 0] == np.flatnonzero(net == 0).tolist()
    drawn = np.array(page)[np.array(page) != 0]
    assert drawn.std() == pytest.approx(0.02, rel=0.05) and abs(drawn.mean()) < 0.001


@pytest.mark.parametrize(("n", "count"), [(103, 5), (30, 1), (100, 3), (7, 7)])
def test_an_epoch_visits_every_sample_once(node, n, count):
    code = "out = critic.parts(resampling.generator(1), given.n, given.count).map((part) => [...part]);"
    found = node(code, modules=("critic", "resampling"), n=n, count=count)
    assert [len(part) for part in found] == [len(part) for part in np.array_split(np.arange(n), count)]
    assert sorted(sum(found, [])) == list(range(n))


def run(node, until, own=(), **changed):
    settings = {**SETTINGS, **changed}
    truth = GAUSSIAN.mutual_information()
    return node(RUN, modules=("training",), law=LAW, settings=settings, own=list(own), until=until, truth=truth)


def test_a_run_is_told_as_it_is(node):
    """Values by dv, the weights of the references, and the words."""
    found = run(node, 200)
    t, t_ref = (np.array(found[name]) for name in ("t", "tRef"))
    training = float(dv.dv_bound(t, t_ref))
    assert found["found"]["training"] == pytest.approx(training)
    w = np.exp(t_ref) / np.exp(t_ref).sum()
    assert found["found"]["weights"] == pytest.approx(w)
    curves = found["run"]["curves"]
    assert curves["steps"] == list(range(0, 201, 10)) and curves["training"][-1] == pytest.approx(training)
    assert curves["heldOut"][-1] == found["found"]["heldOut"]
    assert found["words"] == (
        f"Step 200, after 66 epochs of 100 samples. Training value {training:.3f} nats, held-out value "
        f"{curves['heldOut'][-1]:.3f}, truth 0.741. The references count as {1 / (w**2).sum():.0f} of 100."
    )


def test_a_point_of_ones_own_comes_at_its_step_and_the_run_can_be_had_again(node):
    points = [{"kind": "j", "x": 1.5, "y": -2, "step": 0}, {"kind": "r", "x": 3, "y": 3, "step": 55}]
    before, after, again = (run(node, until, points) for until in (54, 60, 60))
    assert [len(before["t"]), len(before["tRef"]), len(after["t"]), len(after["tRef"])] == [101, 100, 101, 101]
    assert before["run"]["z"][-2:] == [1.5, -2] and after["run"]["zRef"][-2:] == [3, 3]
    assert after == again != run(node, 60)
    assert "One point is your own." in before["words"] and "2 points are your own." in after["words"]


def test_samples_have_their_law_and_few_are_the_first_of_many(node):
    code = "out = [20000, 50].map((n) => training.sample(resampling.generator(7), 0.6, n));"
    many, few = node(code, modules=("training", "resampling"))
    assert many[:100] == few
    assert np.corrcoef(np.reshape(many, (-1, 2)).T)[0, 1] == pytest.approx(0.6, abs=0.02)
    assert np.std(np.reshape(many, (-1, 2)), axis=0) == pytest.approx([1, 1], abs=0.02)


def test_heights_are_linear_up_to_1_and_logarithmic_beyond(node):
    values = [0.3, -1, 10, -1000]
    code = "out = [given.values.map(training.bent), training.scale([0.1, 0.8, -0.05]), training.scale([30, -200])];"
    heights, near, far = node(code, modules=("training",), values=values)
    assert heights == pytest.approx([0.3, -1, 2, -4])
    assert near["range"] == [-0.1, 1] and [text for _, text in near["marks"]] == ["0", "0.2", "0.4", "0.6", "0.8", "1"]
    assert far["range"] == [-4, 3]
    assert [text for _, text in far["marks"]] == ["−1,000", "−100", "−10", "−1", "0", "1", "10", "100"]


def test_points_survive_the_address(node):
    points = [{"kind": "j", "x": -1.25, "y": 2, "step": 30}, {"kind": "r", "x": 0, "y": -4, "step": 0}]
    assert node("out = training.pointsOf(training.pointsText(given.points));", ("training",), points=points) == points
    assert node("out = training.pointsOf('nonsense');", ("training",)) == []


def test_two_widgets_share_an_address_and_an_anchor_is_nobodys_state(node):
    code = """const first = address.join("#sec-minibatches", "train", { n: 30, points: "j1,-2,0" });
    const both = address.join(first, "lie", { step: 5 }), moved = address.join(both, "train", { n: 10 });
    out = [first, both, moved, ...["train", "lie", "other"].map((name) => address.parse(moved, name)),
      address.parse("#sec-minibatches", "train"), address.parse(first, "train")];"""
    first, both, moved, *parsed = node(code, modules=("address",))
    assert first == "#train.n=30&train.points=j1,-2,0" and both == "#lie.step=5&train.n=30&train.points=j1,-2,0"
    assert moved == "#train.n=10&lie.step=5"
    assert parsed == [{"n": "10"}, {"step": "5"}, None, None, {"n": "30", "points": "j1,-2,0"}]


@pytest.mark.parametrize(
    "given", [{"n": 31}, {"width": 100}, {"batch_size": 7}, {"lr": 1}, {"steps": 6000}, {"sigma": 0}]
)
def test_what_the_controls_do_not_offer_is_refused(given):
    with pytest.raises(ValueError, match=next(iter(given))):
        widget.TrainingMachine(**given)


def test_the_page_offers_what_the_class_takes(node):
    offers = node("out = training.OFFERS;", modules=("training",))
    taken = (widget.SIZES, widget.WIDTHS, widget.BATCHES, widget.RATES)
    assert list(map(tuple, offers.values())) == list(taken)


def test_same_seed_same_run(monkeypatch):
    a, b, c = (widget.TrainingMachine(rng=seed) for seed in (0, 0, 1))
    assert a.seed == b.seed != c.seed
    monkeypatch.setenv("DV_PRECOMPUTE", "1")
    assert a.model_id in a._repr_mimebundle_()[0]["text/html"]
