"""pynn and Keras: one program for both, as a student writes it, with the defaults of each."""

from __future__ import annotations

from typing import Any

import numpy as np
from arrays import Rows
from workloads import Workload


class Keras:
    """Keras on the backend that KERAS_BACKEND names."""

    # Both predict in slices of this many rows, so that scoring does not dominate the run; it is not timed.
    PREDICT_ROWS = 4096

    @staticmethod
    def library() -> Any:
        """The `keras` namespace."""
        import keras

        return keras

    def __init__(self, workload: Workload, rows: Rows, weights: list[np.ndarray]) -> None:
        keras = self.library()
        self.rows, self.batch = rows, workload.batch
        self.model = keras.Sequential([keras.Input((rows.x.shape[1],))])
        for layer in workload.layers:
            self.model.add(keras.layers.Dense(layer.units, activation=layer.activation))
        optimizer = getattr(keras.optimizers, workload.optimizer)(**workload.settings)
        self.model.compile(optimizer=optimizer, loss=workload.loss)
        self.model.set_weights(weights)

    def epoch(self, shuffle: bool) -> float:
        """One `fit` of one epoch."""
        history = self.model.fit(self.rows.x, self.rows.y, batch_size=self.batch, epochs=1, shuffle=shuffle, verbose=0)
        return float(history.history["loss"][0])

    def predict(self) -> np.ndarray:
        """Outputs for all rows."""
        return np.asarray(self.model.predict(self.rows.x, batch_size=self.PREDICT_ROWS, verbose=0))


class Pynn(Keras):
    """pynn, with its default number of threads."""

    @staticmethod
    def library() -> Any:
        """pynn's `keras` namespace."""
        from pynn import keras

        return keras
