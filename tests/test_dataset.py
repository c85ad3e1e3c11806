"""Data sets that are computed anew at each pass, and their splitting in two."""

from __future__ import annotations

import random

import numpy as np
import pytest

pytest.importorskip("pynn", reason="about pynn's own data sets")

from pynn import keras
from pynn.dataset import INFINITE, UNKNOWN, Dataset

X, Y = np.arange(12.0, dtype="float32").reshape(6, 2), np.arange(6)


def values(dataset):
    return [tuple(a.tolist() for a in e) if isinstance(e, tuple) else np.asarray(e).tolist() for e in dataset]


def test_rows_and_batches():
    rows = Dataset.from_tensor_slices((X, Y))
    assert len(rows) == 6
    assert values(rows)[1] == ([2.0, 3.0], 1)
    batches = rows.batch(4)
    assert [x.shape for x, _ in batches] == [(4, 2), (2, 2)]
    assert [x.shape for x, _ in rows.batch(4, drop_remainder=True)] == [(4, 2)]
    assert values(batches.unbatch()) == values(rows)
    assert {x.dtype.name for x, _ in batches} == {"float32"}
    assert [e["a"].shape for e in Dataset.from_tensor_slices({"a": X}).batch(5)] == [(5, 2), (1, 2)]


def test_chains():
    numbers = Dataset.range(6)
    assert values(numbers.map(lambda x: x * 2)) == [0, 2, 4, 6, 8, 10]
    assert values(numbers.filter(lambda x: x > 3)) == [4, 5]
    assert values(numbers.take(2)) == [0, 1]
    assert values(numbers.skip(4)) == [4, 5]
    assert values(numbers.shard(3, 1)) == [1, 4]
    assert values(numbers.take(2).repeat(2)) == [0, 1, 0, 1]
    assert values(numbers.take(1).concatenate(numbers.skip(5))) == [0, 5]
    assert values(Dataset.zip(numbers, numbers.skip(4))) == [(0, 4), (1, 5)]
    assert values(numbers.skip(4).enumerate()) == [(0, 4), (1, 5)]
    assert values(numbers.take(2).flat_map(lambda x: Dataset.from_tensor_slices(np.stack([x, x])))) == [0, 0, 1, 1]
    assert int(numbers.reduce(np.int64(0), lambda a, b: a + b)) == 15
    assert values(Dataset.from_generator(lambda: iter([1.0, 2.0]))) == [1.0, 2.0]
    assert list(numbers.take(2).as_numpy_iterator()) == [0, 1]
    assert values(numbers.apply(lambda d: d.take(1)).prefetch(-1).cache()) == [0]


def test_lengths():
    numbers = Dataset.range(6)
    assert [int(d.cardinality()) for d in (numbers, numbers.repeat(), numbers.filter(bool))] == [6, INFINITE, UNKNOWN]
    for dataset, words in ((numbers.repeat(), "infinite"), (numbers.filter(bool), "unknown")):
        with pytest.raises(TypeError, match=words):
            len(dataset)


def test_shuffle():
    numbers = Dataset.range(20)
    mixed = numbers.shuffle(20, seed=1)
    first, second = values(mixed), values(mixed)
    assert first != second
    assert sorted(first) == sorted(second) == list(range(20))
    fixed = numbers.shuffle(20, seed=1, reshuffle_each_iteration=False)
    assert values(fixed) == values(fixed)
    near = values(numbers.shuffle(3, seed=2))
    assert sorted(near) == list(range(20))
    assert all(value <= place + 2 for place, value in enumerate(near))


def test_refusals():
    with pytest.raises(ValueError, match="same number of rows"):
        Dataset.from_tensor_slices((X, Y[:3]))
    with pytest.raises(ValueError, match="batch_size must be >= 1"):
        Dataset.range(3).batch(0)
    with pytest.raises(ValueError, match="buffer_size must be >= 1"):
        Dataset.range(3).shuffle(0)


def test_fit_takes_it():
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    data = Dataset.from_tensor_slices((X, Y.astype("float32")[:, None])).shuffle(6).batch(4)
    history = model.fit(data, epochs=2, verbose=0, validation_data=data)
    assert len(history.history["val_loss"]) == 2
    assert model.predict(data.map(lambda x, y: x), verbose=0).shape == (6, 1)


SIZES = [
    ({"left_size": 0.5}, 5, 5),
    ({"left_size": 3}, 3, 7),
    ({"right_size": 0.2}, 8, 2),
    ({"left_size": 0.25, "right_size": 4}, 2, 4),
    ({"left_size": 0.6, "right_size": 0.3}, 6, 3),
]


@pytest.mark.parametrize(("options", "left", "right"), SIZES, ids=str)
@pytest.mark.parametrize("kind", ["array", "list", "tuple", "rows", "batches"])
def test_split_dataset(options, left, right, kind):
    x, y = np.arange(20).reshape(10, 2), np.arange(10.0)
    rows = Dataset.from_tensor_slices((x, y))
    given = {"array": x, "list": [x, y], "tuple": (x, y), "rows": rows, "batches": rows.batch(3)}[kind]
    one, other = keras.utils.split_dataset(given, **options)
    if kind == "batches":
        assert (one.batch_size, other.batch_size) == (3, 3)
        one, other = one.unbatch(), other.unbatch()
    one, other = ([e[0] if isinstance(e, tuple) else e for e in part] for part in (one, other))
    np.testing.assert_array_equal(one, x[:left])
    np.testing.assert_array_equal(other, x[len(x) - right :])


def test_split_is_shuffled_as_in_keras():
    """Keras gives the rows to Python's random.shuffle after random.seed(seed)."""
    order = list(range(10))
    random.Random(3).shuffle(order)
    one, other = keras.utils.split_dataset(np.arange(10), 0.4, shuffle=True, seed=3)
    assert values(one) + values(other) == order


WRONG = [
    ((), {}, ValueError, "At least one of the `left_size` or `right_size`"),
    ((), {"left_size": "a"}, TypeError, "Invalid `left_size` Type"),
    ((), {"left_size": 0, "right_size": 0}, ValueError, "are zero"),
    ((), {"left_size": 11}, ValueError, "`left_size` should be either a positive integer"),
    ((), {"right_size": 1.5}, ValueError, "`right_size` should be either a positive integer"),
    ((), {"left_size": 0.6, "right_size": 0.6}, ValueError, "greater than 1"),
    ((), {"left_size": 6, "right_size": 6}, ValueError, "should be smaller than the 10"),
    ((), {"left_size": 0.01}, ValueError, "Resulting left side dataset split will be empty"),
    (([],), {"left_size": 1}, ValueError, "Received an empty list dataset"),
    (([1],), {"left_size": 1}, ValueError, "Expected a list of `numpy.ndarray` objects"),
    (([np.ones(2), np.ones(3)],), {"left_size": 1}, ValueError, "different lengths"),
    ((3,), {"left_size": 1}, TypeError, "Unsupported dataset type|must be either"),
]


@pytest.mark.parametrize(("given", "options", "error", "words"), WRONG, ids=str)
def test_split_refuses(real_keras, given, options, error, words):
    for side, extra in ((keras, {}), (real_keras, {"preferred_backend": "tensorflow"})):
        with pytest.raises(error, match=words):
            side.utils.split_dataset(*(given or (np.arange(10),)), **options, **extra)
