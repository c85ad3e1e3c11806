"""What callbacks that watch one number share: which way is better, and by how much."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Iterator
from typing import Any

from pynn.callbacks.callback import Callback, Logs


class MonitorCallback(Callback):
    """Base of callbacks that watch one entry of the logs.

    Parameters
    ----------
    monitor : str, default "val_loss"
    mode : {"auto", "min", "max"}
        Whether smaller or larger is better.  ``"auto"`` knows it for losses and asks the
        model's metric of that name for its direction otherwise.
    baseline : float, optional
        What the first value has to beat.
    min_delta : float, default 0
        A change by less is no improvement.

    Raises
    ------
    ValueError
        At the end of the first epoch, if ``"auto"`` cannot tell.

    Examples
    --------
    >>> watch = MonitorCallback("loss", min_delta=0.1)
    >>> watch.find_direction()
    >>> watch.is_improvement(0.5, 1.0), watch.is_improvement(0.95, 1.0)
    (True, False)
    """

    def __init__(
        self, monitor: str = "val_loss", mode: str = "auto", baseline: float | None = None, min_delta: float = 0
    ) -> None:
        super().__init__()
        if mode not in ("auto", "min", "max"):
            warnings.warn(f"{type(self).__name__} mode '{mode}' is unknown, fallback to auto mode.", stacklevel=3)
            mode = "auto"
        self.monitor = monitor
        self.mode = mode
        self.best = baseline
        self.min_delta = abs(min_delta)
        self._better: Callable[[float, float], bool] | None = None

    def is_improvement(self, value: float, reference: float | None) -> bool:
        """Tell whether a value beats a reference by more than `min_delta`; anything beats None."""
        if reference is None:
            return True
        assert self._better is not None, "find_direction comes first"
        sign = -1 if self._better is operator.lt else 1
        return bool(self._better(value - sign * self.min_delta, reference))

    def find_direction(self, logs: Logs | None = None) -> None:
        """Settle which way is better, once the model's metrics are there; ValueError if that is unknown."""
        if self._better is None:
            self._better = self._direction(logs or {})

    def _direction(self, logs: Logs) -> Callable[[float, float], bool]:
        if self.mode != "auto":
            return operator.lt if self.mode == "min" else operator.gt
        name = self.monitor.removeprefix("val_")
        if name == "loss":
            return operator.lt
        for metric in _metrics(self.model):
            if getattr(metric, "name", None) == name and getattr(metric, "_direction", None):
                return operator.gt if metric._direction == "up" else operator.lt
        raise ValueError(
            f"{type(self).__name__} callback received monitor={self.monitor}, but isn't able to automatically "
            "determine whether that metric should be maximized or minimized. Pass `mode='max'` in order to monitor "
            "based on the highest metric value, or pass `mode='min'` in order to use the lowest value. "
            f"Available metrics are: {','.join(logs)}"
        )


def _metrics(model: Any) -> Iterator[Any]:
    # A metric may hold others: what `compile` was given sits in one container.
    for metric in getattr(model, "metrics", None) or ():
        yield metric
        yield from getattr(metric, "metrics", None) or ()
