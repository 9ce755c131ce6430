import pytest
import torch

from dv import Net


def test_net_is_linear_elu_linear_elu_linear_with_small_weights_and_no_bias():
    net = Net(input_size=3, hidden_size=200, sigma=0.05, rng=0)
    assert [type(layer).__name__ for layer in net.layers] == ["Linear", "ELU", "Linear", "ELU", "Linear"]
    assert [tuple(p.shape) for p in net.parameters()] == [(200, 3), (200,), (200, 200), (200,), (1, 200), (1,)]
    assert net.layers[2].weight.std().item() == pytest.approx(0.05, rel=0.02)
    assert not any(p.any() for name, p in net.named_parameters() if "bias" in name)


def test_same_seed_gives_the_same_net_and_the_global_generator_is_not_touched():
    before = torch.get_rng_state()
    a, b, c = Net(rng=0), Net(rng=0), Net(rng=1)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(a.layers[0].weight, b.layers[0].weight)
    assert not torch.equal(a.layers[0].weight, c.layers[0].weight)


def test_net_takes_z_or_x_and_y():
    net, z = Net(input_size=3, sigma=1, rng=0), torch.randn(5, 3)
    assert torch.equal(net(z), net(z[:, :1], z[:, 1:]))


@pytest.mark.parametrize("bad", [{"input_size": 0}, {"hidden_size": 0}, {"sigma": 0.0}, {"sigma": float("nan")}])
def test_impossible_sizes_are_refused(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        Net(**bad)
