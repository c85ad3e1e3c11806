"""Rows to train on, and what their predictions are worth.  The same arrays reach every peer."""

from __future__ import annotations

import gzip
import importlib.util
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
Array = np.ndarray


def _none() -> Array:
    return np.empty(0, np.float32)


@dataclass(frozen=True)
class Rows:
    """Inputs (n, i) and targets (n, o) or class numbers (n,), C-contiguous, and where they come from.

    `held_x` and `held_y` are rows that are evaluated after each epoch; there may be none.
    """

    x: Array
    y: Array
    source: str
    held_x: Array = field(default_factory=_none)
    held_y: Array = field(default_factory=_none)

    def first(self, count: int) -> Rows:
        """The first `count` rows, or all if it is 0."""
        if not 0 < count < len(self.x):
            return self
        source = f"{self.source}, of them the first {count:,}"
        return replace(self, x=self.x[:count], y=self.y[:count], source=source)


def folders() -> list[Path]:
    """Where data sets may lie: $PYNN_DATA (a file's folder, too), beside the checkout, Keras's cache."""
    keras_home = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    given = Path(os.environ.get("PYNN_DATA") or ROOT)
    return [given.parent if given.is_file() else given, ROOT.parent / "shared/data", keras_home / "datasets"]


def digits() -> Rows:
    """Handwritten digits: 60,000 of MNIST, or the 10,000 that ship with pynn; targets one-hot."""
    images, labels, source = _mnist()
    return Rows(_scaled(images), np.eye(10, dtype=np.float32)[labels], source)


def _mnist() -> tuple[Array, Array, str]:
    for folder in folders():
        if (folder / "mnist.npz").is_file():
            with np.load(folder / "mnist.npz", allow_pickle=False) as stored:
                return stored["x_train"], stored["y_train"], f"MNIST, {len(stored['x_train']):,} rows"
    from pynn.datasets import digits as shipped

    (images, labels), _ = shipped.load_data()
    return images, labels, f"MNIST, {len(images):,} rows: the shipped subset, mnist.npz not found"


def fashion() -> Rows:
    """Fashion-MNIST: 55,000 rows to train on, 5,000 to evaluate; class numbers.  MNIST, if it is not at hand."""
    for folder in folders():
        for place in (folder, folder / "fashion-mnist"):
            if (place / "train-images-idx3-ubyte.gz").is_file():
                images, labels = _idx(place, "images-idx3", 16), _idx(place, "labels-idx1", 8)
                return _held(images.reshape(len(labels), -1), labels, "Fashion-MNIST")
    images, labels, source = _mnist()
    return _held(images, labels, f"{source}, in place of Fashion-MNIST, which was not found")


def _idx(folder: Path, kind: str, header: int) -> Array:
    with gzip.open(folder / f"train-{kind}-ubyte.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=header)


def _held(images: Array, labels: Array, source: str) -> Rows:
    x, y, cut = _scaled(images), labels.astype(np.int32), len(images) // 12
    kept = f"{source}, {len(x) - cut:,} rows and {cut:,} to evaluate"
    return Rows(x[cut:], y[cut:], kept, x[:cut], y[:cut])


def _scaled(images: Array) -> Array:
    x = images.reshape(len(images), -1).astype(np.float32)
    x /= np.float32(255)
    return x


def small_digits() -> Rows:
    """1,797 digits of 8 × 8 pixels: scikit-learn's, or the shipped ones made as small; targets one-hot."""
    if importlib.util.find_spec("sklearn"):
        from sklearn.datasets import load_digits

        x, labels = load_digits(return_X_y=True)
        return Rows((x / 16).astype(np.float32), np.eye(10, dtype=np.float32)[labels], "scikit-learn's digits")
    images, labels, _ = _mnist()
    x = images[:1797, 2:26, 2:26].reshape(-1, 8, 3, 8, 3).mean(axis=(2, 4)).reshape(1797, 64) / 255
    source = "MNIST, 1,797 rows in 8 × 8 pixels: scikit-learn's digits not found"
    return Rows(x.astype(np.float32), np.eye(10, dtype=np.float32)[labels[:1797]], source)


def wide() -> Rows:
    """20,000 rows of 1,024 features around one of ten centres; targets one-hot.  Made up from a fixed seed."""
    rng = np.random.default_rng(4096)
    labels = rng.integers(0, 10, 20_000)
    x = rng.standard_normal((20_000, 1024), dtype=np.float32)
    x += 0.1 * rng.standard_normal((10, 1024), dtype=np.float32)[labels]
    return Rows(x, np.eye(10, dtype=np.float32)[labels], "synthetic, 20,000 rows")


def housing() -> Rows:
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
    """Mean of -ln p[class] over the rows, and the accuracy; y one-hot or class numbers."""
    labels = y if y.ndim == 1 else y.argmax(axis=1)
    chosen = p[np.arange(len(p)), labels].astype(np.float64)
    return float(-np.log(np.clip(chosen, 1e-7, 1)).mean()), float((p.argmax(axis=1) == labels).mean())


def squared_error(p: Array, y: Array) -> tuple[float, float]:
    """Mean squared error, and R²."""
    mse = float(np.square(p.astype(np.float64) - y).mean())
    return mse, 1 - mse / float(y.var(dtype=np.float64))


# Loss -> the name of its score, and (predictions, targets) -> (loss, score), in float64 for every peer alike.
LOSSES: dict[str, tuple[str, Callable[[Array, Array], tuple[float, float]]]] = {
    "categorical_crossentropy": ("accuracy", crossentropy),
    "sparse_categorical_crossentropy": ("accuracy", crossentropy),
    "mean_squared_error": ("R²", squared_error),
}
