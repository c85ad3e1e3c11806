"""The other end of bench/estimators.py: one library's estimators in a process of its own."""

from __future__ import annotations

import importlib
import time
import warnings
from typing import Any

import arrays
import numpy as np

MODULES = {"pynn": "pynn.sklearn", "scikit-learn": "sklearn.neural_network"}
SMALL: dict[str, Any] = {"random_state": 0, "max_iter": 100, "tol": 0.0}
# Name of the case → table, settings of MLPClassifier, rows of the table (0: all).
CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "iris": ("iris", SMALL),
    "wine": ("wine", SMALL),
    "breast cancer": ("breast_cancer", SMALL),
    "digits": ("digits", SMALL | {"max_iter": 20}),
    "breast cancer, float32": ("breast_cancer:float32", SMALL),
    "digits, float32": ("digits:float32", SMALL | {"max_iter": 20}),
    "iris, batch 32": ("iris", SMALL | {"batch_size": 32, "hidden_layer_sizes": (10,)}),
    "W2": (
        "W2",
        {
            "hidden_layer_sizes": (300, 100),
            "solver": "sgd",
            "learning_rate_init": 0.01,
            "momentum": 0.0,
            "batch_size": 32,
            "max_iter": 1,
            "random_state": 0,
        },
    ),
}


def rows_of(name: str, most: int) -> tuple[np.ndarray, np.ndarray]:
    """A table of scikit-learn's, its columns of one size, in double or as its name says; or W2's images, in single."""
    name, _, real = name.partition(":")
    if name == "W2":
        found = arrays.fashion()
        x = found.x.reshape(len(found.x), -1)[: most or None]
        return np.ascontiguousarray(x), found.y[: len(x)]
    x, y = getattr(importlib.import_module("sklearn.datasets"), f"load_{name}")(return_X_y=True)
    spread = x.std(axis=0)
    return ((x - x.mean(axis=0)) / np.where(spread == 0, 1, spread)).astype(real or np.float64), y


class Fitter:
    """Fits one case again and again.

    Parameters
    ----------
    library : {"pynn", "scikit-learn"}
    case : str
        A key of `CASES`.
    most : str
        Most rows of W2; "0": all.
    """

    def __init__(self, library: str, case: str, most: str) -> None:
        table, settings = CASES[case]
        self._x, self._y = rows_of(table, int(most))
        self._make = lambda: importlib.import_module(MODULES[library]).MLPClassifier(**settings)
        self._last: Any = None

    def fit(self) -> dict[str, float]:
        """Seconds of one `fit` of a new estimator."""
        estimator = self._make()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            start = time.perf_counter()
            estimator.fit(self._x, self._y)
            seconds = time.perf_counter() - start
        self._last = estimator
        return {"seconds": seconds}

    def score(self) -> dict[str, float]:
        """Accuracy on the rows, and the last loss."""
        return {"score": float(self._last.score(self._x, self._y)), "loss": float(self._last.loss_)}
