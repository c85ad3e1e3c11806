"""Older spellings: each runs, and warns once, naming today's form."""

from __future__ import annotations

import inspect
import warnings

import pytest

legacy = pytest.importorskip("pynn.legacy", reason="about pynn's older spellings")


@legacy.spellings(p="rate", noise="seed")
def drop(rate, seed=None):
    return rate, seed


class Thing:
    @legacy.spellings(output_dim="units")
    def __init__(self, units, **kwargs):
        self.units = units


def test_each_spelling_warns_once():
    with pytest.warns(FutureWarning, match=r"drop\(p=…\): an older spelling\. Today: drop\(rate=…\)\."):
        assert drop(p=0.5) == (0.5, None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert drop(p=0.25) == (0.25, None)
    with pytest.warns(FutureWarning, match="noise"):
        assert drop(0.5, noise=3) == (0.5, 3)


def test_the_class_is_named():
    class Inner(Thing):
        pass

    with pytest.warns(FutureWarning, match=r"^Inner\(output_dim=…\).*Inner\(units=…\)"):
        assert Inner(output_dim=3).units == 3


def test_the_warning_points_to_the_caller():
    with pytest.warns(FutureWarning) as caught:
        legacy.warn("old", "new")
    assert caught[0].filename == __file__


def test_both_spellings_at_once():
    with pytest.raises(TypeError, match=r"drop: p= is the older spelling of rate=; both were given"):
        drop(p=0.5, rate=0.5)
    with pytest.warns(FutureWarning), pytest.raises(TypeError, match="multiple values"):
        drop(0.5, p=0.5)


def test_signature_is_todays():
    assert list(inspect.signature(drop).parameters) == ["rate", "seed"]
    assert drop.__name__ == "drop"
