"""The order of an epoch is NumPy's, and so is the state of the generator after it."""

from __future__ import annotations

import numpy as np
import pytest

from pynn import permutations

# Around powers of two, where numbers have a bit more, and beyond one block of the generator.
SIZES = [0, 1, 2, 255, 256, 257, 512, 513, 623, 624, 625, 1797, 4096, 4097, 20640, 65536, 65537]


@pytest.fixture(autouse=True)
def kept_state():
    generator = np.random.get_bit_generator()
    state = generator.state
    yield
    np.random.set_bit_generator(generator)
    generator.state = state


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("drawn", [0, 1, 623, 1000])
def test_the_same_order_and_the_same_numbers_after_it(n, drawn):
    found = []
    for draw in (np.random.permutation, permutations.permutation):
        np.random.seed(n + 3)
        np.random.random_sample(drawn)
        found.append((draw(n), np.random.random_sample(2), np.random.normal()))
    for expected, got in zip(*found, strict=True):
        np.testing.assert_array_equal(got, expected)
    assert found[1][0].dtype == np.int64


@pytest.mark.parametrize("n", [0, 1, 31, 1797])
def test_rows_one_after_another_beside_other_elements(n):
    np.random.seed(2)
    expected = [np.random.permutation(n) for _ in range(3)]
    whole = np.full((3, n + 2), -1)
    np.random.seed(2)
    permutations.permute(whole[:, 1 : n + 1])
    np.testing.assert_array_equal(whole[:, 1 : n + 1], np.reshape(expected, (3, n)))
    assert (whole[:, [0, -1]] == -1).all()


def test_another_generator_is_numpys_affair():
    generators = np.random.PCG64(1), np.random.PCG64(1)
    np.random.set_bit_generator(generators[0])
    expected = np.random.permutation(1000)
    np.random.set_bit_generator(generators[1])
    np.testing.assert_array_equal(permutations.permutation(1000), expected)


def test_a_state_laid_out_otherwise_is_numpys_affair(monkeypatch):
    monkeypatch.setattr(permutations._core, "twister_is", lambda *state: False)
    permutations._is_known.cache_clear()
    np.random.seed(5)
    expected = np.random.permutation(1000)
    np.random.seed(5)
    np.testing.assert_array_equal(permutations.permutation(1000), expected)
    permutations._is_known.cache_clear()
