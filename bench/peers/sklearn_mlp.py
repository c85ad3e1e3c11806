"""scikit-learn's multi-layer perceptrons."""

from __future__ import annotations

from typing import Any

import numpy as np
from arrays import Rows
from sklearn.neural_network import MLPClassifier, MLPRegressor
from workloads import Workload

ACTIVATIONS = {"sigmoid": "logistic", "relu": "relu"}


class SklearnMlp:
    """An epoch is a call of `partial_fit`, which takes all rows in batches.

    Raises
    ------
    NotImplementedError
        For what scikit-learn has not: dropout, selu, RMSprop, rows held back.
    """

    def __init__(self, workload: Workload, rows: Rows, weights: list[np.ndarray]) -> None:
        hidden = {layer.activation for layer in workload.dense[:-1]}
        if any(workload.drops()) or not hidden <= ACTIVATIONS.keys() or workload.optimizer == "RMSprop":
            raise NotImplementedError("scikit-learn has no such layer or optimizer")
        self.x, self.held = rows.x, (rows.held_x, rows.held_y)
        self.regression = workload.loss == "mean_squared_error"
        self.y = rows.y.ravel() if self.regression else rows.y if rows.y.ndim == 1 else rows.y.argmax(1)
        # It halves the squared error; so the rate is doubled.
        rate = workload.rate * (2 if self.regression else 1)
        self.model = (MLPRegressor if self.regression else MLPClassifier)(
            hidden_layer_sizes=[layer.units for layer in workload.dense[:-1]],
            activation=ACTIVATIONS[hidden.pop()],
            solver=workload.optimizer.lower(),
            alpha=0,
            batch_size=1,
            learning_rate_init=rate,
            momentum=0,
            nesterovs_momentum=False,
            epsilon=1e-7,
            random_state=0,
        )
        self._start_from(weights)
        self.model.set_params(batch_size=workload.batch)

    def _start_from(self, weights: list[np.ndarray]) -> None:
        """Let it make its parts, from a few rows with every class, then put in the weights that all start from."""
        _, few = np.unique(self.y[:1000], return_index=True) if not self.regression else (0, np.arange(1))
        self._partial_fit(self.x[few], self.y[few])
        for made, given in zip(self.model.coefs_, weights[::2], strict=True):
            made[...] = given
        for made, given in zip(self.model.intercepts_, weights[1::2], strict=True):
            made[...] = given
        del self.model._optimizer  # a new one, whose moments are 0, is made at the next call

    def _partial_fit(self, x: np.ndarray, y: np.ndarray) -> None:
        self.model.partial_fit(x, y) if self.regression else self.model.partial_fit(x, y, classes=np.arange(10))

    def fit(self, epochs: int, shuffle: bool) -> list[float]:
        """So many epochs; the mean loss of the last, and that of the rows held back."""
        self.model.shuffle = shuffle
        for _ in range(epochs):
            self._partial_fit(self.x, self.y)
            losses = [float(self.model.loss_) * (2 if self.regression else 1)]
            if len(self.held[0]):
                p = self.model.predict_proba(self.held[0])
                losses.append(float(-np.log(p[np.arange(len(p)), self.held[1]]).mean()))
        return losses

    def predict(self, x: np.ndarray, batch: int) -> np.ndarray:
        """Outputs for rows, a batch at a time."""
        return np.concatenate([self.call(x[lo : lo + batch]) for lo in range(0, len(x), batch)])

    def call(self, x: np.ndarray) -> Any:
        """Outputs for few rows."""
        return self.model.predict(x).reshape(len(x), -1) if self.regression else self.model.predict_proba(x)
