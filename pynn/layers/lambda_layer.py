"""A function of one's own as a layer."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, Self

from pynn import saving
from pynn.layers import composite
from pynn.layers.layer import Layer
from pynn.layers.shapes import shapes
from pynn.saving.forms import write_lambda


class Lambda(Layer):
    """Apply a function of your own.

    Written with `keras.ops`, operators and `keras.activations` it becomes part of the plan; what cannot be recorded,
    such as a decision that depends on values, runs as Python for each batch.  It has no weights: for those, and for
    models that are saved, write a subclass of `Layer`.

    Parameters
    ----------
    function : callable
        Takes the input, a tensor of shape (n, …) or a list of them; also `training` and `mask`, if it has such
        arguments.
    output_shape : tuple of int or callable, optional
        Shape of one row of the output, or a function from the input's shape to the output's; found by trial if not
        given.
    mask : callable, optional
        ``mask(inputs, mask)``: which steps of the output count.  If not given, what comes after counts all steps.
    arguments : dict, optional
        Further keyword arguments of the function.
    **kwargs
        See `Layer`.

    Raises
    ------
    TypeError
        If `function` cannot be called.
    ValueError
        If `mask` is neither None nor callable.

    Examples
    --------
    >>> Lambda(lambda x: x**2)(np.array([[1.0, 3.0]])).tolist()
    [[1.0, 9.0]]
    """

    _keeps_shape = True

    def __init__(
        self, function: Any, output_shape: Any = None, mask: Any = None, arguments: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if not callable(function):
            raise TypeError(f"Lambda {self.name!r}: function must be callable, got {function!r} (unsupported callable)")
        if mask is not None and not callable(mask):
            raise ValueError(f"Lambda {self.name!r}: mask must be a function of (inputs, mask), got {mask!r:.80}")
        if output_shape is not None and not callable(output_shape) and not isinstance(output_shape, list | tuple):
            raise ValueError(f"Lambda {self.name!r}: output_shape must be a tuple or callable, got {output_shape!r}")
        self.function, self.arguments, self.mask = function, dict(arguments or {}), mask
        self.supports_masking = mask is not None
        self._shape = tuple(output_shape) if isinstance(output_shape, list | tuple) else output_shape
        self.built = True

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None) -> Any:
        """What the function gives for the inputs.

        Parameters
        ----------
        inputs : Tensor, or a nest of them
        mask : Tensor, optional
            Handed to the function if it takes it.
        training : bool, optional
            Handed to the function if it takes it.
        """
        given = dict(self.arguments)
        if composite.takes(self.function, "training"):
            given["training"] = training
        if composite.takes(self.function, "mask"):
            given["mask"] = mask
        return self.function(inputs, **given)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """What the function `mask` says."""
        return self.mask(inputs, mask) if self.mask is not None else None

    def compute_output_shape(self, input_shape: Any) -> Any:
        if self._shape is None:
            return super().compute_output_shape(input_shape)
        if callable(self._shape):
            return tuple(self._shape(input_shape))
        return (input_shape[0], *self._shape)

    def symbolic_outputs(self, *args: Any, **kwargs: Any) -> Any:
        """See `pynn.graph.Operation`."""
        self.input_shape = shapes(args[0]) if args else None
        return super().symbolic_outputs(*args, **kwargs)

    def get_config(self) -> dict[str, Any]:
        shape = {} if self._shape is None else {"output_shape": _written(self._shape)}
        mask = {} if self.mask is None else {"mask": _written(self.mask)}
        own = {"function": _written(self.function)} | shape | mask | {"arguments": self.arguments}
        return super().get_config() | own

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None, safe_mode: Any = None) -> Self:
        """Make a layer from what `get_config` returned.

        Parameters
        ----------
        config : dict
        custom_objects : dict, optional
            Name to function, for what is neither registered nor built in.
        safe_mode : bool, optional
            Refuse the code of a Python lambda; True if not given.

        Raises
        ------
        ValueError
            If the config carries code and `safe_mode` is on.
        """
        safe = saving.is_safe() if safe_mode is None else safe_mode
        read = {key: _read(config.get(key), custom_objects, safe) for key in ("function", "output_shape", "mask")}
        return cls(**config | {key: value for key, value in read.items() if value is not None})


def _written(value: Any) -> Any:
    if not isinstance(value, types.FunctionType) or value.__name__ != "<lambda>":
        return saving.serialize_keras_object(value) if callable(value) else value
    code, defaults, closure = write_lambda(value)["value"]
    return {"class_name": "__lambda__", "config": {"code": code, "defaults": defaults, "closure": closure}}


def _read(value: Any, custom_objects: Mapping[str, Any] | None, safe: bool) -> Any:
    if not isinstance(value, dict):
        return value
    if value.get("class_name") == "__lambda__" and "code" in value["config"]:
        parts = tuple(value["config"].get(key) for key in ("code", "defaults", "closure"))
        value = {"class_name": "__lambda__", "config": {"value": parts}}
    return saving.deserialize_keras_object(value, custom_objects, safe_mode=safe)
