"""Dtype policies: Keras's name for the types in which a layer computes and keeps its weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np

from pynn import config, dtypes
from pynn.saving import deserialize_keras_object, serialize_keras_object

_MIXED = {"mixed_float16": ("float16", "float32"), "mixed_bfloat16": ("bfloat16", "float32")}


class DTypePolicy:
    """The types in which a layer computes and keeps its weights.

    Parameters
    ----------
    name : str, optional
        An element type, or ``"mixed_float16"`` or ``"mixed_bfloat16"``; that of `dtype_policy` if not given.

    Attributes
    ----------
    name, compute_dtype, variable_dtype : str
    quantization_mode : None

    Raises
    ------
    TypeError
        If `name` is no text.
    ValueError
        If it is no type.

    Notes
    -----
    pynn computes in float32 and float64: layers refuse policies of other types, which exist so that configs of Keras
    can be read.

    Examples
    --------
    >>> DTypePolicy("float64").compute_dtype
    'float64'
    >>> DTypePolicy("mixed_float16")
    <DTypePolicy "mixed_float16">
    """

    quantization_mode = None

    def __init__(self, name: str | None = None) -> None:
        self._name = dtype_policy().name if name is None else name
        self._compute_dtype, self._variable_dtype = _parsed(self._name)

    @property
    def name(self) -> str:
        """As given."""
        return self._name

    @property
    def compute_dtype(self) -> str:
        """In which the layer computes."""
        return self._compute_dtype

    @property
    def variable_dtype(self) -> str:
        """In which it keeps its weights."""
        return self._variable_dtype

    def convert_input(self, x: Any, autocast: bool, dtype: Any) -> Any:
        """Bring real numbers to a type if `autocast`; whole numbers stay as they are."""
        if not hasattr(x, "dtype"):
            if not hasattr(x, "__array__"):
                return x
            x = np.asarray(x)
        dtype = dtypes.standardize_dtype(dtype)
        is_other = dtypes.is_float_dtype(x.dtype) and dtypes.standardize_dtype(x.dtype) != dtype
        return x.astype(dtype) if autocast and is_other and hasattr(x, "astype") else x

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal policy."""
        return {"name": self._name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make a policy from what `get_config` returned."""
        return cls(**config)

    def __repr__(self) -> str:
        return f'<DTypePolicy "{self._name}">'

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DTypePolicy) and self._name == other._name

    def __hash__(self) -> int:
        return hash(self._name)


class FloatDTypePolicy(DTypePolicy):
    """The same as `DTypePolicy`, under the name of earlier Keras 3.

    Parameters
    ----------
    name : str, optional
        As for `DTypePolicy`.

    Examples
    --------
    >>> FloatDTypePolicy("float32") == DTypePolicy("float32")
    True
    """


def _parsed(name: Any) -> tuple[str, str]:
    if not isinstance(name, str):
        raise TypeError(
            f"'name' must be a string, such as 'mixed_float16'. Received: name={name} (of type {type(name)})"
        )
    if name in _MIXED:
        return _MIXED[name]
    try:
        dtype = dtypes.standardize_dtype(name)
    except ValueError:
        raise ValueError(
            f"Cannot convert '{name}' to a mixed precision DTypePolicy. Valid policies include 'mixed_float16', "
            "'mixed_bfloat16', and the name of any float dtype such as 'float32'."
        ) from None
    return dtype, dtype


def dtype_policy() -> DTypePolicy:
    """Return the policy of layers that are not told one.

    Returns
    -------
    DTypePolicy
        That of ``config.floatx()`` unless `set_dtype_policy` has chosen one.

    Examples
    --------
    >>> dtype_policy()
    <DTypePolicy "float32">
    """
    return DTypePolicy(config.layer_dtype())


def set_dtype_policy(policy: str | DTypePolicy) -> None:
    """Choose the policy of layers that are not told one; `clear_session` forgets it.

    Parameters
    ----------
    policy : str or DTypePolicy
        ``"float32"`` or ``"float64"``: the compiled core is built for these two.

    Raises
    ------
    ValueError
        If it is another one, or none at all.

    Examples
    --------
    >>> set_dtype_policy("float64")
    >>> dtype_policy()
    <DTypePolicy "float64">
    >>> set_dtype_policy("float32")
    """
    if not isinstance(policy, str | DTypePolicy):
        raise ValueError(
            "Invalid `policy` argument. Expected the string name of a policy (such as 'float32') or a `DTypePolicy` "
            f"instance. Received: policy={policy} (of type {type(policy)})"
        )
    made = DTypePolicy(policy) if isinstance(policy, str) else policy
    config.set_layer_dtype(made.name)


def get(identifier: Any) -> DTypePolicy:
    """Return the policy that a name, type, config or policy stands for; None for that of `dtype_policy`.

    Parameters
    ----------
    identifier : str, dtype, dict, DTypePolicy or None

    Raises
    ------
    ValueError
        If it stands for none.

    Examples
    --------
    >>> get(np.float64)
    <DTypePolicy "float64">
    """
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, DTypePolicy):
        return identifier
    if isinstance(identifier, dict):
        made: DTypePolicy = deserialize(identifier)
        return made
    if isinstance(identifier, str):
        return DTypePolicy(identifier)
    try:
        return DTypePolicy(dtypes.standardize_dtype(identifier))
    except (TypeError, ValueError):
        raise ValueError(
            "Cannot interpret `dtype` argument. Expected a string or an instance of DTypePolicy. "
            f"Received: dtype={identifier}"
        ) from None


def serialize(dtype_policy: DTypePolicy) -> Any:
    """Describe a policy by what JSON can hold.

    Parameters
    ----------
    dtype_policy : DTypePolicy

    Examples
    --------
    >>> serialize(DTypePolicy("float32"))["config"]
    {'name': 'float32'}
    """
    return serialize_keras_object(dtype_policy)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a policy from what `serialize` returned.

    Parameters
    ----------
    config : dict
    custom_objects : dict, optional
        Name to class.

    Examples
    --------
    >>> deserialize(serialize(DTypePolicy("float64")))
    <DTypePolicy "float64">
    """
    known = {"DTypePolicy": DTypePolicy, "FloatDTypePolicy": FloatDTypePolicy}
    return deserialize_keras_object(config, custom_objects, module_objects=known)
