"""Rows to train on, and what their predictions are worth.  The same arrays reach every peer."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
Array = np.ndarray


@dataclass(frozen=True)
class Rows:
    """Inputs (n, i) and targets (n, o), float32 and C-contiguous, and where they come from."""

    x: Array
    y: Array
    source: str


def mnist_file() -> str:
    """Path of the first mnist.npz found, or "" if there is none.

    Looked for in $PYNN_DATA (the file, or its folder), beside the checkout, then in Keras's cache.
    """
    keras_home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    given = Path(os.environ.get("PYNN_DATA") or ROOT / "mnist.npz")
    places = (given, given / "mnist.npz", ROOT.parent / "shared/data/mnist.npz", keras_home / "datasets/mnist.npz")
    return next((str(p) for p in places if p.is_file()), "")


def digits(mnist: str) -> Rows:
    """Handwritten digits: 60,000 from the file `mnist`, or the 10,000 that ship with pynn if it is ""."""
    if mnist:
        with np.load(mnist, allow_pickle=False) as stored:
            images, labels = stored["x_train"], stored["y_train"]
    else:
        from pynn.datasets import digits as shipped

        (images, labels), _ = shipped.load_data()
    x = images.reshape(len(images), -1).astype(np.float32)
    x /= np.float32(255)
    source = f"MNIST, {len(x):,} rows" + ("" if mnist else ": the shipped subset, mnist.npz not found")
    return Rows(x, np.eye(10, dtype=np.float32)[labels], source)


def housing(mnist: str = "") -> Rows:
    """20,640 rows of 8 standardised features and a noisy, nonlinear target: California housing in size and scale.

    Made up from a fixed seed, so that it needs no download (the real data: Pace & Barry 1997, "Sparse spatial
    autoregressions").  The noise-free target has an R² of 0.81.
    """
    rng, n = np.random.default_rng(1990), 20_640
    x = rng.standard_normal((n, 8))
    x[:, 3] = 0.8 * x[:, 2] + 0.6 * x[:, 3]  # rooms and bedrooms go together
    y = 0.8 * x[:, 0] + 0.5 * np.tanh(x[:, 1] * x[:, 2]) - 0.6 * np.hypot(x[:, 6], x[:, 7]) + 0.3 * np.abs(x[:, 3])
    y += 0.45 * rng.standard_normal(n)
    x, y = (x - x.mean(axis=0)) / x.std(axis=0), (y - y.mean()) / y.std()
    return Rows(x.astype(np.float32), y.astype(np.float32)[:, None], "synthetic, 20,640 rows")


def crossentropy(p: Array, y: Array) -> tuple[float, float]:
    """Mean of -Σ y ln p over the rows, and the accuracy."""
    p64 = np.clip(p.astype(np.float64), 1e-7, 1)
    return float(-(y * np.log(p64)).sum(axis=1).mean()), float((p.argmax(axis=1) == y.argmax(axis=1)).mean())


def squared_error(p: Array, y: Array) -> tuple[float, float]:
    """Mean squared error, and R²."""
    mse = float(np.square(p.astype(np.float64) - y).mean())
    return mse, 1 - mse / float(y.var(dtype=np.float64))


# Loss -> the name of its score, and (predictions, targets) -> (loss, score), in float64 for every peer alike.
LOSSES: dict[str, tuple[str, Callable[[Array, Array], tuple[float, float]]]] = {
    "categorical_crossentropy": ("accuracy", crossentropy),
    "mean_squared_error": ("R²", squared_error),
}
