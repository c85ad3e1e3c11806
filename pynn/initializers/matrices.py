"""Initializers of whole matrices: those that keep what goes in, or its length."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from pynn.initializers.base import Initializer, checked_dtype, checked_shape
from pynn.initializers.random import RandomInitializer, draw_normal


class Identity(Initializer):
    """Fill a matrix with `gain` on its diagonal and 0 elsewhere.

    Parameters
    ----------
    gain : float, default 1.0

    Raises
    ------
    ValueError
        When called for a shape that is not two-dimensional.

    Examples
    --------
    >>> Identity(2.0)((2, 3))
    array([[2., 0., 0.],
           [0., 2., 0.]], dtype=float32)
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Return the matrix of the given shape."""
        sizes = checked_shape(shape)
        if len(sizes) != 2:
            raise ValueError(
                "Identity matrix initializer can only be used for 2D matrices. "
                f"Received: shape={shape} of rank {len(sizes)}."
            )
        matrix = np.zeros(sizes, checked_dtype(dtype))
        np.fill_diagonal(matrix, self.gain)
        return matrix

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal initializer."""
        return {"gain": self.gain}


class Orthogonal(RandomInitializer):
    """Make a random matrix with orthonormal rows or columns, times `gain`.

    Parameters
    ----------
    gain : float, default 1.0
    seed : int or SeedGenerator, optional

    Raises
    ------
    ValueError
        When called for a shape of fewer than two dimensions.

    Notes
    -----
    A shape of more dimensions is filled as the matrix (product of all but the last, last).
    The columns are orthonormal if there are at most as many as rows, otherwise the rows are.
    Uniform over such matrices, by the signs on the diagonal of R.
    Source: Saxe, McClelland & Ganguli 2014, "Exact solutions to the nonlinear dynamics of
    learning in deep linear neural networks"; Mezzadri 2007, "How to generate random matrices
    from the classical compact groups", equation 5.12.

    Examples
    --------
    >>> matrix = Orthogonal(seed=1)((4, 3))
    >>> bool(np.allclose(matrix.T @ matrix, np.eye(3), atol=1e-6))
    True
    """

    def __init__(self, gain: float = 1.0, seed: Any = None) -> None:
        self.gain = gain
        super().__init__(seed)

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """Return a new matrix of the given shape."""
        sizes = checked_shape(shape)
        if len(sizes) < 2:
            raise ValueError(
                "The tensor to initialize must be at least two-dimensional. "
                f"Received: shape={shape} of rank {len(sizes)}."
            )
        rows, columns = math.prod(sizes[:-1]), sizes[-1]
        tall = (max(rows, columns), min(rows, columns))
        q, r = np.linalg.qr(draw_normal(tall, 0.0, 1.0, self.seed, np.float64))
        q *= np.where(np.diag(r) < 0, -1.0, 1.0)
        matrix = q if rows >= columns else q.T
        return np.ascontiguousarray((self.gain * matrix).reshape(sizes), checked_dtype(dtype))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal initializer."""
        return {**super().get_config(), "gain": self.gain}
