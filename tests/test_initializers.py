"""Initializers against Keras's: names, configs, fans, bounds and moments; the values themselves are our own."""

from __future__ import annotations

import importlib
import inspect
import json
import math
import random as python_random

import numpy as np
import pytest

from pynn import config, initializers, random
from pynn.initializers import scaling

CLASSES = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "OrthogonalInitializer",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
]
FIXED = ["Constant", "Identity", "Ones", "Zeros"]
DRAWN = [name for name in CLASSES if name not in FIXED]
SHAPE = (300, 200)


@pytest.mark.parametrize("name", CLASSES)
def test_signature_and_config_are_keras(real_keras, name):
    ours, theirs = getattr(initializers, name), getattr(real_keras.initializers, name)
    for mine, yours in zip(
        inspect.signature(ours).parameters.values(), inspect.signature(theirs).parameters.values(), strict=True
    ):
        assert (mine.name, mine.default) == (yours.name, yours.default)
    if name == "Identity":  # Keras's own config loses the gain
        assert ours().get_config() == {"gain": 1.0}
        return
    assert ours().get_config() == theirs().get_config()
    assert list(ours().get_config()) == list(theirs().get_config())
    assert initializers.serialize(ours()) == real_keras.initializers.serialize(theirs())


@pytest.mark.parametrize("name", CLASSES)
def test_configs_cross_over(real_keras, name):
    ours, theirs = getattr(initializers, name)(), getattr(real_keras.initializers, name)()
    assert isinstance(initializers.deserialize(real_keras.initializers.serialize(theirs)), type(ours))
    config = json.loads(json.dumps(initializers.serialize(ours)))
    assert isinstance(real_keras.initializers.deserialize(config), type(theirs))
    assert initializers.deserialize(config).get_config() == ours.get_config()
    assert ours.clone().get_config() == ours.get_config()


def test_string_names_are_keras(real_keras):
    known = importlib.import_module("keras.src.initializers").ALL_OBJECTS_DICT
    # STFT needs SciPy and serves audio layers; Initializer itself makes nothing.
    wanted = {name for name in known if "stft" not in name.lower() and name.lower() != "initializer"}
    assert set(initializers.NAMES) == wanted
    for name in wanted:
        assert type(initializers.get(name)).__name__ == known[name].__name__


@pytest.mark.parametrize("name", ["Constant", "Ones", "Zeros", "Identity"])
@pytest.mark.parametrize("dtype", [None, "float32", "float64", "float16", "int32"])
def test_fixed_values_are_keras(real_keras, name, dtype):
    settings = [2.5] if name == "Constant" else []
    ours = getattr(initializers, name)(*settings)((3, 4), dtype)
    # JAX has no float64 unless told so
    theirs = getattr(real_keras.initializers, name)(*settings)((3, 4), "float32" if dtype == "float64" else dtype)
    np.testing.assert_array_equal(ours, theirs)
    assert ours.dtype == (dtype or "float32")
    assert ours.flags.c_contiguous


@pytest.mark.parametrize("name", [name for name in DRAWN if "Orthogonal" not in name])
def test_distribution_is_keras(real_keras, name):
    ours = getattr(initializers, name)(seed=3)(SHAPE).astype(float)
    theirs = np.asarray(getattr(real_keras.initializers, name)(seed=3)(SHAPE), dtype=float)
    spread = theirs.std()
    # 60,000 draws: means scatter by spread/245, standard deviations by less; five of these are allowed.
    assert abs(ours.mean() - theirs.mean()) < 5 * spread / 245 * math.sqrt(2)
    assert abs(ours.std() / spread - 1) < 5 / 245
    if name != "RandomNormal":  # the only one without bounds
        assert ours.min() == pytest.approx(theirs.min(), abs=0.01 * spread)
        assert ours.max() == pytest.approx(theirs.max(), abs=0.01 * spread)
    quantiles = np.linspace(0.05, 0.95, 19)
    np.testing.assert_allclose(np.quantile(ours, quantiles), np.quantile(theirs, quantiles), atol=0.04 * spread)


@pytest.mark.parametrize("mode", ["fan_in", "fan_out", "fan_avg"])
@pytest.mark.parametrize("distribution", ["normal", "truncated_normal", "untruncated_normal", "uniform", "Uniform"])
def test_variance_scaling(real_keras, mode, distribution):
    settings = {"scale": 2.0, "mode": mode, "distribution": distribution, "seed": 4}
    ours = initializers.VarianceScaling(**settings)
    theirs = real_keras.initializers.VarianceScaling(**settings)
    assert ours.get_config() == theirs.get_config()
    n = {"fan_in": 300, "fan_out": 200, "fan_avg": 250}[mode]
    assert ours(SHAPE).var() == pytest.approx(2.0 / n, rel=0.04)
    assert np.asarray(theirs(SHAPE)).var() == pytest.approx(2.0 / n, rel=0.04)


def test_truncated_stddev():
    density = math.exp(-2) / math.sqrt(2 * math.pi)
    exact = math.sqrt(1 - 4 * density / math.erf(math.sqrt(2)))
    assert pytest.approx(exact, rel=1e-12) == importlib.import_module("pynn.initializers.scaling").TRUNCATED_STDDEV


@pytest.mark.parametrize(
    ("shape", "axes"),
    [
        ((), (None, None)),
        ((7,), (None, None)),
        ((5, 3), (None, None)),
        ((3, 3, 4, 8), (None, None)),
        ((2, 0, 3), (None, None)),
        ((2, 3, 4, 5), ((0, 2), (1, 3))),
        ((2, 3, 4), ((0,), None)),
        ((2, 3, 4), ((), (2,))),
    ],
)
def test_fans_are_keras(real_keras, shape, axes):
    theirs = importlib.import_module("keras.src.initializers.random_initializers").compute_fans
    assert scaling.compute_fans(shape, *axes) == theirs(shape, *axes)


@pytest.mark.parametrize("name", DRAWN)
def test_integer_seed_repeats(name):
    draw = getattr(initializers, name)(seed=11)
    first = draw((6, 5))
    assert first.dtype == np.float32
    assert first.flags.c_contiguous
    assert first.flags.writeable
    np.testing.assert_array_equal(draw((6, 5)), first)
    np.testing.assert_array_equal(draw.clone()((6, 5)), first)
    assert not np.array_equal(getattr(initializers, name)(seed=12)((6, 5)), first)


@pytest.mark.parametrize("name", DRAWN)
def test_no_seed_draws_one_at_construction(real_keras, name):
    random.set_random_seed(99)
    draw = getattr(initializers, name)()
    state = python_random.getstate()
    assert draw.get_config()["seed"] is None
    np.testing.assert_array_equal(draw((4, 4)), draw((4, 4)))
    assert python_random.getstate() == state
    real_keras.utils.set_random_seed(99)
    assert getattr(real_keras.initializers, name)().seed == draw.seed


def test_seed_generator_moves_on(real_keras):
    draw = initializers.RandomNormal(seed=random.SeedGenerator(3, name="s"))
    assert not np.array_equal(draw((4,)), draw((4,)))
    theirs = real_keras.initializers.RandomNormal(seed=real_keras.random.SeedGenerator(3, name="s"))
    assert initializers.serialize(draw) == real_keras.initializers.serialize(theirs)
    again = initializers.deserialize(json.loads(json.dumps(initializers.serialize(draw))))
    np.testing.assert_array_equal(again((4,)), initializers.RandomNormal(seed=3)((4,)))


@pytest.mark.parametrize("shape", [(), 5, [2, 3], (0, 3), (np.int64(2), 2)], ids=str)
def test_shapes(shape):
    for name in ("GlorotUniform", "HeNormal", "Zeros", "Ones"):
        made = initializers.get(name)(shape)
        assert isinstance(made, np.ndarray)
        assert made.shape == ((5,) if shape == 5 else tuple(shape))


@pytest.mark.parametrize("shape", [(2, None), (-1, 2), (2.0, 2), None])
@pytest.mark.parametrize("name", ["GlorotUniform", "Zeros", "Orthogonal", "Constant"])
def test_bad_shapes(name, shape):
    with pytest.raises(ValueError, match="shape"):
        initializers.get(name)(shape)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", np.float64])
def test_float_dtypes(dtype):
    for name in DRAWN:
        assert getattr(initializers, name)(seed=1)((3, 4), dtype).dtype == np.dtype(dtype)


def test_dtype_errors():
    with pytest.raises(ValueError, match=r"float dtype\. Received: dtype=int32"):
        initializers.GlorotUniform()((2,), "int32")
    with pytest.raises(ValueError, match="Invalid dtype: foo"):
        initializers.Zeros()((2,), "foo")


def test_floatx_is_the_default_dtype(monkeypatch):
    monkeypatch.setattr(config, "_floatx", "float64")
    for name in CLASSES:
        assert getattr(initializers, name)()((3, 4)).dtype == np.float64


@pytest.mark.parametrize("shape", [(4, 4), (5, 3), (3, 5), (2, 3, 4), (1, 6)], ids=str)
def test_orthogonal(shape):
    made = initializers.Orthogonal(gain=2.0, seed=5)(shape, "float64")
    matrix = made.reshape(-1, shape[-1]) / 2.0
    rows, columns = matrix.shape
    gram = matrix.T @ matrix if rows >= columns else matrix @ matrix.T
    np.testing.assert_allclose(gram, np.eye(min(rows, columns)), atol=1e-12)
    assert made.flags.c_contiguous


@pytest.mark.parametrize(("name", "shape"), [("Orthogonal", (3,)), ("Identity", (3,)), ("Identity", (2, 2, 2))])
def test_rank_errors_are_keras(real_keras, name, shape):
    with pytest.raises(ValueError, match="rank") as ours:
        getattr(initializers, name)()(shape)
    with pytest.raises(ValueError, match="rank") as theirs:
        getattr(real_keras.initializers, name)()(shape)
    assert str(ours.value) == str(theirs.value)


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"scale": 0.0}, "`scale` must be positive"),
        ({"scale": -1.0}, "`scale` must be positive"),
        ({"scale": float("nan")}, "`scale` must be positive"),
        ({"mode": "fan"}, "Invalid `mode` argument: fan"),
        ({"distribution": "cauchy"}, "Invalid `distribution` argument: cauchy"),
        ({"seed": 1.5}, "`seed` argument should be an instance of"),
        ({"seed": "a"}, "`seed` argument should be an instance of"),
        ({"seed": -1}, r"between 0 and 2\*\*32 - 1"),
    ],
)
def test_bad_settings(settings, text):
    with pytest.raises(ValueError, match=text):
        initializers.VarianceScaling(**settings)
