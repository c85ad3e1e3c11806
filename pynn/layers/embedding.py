"""Embedding: a vector of weights for each number."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import constraints, initializers, legacy, regularizers
from pynn.layers import axes
from pynn.layers.layer import Backward, Layer
from pynn.layers.weighted import OfBuild
from pynn.ops import comparisons
from pynn.plan import Plan, Slot
from pynn.variables import Variable


class Embedding(Layer):
    """Turn whole numbers into vectors that are learned: x = 3 picks row 3 of a table of weights.

    Parameters
    ----------
    input_dim : int
        Rows of the table: the largest number plus 1.
    output_dim : int
        Length of the vectors.
    embeddings_initializer : str or Initializer, default "uniform"
    embeddings_regularizer : str or Regularizer, optional
    embeddings_constraint : str or Constraint, optional
    mask_zero : bool, default False
        Whether 0 stands for steps that do not count: GlobalAveragePooling1D and the loss leave them out.
    weights : array or list of one array, optional
        First values, of shape (input_dim, output_dim).
    lora_rank, lora_alpha, quantization_config
        Must be left at None.
    **kwargs
        See `Layer`.

    Raises
    ------
    ValueError
        If `input_dim` or `output_dim` is not a positive integer, or `weights` has another shape.

    Notes
    -----
    x has shape (n, …), the output (n, …, output_dim).  Fractions are cut off.  Numbers out of range raise a ValueError
    where the layer reads the data of the model; elsewhere negative ones count from the end and others give NaN, as
    in Keras on JAX.  Training writes the gradient of all rows, those that the batch did not use being 0.

    Examples
    --------
    >>> Embedding(10, 3)(np.array([[1, 2], [7, 1]])).shape
    (2, 2, 3)
    """

    embeddings: Variable = OfBuild()  # type: ignore[assignment]

    @legacy.spellings(
        init="embeddings_initializer", W_regularizer="embeddings_regularizer", W_constraint="embeddings_constraint"
    )
    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Any = "uniform",
        embeddings_regularizer: Any = None,
        embeddings_constraint: Any = None,
        mask_zero: bool = False,
        weights: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("input_shape", _rows_of(kwargs.pop("input_length", None)))
        super().__init__(**kwargs)
        self.input_dim = _positive(input_dim, "input_dim")
        self.output_dim = _positive(output_dim, "output_dim")
        refused = {"lora_rank": lora_rank, "lora_alpha": lora_alpha, "quantization_config": quantization_config}
        for option, value in refused.items():
            if value is not None:
                raise ValueError(f"Embedding {self.name!r}: {option}={value!r} is not available; leave it at None")
        self.mask_zero = self.supports_masking = mask_zero
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self._first_values = weights

    def build(self, input_shape: Any = None) -> None:
        """Make the table of weights."""
        if self.built:
            return
        shape = (self.input_dim, self.output_dim)
        self.embeddings = self.add_weight(
            shape=shape,
            initializer=self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
            name="embeddings",
        )
        self.built = True
        if self._first_values is not None:
            values = self._first_values
            values = values[0] if isinstance(values, list | tuple) and np.ndim(values[0]) == 2 else values
            if np.shape(values) != shape:
                raise ValueError(
                    f"Layer {self.name} weight shape {shape} is not compatible with provided weight shape "
                    f"{np.shape(values)}."
                )
            self.embeddings.assign(values)
            self._first_values = None

    def check_values(self, array: np.ndarray) -> None:
        """Raise ValueError, naming row and value, if there is no row of weights for a number of the data.

        Parameters
        ----------
        array : ndarray, shape (n, …)
        """
        check_numbers(self, array, "input_dim", self.input_dim)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (*input_shape, self.output_dim)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """With `mask_zero`, which numbers are not 0."""
        return comparisons.not_equal(inputs, 0) if self.mask_zero else None

    def lower_mask(self, plan: Plan, x: Slot, mask: Any) -> Slot | None:
        """Emit the mask."""
        if not self.mask_zero:
            return None
        numbers = _vector(x)
        column = numbers.view(numbers.shape[0], 1)
        found: Slot = plan.emit("mask_of_rows", column, scalars=(0.0,), label=f"{self.name}.mask")
        return found.view(*x.shape)

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        indices = _vector(x)
        y = plan.emit("embedding_forward", indices, plan.parameter(self.embeddings), label=self.name)

        def backward(dy: Slot) -> None:
            vectors = dy.view(*y.shape)
            label = f"{self.name}.dw"
            gradient = plan.emit("embedding_backward", indices, vectors, label=label, v=self.input_dim)
            plan.add_gradient(self.embeddings, gradient)

        return y.view(*x.shape, self.output_dim), backward

    def get_config(self) -> dict[str, Any]:
        own = {
            "input_dim": self.input_dim,
            "output_dim": self.output_dim,
            "embeddings_initializer": initializers.serialize(self.embeddings_initializer),
            "embeddings_regularizer": regularizers.serialize(self.embeddings_regularizer),
            "activity_regularizer": regularizers.serialize(self.activity_regularizer),
            "embeddings_constraint": constraints.serialize(self.embeddings_constraint),
            "mask_zero": self.mask_zero,
            "quantization_config": None,
        }
        return super().get_config() | own


def check_numbers(layer: Layer, array: np.ndarray, limit_name: str, limit: int) -> None:
    """Raise ValueError if a number of the data is not in [0, limit)."""
    wrong = ~((array > -1) & (array < limit))
    if wrong.any():
        place = tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), wrong.shape))
        raise ValueError(
            f"{type(layer).__name__} '{layer.name}': {array[place]} in row {place[0]} is not in [0, {limit}), the "
            f"range of {limit_name}={limit}. Numbers count from 0: {limit_name} is the largest plus 1."
        )


def _vector(x: Slot) -> Slot:
    """All elements along one axis."""
    rows = axes.flat(x)
    return rows.view(axes.times(rows.shape[0], rows.features[0]))


def _positive(value: Any, name: str) -> int:
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
        raise ValueError(f"`{name}` must be a positive integer. Received: {name}={value} (of type {type(value)}).")
    return int(value)


def _rows_of(input_length: Any) -> tuple[int, ...] | None:
    """Keras 2's length of the rows."""
    if input_length is None:
        return None
    legacy.warn("Embedding(input_length=…)", "keras.Input((…,)) in front of it")
    return tuple(np.atleast_1d(input_length).tolist())
