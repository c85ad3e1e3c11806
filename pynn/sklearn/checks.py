"""The door of the estimators: their settings, and what `fit` is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np

from pynn import activations
from pynn.sklearn.networks import NAMES

Rule = tuple[str, Callable[[Any], bool]]


def _is(kind: type, value: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool | np.bool_)


def whole(least: int) -> Rule:
    """Integers from `least` on."""
    return f"an int in the range [{least}, inf)", lambda v: bool(_is(Integral, v) and v >= least)


def real(low: float, high: float = np.inf, ends: str = "[)") -> Rule:
    """Numbers of an interval; `ends` says which of its ends belong to it."""

    def inside(v: Any) -> bool:
        if not _is(Real, v) or np.isnan(v):
            return False
        return bool((v >= low if ends[0] == "[" else v > low) and (v <= high if ends[1] == "]" else v < high))

    return f"a float in the range {ends[0]}{low}, {high}{ends[1]}", inside


def one_of(*values: Any) -> Rule:
    """One of these."""
    said = " or ".join([", ".join(map(repr, values[:-1])), repr(values[-1])]) if len(values) > 1 else repr(values[0])
    return said, lambda v: any(type(v) is type(known) and v == known for known in values)


def either(*rules: Rule) -> Rule:
    """What one of the rules allows."""
    return " or ".join(said for said, _ in rules), lambda v: any(allows(v) for _, allows in rules)


FLAG: Rule = ("a bool", lambda v: isinstance(v, bool | np.bool_))
VERBOSE: Rule = ("a bool or an int >= 0", lambda v: isinstance(v, bool | np.bool_) or bool(_is(Integral, v) and v >= 0))
INFINITE: Rule = ("infinity", lambda v: bool(_is(Real, v) and np.isposinf(v)))


def settings(estimator: Any, rules: Mapping[str, Rule]) -> None:
    """Check the settings of an estimator.

    Raises
    ------
    ValueError
        Naming estimator, parameter, value and what was expected.
    """
    for name, (expected, allows) in rules.items():
        value = getattr(estimator, name)
        if not allows(value):
            raise ValueError(
                f"The {name!r} parameter of {type(estimator).__name__} must be {expected}. Got {value!r} instead."
            )


def activation(estimator: Any) -> None:
    """Check the name of the hidden layers' activation: scikit-learn's, or any that pynn has."""
    given = estimator.activation
    try:
        activations.get(NAMES.get(given, given) if isinstance(given, str) else given)
    except (ValueError, TypeError):
        given = None
    if given is None:
        raise ValueError(
            f"The 'activation' parameter of {type(estimator).__name__} must be one of {sorted(NAMES)}, or what "
            f"keras.activations.get takes. Got {estimator.activation!r} instead."
        ) from None


def hidden_sizes(estimator: Any) -> tuple[int, ...]:
    """Neurons of the hidden layers."""
    given = estimator.hidden_layer_sizes
    sizes = list(given) if isinstance(given, Sequence | np.ndarray) and not isinstance(given, str) else [given]
    if not all(_is(Integral, size) and size > 0 for size in sizes):
        raise ValueError(
            f"The 'hidden_layer_sizes' parameter of {type(estimator).__name__}: hidden_layer_sizes must be > 0, an int "
            f"or a sequence of ints such as (100, 50), one for each hidden layer. Got {given!r} instead."
        )
    return tuple(int(size) for size in sizes)


def classes(estimator: Any, given: Any) -> bool:
    """Check the classes that `partial_fit` is told; returns whether they are the first."""
    known = getattr(estimator, "classes_", None)
    if known is None and given is None:
        raise ValueError("classes must be passed on the first call to partial_fit.")
    if known is not None and given is not None and not np.array_equal(known, np.unique(np.asarray(given))):
        raise ValueError(f"`classes={given!r}` is not the same as on last call to partial_fit, was: {known!r}")
    return known is None


def weights(given: Any, x: np.ndarray) -> np.ndarray | None:
    """Weights of rows, in double; None for none."""
    if given is None:
        return None
    found = np.asarray(given, np.float64)
    found = np.full(len(x), found) if found.ndim == 0 else np.ascontiguousarray(found)
    if found.ndim != 1:
        raise ValueError(f"Sample weights must be 1D array or scalar, got an array of shape {found.shape}")
    if found.shape != (len(x),):
        raise ValueError(f"sample_weight.shape == {found.shape}, expected {(len(x),)}!")
    if not np.isfinite(found).all():
        raise ValueError("Input sample_weight contains NaN or infinity.")
    if (found < 0).any():
        raise ValueError("sample_weight: negative values; a row counts 0 times or more")
    if not found.any():
        raise ValueError("Sample weights must contain at least one non-zero number.")
    return found
