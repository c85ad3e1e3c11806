"""What a user's model may override or use in a training step of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pynn.metrics import Mean
from pynn.models import describing, door, stepping
from pynn.models.works import inside
from pynn.structures import flatten

if TYPE_CHECKING:
    from pynn.models.compiled import Compiled, Resolved
    from pynn.models.model import Model


class Customizable:
    """The step of training, in parts: `train_step` may be written anew with a `GradientTape`."""

    _compiled: Compiled | None

    @property
    def metrics(self) -> list[Any]:
        """The running mean of the loss, the metrics in use (known from the first data on), and attributes."""
        model: Model = self  # type: ignore[assignment]
        found: list[Any] = []
        if self._compiled is not None:
            found.append(self._loss_tracker)
            found += self._compiled.latest.metrics if self._compiled.latest is not None else []
        known = {id(metric) for metric in found}
        return found + [metric for metric in inside(model).metrics if id(metric) not in known]

    @property
    def _loss_tracker(self) -> Mean:
        tracker = self.__dict__.get("_mean_loss")
        if tracker is None:
            tracker = self.__dict__["_mean_loss"] = Mean(name="loss")
        return tracker

    @property
    def metrics_names(self) -> list[str]:
        """Names of what `evaluate` returns, in its order."""
        latest = self._compiled.latest if self._compiled is not None else None
        return ["loss"] if latest is None else latest.in_order({name: name for name in latest.logs()})

    def get_state_tree(self, value_format: str = "backend_tensor") -> dict[str, Any]:
        """Copies of all values, by the paths of their variables: of weights, the optimizer and metrics.

        Parameters
        ----------
        value_format : {"backend_tensor", "numpy_array"}
        """
        model: Model = self  # type: ignore[assignment]
        return describing.state_tree(model, value_format)

    @stepping.default
    def train_step(self, data: Any) -> dict[str, Any]:
        """Train on one batch; returns loss and metrics so far.

        Parameters
        ----------
        data : tuple
            ``(x,)``, ``(x, y)`` or ``(x, y, sample_weight)``.
        """
        return self._default_step("train", data)

    @stepping.default
    def test_step(self, data: Any) -> dict[str, Any]:
        """Evaluate one batch; returns loss and metrics so far.  Parameters as for `train_step`."""
        return self._default_step("test", data)

    @stepping.default
    def predict_step(self, data: Any) -> Any:
        """The outputs for one batch.

        Parameters
        ----------
        data : tuple
            ``(x,)``
        """
        model: Model = self  # type: ignore[assignment]
        return model(stepping.unpack(data)[0], training=False)

    def _default_step(self, kind: str, data: Any) -> dict[str, Any]:
        model: Model = self  # type: ignore[assignment]
        x, y, weights = stepping.unpack(data)
        if stepping.has_own_parts(model):
            return stepping.taped(model, kind, (x, y, weights))
        return stepping.run(model, kind, door.rows(model, x, y, weights))

    @stepping.default
    def compute_loss(
        self, x: Any = None, y: Any = None, y_pred: Any = None, sample_weight: Any = None, training: bool = True
    ) -> Any:
        """The compiled loss of predictions, penalties included, as a tensor that a tape can follow.

        Parameters
        ----------
        x : array, optional
        y, y_pred : array, or nested as the outputs
        sample_weight : array, optional
        training : bool, default True
        """
        model: Model = self  # type: ignore[assignment]
        total = self.loss_without_penalties(y, y_pred, sample_weight)
        for penalty in model.losses:
            total = total + penalty
        return total

    def loss_without_penalties(self, y: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The compiled loss of predictions alone; parameters as for `compute_loss`."""
        resolved = self.resolve_for(y, y_pred)
        ys, predicted, weights = flatten(y), flatten(y_pred), flatten(sample_weight)
        weights = weights if len(weights) == len(predicted) else weights * len(predicted)
        total: Any = 0.0
        for head, target, output, weight in zip(resolved.heads, ys, predicted, weights, strict=True):
            for part in head.losses:
                loss = part.loss(target, output, sample_weight=weight)
                total = total + (loss if part.weight is None else loss * part.weight)
        return total

    def resolve_for(self, y: Any, y_pred: Any) -> Resolved:
        """The compiled losses and metrics for targets and predictions of these shapes."""
        model: Model = self  # type: ignore[assignment]
        shapes = [(None, *np.shape(part)[1:]) for part in flatten(y_pred)]
        ys = [None if part is None else np.asarray(part) for part in flatten(y)]
        names = model.output_names
        names = names if len(names) == len(shapes) else [f"output_{i + 1}" for i in range(len(shapes))]
        return model._require_compiled().resolve(names, shapes, ys, inside(model).metrics)

    @stepping.default
    def compute_metrics(self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None) -> dict[str, Any]:
        """Take a batch into account; returns loss and metrics so far.

        Parameters
        ----------
        x, y, y_pred, sample_weight
            As for `compute_loss`.
        """
        resolved = self.resolve_for(y, y_pred)
        for head, target, output in zip(resolved.heads, flatten(y), flatten(y_pred), strict=True):
            for metric in head.metrics:
                metric.update_state(target, output)
            for metric in head.weighted:
                metric.update_state(target, output, sample_weight=sample_weight)
        return self.get_metrics_result()

    @stepping.default
    def get_metrics_result(self) -> dict[str, Any]:
        """The values of `metrics` so far, by name."""
        found: dict[str, Any] = {}
        for metric in self.metrics:
            value = metric.result()
            found |= value if isinstance(value, dict) else {metric.name: value}
        return found
