"""pynn and Keras: one program for both, as a student writes it, with the defaults of each."""

from __future__ import annotations

from typing import Any

import numpy as np
from arrays import Rows
from workloads import Dense, Workload


class Keras:
    """Keras on the backend that KERAS_BACKEND names."""

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
            if isinstance(layer, Dense):
                self.model.add(keras.layers.Dense(layer.units, activation=layer.activation))
            else:
                self.model.add(keras.layers.Dropout(layer.rate))
        optimizer = getattr(keras.optimizers, workload.optimizer)(**workload.settings)
        self.model.compile(optimizer=optimizer, loss=workload.loss)
        self.model.set_weights(weights)

    def fit(self, epochs: int, shuffle: bool) -> list[float]:
        """One call of `fit`; the last epoch's loss, and that of the rows held back."""
        rows = self.rows
        held = (rows.held_x, rows.held_y) if len(rows.held_x) else None
        history = self.model.fit(
            rows.x, rows.y, batch_size=self.batch, epochs=epochs, shuffle=shuffle, verbose=0, validation_data=held
        ).history
        return [float(history[name][-1]) for name in ("loss", "val_loss") if name in history]

    def predict(self, x: np.ndarray, batch: int) -> np.ndarray:
        """Outputs for rows."""
        return np.asarray(self.model.predict(x, batch_size=batch, verbose=0))

    def call(self, x: np.ndarray) -> np.ndarray:
        """Outputs for few rows: the model is called, not `predict`."""
        y = self.model(x)
        return np.asarray(y.detach() if hasattr(y, "detach") else y)


class Pynn(Keras):
    """pynn, with its default number of threads, or as PYNN_NUM_THREADS says."""

    @staticmethod
    def library() -> Any:
        """pynn's `keras` namespace."""
        from pynn import keras

        return keras
