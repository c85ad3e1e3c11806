"""What every loss is: one number per row of the batch, then their mean."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np

from pynn import config, naming, recording
from pynn.graph import OPERATORS
from pynn.losses import reduction as reductions
from pynn.losses import written
from pynn.nothing import refuse_none
from pynn.plan import Plan, Slot
from pynn.saving import deserialize_keras_object, serialize_keras_object
from pynn.structures import flatten, map_structure, pack_as
from pynn.tensor import Tensor, as_tensor
from pynn.variables import Variable

Target = Literal["values", "labels", "raw"]


class Loss:
    """A loss: one number per row of the batch, then their mean.

    Subclasses define ``call(self, y_true, y_pred)``, which returns the losses of the rows.

    Parameters
    ----------
    name : str, optional
    reduction : {"sum_over_batch_size", "mean", "mean_with_sample_weight", "sum", "none", None}
        How the rows are combined.  The first two are the same: the sum of the weighted losses divided by the number of
        rows, whatever the weights.  The third divides by the sum of weights.  The last two leave one number a row,
        with which a model cannot be trained.
    dtype : str, optional
        ``"float32"`` or ``"float64"``; ``config.floatx()`` if not given.

    Raises
    ------
    ValueError
        If `reduction` or `dtype` is none of these.

    Examples
    --------
    >>> class Cubic(Loss):
    ...     def call(self, y_true, y_pred):
    ...         return np.mean(np.abs(np.subtract(y_pred, y_true)) ** 3, axis=-1)
    >>> float(Cubic()([[0.0], [0.0]], [[1.0], [2.0]]))
    4.5
    """

    # What the door makes of y: numbers in the shape of the outputs, class numbers, or numbers of whatever shape.
    target: Target = "raw"
    # Class numbers lie in [0, classes), but for the one that is ignored.
    bounded: bool = True
    ignored: int | None = None

    def __init__(
        self, name: str | None = None, reduction: str | None = "sum_over_batch_size", dtype: str | None = None
    ) -> None:
        self.name = name or naming.auto_name(type(self).__name__)
        self.reduction = reductions.check(reduction)
        self._dtype = _float_type(dtype, self.name)

    @property
    def dtype(self) -> str:
        """Float type in which the loss computes."""
        return self._dtype

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss of arrays: of shape () under the default reduction.

        Parameters
        ----------
        y_true, y_pred : array_like
        sample_weight : array_like, optional
            A weight for each loss that `call` returns.
        """
        hidden = getattr(y_pred, "_keras_mask", None)
        y_true, y_pred = self._as_arrays(y_true), self._as_arrays(y_pred)
        losses = self._as_array(self.call(y_true, y_pred))
        weights = None if sample_weight is None else self._as_array(sample_weight)
        mask = self._mask(y_true, losses)
        if hidden is not None:
            mask = np.asarray(hidden) != 0 if mask is None else (np.asarray(hidden) != 0) & mask
        return as_tensor(reductions.reduce(losses, weights, mask, self.reduction))

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The losses of the rows, without weights."""
        raise NotImplementedError(f"{type(self).__name__} must define call(self, y_true, y_pred)")

    def _as_arrays(self, structure: Any) -> Any:
        """Every leaf as an array; nested lists of numbers are one array."""
        if isinstance(structure, list | tuple) and all(np.isscalar(leaf) for leaf in flatten(structure)):
            return self._as_array(structure)
        return map_structure(self._as_array, structure)

    def _as_array(self, x: Any) -> Any:
        """An array of the loss's type; what a tape may follow stays a tensor."""
        refuse_none(f"loss '{self.name}'", "y_true and for y_pred", x)
        if isinstance(x, Tensor | Variable) and recording.state.stack:
            return x if x.dtype == self.dtype else OPERATORS["cast"](x, self.dtype)
        return np.asarray(x, self.dtype)

    def _mask(self, y_true: Any, losses: Any) -> Any:
        """Which losses count; None for all."""
        return None

    def check_target(self, y: np.ndarray) -> None:
        """Look at targets before training: raise ValueError, or warn, where their values make no sense."""

    def lower(self, plan: Plan, y: Slot, target: Slot, weights: Slot) -> tuple[Slot, Slot]:
        """Emit the loss of each row times its weight, and the gradient with respect to y."""
        return written.lower(self, plan, y, target, weights)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal loss."""
        return {"name": self.name, "reduction": self.reduction}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a loss from what `get_config` returned."""
        return cls(**config)


class LossFunctionWrapper(Loss):
    """A loss made of a function.

    Parameters
    ----------
    fn : callable
        ``fn(y_true, y_pred, **kwargs)``: the losses of the rows.
    reduction, name, dtype
        See `Loss`.
    **kwargs
        Further arguments of `fn`.

    Examples
    --------
    >>> def cubic(y_true, y_pred):
    ...     return np.mean(np.abs(np.subtract(y_pred, y_true)) ** 3, axis=-1)
    >>> float(LossFunctionWrapper(cubic, name="cubic")([[0.0], [0.0]], [[1.0], [2.0]]))
    4.5
    """

    def __init__(
        self,
        fn: Any,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.fn, self._fn_kwargs = fn, kwargs
        if hasattr(fn, "lowered"):  # of `pynn.kernels.loss`: compiled
            self.target = "values"

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The losses of the rows, of arrays whose ranks were made the same."""
        pairs = [reductions.same_rank(t, y) for t, y in zip(flatten(y_true), flatten(y_pred), strict=True)]
        y_true, y_pred = pack_as(y_true, [t for t, _ in pairs]), pack_as(y_pred, [y for _, y in pairs])
        return self.fn(y_true, y_pred, **self._fn_kwargs)

    def lower(self, plan: Plan, y: Slot, target: Slot, weights: Slot) -> tuple[Slot, Slot]:
        """Emit the loss of each row times its weight, and the gradient with respect to y."""
        if self.target != "values":
            return super().lower(plan, y, target, weights)
        own: Loss = self.fn.lowered(self.reduction, self.name, self.dtype)
        return own.lower(plan, y, target, weights)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal loss."""
        own = {"fn": serialize_keras_object(self.fn), **serialize_keras_object(self._fn_kwargs)}
        return super().get_config() | own

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a loss from what `get_config` returned."""
        return cls(**deserialize_keras_object(config))

    def __repr__(self) -> str:
        return f"<LossFunctionWrapper({self.fn}, kwargs={self._fn_kwargs})>"


def _float_type(dtype: Any, owner: str) -> str:
    name = getattr(dtype, "compute_dtype", dtype) or config.floatx()
    name = name if isinstance(name, str) else np.dtype(name).name
    if name not in ("float32", "float64"):
        raise ValueError(f"{owner}: dtype must be 'float32' or 'float64', which the core computes in, got {dtype!r}")
    return name
