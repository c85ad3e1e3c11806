"""Layers with random numbers: their statistics, what they depend on, and that nothing else matters."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pynn import _core
from pynn import layers as L  # noqa: N812
from pynn.keras import Input, Sequential

N, K = 400, 500
ONES = np.ones((N, K))
# Bounds are five standard deviations of the mean, or of the variance, of N K draws.
FEW = 5 / math.sqrt(N * K)


def drawn(layer, x=ONES):
    return np.asarray(layer(x, training=True))


def test_gaussian_noise():
    z = (drawn(L.GaussianNoise(0.5, seed=1)) - 1) / 0.5
    assert abs(z.mean()) < FEW
    assert abs(z.var() - 1) < FEW * math.sqrt(2)
    assert abs((z**3).mean()) < FEW * math.sqrt(15)
    assert abs((z**4).mean() - 3) < FEW * math.sqrt(96)
    for limit, share in ((1, 0.682689), (2, 0.9545), (3, 0.9973)):
        assert abs((np.abs(z) < limit).mean() - share) < FEW * math.sqrt(share * (1 - share))
    for pair in ((z[:, 1:], z[:, :-1]), (z[1:], z[:-1])):  # neighbours, partners of a pair included
        assert abs((pair[0] * pair[1]).mean()) < FEW
    assert abs((z[:, ::2] ** 2 * z[:, 1::2] ** 2).mean() - 1) < FEW * math.sqrt(2) * math.sqrt(8)


def test_gaussian_dropout():
    y = drawn(L.GaussianDropout(0.2, seed=1), 3 * ONES) / 3
    assert abs(y.mean() - 1) < FEW * 0.5
    assert abs(y.var() - 0.25) < FEW * 0.25 * math.sqrt(2)


@pytest.mark.parametrize("rate", [0.1, 0.5])
def test_alpha_dropout_keeps_mean_and_variance(rate):
    x = np.random.default_rng(1).normal(size=(N, K))
    y = drawn(L.AlphaDropout(rate, seed=2), x)
    assert abs(y.mean()) < 2 * FEW
    assert abs(y.var() - 1) < 5 * FEW
    values, counts = np.unique(y.round(5), return_counts=True)
    assert abs(counts.max() / y.size - rate) < FEW
    scale = ((1 - rate) * (1 + rate * 1.7580993**2)) ** -0.5
    assert values[counts.argmax()] == pytest.approx(-1.7580993 * scale * (1 - rate), abs=1e-4)


def kept(layer, shape):
    return drawn(layer, np.ones(shape)) > 0


def test_noise_shapes_share_decisions():
    whole = kept(L.Dropout(0.5, (None, 1, None), seed=3), (60, 4, 30))
    np.testing.assert_array_equal(whole, np.broadcast_to(whole[:, :1], whole.shape))
    assert abs(whole.mean() - 0.5) < 5 * 0.5 / math.sqrt(60 * 30)
    one = kept(L.Dropout(0.5, (1, 4, None), seed=3), (60, 4, 30))
    np.testing.assert_array_equal(one, np.broadcast_to(one[:1], one.shape))
    assert 0 < one.mean() < 1
    batch = kept(L.Dropout(0.5, (32, 4, 1), seed=3), (32, 4, 30))
    np.testing.assert_array_equal(batch, np.broadcast_to(batch[..., :1], batch.shape))
    spatial = kept(L.SpatialDropout1D(0.5, seed=3), (60, 4, 30))
    np.testing.assert_array_equal(spatial, np.broadcast_to(spatial[:, :1], spatial.shape))
    alpha = drawn(L.AlphaDropout(0.5, (None, 1), seed=3), np.ones((60, 30)))
    np.testing.assert_array_equal(alpha, np.broadcast_to(alpha[:, :1], alpha.shape))


def test_masks_keep_the_scale():
    y = drawn(L.Dropout(0.75, (None, 1, 500), seed=3), np.ones((400, 2, 500)))
    np.testing.assert_allclose(np.unique(y), [0, 4])
    assert abs(y.mean() - 1) < 4 * FEW


MAKE = {
    "dropout": lambda seed: L.Dropout(0.5, seed=seed),
    "shared dropout": lambda seed: L.Dropout(0.5, (None, 1), seed=seed),
    "noise": lambda seed: L.GaussianNoise(0.5, seed=seed),
    "gaussian dropout": lambda seed: L.GaussianDropout(0.5, seed=seed),
    "alpha dropout": lambda seed: L.AlphaDropout(0.5, seed=seed),
}


@pytest.mark.parametrize("name", MAKE)
def test_seeds_and_calls(name):
    """One seed gives one sequence; every call and every seed gives another draw."""
    x = np.ones((40, 50))
    first, second = MAKE[name](7), MAKE[name](7)
    for _ in range(2):
        np.testing.assert_array_equal(drawn(first, x), drawn(second, x))
    assert (drawn(first, x) != drawn(first, x)).any()
    assert (drawn(MAKE[name](7), x) != drawn(MAKE[name](8), x)).any()
    np.testing.assert_array_equal(np.asarray(first(x)), x)


def trained(make, workers):
    before = _core.get_workers()
    try:
        _core.set_workers(workers)
        x = np.random.default_rng(0).normal(size=(300, 20)).astype("float32")
        hidden = L.Dense(700, "relu", kernel_initializer="ones")
        model = Sequential(
            [Input((20,)), hidden, make(3), L.BatchNormalization(), L.Dense(1, kernel_initializer="ones")]
        )
        model.compile("sgd", "mse")
        model.fit(x, x[:, :1], batch_size=256, epochs=2, shuffle=False, verbose=0)
        return model.get_weights()
    finally:
        _core.set_workers(before)


@pytest.mark.parametrize("name", ["noise", "alpha dropout", "shared dropout"])
def test_the_number_of_workers_changes_no_bit(name):
    for one, three in zip(trained(MAKE[name], 1), trained(MAKE[name], 3), strict=True):
        np.testing.assert_array_equal(one, three)


def test_a_layer_that_is_used_twice_draws_twice():
    from pynn.keras import Model

    noise, x = L.GaussianNoise(1.0, seed=4), Input((30,))
    model = Model(x, L.Subtract()([noise(x), noise(x)]))
    y = np.asarray(model(np.ones((4, 30)), training=True))
    assert (y != 0).all()
    assert (np.asarray(model(np.ones((4, 30)), training=True)) != y).any()
