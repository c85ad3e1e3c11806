"""What layers are constructed with: checks of the arguments that all share, and Keras's older spellings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pynn import config, legacy, naming

if TYPE_CHECKING:
    from pynn.layers.layer import Layer
    from pynn.variables import Variable

Shape = tuple[int | None, ...]


def checked_name(name: Any) -> str | None:
    """Return a layer's name, or None; raise ValueError if it cannot be one."""
    if name is not None and (not isinstance(name, str) or "/" in name):
        raise ValueError(
            "Argument `name` must be a string and cannot contain character `/`. "
            f"Received: name={name} (of type {type(name)})"
        )
    return name


def dtype_name(dtype: Any) -> str:
    """Return "float32" or "float64" for a type, a policy or a policy's config."""
    if isinstance(dtype, dict):
        dtype = dtype.get("config", {}).get("name")
    name = np.dtype(getattr(dtype, "compute_dtype", dtype) or config.layer_dtype()).name
    if name not in ("float32", "float64"):
        raise ValueError(f"Layer dtype must be 'float32' or 'float64', got {dtype!r}")
    return name


def given_shape(layer: Layer, given: dict[str, Any]) -> Shape | None:
    """Take out of `given` the shape of one row that a layer was given by Keras's older arguments."""
    name, owner = layer.name, type(layer).__name__
    if "input_dim" in given:
        dim, length = given.pop("input_dim"), given.pop("input_length", None)
        if dim is None:
            return None
        legacy.warn(f"{owner}(input_dim=…)", "keras.Input((…,)) in front of it, or input_shape=(…,)")
        return (None, dim) if length is None else (None, length, dim)
    for key in ("batch_input_shape", "batch_shape"):
        if key in given:
            legacy.warn(f"{owner}({key}=…)", "keras.Input(batch_shape=…) in front of it")
            return tuple(given.pop(key))
    shape = given.pop("input_shape", None)
    if shape is None:
        return None
    if isinstance(shape, int | np.integer):
        shape = (shape,)
    if not isinstance(shape, tuple | list) or not all(isinstance(size, int | np.integer | None) for size in shape):
        raise ValueError(f"{name}: input_shape must be a tuple of integers, such as (28, 28) or (784,), got {shape!r}")
    return (None, *shape)


def given_weights(layer: Layer, given: dict[str, Any]) -> list[Any] | None:
    """Take out of `given` the first values of the weights, which Keras 2 took with the other arguments."""
    weights = given.pop("weights", None)
    if weights is None:
        return None
    legacy.warn(f"{type(layer).__name__}(weights=…)", "layer.set_weights([…]) once the layer is built")
    if not isinstance(weights, list | tuple):
        raise ValueError(
            f"{layer.name}: weights must be a list of arrays, as layer.get_weights() gives, got {weights!r}"
        )
    return list(weights)


def after_build(layer: Layer, variables: list[Variable], within: str) -> None:
    """Put the model's name in front of the paths of the weights, and give these the values that came with the layer."""
    for variable in variables:
        if within and not variable.path.startswith(f"{within}/"):
            variable.path = f"{within}/{variable.path}"
    if layer._first_weights is not None:
        layer.set_weights(layer._first_weights)
        layer._first_weights = None


def refuse_rest(cls: type[Layer], unknown: dict[str, Any]) -> None:
    """Raise ValueError for arguments that no layer takes."""
    if unknown:
        raise ValueError(
            f"Unrecognized keyword arguments passed to {cls.__name__}: {unknown}.{_near(cls, next(iter(unknown)))}"
        )


def _near(cls: type[Layer], unknown: str) -> str:
    import inspect

    return naming.nearest(unknown, [*inspect.signature(cls).parameters, "input_shape", "name", "dtype"])


def of_add_weight(args: tuple[Any, ...], shape: Any, initializer: Any, name: Any) -> tuple[Any, Any, Any]:
    """Shape, initializer and name of `add_weight` from positional arguments as well."""
    if args and isinstance(args[0], str):
        raise ValueError(
            f"`name` must be passed as a keyword argument. Received: add_weight({args[0]!r}, ...). "
            f"Use: add_weight(shape=..., name={args[0]!r})."
        )
    if args:
        shape = args[0]
    if len(args) > 1:
        initializer = args[1]
    shape = () if shape is None else (shape,) if isinstance(shape, int | np.integer) else tuple(shape)
    return shape, initializer, name


def captured(layer: Layer) -> dict[str, Any]:
    """What a user's layer without a `get_config` of its own was constructed with.

    Raises
    ------
    NotImplementedError
        If an argument cannot be written down.
    """
    given: dict[str, Any] = getattr(layer, "_given", {})
    for name, value in given.items():
        if name.startswith("*"):
            raise NotImplementedError(
                f"Object {type(layer).__name__} was created by passing positional only or variadic positional "
                f"arguments ({name}={value!r}) to `__init__()`, which is not supported by the automatic config "
                "generation. Give each argument a name, or implement `get_config()`."
            )
        if not _writable(value):
            raise NotImplementedError(
                f"Object {type(layer).__name__} was created by passing non-serializable argument values in "
                f"`__init__()` ({name}={value!r}), and therefore the object must override `get_config()` in order to "
                "be serializable. Please implement `get_config()`: take `super().get_config()` and add your arguments."
            )
    return given


def _writable(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_writable, value))
    if isinstance(value, dict):
        return all(map(_writable, value.values()))
    return value is None or isinstance(value, str | int | float | bool | np.number)


def capture(cls: type[Layer], args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a constructor by name, those of `Layer` left out."""
    import inspect

    try:
        bound = inspect.signature(cls.__init__).bind(None, *args, **kwargs)
    except TypeError:
        return {}
    bound.apply_defaults()
    found = dict(bound.arguments)
    found.pop(next(iter(bound.arguments)))
    for parameter in bound.signature.parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            found |= {name: value for name, value in found.pop(parameter.name).items() if name != "name"}
        elif parameter.kind in (parameter.VAR_POSITIONAL, parameter.POSITIONAL_ONLY) and found.get(parameter.name):
            found[f"*{parameter.name}"] = found[parameter.name]
        if parameter.kind is parameter.VAR_POSITIONAL:
            del found[parameter.name]
    return found


def is_named(cls: type[Layer]) -> bool:
    """Whether an automatic config has the layer's name: as in Keras, if the constructor takes `name` or `kwargs`."""
    import inspect

    parameters = inspect.signature(cls.__init__).parameters
    rest = parameters.get("kwargs")
    return "name" in parameters or (rest is not None and rest.kind is rest.VAR_KEYWORD)


def as_shape(shape: Any) -> Any:
    """A shape, or a structure of shapes, with tuples where JSON made lists."""
    if isinstance(shape, dict):
        return {key: as_shape(part) for key, part in shape.items()}
    if isinstance(shape, list | tuple) and not any(isinstance(size, list | tuple | dict) for size in shape):
        return tuple(shape)
    return type(shape)([as_shape(part) for part in shape])
