"""Names of element types, and the type that several have in common."""

from __future__ import annotations

import functools
from typing import Any

from pynn import config

_INTEGERS = ("uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64")
_FLOATS = ("bfloat16", "float16", "float32", "float64")
_OTHERS = ("bool", "string", "float8_e4m3fn", "float8_e5m2", "complex64", "complex128")
_OF_PYTHON = {bool: "bool", int: "int32", float: "float32", str: "string", "int": "int32", complex: "complex64"}

# Type → the next wider ones.  "int" and "float" are Python's numbers, which take the type of what they meet.
# Source: "Design of Type Promotion Semantics for JAX", the lattice of its last figure.
_WIDER = {
    "bool": ("int",),
    "int": ("uint8", "int8", "complex64"),
    "uint8": ("int16", "uint16"),
    "uint16": ("int32", "uint32"),
    "uint32": ("int64", "uint64"),
    "uint64": ("float",),
    "int8": ("int16",),
    "int16": ("int32",),
    "int32": ("int64",),
    "int64": ("float",),
    "float": ("bfloat16", "float16"),
    "bfloat16": ("float32",),
    "float16": ("float32",),
    "float32": ("float64", "complex64"),
    "float64": ("complex128",),
    "complex64": ("complex128",),
    "complex128": (),
}


def standardize_dtype(dtype: Any) -> str:
    """Return the name of an element type.

    Parameters
    ----------
    dtype : str, type, dtype or None
        Keras's names, Python's number types, NumPy's types; None for ``config.floatx()``.

    Raises
    ------
    ValueError
        If it is none of Keras's types.

    Examples
    --------
    >>> standardize_dtype(np.dtype("float64")), standardize_dtype(int), standardize_dtype(None)
    ('float64', 'int32', 'float32')
    """
    if dtype is None:
        return config.floatx()
    dtype = _OF_PYTHON.get(dtype, dtype)
    name = getattr(dtype, "name", None) or getattr(dtype, "__name__", dtype)
    if name not in (*_INTEGERS, *_FLOATS, *_OTHERS):
        near = _nearest(name)
        raise ValueError(f"Invalid dtype: {dtype}.{near}")
    return str(name)


def _nearest(name: Any) -> str:
    from pynn import naming

    return naming.nearest(str(name), (*_INTEGERS, *_FLOATS, "bool"))


def is_float_dtype(dtype: Any) -> bool:
    """Tell whether elements of a type are real numbers.

    Parameters
    ----------
    dtype : str, type or dtype

    Examples
    --------
    >>> is_float_dtype("float64"), is_float_dtype("int32")
    (True, False)
    """
    return standardize_dtype(dtype).startswith(("float", "bfloat"))


def is_int_dtype(dtype: Any) -> bool:
    """Tell whether elements of a type are whole numbers.

    Parameters
    ----------
    dtype : str, type or dtype

    Examples
    --------
    >>> is_int_dtype("uint8"), is_int_dtype("bool")
    (True, False)
    """
    return standardize_dtype(dtype) in _INTEGERS


def result_type(*dtypes: Any) -> str:
    """Return the type that several have in common.

    Parameters
    ----------
    *dtypes : str, type or dtype
        The classes `int` and `float` stand for Python's numbers, which take the type of what they meet.

    Returns
    -------
    str
        ``config.floatx()`` if there is none.

    Raises
    ------
    ValueError
        If a type is unknown, or two have none in common.

    Notes
    -----
    Types of 64 bits stay so, as with TensorFlow; Keras on JAX makes them 32 bits wide.

    Examples
    --------
    >>> result_type("int32", "float32"), result_type("uint8", int), result_type("int8", float)
    ('float32', 'uint8', 'float32')
    """
    names = [dtype.__name__ if dtype is int or dtype is float else standardize_dtype(dtype) for dtype in dtypes]
    if any(name.startswith("float8") for name in names):
        raise ValueError(
            f"There is no implicit conversions from float8 dtypes to others. You must cast it internally. "
            f"Received: {dtypes}"
        )
    if not names:
        return config.floatx()
    found = names[0] if len(set(names)) == 1 else _least_upper_bound(frozenset(names))
    return {"int": "int32", "float": config.floatx()}.get(found, found)


@functools.cache
def _at_least(name: str) -> frozenset[str]:
    """A type and all wider ones."""
    return frozenset({name}).union(*(_at_least(wider) for wider in _WIDER[name]))


def _least_upper_bound(names: frozenset[str]) -> str:
    if unknown := sorted(names - _WIDER.keys()):
        raise ValueError(f"dtype={unknown[0]!r} is not a valid dtype for Keras type promotion.")
    common = frozenset.intersection(*map(_at_least, names))
    return next(name for name in common if common <= _at_least(name))
