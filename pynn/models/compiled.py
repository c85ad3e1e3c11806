"""What `compile` keeps: optimizer, loss, metrics, and how metrics get their names."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import losses, optimizers
from pynn import metrics as metric_module
from pynn.losses import Loss
from pynn.metrics import RowMean
from pynn.optimizers import Optimizer


class Compiled:
    """Settings for training and testing.

    Parameters
    ----------
    optimizer, loss : see `Model.compile`
    metrics : list
        As the user gave them: "accuracy" is resolved when outputs and targets are known.
    run_eagerly : bool
    """

    def __init__(self, optimizer: Any, loss: Any, metrics: Any, run_eagerly: bool) -> None:
        self.optimizer: Optimizer = optimizers.get(optimizer)
        self.loss: Loss | None = None if loss is None else losses.resolve(loss)
        self.given_metrics = as_list(metrics)
        self.run_eagerly = run_eagerly
        self._started = False
        self._latest: list[RowMean] = []
        self._resolved: dict[tuple[int, bool], list[RowMean]] = {}
        for given in self.given_metrics:
            if not _is_accuracy(given):
                metric_module.resolve(given)  # a name that is unknown is an error of compile

    def with_metrics(self, metrics: Any) -> Compiled:
        """The same with other metrics; the optimizer is shared."""
        return Compiled(self.optimizer, self.loss, metrics, self.run_eagerly)

    def metrics(self, output: tuple[Any, ...], y: np.ndarray) -> list[RowMean]:
        """The metrics for an output shape and these targets; the same objects at every call."""
        outputs = int(output[-1])
        sparse = y.ndim < len(output) or (y.shape[-1] == 1 and outputs > 1)
        key = (outputs, sparse)
        if key not in self._resolved:
            made: list[Any] = [
                metric_module.accuracy(given, outputs, sparse) if _is_accuracy(given) else metric_module.resolve(given)
                for given in self.given_metrics
            ]
            self._resolved[key] = _with_unique_names(made)
        self._latest = self._resolved[key]
        return self._latest

    def start(self, shuffled_rows: int) -> None:
        """Before the first epoch after compiling: draw and drop one permutation if rows are shuffled.

        Keras's first fit takes a batch to trace the model, which shuffles the rows once more; without this the same
        seed would not give the same order of rows.
        """
        if not self._started and shuffled_rows:
            np.random.permutation(shuffled_rows)
        self._started = True

    @property
    def resolved(self) -> list[RowMean]:
        """The metrics in use last; none before the first data."""
        return self._latest


def as_list(given: Any) -> list[Any]:
    """Metrics as a list: one string or object counts as a list of one.

    Raises
    ------
    ValueError
        If it is neither a metric nor a list of them.
    """
    if given is None:
        return []
    if isinstance(given, list | tuple):
        return [item for entry in given for item in (entry if isinstance(entry, list | tuple) else [entry])]
    if isinstance(given, dict | set) or not (isinstance(given, str) or callable(given)):
        raise ValueError(f"Expected `metrics` argument to be a list, tuple, or dict. Received instead: metrics={given}")
    return [given]


def _is_accuracy(given: Any) -> bool:
    return isinstance(given, str) and given.lower() in ("accuracy", "acc")


def _with_unique_names(made: list[RowMean]) -> list[RowMean]:
    """Number metrics of the same name: "mse", "mse_1", …"""
    seen: dict[str, int] = {}
    for metric in made:
        count = seen[metric.name] = seen.get(metric.name, 0) + 1
        if count > 1:
            metric.name = f"{metric.name}_{count - 1}"
    return made
