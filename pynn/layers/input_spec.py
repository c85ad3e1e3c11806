"""What a layer expects of its inputs: axes, sizes, types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from pynn.graph import KerasTensor
from pynn.layers.weighted import Weighted
from pynn.structures import flatten
from pynn.variables import Variable

if TYPE_CHECKING:
    from pynn.layers.layer import Layer


class InputSpec:
    """What a layer expects of an input; set as `self.input_spec` in a layer of your own, it is checked at each call.

    Parameters
    ----------
    dtype : str, optional
    shape : tuple of int or None, optional
        The batch's axis included; None stands for any size.
    ndim, max_ndim, min_ndim : int, optional
        Number of axes.
    axes : dict of int to int, optional
        Axis to its size.
    allow_last_axis_squeeze : bool, default False
        Whether a last axis of size 1 may be there or not.
    name : str, optional
        Key of the input, where inputs come in a dictionary.
    optional : bool, default False
        Whether the input may be None.

    Raises
    ------
    TypeError
        If an axis or a size in `axes` is no integer.
    ValueError
        If `axes` names one that `ndim` or `max_ndim` rules out.

    Examples
    --------
    >>> InputSpec(min_ndim=2, axes={-1: 3})
    InputSpec(min_ndim=2, axes={-1: 3})
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Any = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: Mapping[Any, Any] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = dtype if dtype is None else str(dtype)
        self.shape = None if shape is None else tuple(shape)
        self.ndim = ndim if self.shape is None else len(self.shape)
        self.max_ndim, self.min_ndim, self.name, self.optional = max_ndim, min_ndim, name, optional
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        try:
            self.axes = {int(axis): None if size is None else int(size) for axis, size in (axes or {}).items()}
        except (TypeError, ValueError) as error:
            raise TypeError(f"Argument `axes` must be a dict with integer keys. Received: axes={axes}") from error
        most = self.ndim if self.ndim is not None else max_ndim
        if most is not None and self.axes and max(self.axes) >= most:
            raise ValueError(f"Axis {max(self.axes)} is greater than the maximum allowed value: {most - 1}")

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal object."""
        names = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes", "optional")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> InputSpec:
        """Make an object from what `get_config` returned."""
        return cls(**config)

    def __repr__(self) -> str:
        names = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes")
        shown = [f"{name}={getattr(self, name)}" for name in names if getattr(self, name)]
        return f"InputSpec({', '.join(shown)})"


_NUMBERS = (np.ndarray, np.generic, int, float, KerasTensor, Variable, type(None))


def check_arrays(layer: Layer, args: Any) -> None:
    """Raise ValueError if a layer is called with what is no array: a layer, say, in the place of its output."""
    for leaf in flatten(list(args)):
        if isinstance(leaf, str | bytes):
            raise ValueError(
                "Only input tensors may be passed as positional arguments. The following argument value should be "
                f"passed as a keyword argument: {leaf!r} (of type {type(leaf)})"
            )
        if isinstance(leaf, Weighted):
            inner = getattr(leaf, "name", "layer")
            raise ValueError(
                f"Layer '{layer.name}' was called with the {type(leaf).__name__} '{inner}' itself, but takes what that "
                f"gives for an input x: {layer.name}({inner}(x))."
            )
        if not isinstance(leaf, _NUMBERS) and not hasattr(leaf, "__array__") and np.asarray(leaf).dtype.kind == "O":
            raise ValueError(
                f"Inputs to a layer should be tensors. Got {leaf!r:.100} (of type {type(leaf)}) as input for layer "
                f"'{layer.name}'."
            )


def check(layer: Layer, spec: Any, inputs: Any) -> None:
    """Raise ValueError unless what a layer is called with is what its `input_spec` says."""
    specs = flatten(spec) if not isinstance(spec, InputSpec) else [spec]
    if isinstance(inputs, dict) and all(s.name for s in specs):
        inputs = [inputs.get(s.name) for s in specs]
    given = flatten(inputs)
    if len(given) != len(specs):
        raise ValueError(
            f'Layer "{layer.name}" expects {len(specs)} input(s), but it received {len(given)} input tensors. '
            f"Inputs received: {inputs}"
        )
    for index, (x, one) in enumerate(zip(given, specs, strict=True)):
        if not (x is None and one.optional) and (problem := _problem(one, x)):
            raise ValueError(f"Input {index} of layer '{layer.name}' is incompatible with the layer: {problem}")


def _problem(spec: InputSpec, x: Any) -> str:
    shape = tuple(getattr(x, "shape", ()))
    if spec.allow_last_axis_squeeze and spec.shape is not None:
        if shape[-1:] == (1,) and len(shape) == len(spec.shape) + 1:
            shape = shape[:-1]
        elif spec.shape[-1:] == (1,) and len(shape) + 1 == len(spec.shape):
            shape = (*shape, 1)
    ndim, full = len(shape), f"Full shape received: {shape}"
    if spec.ndim is not None and ndim != spec.ndim:
        return f"expected ndim={spec.ndim}, found ndim={ndim}. {full}"
    if spec.max_ndim is not None and ndim > spec.max_ndim:
        return f"expected max_ndim={spec.max_ndim}, found ndim={ndim}. {full}"
    if spec.min_ndim is not None and ndim < spec.min_ndim:
        return f"expected min_ndim={spec.min_ndim}, found ndim={ndim}. {full}"
    if spec.dtype is not None and str(getattr(x, "dtype", "")) != spec.dtype:
        return f"expected dtype={spec.dtype}, found dtype={getattr(x, 'dtype', None)}"
    return _sizes(spec, shape)


def _sizes(spec: InputSpec, shape: tuple[Any, ...]) -> str:
    for axis, size in spec.axes.items():
        if size is not None and shape[axis] not in (size, None):
            return f"expected axis {axis} of input shape to have value {size}, but received input with shape {shape}"
    pairs = zip(spec.shape or shape, shape, strict=True)
    if any(None not in (want, have) and want != have for want, have in pairs):
        return f"expected shape={spec.shape}, found shape={shape}"
    return ""
