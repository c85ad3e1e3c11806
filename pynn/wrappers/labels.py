"""What scikit-learn asks of estimators, and class labels of any type as numbers from 0 and back."""

from __future__ import annotations

import contextlib
import importlib
from typing import Any

import numpy as np


def tags(kind: str) -> Any:
    """scikit-learn's description of an estimator: `kind` is "classifier", "regressor" or "transformer"."""
    from pynn import extras

    found = extras.require("sklearn.utils", extra="sklearn")
    target = found.TargetTags(required=kind != "transformer")
    described: dict[str, Any] = {"estimator_type": kind, "target_tags": target}
    if kind == "classifier":
        described["classifier_tags"] = found.ClassifierTags()
    elif kind == "regressor":
        described["regressor_tags"] = found.RegressorTags()
    else:
        described["transformer_tags"] = found.TransformerTags()
    return found.Tags(**described)


def not_fitted(estimator: Any, what: str) -> ValueError:
    """What to raise for an estimator that has not been fitted: scikit-learn's NotFittedError, if it is installed."""
    kind: type[ValueError] = ValueError
    with contextlib.suppress(ImportError):
        kind = importlib.import_module("sklearn.exceptions").NotFittedError
    return kind(f"This {type(estimator).__name__} is not fitted yet: call fit({what}, y) first.")


def checked_model(estimator: Any, made: Any) -> Any:
    """Return what a user's function made; raise TypeError if it is no model."""
    if not hasattr(made, "fit"):
        hint = ". Does it end with return model?" if made is None else ""
        name = type(estimator).__name__
        raise TypeError(f"{name}: the function that builds must return a compiled model, got {made!r:.100}{hint}")
    return made


def encode(y: Any) -> tuple[np.ndarray, np.ndarray]:
    """(classes, numbers of the rows' classes); one-hot rows count as the numbers of their columns."""
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] > 1:
        return np.arange(y.shape[1]), y.argmax(-1)
    if y.ndim > 2:
        raise ValueError(f"Invalid shape for y: {y.shape}. Expected labels (n,) or (n, 1), or one-hot rows.")
    classes, numbers = np.unique(y.reshape(-1), return_inverse=True)
    return classes, numbers.reshape(-1)


def r2(y: Any, predicted: Any) -> float:
    """1 - Σ (y - ŷ)² / Σ (y - ȳ)², the coefficient of determination, averaged over columns."""
    y, predicted = (np.asarray(v, np.float64).reshape(len(v), -1) for v in (y, predicted))
    rest, all_of_it = ((y - predicted) ** 2).sum(0), ((y - y.mean(0)) ** 2).sum(0)
    share = np.divide(rest, all_of_it, out=np.where(rest == 0, 0.0, 1.0), where=all_of_it != 0)
    return float(np.mean(1 - share))
