"""Formulas: which ops compute an activation and its way back, with which scalars, over which axis.

One formula serves a plan (`lower`) and arrays (`apply`, `pull`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from pynn.kernels.contract import op_of
from pynn.kernels.tables import table
from pynn.plan import Batch, Plan, Size, Slot

Backward = Callable[[Slot], Slot]
Shape = tuple[Any, ...]


class Formula:
    """An activation of every element by itself.

    Parameters
    ----------
    family : str
        Its ops are `<family>_forward` and `<backward>`.
    *scalars : float
        Of the forward op; the backward op takes the first of them.
    by : {"y", "x"}
        Whether the derivative is computed from the output or from the input.
    backward : str, optional
        ``<family>_backward`` if not given.
    """

    axes: tuple[int, ...] = ()  # those that belong together; none: every element stands for itself

    def __init__(self, family: str, *scalars: float, by: Literal["x", "y"] = "x", backward: str = "") -> None:
        self.forward, self.backward = f"{family}_forward", backward or f"{family}_backward"
        self.scalars, self.by = scalars, by

    def output_shape(self, shape: Shape) -> Shape:
        """Shape of the output for an input shape, in which sizes may be None.

        Raises
        ------
        ValueError
            If the activation cannot be applied to such an input.
        """
        return shape

    def apply(self, x: np.ndarray) -> np.ndarray:
        """The activation of an array of float32 or float64."""
        shape = self.output_shape(x.shape)
        return self._leave_array(self._run(self.forward, self._enter_array(x)), shape)

    def pull(self, x: np.ndarray, y: np.ndarray, dy: np.ndarray) -> np.ndarray:
        """The gradient of x, from that of y."""
        at = self._enter_array(x) if self.by == "x" else self._enter_array(y)
        return self._leave_array(self._run(self.backward, at, self._enter_array(dy)), x.shape)

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        """Emit the activation of `x`; return its output and the function that emits the way back."""
        shape = self.output_shape(x.shape)
        z = self._enter(plan, x)
        y = plan.emit(self.forward, z, scalars=self.scalars)

        def backward(dy: Slot) -> Slot:
            dz = self._enter(plan, dy)
            dx = plan.emit(self.backward, z if self.by == "x" else y, dz, scalars=self._backward_scalars())
            return self._leave(plan, dx, x.shape)

        return self._leave(plan, y, shape), backward

    def _backward_scalars(self) -> Sequence[float]:
        return self.scalars[: len(op_of(self.backward).scalars)]

    def _run(self, name: str, *given: np.ndarray) -> np.ndarray:
        op = op_of(name)
        sizes = op.bind([array.shape for array in given], op.inputs)
        dtype = given[0].dtype
        out = np.empty([d if isinstance(d, int) else sizes[d] for d in op.outputs[0].dims], dtype)
        if out.size:
            arrays = [np.ascontiguousarray(array, dtype) for array in given]
            table()[name, dtype](*arrays, out, scalars=self.scalars[: len(op.scalars)])
        return out

    def _enter_array(self, x: np.ndarray) -> np.ndarray:
        return x.reshape(-1, x.shape[-1] if x.ndim else 1) if x.size else x.reshape(0, 1)

    def _leave_array(self, y: np.ndarray, shape: Shape) -> np.ndarray:
        return y.reshape(shape)

    def _enter(self, plan: Plan, x: Slot) -> Slot:
        return x.rows() if len(x.shape) > 1 else x.view(x.shape[0], 1)

    def _leave(self, plan: Plan, y: Slot, shape: tuple[Size, ...]) -> Slot:
        return y.view(*shape)


class AxisFormula(Formula):
    """An activation of all elements along some axes together, such as softmax.

    Parameters
    ----------
    name : str
        Of the function, for errors.
    axis : int or sequence of int
    """

    def __init__(self, family: str, name: str, axis: Any, by: Literal["x", "y"] = "y") -> None:
        super().__init__(family, by=by)
        self.name = name
        self.axes = _axes(name, axis)

    def output_shape(self, shape: Shape) -> Shape:
        self._places(shape)
        return shape

    def _places(self, shape: Shape) -> tuple[int, ...]:
        """The axes, counted from the front, in order."""
        rank = len(shape)
        if not rank:
            raise ValueError(f"{self.name}: x must have at least one axis, got a single number")
        if wrong := [axis for axis in self.axes if not -rank <= axis < rank]:
            raise ValueError(f"{self.name}: axis {wrong[0]} is out of bounds for an input of shape {shape}")
        return tuple(sorted({axis % rank for axis in self.axes}))

    def _enter_array(self, x: np.ndarray) -> np.ndarray:
        places = self._places(x.shape)
        width = int(np.prod([x.shape[i] for i in places], dtype=np.int64))
        return np.moveaxis(x, places, range(-len(places), 0)).reshape(-1 if width else 0, width or 1)

    def _leave_array(self, y: np.ndarray, shape: Shape) -> np.ndarray:
        places = self._places(shape)
        moved = [shape[i] for i in range(len(shape)) if i not in places] + [shape[i] for i in places]
        return np.moveaxis(y.reshape(moved), range(-len(places), 0), places)

    def _moves(self, x: Slot) -> list[tuple[int, int, int]]:
        """(rows for each row of the batch, a, b) of the transpositions that bring the axes to the end, one by one."""
        places = self._places(x.shape)
        if 0 in places:
            raise ValueError(
                f"{self.name}: axis 0 is that of the rows of the batch, which a model computes each by itself; choose "
                f"one of the other axes of {x}"
            )
        if places == tuple(range(len(x.shape) - len(places), len(x.shape))):
            return []
        sizes, moves = list(x.features), []
        for number, place in enumerate(places):
            at = place - 1 - number  # the ones before it have gone to the end
            before, after = sizes[:at], sizes[at + 1 :]
            moves.append((_product(before), sizes[at], _product(after)))
            sizes = [*before, *after, sizes[at]]
        return moves

    def _enter(self, plan: Plan, x: Slot) -> Slot:
        first, z = x.shape[0], x
        for rows, a, b in self._moves(x):
            z = plan.emit("swap_blocks", z.view(_times(first, rows), a, b, 1))
        width = _product([int(x.features[i - 1]) for i in self._places(x.shape)])
        return z.view(_times(first, _product(x.features) // width), width)

    def _leave(self, plan: Plan, y: Slot, shape: tuple[Size, ...]) -> Slot:
        like = Slot("", shape, y.dtype, "arena")
        for rows, a, b in reversed(self._moves(like)):
            y = plan.emit("swap_blocks", y.view(_times(shape[0], rows), b, a, 1))
        return y.view(*shape)


class SoftmaxFormula(AxisFormula):
    """Softmax, which is no more than a 1 where its axis has one element."""

    def output_shape(self, shape: Shape) -> Shape:
        places = self._places(shape)
        if len(places) == 1 and shape[places[0]] == 1:
            import warnings

            warnings.warn(
                f"You are using a softmax over axis {self.axes[0]} of a tensor of shape {shape}. This axis has size 1, "
                "so every output is 1, which is likely not what you intended. Did you mean to use a sigmoid instead?",
                stacklevel=4,
            )
        return shape


class HalvesFormula(Formula):
    """Halves the axis: one half of the elements along it gates the other."""

    def __init__(self, family: str, name: str, axis: int) -> None:
        super().__init__(family, by="x")
        self.name = name
        self.axes = _axes(name, axis)

    def output_shape(self, shape: Shape) -> Shape:
        at = self._place(shape)
        size = shape[at]
        if size is None:
            return shape
        if isinstance(size, Batch) or size % 2:
            raise ValueError(
                f"{self.name}: axis size must be divisible by 2. Received: x.shape={shape} with axis={self.axes[0]}"
            )
        return (*shape[:at], size // 2, *shape[at + 1 :])

    def _place(self, shape: Shape) -> int:
        if not -len(shape) <= self.axes[0] < len(shape):
            raise ValueError(f"{self.name}: axis {self.axes[0]} is out of bounds for an input of shape {shape}")
        return self.axes[0] % len(shape)

    def pull(self, x: np.ndarray, y: np.ndarray, dy: np.ndarray) -> np.ndarray:
        at = self._enter_array(x)
        return self._run(self.backward, at, dy.reshape(len(at), -1)).reshape(x.shape)

    def _enter_array(self, x: np.ndarray) -> np.ndarray:
        at = self._place(x.shape)
        outer, inner = _product(x.shape[:at]), _product(x.shape[at:])
        return x.reshape(outer, 2, inner // 2)

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        shape, at = self.output_shape(x.shape), self._place(x.shape)
        rows = _times(x.shape[0], _product(x.features[: at - 1]))
        width = _product(x.features[at - 1 :]) // 2
        z = x.view(rows, 2, width)
        y = plan.emit(self.forward, z)

        def backward(dy: Slot) -> Slot:
            dx: Slot = plan.emit(self.backward, z, dy.view(rows, width))
            return dx.view(*x.shape)

        return y.view(*shape), backward


class Identity(Formula):
    """No step at all: f(x) = x."""

    def __init__(self) -> None:
        super().__init__("linear")

    def apply(self, x: np.ndarray) -> np.ndarray:
        return x

    def pull(self, x: np.ndarray, y: np.ndarray, dy: np.ndarray) -> np.ndarray:
        return dy

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        return x, lambda dy: dy


def number(function: str, argument: str, value: Any) -> float:
    """The number that an argument is.

    Raises
    ------
    ValueError
        If it is none.
    """
    if isinstance(value, int | float | np.number) or (isinstance(value, np.ndarray) and value.ndim == 0):
        return float(value)
    raise ValueError(f"{function}: {argument} must be a number, got {value!r}")


def _axes(name: str, axis: Any) -> tuple[int, ...]:
    axes = tuple(axis) if isinstance(axis, list | tuple) else (axis,)
    if not axes or not all(isinstance(a, int | np.integer) for a in axes):
        raise ValueError(f"{name}: axis must be an integer or a tuple of integers, got {axis!r}")
    return tuple(int(a) for a in axes)


def _times(first: Size, rows: int) -> Size:
    return Batch(first.times * rows) if isinstance(first, Batch) else first * rows


def _product(sizes: Sequence[Any]) -> int:
    return int(np.prod(sizes, dtype=np.int64))
