"""Regularizers: penalties that training adds to the loss, on weights or on the output of a layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynn.families import Family
from pynn.regularizers.orthogonal import OrthogonalRegularizer
from pynn.regularizers.regularizer import LoweredRegularizer, Regularizer, is_lowered
from pynn.regularizers.sums import L1, L1L2, L2

# Keras's other names for the same classes
l1 = L1
l2 = L2
l1_l2 = L1L2
orthogonal_regularizer = OrthogonalRegularizer

_FAMILY = Family(
    "regularizer",
    "keras.regularizers",
    (Regularizer, L1, L2, L1L2, OrthogonalRegularizer),
    # The string that Keras's documentation shows, with the factors that it names there.
    {"l1_l2": lambda: L1L2(0.01, 0.01)},
)


def get(identifier: Any) -> Any:
    """Turn what a layer was given as a regularizer into one.

    Parameters
    ----------
    identifier : str, dict, class, callable or None
        A name such as ``"l2"`` or ``"L2"``; what `serialize` returned; a class to call without arguments; or any
        function from an array to a number.

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
    >>> get("l2").l2
    0.01
    >>> get("l1l3")
    Traceback (most recent call last):
        ...
    ValueError: Could not interpret regularizer identifier: l1l3. Did you mean 'l1l2'?
    """
    return _FAMILY.get(identifier)


def serialize(regularizer: Any) -> Any:
    """Describe a regularizer by a dict that JSON can hold, as Keras writes it.

    Parameters
    ----------
    regularizer : Regularizer, function or None

    Examples
    --------
    >>> serialize(L2(0.5))
    {'module': 'keras.regularizers', 'class_name': 'L2', 'config': {'l2': 0.5}, 'registered_name': None}
    """
    return _FAMILY.serialize(regularizer)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a regularizer from what `serialize` returned.

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
    >>> deserialize({"class_name": "L2", "config": {"l2": 0.5}}).l2
    0.5
    """
    return _FAMILY.deserialize(config, custom_objects)


__all__ = [
    "L1",
    "L2",
    "L1L2",
    "LoweredRegularizer",
    "OrthogonalRegularizer",
    "Regularizer",
    "deserialize",
    "get",
    "is_lowered",
    "l1",
    "l1_l2",
    "l2",
    "orthogonal_regularizer",
    "serialize",
]
