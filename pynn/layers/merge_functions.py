"""The merging layers as functions of a list of inputs."""

from __future__ import annotations

from typing import Any

from pynn.layers.concatenation import Concatenate
from pynn.layers.inner_product import Dot
from pynn.layers.merging import Add, Average, Maximum, Minimum, Multiply, Subtract


def add(inputs: Any, **kwargs: Any) -> Any:
    """The sum of a list of inputs: `Add`.

    Parameters
    ----------
    inputs : list of KerasTensor or array
    **kwargs
        See `Layer`.

    Examples
    --------
    >>> keras.layers.add([np.ones((1, 2)), np.ones((1, 2))]).tolist()
    [[2.0, 2.0]]
    """
    return Add(**kwargs)(inputs)


def subtract(inputs: Any, **kwargs: Any) -> Any:
    """The first of two inputs minus the second: `Subtract`.

    Parameters
    ----------
    inputs : list of two KerasTensors or arrays
    **kwargs
        See `Layer`.

    Examples
    --------
    >>> keras.layers.subtract([np.ones((1, 2)), np.ones((1, 2))]).tolist()
    [[0.0, 0.0]]
    """
    return Subtract(**kwargs)(inputs)


def multiply(inputs: Any, **kwargs: Any) -> Any:
    """The product of a list of inputs, element by element: `Multiply`.

    Parameters
    ----------
    inputs : list of KerasTensor or array
    **kwargs
        See `Layer`.

    Examples
    --------
    >>> keras.layers.multiply([np.full((1, 2), 3.0), np.full((1, 2), 2.0)]).tolist()
    [[6.0, 6.0]]
    """
    return Multiply(**kwargs)(inputs)


def average(inputs: Any, **kwargs: Any) -> Any:
    """The mean of a list of inputs, element by element: `Average`.

    Parameters
    ----------
    inputs : list of KerasTensor or array
    **kwargs
        See `Layer`.

    Examples
    --------
    >>> keras.layers.average([np.full((1, 2), 3.0), np.full((1, 2), 2.0)]).tolist()
    [[2.5, 2.5]]
    """
    return Average(**kwargs)(inputs)


def maximum(inputs: Any, **kwargs: Any) -> Any:
    """The largest of a list of inputs, element by element: `Maximum`.

    Parameters
    ----------
    inputs : list of KerasTensor or array
    **kwargs
        See `Layer`.

    Examples
    --------
    >>> keras.layers.maximum([np.full((1, 2), 3.0), np.full((1, 2), 2.0)]).tolist()
    [[3.0, 3.0]]
    """
    return Maximum(**kwargs)(inputs)


def minimum(inputs: Any, **kwargs: Any) -> Any:
    """The smallest of a list of inputs, element by element: `Minimum`.

    Parameters
    ----------
    inputs : list of KerasTensor or array
    **kwargs
        See `Layer`.

    Examples
    --------
    >>> keras.layers.minimum([np.full((1, 2), 3.0), np.full((1, 2), 2.0)]).tolist()
    [[2.0, 2.0]]
    """
    return Minimum(**kwargs)(inputs)


def concatenate(inputs: Any, axis: int = -1, **kwargs: Any) -> Any:
    """A list of inputs side by side: `Concatenate`.

    Parameters
    ----------
    inputs : list of KerasTensor or array
    axis : int, default -1
    **kwargs
        See `Layer`.

    Examples
    --------
    >>> keras.layers.concatenate([np.ones((1, 2)), np.zeros((1, 1))]).tolist()
    [[1.0, 1.0, 0.0]]
    """
    return Concatenate(axis=axis, **kwargs)(inputs)


def dot(inputs: Any, axes: Any = -1, **kwargs: Any) -> Any:
    """Inner products of two inputs: `Dot`.

    Parameters
    ----------
    inputs : list of two KerasTensors or arrays
    axes : int or tuple of two int, default -1
    **kwargs
        See `Layer`.

    Examples
    --------
    >>> keras.layers.dot([np.ones((1, 2)), np.ones((1, 2))], axes=1).tolist()
    [[2.0]]
    """
    return Dot(axes=axes, **kwargs)(inputs)
