"""Discretization: values become numbers of bins."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from pynn.graph import is_symbolic
from pynn.layers import axes, quantiles
from pynn.layers.adapting import batches
from pynn.layers.encodings import encoded_shape, lower_encoding
from pynn.layers.layer import Backward, Layer
from pynn.plan import Plan, Slot
from pynn.tensor import as_tensor

_MODES = ("int", "one_hot", "multi_hot", "count")


class Discretization(Layer):
    """Turn values into the numbers of the bins they fall into.

    Parameters
    ----------
    bin_boundaries : list of float, optional
        Ascending.  Bin 0 is below the first, the last bin from the last boundary on.
    num_bins : int, optional
        How many bins `adapt` makes, each with about as many values.
    epsilon : float, default 0.01
        How exactly `adapt` finds the boundaries, as a share of the data.
    output_mode : {"int", "one_hot", "multi_hot", "count"}, default "int"
        "int": the number of the bin; the others as in `CategoryEncoding`.
    sparse : False
    dtype, name : optional
        See `Layer`.

    Raises
    ------
    ValueError
        If not exactly one of `bin_boundaries` and `num_bins` is given, boundaries do not ascend, or there is no such
        mode.

    Examples
    --------
    >>> Discretization([0.0, 1.0])(np.array([[-1.5, 0.0, 3.0]])).tolist()
    [[0, 1, 2]]
    """

    _keeps_shape = True

    def __init__(
        self,
        bin_boundaries: Any = None,
        num_bins: int | None = None,
        epsilon: float = 0.01,
        output_mode: str = "int",
        sparse: bool = False,
        dtype: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, dtype=dtype, **kwargs)
        if sparse:
            raise ValueError(f"Discretization {self.name!r}: `sparse=True` is not available in pynn")
        if output_mode not in _MODES:
            raise ValueError(
                f"Unknown value for `output_mode` argument of Discretization. Allowed values are: {_MODES}. "
                f"Received: output_mode={output_mode}"
            )
        if num_bins is not None and num_bins < 0:
            raise ValueError(f"`num_bins` must be greater than or equal to 0. Received: `num_bins={num_bins}`")
        if num_bins is not None and bin_boundaries is not None:
            raise ValueError(
                "Both `num_bins` and `bin_boundaries` should not be set. Received: "
                f"`num_bins={num_bins}` and `bin_boundaries={bin_boundaries}`"
            )
        if num_bins is None and bin_boundaries is None:
            raise ValueError("You need to set either `num_bins` or `bin_boundaries`.")
        if bin_boundaries is not None and (np.diff(bin_boundaries) < 0).any():
            raise ValueError(f"Discretization {self.name!r}: bin_boundaries must ascend, got {bin_boundaries}")
        self.num_bins, self.epsilon, self.output_mode, self.sparse = num_bins, epsilon, output_mode, False
        self.bin_boundaries: Any = None
        self._edges = np.empty(0, self.dtype)
        self._sketch = quantiles.Sketch(epsilon)
        if bin_boundaries is not None:
            self._bound(bin_boundaries)

    def _bound(self, boundaries: Any) -> None:
        """Keep boundaries; plans made before see them, in the same memory."""
        self.bin_boundaries = boundaries
        if len(self._edges) != len(boundaries):
            self._edges = np.empty(len(boundaries), self.dtype)
        self._edges[:] = boundaries

    @property
    def output_dtype(self) -> str:
        """Type of what the layer gives for an array."""
        return "int32" if self.output_mode == "int" else self.dtype

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """As `Layer`; numbers of bins are integers."""
        y = super().__call__(*args, **kwargs)
        if self.output_mode != "int":
            return y
        if is_symbolic(y):
            y.dtype = self.output_dtype
            return y
        return as_tensor(np.asarray(y).astype(self.output_dtype))

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Find boundaries that cut the data into `num_bins` parts of about as many values.

        Parameters
        ----------
        data : array, or iterable of batches
        steps : int, optional
            How many batches to take.

        Raises
        ------
        ValueError
            If the layer was given its boundaries.
        """
        if self.num_bins is None:
            raise ValueError(
                "Cannot adapt a Discretization layer that has been initialized with `bin_boundaries`, use `num_bins` "
                "instead."
            )
        self.reset_state()
        for batch in batches(data, steps, self.name):
            self.update_state(batch)
        self.finalize_state()

    def reset_state(self) -> None:
        """Forget the data that `update_state` has seen."""
        self._sketch = quantiles.Sketch(self.epsilon)

    def update_state(self, data: Any) -> None:
        """Take a batch of values for the boundaries that `finalize_state` makes.

        Parameters
        ----------
        data : array
        """
        self._sketch.add(data)

    def finalize_state(self) -> None:
        """Make the boundaries, unless they were given."""
        if self.num_bins is not None:
            self._bound(self._sketch.boundaries(self.num_bins))

    def _bins(self) -> int:
        return len(self.bin_boundaries) + 1 if self.bin_boundaries is not None else int(self.num_bins or 0)

    def compute_output_shape(self, input_shape: Any) -> Any:
        if self.output_mode == "int":
            return tuple(input_shape)
        return encoded_shape(self.output_mode, input_shape, self._bins())

    def check_input(self, input_shape: Any) -> None:
        self.compute_output_shape(input_shape)

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        if self.bin_boundaries is None:
            raise ValueError(
                "You need to either pass the `bin_boundaries` argument at construction time or call `adapt(dataset)` "
                f"before you can start using the `Discretization` layer '{self.name}'."
            )
        edges = plan.fixed(f"{self.name}.edges", self._edges)
        numbers = plan.emit("bins", axes.flat(x), edges, label=self.name).view(*x.shape)
        if self.output_mode != "int":
            numbers = lower_encoding(plan, self.output_mode, numbers, self._bins())
        return numbers, _no_gradient

    def get_config(self) -> dict[str, Any]:
        return {
            "bin_boundaries": self.bin_boundaries,
            "num_bins": self.num_bins,
            "epsilon": self.epsilon,
            "output_mode": self.output_mode,
            "sparse": self.sparse,
            "name": self.name,
            "dtype": self.dtype,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a layer from what `get_config` returned; boundaries that were adapted are kept."""
        if config.get("num_bins") is None:
            return cls(**config)
        layer = cls(**(config | {"bin_boundaries": None}))
        if config.get("bin_boundaries") is not None:
            layer._bound(config["bin_boundaries"])
        return layer


def _no_gradient(dy: Slot) -> Any:
    """Numbers of bins have none."""
    return None
