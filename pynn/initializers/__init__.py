"""First values of weights: Keras 3's initializers, as functions of a shape that return NumPy arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import numpy as np

from pynn import naming
from pynn.initializers.base import Initializer, checked_dtype, checked_shape
from pynn.initializers.constants import Constant, Ones, Zeros
from pynn.initializers.matrices import Identity, Orthogonal
from pynn.initializers.random import RandomNormal, RandomUniform, TruncatedNormal
from pynn.initializers.scaling import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    VarianceScaling,
)
from pynn.saving import get_registered_object, serialize_keras_object

# Keras's other names for the same classes
OrthogonalInitializer = Orthogonal
IdentityInitializer = Identity
constant = Constant
glorot_normal = GlorotNormal
glorot_uniform = GlorotUniform
he_normal = HeNormal
he_uniform = HeUniform
identity = Identity
lecun_normal = LecunNormal
lecun_uniform = LecunUniform
ones = Ones
orthogonal = Orthogonal
random_normal = RandomNormal
random_uniform = RandomUniform
truncated_normal = TruncatedNormal
variance_scaling = VarianceScaling
zeros = Zeros

_CLASSES: tuple[type[Initializer], ...] = (
    Constant,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    Identity,
    LecunNormal,
    LecunUniform,
    Ones,
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
    Zeros,
)

# Every string that `get` understands
NAMES: dict[str, type[Initializer]] = {
    **{cls.__name__: cls for cls in _CLASSES},
    **{naming.to_snake_case(cls.__name__): cls for cls in _CLASSES},
    "IdentityInitializer": Identity,
    "OrthogonalInitializer": Orthogonal,
    "normal": RandomNormal,
    "one": Ones,
    "uniform": RandomUniform,
    "zero": Zeros,
}

__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "IdentityInitializer",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "OrthogonalInitializer",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "constant",
    "deserialize",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "serialize",
    "truncated_normal",
    "variance_scaling",
    "zeros",
]


def get(identifier: Any) -> Callable[..., Any] | None:
    """Turn what a layer was given as an initializer into one.

    Parameters
    ----------
    identifier : str, dict, ndarray, class, callable or None
        A name such as ``"glorot_uniform"`` or ``"GlorotUniform"``; what `serialize` returned;
        an array that is the values; a class to call without arguments; or any function
        ``(shape, dtype=None) -> array``.

    Returns
    -------
    callable or None
        None for None.

    Raises
    ------
    ValueError
        If `identifier` is none of these, or a name that is unknown.

    Examples
    --------
    >>> get("zeros")((2,))
    array([0., 0.], dtype=float32)
    >>> get("glorot_unifrom")
    Traceback (most recent call last):
        ...
    ValueError: Could not interpret initializer identifier: glorot_unifrom. Did you mean 'glorot_uniform'?
    """
    if identifier is None:
        return None
    if isinstance(identifier, dict):
        return deserialize(identifier)
    if isinstance(identifier, str):
        return deserialize({"class_name": identifier, "config": {}})
    if isinstance(identifier, (np.ndarray, np.generic)):
        return _values(np.asarray(identifier))
    made: Any = identifier() if isinstance(identifier, type) else identifier
    if callable(made):
        return cast("Callable[..., Any]", made)
    raise ValueError(f"Could not interpret initializer identifier: {identifier}")


def serialize(initializer: Any) -> Any:
    """Describe an initializer by a dict that JSON can hold, as Keras writes it.

    Parameters
    ----------
    initializer : Initializer, function or None

    Returns
    -------
    dict or None
        None for None.

    Examples
    --------
    >>> serialize(Constant(3.0))
    {'module': 'keras.initializers', 'class_name': 'Constant', 'config': {'value': 3.0}, 'registered_name': None}
    """
    return serialize_keras_object(initializer)


def deserialize(config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Callable[..., Any]:
    """Make an initializer from what `serialize` returned.

    Parameters
    ----------
    config : dict
        With ``"class_name"`` and ``"config"``.
    custom_objects : dict, optional
        Name to class or function, for what is not pynn's own.

    Raises
    ------
    ValueError
        If `config` has no ``"class_name"``, or the name is unknown.

    Examples
    --------
    >>> deserialize({"class_name": "Constant", "config": {"value": 3.0}})((1,))
    array([3.], dtype=float32)
    """
    if "class_name" not in config:
        raise ValueError(f"Could not interpret initializer identifier: unknown `config` as a `dict`, config={config}")
    arguments = config.get("config") or {}
    name = config["class_name"] if isinstance(arguments, Mapping) else arguments
    registered = get_registered_object(config.get("registered_name") or name) or get_registered_object(name)
    known = {**NAMES, **({name: registered} if registered is not None else {}), **(custom_objects or {})}
    if name not in known:
        received = name if not arguments else config
        raise ValueError(f"Could not interpret initializer identifier: {received}.{naming.nearest(name, known)}")
    found: Any = known[name]
    if isinstance(found, type):
        made = found.from_config(arguments) if arguments else found()  # type: ignore[attr-defined]
        return cast("Callable[..., Any]", made)
    return cast("Callable[..., Any]", found)


def _values(values: np.ndarray) -> Callable[..., np.ndarray]:
    def initialize(shape: Any, dtype: Any = None) -> np.ndarray:
        if checked_shape(shape) != values.shape:
            raise ValueError(
                f"Expected `shape` to be {values.shape} for direct tensor as initializer. Received shape={shape}"
            )
        return np.array(values, checked_dtype(dtype), order="C")

    return initialize
