"""Category encoding: whole numbers become vectors."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.graph import any_symbolic
from pynn.layers.embedding import check_numbers
from pynn.layers.encodings import encoded_shape, lower_encoding
from pynn.layers.layer import Backward, Layer
from pynn.ops import shaping
from pynn.plan import Plan, Slot


class CategoryEncoding(Layer):
    """Turn whole numbers in [0, num_tokens) into vectors of that length.

    Parameters
    ----------
    num_tokens : int
        How many different numbers there are.
    output_mode : {"multi_hot", "one_hot", "count"}, default "multi_hot"
        "one_hot": every number becomes a vector with one 1; an axis of size 1 at the end is dropped first.
        "multi_hot": all numbers along axis 1 become one vector, 1 where a number is among them.
        "count": likewise, with how often it is.
    sparse : False
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If `num_tokens` is missing or less than 1, or there is no such mode.

    Notes
    -----
    Fractions are cut off.  Numbers out of range raise a ValueError where the layer reads the data of the model.

    Examples
    --------
    >>> CategoryEncoding(3, output_mode="one_hot")(np.array([0, 2])).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    >>> CategoryEncoding(3, output_mode="count")(np.array([[0, 2, 2]])).tolist()
    [[1.0, 0.0, 2.0]]
    """

    _keeps_shape = True

    def __init__(
        self, num_tokens: int | None = None, output_mode: str = "multi_hot", sparse: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if output_mode == "binary":
            output_mode = "multi_hot"
        if output_mode not in ("count", "one_hot", "multi_hot"):
            raise ValueError(f"Unknown arg for output_mode: {output_mode}; expected 'count', 'one_hot' or 'multi_hot'")
        if num_tokens is None:
            raise ValueError("num_tokens must be set to use this layer: the largest number plus 1.")
        if num_tokens < 1:
            raise ValueError(f"`num_tokens` must be >= 1. Received: num_tokens={num_tokens}.")
        if sparse:
            raise ValueError(f"CategoryEncoding {self.name!r}: sparse=True is not available in pynn")
        self.num_tokens, self.output_mode, self.sparse = int(num_tokens), output_mode, False

    def __call__(self, inputs: Any, count_weights: Any = None, **kwargs: Any) -> Any:
        """As `Layer`; with "count", numbers can be given weights in an array of the same shape.

        An array of one axis is one row for "multi_hot" and "count", as in Keras: its numbers become one vector.
        """
        if count_weights is not None and _shape(inputs) != _shape(count_weights):
            raise ValueError(
                f"CategoryEncoding {self.name!r}: count_weights must have the shape of the numbers, "
                f"{_shape(inputs)}; got {_shape(count_weights)}"
            )
        if self.output_mode != "one_hot" and not any_symbolic([inputs]) and np.ndim(inputs) == 1:
            rows = None if count_weights is None else shaping.expand_dims(count_weights, 0)
            return shaping.squeeze(self(shaping.expand_dims(inputs, 0), rows, **kwargs), 0)
        if count_weights is None:
            return super().__call__(inputs, **kwargs)
        if self.output_mode != "count":
            raise ValueError(
                "`count_weights` is not used when `output_mode` is not `'count'`. "
                f"Received `count_weights={count_weights}`."
            )
        return super().__call__([inputs, count_weights], **kwargs)

    def check_values(self, array: np.ndarray) -> None:
        """Raise ValueError, naming row and value, if a number of the data is not in [0, num_tokens).

        Parameters
        ----------
        array : ndarray, shape (n, …)
        """
        check_numbers(self, array, "num_tokens", self.num_tokens)

    def check_input(self, input_shape: Any) -> None:
        self.compute_output_shape(input_shape)

    def compute_output_shape(self, input_shape: Any) -> Any:
        input_shape = input_shape[0] if isinstance(input_shape, list) else input_shape
        return encoded_shape(self.output_mode, input_shape, self.num_tokens)

    def lower(self, plan: Plan, x: Any) -> tuple[Slot, Backward]:
        numbers, weights = x if isinstance(x, list) else (x, None)
        y = lower_encoding(plan, self.output_mode, numbers, self.num_tokens, weights)
        return y, lambda dy: None if weights is None else [None, None]

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"num_tokens": self.num_tokens, "output_mode": self.output_mode}


def _shape(x: Any) -> tuple[int | None, ...]:
    """That of a KerasTensor, too, of which NumPy knows none."""
    return tuple(x.shape) if hasattr(x, "shape") else np.shape(x)
