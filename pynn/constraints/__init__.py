"""Constraints: what is done to weights after each update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynn.constraints.constraint import Constraint, LoweredConstraint, is_lowered
from pynn.constraints.norms import MaxNorm, MinMaxNorm, NonNeg, UnitNorm
from pynn.constraints.older import maxnorm, nonneg, unitnorm
from pynn.families import Family

# Keras's other names for the same classes
max_norm = MaxNorm
min_max_norm = MinMaxNorm
non_neg = NonNeg
unit_norm = UnitNorm

_FAMILY = Family(
    "constraint",
    "keras.constraints",
    (Constraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm),
    {"maxnorm": maxnorm, "nonneg": nonneg, "unitnorm": unitnorm},
)


def get(identifier: Any) -> Any:
    """Turn what a layer was given as a constraint into one.

    Parameters
    ----------
    identifier : str, dict, class, callable or None
        A name such as ``"max_norm"`` or ``"MaxNorm"``; what `serialize` returned; a class to call without arguments;
        or any function from an array to an array.

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
    >>> get("max_norm").max_value
    2
    >>> get("maxi_norm")
    Traceback (most recent call last):
        ...
    ValueError: Could not interpret constraint identifier: maxi_norm. Did you mean 'max_norm'?
    """
    return _FAMILY.get(identifier)


def serialize(constraint: Any) -> Any:
    """Describe a constraint by a dict that JSON can hold, as Keras writes it.

    Parameters
    ----------
    constraint : Constraint, function or None

    Examples
    --------
    >>> serialize(UnitNorm())
    {'module': 'keras.constraints', 'class_name': 'UnitNorm', 'config': {'axis': 0}, 'registered_name': None}
    """
    return _FAMILY.serialize(constraint)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Make a constraint from what `serialize` returned.

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
    >>> deserialize({"class_name": "MaxNorm", "config": {"max_value": 3}}).max_value
    3
    """
    return _FAMILY.deserialize(config, custom_objects)


__all__ = [
    "Constraint",
    "LoweredConstraint",
    "MaxNorm",
    "MinMaxNorm",
    "NonNeg",
    "UnitNorm",
    "deserialize",
    "get",
    "is_lowered",
    "max_norm",
    "maxnorm",
    "min_max_norm",
    "non_neg",
    "nonneg",
    "serialize",
    "unit_norm",
    "unitnorm",
]
