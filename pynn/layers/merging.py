"""Several inputs become one, element by element."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

from pynn.layers import axes, masks
from pynn.layers.layer import Layer
from pynn.ops import comparisons
from pynn.plan import Plan, Slot

Backwards = Callable[[Slot], list[Slot]]


class Merge(Layer):
    """What layers that merge a list of inputs have in common.

    Inputs of fewer axes get axes of size 1 after that of the batch; axes of size 1 are repeated.

    Parameters
    ----------
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If the layer is not called on a list, or shapes do not go together.

    Examples
    --------
    >>> issubclass(keras.layers.Add, Merge)
    True
    """

    _passes_mask = True
    _keeps_shape = True
    _op, _least, _most = "", 1, math.inf

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)

    def check_input(self, input_shape: Any) -> None:
        check_list(self, input_shape)
        if not self._least <= len(input_shape) <= self._most:
            raise ValueError(
                f"A `{type(self).__name__}` layer should be called on exactly {self._least} inputs. "
                f"Received: input_shape={input_shape}"
            )
        self.compute_output_shape(input_shape)

    def compute_output_shape(self, input_shape: Any) -> Any:
        rank = max(map(len, input_shape))
        shapes = [(shape[0], *(1,) * (rank - len(shape)), *shape[1:]) for shape in input_shape]
        merged: list[int] = []
        for sizes in zip(*(shape[1:] for shape in shapes), strict=True):
            wanted = {size for size in sizes if size != 1}
            if len(wanted) > 1:
                raise ValueError(
                    f"{type(self).__name__} '{self.name}': Inputs have incompatible shapes. Received shapes "
                    f"{' and '.join(str(tuple(shape)) for shape in input_shape)}"
                )
            merged.append(wanted.pop() if wanted else 1)
        batch = next((shape[0] for shape in input_shape if shape[0] is not None), None)
        return (batch, *merged)

    def lower(self, plan: Plan, x: Sequence[Slot]) -> tuple[Slot, Backwards]:
        shape = self.compute_output_shape([slot.shape for slot in x])
        parts = [axes.flat(axes.spread(plan, _raised(slot, len(shape)), shape[1:])) for slot in x]
        y, backward = self._merge(plan, parts)

        def backwards(dy: Slot) -> list[Slot]:
            gradients = backward(axes.flat(dy))
            return [_lowered(plan, g.view(*shape), slot) for g, slot in zip(gradients, x, strict=True)]

        return y.view(*shape), backwards

    def _merge(self, plan: Plan, parts: list[Slot]) -> tuple[Slot, Backwards]:
        """Merge matrices of one shape, two at a time; the way back takes the pairs in reverse."""
        y, made = parts[0], []
        for part in parts[1:]:
            made.append((y, part))
            y = plan.emit(f"{self._op}_forward", y, part, label=self.name)

        def backward(dy: Slot) -> list[Slot]:
            gradients = []
            for left, right in reversed(made):
                dy, other = self._pair_backward(plan, left, right, dy)
                gradients.append(other)
            return [dy, *reversed(gradients)]

        return y, backward

    def _pair_backward(self, plan: Plan, left: Slot, right: Slot, dy: Slot) -> tuple[Slot, Slot]:
        """The gradients of both of a pair; of a sum, unless a subclass says otherwise."""
        return dy, dy

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The steps that count in any of the inputs; None if one has no mask."""
        if masks.listed(inputs, mask) is None or any(part is None for part in mask):
            return None
        return functools.reduce(comparisons.logical_or, mask)

    def lower_mask(self, plan: Plan, x: Sequence[Slot], mask: Any) -> Any:
        """Emit the mask."""
        if any(part is None for part in mask):
            return None
        return functools.reduce(functools.partial(masks.either, plan, self.name), mask)


def check_list(layer: Layer, input_shape: Any) -> None:
    """Raise ValueError unless a layer is called on a list of inputs of at least one row's shape."""
    listed = isinstance(input_shape, list | tuple) and len(input_shape) > 0
    if not listed or not all(isinstance(shape, list | tuple) for shape in input_shape):
        raise ValueError(
            f"A merge layer should be called on a list of inputs: {type(layer).__name__} '{layer.name}' takes "
            f"[a, b, …]. Received: input_shape={input_shape} (not a list of shapes)"
        )


def _raised(slot: Slot, rank: int) -> Slot:
    """With axes of size 1 after the first, as many as it lacks."""
    return slot.view(slot.shape[0], *(1,) * (rank - len(slot.shape)), *slot.shape[1:])


def _lowered(plan: Plan, gradient: Slot, slot: Slot) -> Slot:
    """The gradient of an input, from that of its repeated form."""
    features = _raised(slot, len(gradient.shape)).features
    return axes.gather(plan, gradient, features).view(*slot.shape)


class Add(Merge):
    """The sum of a list of inputs.

    Parameters
    ----------
    **kwargs
        See `Layer`.

    Examples
    --------
    >>> Add()([np.array([[1.0, 2.0]]), np.array([[3.0, 5.0]])]).tolist()
    [[4.0, 7.0]]
    """

    _op = "add"


class Subtract(Merge):
    """The first of two inputs minus the second.

    Parameters
    ----------
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If there are not exactly two inputs.

    Examples
    --------
    >>> Subtract()([np.array([[1.0, 2.0]]), np.array([[3.0, 5.0]])]).tolist()
    [[-2.0, -3.0]]
    """

    _op, _least, _most = "subtract", 2, 2

    def _pair_backward(self, plan: Plan, left: Slot, right: Slot, dy: Slot) -> tuple[Slot, Slot]:
        return dy, plan.emit("affine", dy, scalars=(-1.0, 0.0))


class Multiply(Merge):
    """The product of a list of inputs, element by element.

    Parameters
    ----------
    **kwargs
        See `Layer`.

    Examples
    --------
    >>> Multiply()([np.array([[1.0, 2.0]]), np.array([[3.0, 5.0]])]).tolist()
    [[3.0, 10.0]]
    """

    _op = "multiply"

    def _pair_backward(self, plan: Plan, left: Slot, right: Slot, dy: Slot) -> tuple[Slot, Slot]:
        return plan.emit("multiply_forward", dy, right), plan.emit("multiply_forward", dy, left)


class Average(Merge):
    """The mean of a list of inputs, element by element.

    Parameters
    ----------
    **kwargs
        See `Layer`.

    Examples
    --------
    >>> Average()([np.array([[1.0, 2.0]]), np.array([[3.0, 5.0]])]).tolist()
    [[2.0, 3.5]]
    """

    _op = "add"

    def _merge(self, plan: Plan, parts: list[Slot]) -> tuple[Slot, Backwards]:
        total, _ = super()._merge(plan, parts)
        share = (1 / len(parts), 0.0)
        y = plan.emit("affine", total, scalars=share, label=self.name)
        return y, lambda dy: [plan.emit("affine", dy, scalars=share)] * len(parts)


class Maximum(Merge):
    """The largest of a list of inputs, element by element.

    Parameters
    ----------
    **kwargs
        See `Layer`.

    Notes
    -----
    Of two inputs that are equal each gets half of the gradient, as in Keras on JAX.

    Examples
    --------
    >>> Maximum()([np.array([[1.0, 7.0]]), np.array([[3.0, 5.0]])]).tolist()
    [[3.0, 7.0]]
    """

    _op = "maximum"

    def _pair_backward(self, plan: Plan, left: Slot, right: Slot, dy: Slot) -> tuple[Slot, Slot]:
        first, second = plan.emit("maximum_backward", left, right, dy)
        return first, second


class Minimum(Merge):
    """The smallest of a list of inputs, element by element.

    Parameters
    ----------
    **kwargs
        See `Layer`.

    Notes
    -----
    Of two inputs that are equal each gets half of the gradient, as in Keras on JAX.

    Examples
    --------
    >>> Minimum()([np.array([[1.0, 7.0]]), np.array([[3.0, 5.0]])]).tolist()
    [[1.0, 5.0]]
    """

    _op = "minimum"

    def _pair_backward(self, plan: Plan, left: Slot, right: Slot, dy: Slot) -> tuple[Slot, Slot]:
        first, second = plan.emit("maximum_backward", right, left, dy)
        return first, second
