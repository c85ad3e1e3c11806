"""The callback that evaluates with averaged weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.callbacks.callback import Callback, Logs


class SwapEMAWeights(Callback):
    """Evaluate and predict with the optimizer's moving averages of the weights (``use_ema=True``).

    Parameters
    ----------
    swap_on_epoch : bool, default False
        Whether the averages are in the model at `on_epoch_end`, too, so that callbacks after this one save them.

    Raises
    ------
    ValueError
        As evaluation begins, if the optimizer keeps no averages.

    Notes
    -----
    Weights and averages change places, and back.
    Source: Polyak & Juditsky 1992, "Acceleration of stochastic approximation by averaging".

    Examples
    --------
    >>> SwapEMAWeights(swap_on_epoch=True).swap_on_epoch
    True
    """

    def __init__(self, swap_on_epoch: bool = False) -> None:
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._in_model = False

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Bring the weights back."""
        if self.swap_on_epoch:
            self._show(False)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Bring the averages in; after the last epoch they stay."""
        if self.swap_on_epoch and not self._in_model:
            self._show(True)
            if epoch == (self.params or {})["epochs"] - 1:
                for variable, average in self._pairs():
                    average.assign(variable)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Bring the averages in."""
        self._show(True)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Bring the weights back."""
        self._show(False)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Bring the averages in."""
        self._show(True)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Bring the weights back."""
        self._show(False)

    def _show(self, averages: bool) -> None:
        if self._in_model == averages:
            return
        for variable, average in self._pairs():
            kept = np.array(variable)
            variable.assign(average)
            average.assign(kept)
        self._in_model = averages

    def _pairs(self) -> list[tuple[Any, Any]]:
        optimizer = self.model.optimizer
        if not getattr(optimizer, "use_ema", False):
            raise ValueError(
                "SwapEMAWeights must be used when `use_ema=True` is set on the optimizer. "
                f"Received: use_ema={getattr(optimizer, 'use_ema', None)}"
            )
        return list(zip(optimizer._trainable_variables, optimizer._model_variables_moving_average, strict=True))
