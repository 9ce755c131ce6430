import pytest
import torch

from dv import Net, ResidualNet, SeparableCritic, TwoBranchNet, pair_scores


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
    net, z = Net(input_size=3, sigma=1, rng=0), torch.arange(15.0).reshape(5, 3)
    assert torch.equal(net(z), net(z[:, :1], z[:, 1:]))


@pytest.mark.parametrize("bad", [{"input_size": 0}, {"hidden_size": 0}, {"sigma": 0.0}, {"sigma": float("nan")}])
def test_impossible_sizes_are_refused(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        Net(**bad)


X, Y = torch.randn(7, 5, generator=torch.Generator().manual_seed(0)).split((3, 2), 1)


@pytest.mark.parametrize(
    "net",
    [
        Net(5, 8, 1, rng=0),
        TwoBranchNet(3, 2, 8, rng=0),
        ResidualNet(5, 8, rng=0),
        SeparableCritic(3, 2, 8, 4, rng=0),
    ],
)
def test_critics_give_one_value_a_pair_and_agree_with_their_table_of_all_pairs(net):
    t = net(X, Y)
    assert t.shape == (7, 1)
    torch.testing.assert_close(net(X[3:4], Y[3:4]), t[3:4])
    torch.testing.assert_close(pair_scores(X, Y, net).diagonal(), t[:, 0])
    torch.testing.assert_close(pair_scores(X[:2], Y, net)[1, 4], net(X[1:2], Y[4:5])[0, 0])


def test_two_branch_net_adds_two_branches_of_width_h_and_narrows_to_a_quarter():
    net = TwoBranchNet(3, 2, 8, rng=0)
    shapes = {name: tuple(p.shape) for name, p in net.named_parameters() if "weight" in name}
    assert list(shapes.values()) == [(8, 3), (8, 8), (8, 2), (8, 8), (2, 8), (1, 2)]
    x, y = torch.relu(X @ net.x_branch[0].weight.T), torch.relu(Y @ net.y_branch[0].weight.T)
    h = torch.relu(x @ net.x_branch[2].weight.T + y @ net.y_branch[2].weight.T)
    expected = torch.relu(h @ net.head[1].weight.T) @ net.head[3].weight.T
    torch.testing.assert_close(net(X, Y), expected)


def test_residual_net_with_residuals_switched_off_is_one_layer():
    net = ResidualNet(5, 8, rng=0)
    for layer in (net.second, net.third):
        torch.nn.init.zeros_(layer.weight)
    z = torch.cat([X, Y], 1)
    torch.testing.assert_close(net(z), torch.relu(z @ net.first.weight.T) @ net.last.weight.T)
