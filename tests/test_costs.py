"""The costs of the lecture: their formulas, their slopes, their domains; and what the door says of targets."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

losses = pytest.importorskip("pynn.losses", reason="about pynn's own losses")

RANDOM = np.random.default_rng(8)
Y, P = RANDOM.uniform(0.1, 0.9, (2, 6, 3))

FORMULAS = {
    "quadratic": lambda y, p: ((p - y) ** 2).sum(1) / 2,
    "sum_squared_error": lambda y, p: ((p - y) ** 2).sum(1),
    "cross_entropy": lambda y, p: -(y * np.log(p) + (1 - y) * np.log(1 - p)).sum(1),
    "exponential": lambda y, p: np.exp(((p - y) ** 2).sum(1)),
    "hellinger": lambda y, p: ((np.sqrt(p) - np.sqrt(y)) ** 2).sum(1) / np.sqrt(2),
    "kullback_leibler": lambda y, p: (y * np.log(y / p)).sum(1),
    "generalized_kullback_leibler": lambda y, p: (y * np.log(y / p) - y + p).sum(1),
    "itakura_saito": lambda y, p: (y / p - np.log(y / p) - 1).sum(1),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_formula(name):
    loss = losses.resolve(name)
    assert loss.name == name
    wide = type(loss)(dtype="float64")
    np.testing.assert_allclose(type(loss)(dtype="float64", reduction=None)(Y, P), FORMULAS[name](Y, P), rtol=1e-13)
    np.testing.assert_allclose(wide(Y, P), FORMULAS[name](Y, P).mean(), rtol=1e-13)
    np.testing.assert_allclose(getattr(losses, name)(Y, P), FORMULAS[name](Y, P), rtol=2e-5)


@pytest.mark.parametrize("name", FORMULAS)
def test_slope(name):
    loss = type(losses.resolve(name))(dtype="float64")
    _, slopes = loss.losses(Y, P)
    step = 1e-6
    for index in np.ndindex(P.shape):
        high, low = P.copy(), P.copy()
        high[index] += step
        low[index] -= step
        want = (FORMULAS[name](Y, high) - FORMULAS[name](Y, low))[index[0]] / (2 * step)
        np.testing.assert_allclose(slopes[index], want, rtol=1e-6, atol=1e-9)


def test_tau():
    loss = losses.Exponential(tau=2.0, dtype="float64", reduction=None)
    np.testing.assert_allclose(loss(Y, P), 2 * np.exp(((P - Y) ** 2).sum(1) / 2), rtol=1e-13)
    assert losses.Exponential.from_config(loss.get_config()).tau == 2.0
    with pytest.raises(ValueError, match="tau must be > 0, got 0"):
        losses.Exponential(tau=0)


@pytest.mark.parametrize("name", ["kullback_leibler", "generalized_kullback_leibler", "hellinger"])
def test_targets_of_zero(name):
    """0 ln 0 is 0: one-hot targets have a loss and a slope."""
    loss = losses.resolve(name)
    value, slopes = loss.losses(np.eye(3, dtype="float32"), np.full((3, 3), 0.5, "float32"))
    assert np.isfinite(value).all()
    assert np.isfinite(slopes).all()


def model_of(keras, loss, activation="sigmoid"):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation)])
    model.compile(keras.optimizers.SGD(0.1), loss=loss)
    return model


@pytest.mark.parametrize("name", FORMULAS)
def test_training(keras, name):
    """By string and by function; the loss falls."""
    x = RANDOM.normal(size=(40, 4))
    y = RANDOM.uniform(0.2, 0.8, (1, 3)).repeat(40, 0)
    for given in (name, getattr(losses, name)):
        history = model_of(keras, given).fit(x, y, epochs=3, batch_size=16, verbose=0).history["loss"]
        assert history[-1] < history[0]


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("hellinger", -0.5, "targets >= 0, but y has -0.5 in row 2"),
        ("kullback_leibler", -1.0, "targets >= 0, but y has -1.0 in row 2"),
        ("generalized_kullback_leibler", -1.0, "targets >= 0"),
        ("itakura_saito", 0.0, "targets > 0, but y has 0.0 in row 2"),
        ("cross_entropy", 2.0, r"targets in \[0, 1\], but y has 2.0 in row 2"),
    ],
)
def test_targets_out_of_domain(keras, name, wrong, words):
    y = np.full((5, 3), 0.5)
    y[2, 1] = wrong
    with pytest.raises(ValueError, match=words):
        model_of(keras, name).fit(np.ones((5, 4)), y, verbose=0)
    with pytest.raises(ValueError, match=words):
        getattr(losses, name)(y, np.full((5, 3), 0.5))


def test_binary_crossentropy_warns_of_signs_once(keras):
    from pynn.losses import crossentropy

    crossentropy._warned.clear()
    model, y = model_of(keras, "binary_crossentropy"), np.ones((5, 3))
    y[3] = -1
    with pytest.warns(UserWarning, match=r"between 0 and 1, but y has -1.0 in row 3.*\(y \+ 1\) / 2"):
        model.fit(np.ones((5, 4)), y, verbose=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(np.ones((5, 4)), y, verbose=0)


def test_labels_name_the_ignored_class(keras):
    model = model_of(keras, keras.losses.SparseCategoricalCrossentropy(ignore_class=-1), "softmax")
    with pytest.raises(ValueError, match=r"labels 0…2 or -1, which is ignored.*but y has 7 in row 1"):
        model.fit(np.ones((3, 4)), np.array([-1, 7, 0]), verbose=0)


def test_older_strings_warn():
    from pynn import legacy

    legacy.reset()
    with pytest.warns(FutureWarning, match="Today: loss='kl_divergence'"):
        assert losses.get("kullback_leibler_divergence") is losses.kl_divergence
