"""Seeds: Keras's sequences, and repetition after set_random_seed."""

from __future__ import annotations

import importlib
import random as python_random

import numpy as np
import pytest

from pynn import random


@pytest.fixture
def keras_seeds(real_keras):
    return importlib.import_module("keras.src.random.seed_generator")


@pytest.mark.parametrize("seed", [0, 1, 1337, 10**9, 4_000_000_000, 2**32 - 1])
def test_generator_walks_as_keras(keras_seeds, seed):
    ours, theirs = random.SeedGenerator(seed), keras_seeds.SeedGenerator(seed)
    for ordered in (True, True, False, False, True):
        state = ours.next(ordered)
        assert state.dtype == np.uint32
        np.testing.assert_array_equal(state, np.asarray(theirs.next(ordered)))
    np.testing.assert_array_equal(ours.state, np.asarray(theirs.state.value))


def test_generator_config(keras_seeds):
    ours, theirs = random.SeedGenerator(3, name="mine"), keras_seeds.SeedGenerator(3, name="mine")
    assert ours.get_config() == theirs.get_config()
    np.testing.assert_array_equal(random.SeedGenerator.from_config(ours.get_config()).next(), ours.next())
    assert random.SeedGenerator().get_config()["seed"] is None
    assert random.SeedGenerator().name.startswith("seed_generator")


def test_drawn_state_is_a_copy():
    seeds = random.SeedGenerator(3)
    seeds.next()[:] = 99
    np.testing.assert_array_equal(seeds.next(), [3, 1])


def test_default_seeds_are_keras(real_keras, keras_seeds):
    real_keras.utils.set_random_seed(812)
    theirs = [keras_seeds.make_default_seed() for _ in range(3)]
    shared = [np.asarray(keras_seeds.draw_seed(None)) for _ in range(3)]
    random.set_random_seed(812)
    assert [random.make_default_seed() for _ in range(3)] == theirs
    np.testing.assert_array_equal([random.draw_seed(None) for _ in range(3)], shared)


def test_numpy_state_is_left_alone():
    random.set_random_seed(5)
    expected = np.random.permutation(20)
    random.set_random_seed(5)
    random.make_default_seed()
    random.draw_seed(None)
    random.generator(None).random(100)
    np.testing.assert_array_equal(np.random.permutation(20), expected)


def test_set_random_seed_seeds_all_three():
    def draws():
        return python_random.random(), np.random.random(), random.generator().random()

    random.set_random_seed(7)
    first = draws()
    random.set_random_seed(7)
    assert draws() == first
    assert random.get_random_seed() == 7
    random.reset_random_seed()
    assert random.get_random_seed() is None


@pytest.mark.parametrize("seed", [1.5, "a", None, [1], -1, 2**32])
def test_bad_seeds(seed):
    with pytest.raises(ValueError, match="seed"):
        random.set_random_seed(seed)
    if seed is not None:
        with pytest.raises(ValueError, match="seed"):
            random.SeedGenerator(seed)
        with pytest.raises(ValueError, match="must be either an integer"):
            random.draw_seed(seed)


def test_numpy_integers_are_integers():
    np.testing.assert_array_equal(random.draw_seed(np.int64(9)), [9, 0])
    random.set_random_seed(np.uint8(9))
    assert random.get_random_seed() == 9


def test_streams_differ():
    seeds = random.SeedGenerator(1)
    first, second = random.generator(seeds).random(8), random.generator(seeds).random(8)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(random.generator(1).random(8), first)
    assert not np.array_equal(random.generator(2).random(8), first)
