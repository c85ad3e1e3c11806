"""Layers of Keras 1 and 2, made of today's."""

from __future__ import annotations

from typing import Any

from pynn import legacy
from pynn.layers.concatenation import Concatenate
from pynn.layers.inner_product import Dot
from pynn.layers.layer import Layer
from pynn.layers.merging import Add, Average, Maximum, Minimum, Multiply, Subtract
from pynn.layers.rectifiers import ReLU

_MODES = {
    "sum": Add,
    "add": Add,
    "mul": Multiply,
    "concat": Concatenate,
    "ave": Average,
    "max": Maximum,
    "min": Minimum,
    "sub": Subtract,
    "dot": Dot,
    "cos": Dot,
}


def merge(
    inputs: Any,
    mode: Any = "sum",
    concat_axis: int = -1,
    dot_axes: Any = -1,
    output_shape: Any = None,
    output_mask: Any = None,
    arguments: Any = None,
    name: str | None = None,
) -> Any:
    """Join inputs as Keras 1 did: one of today's merging layers, applied."""
    return _merging(mode, concat_axis, dot_axes, name)(inputs)


def Merge(  # noqa: N802
    layers: Any = None,
    mode: Any = "sum",
    concat_axis: int = -1,
    dot_axes: Any = -1,
    output_shape: Any = None,
    output_mask: Any = None,
    arguments: Any = None,
    name: str | None = None,
    **kwargs: Any,
) -> Layer:
    """A merging layer of today for a mode of Keras 1."""
    if layers is not None:
        raise ValueError(
            "Merge([model, model]) at the beginning of a Sequential model is not in pynn, as it is not in Keras since "
            "version 2. Join outputs instead: x = keras.layers.concatenate([left.output, right.output]), then "
            "keras.Model([left.input, right.input], keras.layers.Dense(…)(x))."
        )
    return _merging(mode, concat_axis, dot_axes, name, **kwargs)


def _merging(mode: Any, concat_axis: int, dot_axes: Any, name: str | None, **kwargs: Any) -> Layer:
    if callable(mode):
        raise ValueError(f"merge(mode={mode!r}): for a function of one's own use keras.layers.Lambda(function)([a, b])")
    if mode not in _MODES:
        raise ValueError(f"merge: Invalid merge mode: {mode!r}. Expected one of {', '.join(_MODES)}.")
    kind = _MODES[mode]
    legacy.warn(f'merge(mode="{mode}")', f"keras.layers.{kind.__name__}()([a, b])")
    if kind is Concatenate:
        return Concatenate(axis=concat_axis, name=name, **kwargs)
    if kind is Dot:
        return Dot(axes=dot_axes, normalize=mode == "cos", name=name, **kwargs)
    made: Layer = kind(name=name, **kwargs)
    return made


def ThresholdedReLU(theta: float = 1.0, **kwargs: Any) -> ReLU:  # noqa: N802
    """x above theta, else 0: a `ReLU` with a threshold."""
    return ReLU(threshold=theta, **kwargs)


ThresholdedReLU.__today__ = "keras.layers.ReLU(threshold=…)"  # type: ignore[attr-defined]
Merge.__today__ = "keras.layers.Add, Concatenate, …"  # type: ignore[attr-defined]
merge.__today__ = "keras.layers.add, concatenate, …"  # type: ignore[attr-defined]
