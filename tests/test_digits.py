"""The digits that ship: form, size, notice, and that they are what MNIST begins with."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest

from pynn.datasets import digits, mnist

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("PYNN_DATA") or ROOT.parent / "shared" / "data")
needs_shared = pytest.mark.skipif(
    not (SHARED / "mnist.npz").is_file(), reason="needs MNIST in the folder PYNN_DATA or ../shared/data"
)


def test_digits_have_keras_form():
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    assert x_train.shape == (10_000, 28, 28)
    assert x_test.shape == (2_000, 28, 28)
    assert y_train.shape == (10_000,)
    assert y_test.shape == (2_000,)
    assert all(a.dtype == np.uint8 and a.flags.writeable for a in (x_train, y_train, x_test, y_test))
    assert set(y_train) == set(y_test) == set(range(10))
    assert x_train.max() == 255


def test_digits_are_small_and_noted():
    shipped = Path(digits.__file__).parent
    assert (shipped / "digits.npz").stat().st_size <= 2_500_000
    notice = (shipped / "digits.txt").read_text(encoding="utf-8")
    assert "LeCun" in notice
    assert "ShareAlike 3.0" in notice
    assert "make_digits.py" in notice


@needs_shared
def test_digits_are_the_first_rows_of_mnist(monkeypatch):
    monkeypatch.setenv("PYNN_DATA", str(SHARED))
    for whole, part, rows in zip(mnist.load_data(), digits.load_data(), (10_000, 2_000), strict=True):
        np.testing.assert_array_equal(whole[0][:rows], part[0])
        np.testing.assert_array_equal(whole[1][:rows], part[1])


@needs_shared
def test_maker_gives_the_shipped_arrays(tmp_path):
    spec = importlib.util.spec_from_file_location("make_digits", ROOT / "tools" / "make_digits.py")
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    maker.write(maker.subset(SHARED / "mnist.npz"), tmp_path / "digits.npz")
    shipped = Path(digits.__file__).parent / "digits.npz"
    with np.load(tmp_path / "digits.npz") as made, np.load(shipped) as kept:
        assert list(made) == list(kept)
        assert all(np.array_equal(made[name], kept[name]) for name in kept)
