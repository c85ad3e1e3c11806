"""Twins: one model in pynn and one in real Keras, with the same weights, trained on the same data in the same order."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

SEED = 20

# Both sides compute in float32 and add in different orders.  What that alone does was measured on Keras against Keras,
# with features and hidden units in another order: after 210 steps the losses part by 3e-7 of their value, the weights
# by 7e-7.  Ten and four times that is allowed; a rate wrong by 1e-4 of itself, or an epsilon half too large, shows.
LOSS = {"rtol": 3e-6, "atol": 3e-7}
WEIGHTS = {"rtol": 3e-6, "atol": 3e-6}
PREDICTION = {"rtol": 1e-5, "atol": 5e-6}  # sums of several weights


@dataclasses.dataclass
class Twins:
    """The same model on both sides; every call goes to both and gives (ours, theirs)."""

    sides: tuple[ModuleType, ModuleType]
    models: tuple[Any, Any]

    def fit(
        self, *args: Any, seed: int = SEED, callbacks: Callable[[ModuleType], list[Any]] | None = None, **kwargs: Any
    ):
        """Train both, each after `set_random_seed(seed)`; `callbacks` makes a fresh list for a side."""
        histories = []
        for keras, model in zip(self.sides, self.models, strict=True):
            keras.utils.set_random_seed(seed)
            made = callbacks(keras) if callbacks else None
            histories.append(model.fit(*args, callbacks=made, **({"verbose": 0} | kwargs)))
        return tuple(histories)

    def evaluate(self, *args: Any, **kwargs: Any):
        return tuple(model.evaluate(*args, **({"verbose": 0} | kwargs)) for model in self.models)

    def predict(self, *args: Any, **kwargs: Any):
        return tuple(model.predict(*args, **({"verbose": 0} | kwargs)) for model in self.models)

    def set_weights(self, seed: int = SEED) -> None:
        """Draw weights as Glorot would and give them to both; the biases are not zero, so that they matter."""
        random = np.random.default_rng(seed)
        shapes = [w.shape for w in self.models[1].get_weights()]
        weights = [random.normal(0, (2 / (s[0] + s[-1])) ** 0.5 if len(s) > 1 else 0.1, s) for s in shapes]
        for model in self.models:
            model.set_weights([w.astype("float32") for w in weights])

    def assert_same_weights(self, **tolerance: float) -> None:
        ours, theirs = (model.get_weights() for model in self.models)
        assert [w.shape for w in ours] == [w.shape for w in theirs]
        for number, (w, v) in enumerate(zip(ours, theirs, strict=True)):
            np.testing.assert_allclose(w, v, **(WEIGHTS | tolerance), err_msg=f"weight {number}")

    def assert_same_training(self, x: Any, y: Any, *, loss: dict[str, float] = LOSS, **kwargs: Any) -> None:
        """Fit both and compare history and weights; then what both evaluate and predict on the same rows."""
        assert_same_history(*self.fit(x, y, **kwargs), **loss)
        self.assert_same_weights()
        ours, theirs = self.evaluate(x, y)
        np.testing.assert_allclose(ours, theirs, **loss)
        ours, theirs = self.predict(x)
        assert ours.shape == theirs.shape
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, **PREDICTION)


def assert_same_logs(ours: dict[str, Any], theirs: dict[str, Any], **tolerance: float) -> None:
    """Same keys in the same order, Python floats on both sides, the same numbers."""
    assert list(ours) == list(theirs)
    for name, value in theirs.items():
        np.testing.assert_allclose(ours[name], value, **(LOSS | tolerance), err_msg=name)


def assert_same_history(ours: Any, theirs: Any, **tolerance: float) -> None:
    assert_same_logs(ours.history, theirs.history, **tolerance)
    assert ours.epoch == theirs.epoch
    assert ours.params == theirs.params
    for name, values in ours.history.items():
        assert [type(v) for v in values] == [float] * len(values), name


@pytest.fixture(scope="session")
def sides(keras, real_keras) -> tuple[ModuleType, ModuleType]:
    """(pynn's keras, real keras)."""
    return keras, real_keras


@pytest.fixture(scope="session")
def on_both(sides) -> Callable[[Callable[[ModuleType], Any]], list[Any]]:
    """`on_both(make)` gives [make(pynn's keras), make(real keras)]; automatic names start at "dense" on both."""

    def each(make: Callable[[ModuleType], Any]) -> list[Any]:
        made = []
        for side in sides:
            side.utils.clear_session(free_memory=False)
            made.append(make(side))
        return made

    return each


@pytest.fixture(scope="session")
def twins(sides, on_both) -> Callable[..., Twins]:
    """`twins(build)` calls `build(keras)` on both sides and gives both models the same weights."""

    def make(build: Callable[[ModuleType], Any], seed: int = SEED) -> Twins:
        pair = Twins(sides, tuple(on_both(build)))
        pair.set_weights(seed)
        return pair

    return make


@pytest.fixture(scope="session")
def same_history() -> Callable[..., None]:
    return assert_same_history


@pytest.fixture(scope="session")
def same_logs() -> Callable[..., None]:
    return assert_same_logs


@dataclasses.dataclass(frozen=True)
class Data:
    """200 rows of 6 features in 3 groups that overlap, with every form of target a loss here takes."""

    x: np.ndarray
    labels: np.ndarray
    one_hot: np.ndarray
    binary: np.ndarray
    numbers: np.ndarray


@pytest.fixture(scope="session")
def data() -> Data:
    random = np.random.default_rng(4)
    labels = random.integers(0, 3, 200)
    x = (random.normal(size=(3, 6))[labels] + random.normal(size=(200, 6))).astype("float32")
    numbers = np.sin(x @ random.normal(size=(6, 3))).astype("float32")
    return Data(x, labels, np.eye(3, dtype="float32")[labels], (labels == 1).astype("float32")[:, None], numbers)
