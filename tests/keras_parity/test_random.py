"""keras.random: shapes, types, errors and the meaning of seeds as in real Keras; the numbers by their distributions."""

from __future__ import annotations

import numpy as np
import pytest

SHAPE = (50, 40)
# Name → arguments after the shape, mean, variance.
DRAWS = {
    "normal": ((2.0, 3.0), 2.0, 9.0),
    "truncated_normal": ((2.0, 3.0), 2.0, 9 * 0.7741),  # of [-2, 2]: 1 - 4 φ(2)/(2 Φ(2) - 1)
    "uniform": ((-1.0, 3.0), 1.0, 16 / 12),
    "randint": ((-2, 5), 1.0, 4.0),
    "gamma": ((2.5,), 2.5, 2.5),
    "binomial": ((7, 0.25), 1.75, 1.3125),
    "beta": ((2.0, 3.0), 0.4, 0.04),
}


@pytest.mark.parametrize("name", DRAWS)
def test_distributions(sides, name):
    arguments, mean, variance = DRAWS[name]
    for side in sides:
        found = getattr(side.random, name)(SHAPE, *arguments, seed=3)
        assert tuple(found.shape) == SHAPE
        values = np.asarray(found, "float64")
        assert abs(values.mean() - mean) < 5 * (variance / values.size) ** 0.5
        assert abs(values.var() / variance - 1) < 0.15


@pytest.mark.parametrize("name", DRAWS)
def test_types(sides, name):
    arguments = DRAWS[name][0]
    for dtype in (None, "int8") if name == "randint" else (None, "float16", "float32"):
        options = {} if dtype is None else {"dtype": dtype}
        ours, theirs = (getattr(side.random, name)((3,), *arguments, seed=3, **options) for side in sides)
        assert str(ours.dtype) == str(theirs.dtype)


@pytest.mark.parametrize("name", DRAWS)
def test_seeds(sides, name):
    arguments = DRAWS[name][0]
    for side in sides:

        def draw(seed=None, side=side):
            return np.asarray(getattr(side.random, name)((20,), *arguments, seed=seed))

        assert (draw(1) == draw(1)).all()
        assert (draw(1) != draw(2)).any()
        seeds = side.random.SeedGenerator(1)
        first = draw(seeds)
        assert (first != draw(seeds)).any()
        assert (first == draw(side.random.SeedGenerator(1))).all()
        side.utils.set_random_seed(5)
        free = draw()
        assert (free != draw()).any()
        side.utils.set_random_seed(5)
        assert (free == draw()).all()
        with pytest.raises(ValueError, match="Argument `seed` must be either an integer"):
            draw("1")


def test_initializers_draw_the_same(sides):
    for side in sides:
        for name, make in (
            ("normal", side.initializers.RandomNormal(1.0, 2.0, seed=4)),
            ("truncated_normal", side.initializers.TruncatedNormal(1.0, 2.0, seed=4)),
            ("uniform", side.initializers.RandomUniform(1.0, 2.0, seed=4)),
        ):
            np.testing.assert_array_equal(make((3, 4)), getattr(side.random, name)((3, 4), 1.0, 2.0, seed=4))


def test_categorical(sides):
    probabilities = np.array([[0.1, 0.6, 0.3], [1.0, 0.0, 0.0]])
    with np.errstate(divide="ignore"):
        logits = np.log(probabilities).astype("float32") + 5
    for side in sides:
        found = side.random.categorical(logits, 3000, seed=1)
        assert (tuple(found.shape), str(found.dtype)) == ((2, 3000), "int32")
        for row, expected in zip(np.asarray(found), probabilities, strict=True):
            np.testing.assert_allclose(np.bincount(row, minlength=3) / 3000, expected, atol=0.04)
        assert str(side.random.categorical(logits, 2, dtype="int16", seed=1).dtype) == "int16"
        with pytest.raises(ValueError, match="`logits` should be a 2-D tensor"):
            side.random.categorical(logits[0], 2)


def test_shuffle(sides):
    rows = np.arange(60.0, dtype="float32").reshape(12, 5)
    for side in sides:
        for axis in (0, 1):
            found = np.asarray(side.random.shuffle(rows, axis=axis, seed=1))
            assert found.dtype == np.float32
            assert not np.array_equal(found, rows)
            np.testing.assert_array_equal(np.sort(found, axis=axis), rows)


def test_dropout(sides):
    x = np.linspace(1, 2, 3000, dtype="float32").reshape(60, 50)
    for side in sides:
        found = np.asarray(side.random.dropout(x, 0.2, seed=1))
        kept = found != 0
        assert abs(kept.mean() - 0.8) < 0.04
        np.testing.assert_allclose(found[kept], x[kept] / 0.8, rtol=1e-6)
        rows = np.asarray(side.random.dropout(x, 0.5, noise_shape=(60, 1), seed=1)) != 0
        assert set(rows.sum(axis=1)) == {0, 50}
        assert not np.asarray(side.random.dropout(x, 1.0, seed=1)).any()
        np.testing.assert_array_equal(side.random.dropout(x, 0.0, seed=1), x)


def test_dropout_is_differentiated(keras, is_oracle):
    if is_oracle:
        pytest.skip("about pynn's tape")
    from pynn.tape import GradientTape

    x = keras.ops.ones((200,))
    with GradientTape() as tape:
        tape.watch(x)
        y = keras.random.dropout(x, 0.25, seed=2)
    np.testing.assert_array_equal(tape.gradient(y, x), y)


def test_refusals(sides):
    for side in sides:
        with pytest.raises(ValueError, match=r"`keras\.random\.uniform` requires a floating point"):
            side.random.uniform((2,), dtype="int32")
        with pytest.raises(ValueError, match=r"`keras\.random\.randint` requires an integer"):
            side.random.randint((2,), 0, 2, dtype="float32")


def test_seed_generators(sides):
    configs = []
    for side in sides:
        seeds = side.random.SeedGenerator(7, name="seeds")
        states = [np.asarray(seeds.next()).tolist() for _ in range(3)]
        states += [np.asarray(seeds.next(ordered=False)).tolist() for _ in range(3)]
        configs.append((states, seeds.get_config()))
        assert np.asarray(seeds.state).shape == (2,)
        with pytest.raises(ValueError, match="be an integer"):
            side.random.SeedGenerator("7")
    assert configs[0] == configs[1]
    for side, (_, config) in zip(sides, reversed(configs), strict=True):
        assert side.random.SeedGenerator.from_config(config).get_config() == config
    entries = [side.saving.serialize_keras_object(side.random.SeedGenerator(7, name="seeds")) for side in sides]
    assert entries[0] == entries[1]
    for side, entry in zip(sides, reversed(entries), strict=True):
        assert side.saving.deserialize_keras_object(entry).get_config() == entry["config"]
