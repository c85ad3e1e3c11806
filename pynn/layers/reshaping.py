"""The same elements in another shape or order, or several times."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pynn import legacy
from pynn.layers import axes
from pynn.layers.layer import Backward, Layer
from pynn.plan import Plan, Slot


class Reshape(Layer):
    """Give each row another shape: (n, 12) becomes (n, 3, 4).

    Parameters
    ----------
    target_shape : tuple of int
        Shape of a row, without the batch.  One size may be -1: whatever is left.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If more than one size is unknown, or a row does not have as many elements.

    Notes
    -----
    Costs nothing: the same memory is read in another shape.

    Examples
    --------
    >>> Reshape((3, -1))(np.zeros((2, 12))).shape
    (2, 3, 4)
    """

    _keeps_integers = True

    @legacy.spellings(dims="target_shape")
    def __init__(self, target_shape: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.target_shape = tuple(target_shape)
        if sum(size == -1 for size in self.target_shape) > 1:
            raise ValueError(
                "There must be at most one unknown dimension (-1) in `target_shape`. "
                f"Received: target_shape={self.target_shape}."
            )
        for size in self.target_shape:
            if not isinstance(size, int | np.integer) or (size < 1 and size != -1):
                raise ValueError(
                    f"Reshape {self.name!r}: every size in `target_shape` must be a positive integer, or -1 once. "
                    f"Received: target_shape={self.target_shape}"
                )
        self.built = True

    def compute_output_shape(self, input_shape: Any) -> Any:
        row = tuple(input_shape[1:])
        size, known = math.prod(row), math.prod(s for s in self.target_shape if s != -1)
        given = f"Received: input_shape={row}, target_shape={self.target_shape}"
        if -1 in self.target_shape and size % known:
            raise ValueError(
                "The total size of the tensor must be unchanged, however, the input size cannot be divided by the "
                f"specified dimensions in target_shape. {given}"
            )
        if -1 not in self.target_shape and size != known:
            raise ValueError(f"The total size of the tensor must be unchanged. {given}")
        return (input_shape[0], *(size // known if s == -1 else int(s) for s in self.target_shape))

    def check_input(self, input_shape: Any) -> None:
        self.compute_output_shape(input_shape)

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        shape = self.compute_output_shape(x.shape)
        return x.view(*shape), lambda dy: dy.view(*x.shape)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"target_shape": self.target_shape}


class Permute(Layer):
    """Put the axes of each row in another order: (n, 10, 64) becomes (n, 64, 10).

    Parameters
    ----------
    dims : tuple of int
        The axes in their new order, counted from 1: ``(2, 1)`` swaps two.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If `dims` is no order of 1, 2, …, or rows have another number of axes.

    Examples
    --------
    >>> Permute((2, 1))(np.array([[[1.0, 2.0], [3.0, 4.0]]])).tolist()
    [[[1.0, 3.0], [2.0, 4.0]]]
    """

    _keeps_integers = True
    _keeps_shape = True

    def __init__(self, dims: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                "Invalid permutation argument `dims` for Permute Layer. The set of indices in `dims` must be "
                f"consecutive and start from 1. Received dims={dims}"
            )

    def check_input(self, input_shape: Any) -> None:
        check_ndim(self, input_shape, len(self.dims) + 1)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (input_shape[0], *(input_shape[axis] for axis in self.dims))

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        order = [0, *self.dims]
        return axes.permute(plan, x, order), lambda dy: axes.permute(plan, dy, axes.inverse(order))

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"dims": self.dims}


class RepeatVector(Layer):
    """Repeat each row n times: (n, 32) becomes (n, 3, 32) for n=3.

    Parameters
    ----------
    n : int
        How often, >= 1.
    **kwargs
        See `Layer`.

    Raises
    ------
    TypeError
        If `n` is no integer.
    ValueError
        If `n` is not positive, or rows have more than one axis.

    Examples
    --------
    >>> RepeatVector(2)(np.array([[1.0, 2.0]])).tolist()
    [[[1.0, 2.0], [1.0, 2.0]]]
    """

    _keeps_integers = True
    _keeps_shape = True

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(n, int) or isinstance(n, bool):
            raise TypeError(f"Expected an integer value for `n`, got {type(n)}.")
        if n <= 0:
            raise ValueError(f"Argument `n` should be a positive integer. Received: n={n}")
        self.n = n

    def check_input(self, input_shape: Any) -> None:
        check_ndim(self, input_shape, 2)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (input_shape[0], self.n, input_shape[1])

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        y = plan.emit("repeat_axis", x, scalars=(1.0,), label=self.name, r=self.n)
        return y, lambda dy: plan.emit("sum_axis", dy, scalars=(1.0,), label=f"{self.name}.dx")

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"n": self.n}


def check_ndim(layer: Layer, input_shape: Any, ndim: int) -> None:
    """Raise ValueError unless inputs have so many axes, that of the batch included."""
    if len(input_shape) != ndim:
        raise ValueError(
            f"Input 0 of layer '{layer.name}' is incompatible with the layer: expected ndim={ndim}, found "
            f"ndim={len(input_shape)}. Full shape received: {tuple(input_shape)}"
        )
