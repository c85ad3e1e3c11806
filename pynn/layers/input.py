"""The input: the shape of one row of the data."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import config, graph
from pynn.graph import KerasTensor
from pynn.layers.layer import Backward, Layer
from pynn.plan import Plan, Slot


class InputLayer(Layer):
    """Says what shape the rows of the data have; computes nothing.

    Parameters
    ----------
    shape : tuple of int
        Shape of one row, without the batch.
    batch_size : int, optional
        Only recorded.
    dtype : str, optional
        Whole numbers are computed with as such numbers of the model's type; what `predict` returns has the type.
    batch_shape : tuple, optional
        ``(batch_size, *shape)`` instead of the first two.
    name : str, optional
    sparse, ragged, input_tensor, optional
        Must be left at their defaults.

    Raises
    ------
    ValueError
        If there is no shape, or a size is not a positive integer.

    Examples
    --------
    >>> InputLayer((28, 28)).output_shape
    (None, 28, 28)
    """

    def __init__(
        self,
        shape: Any = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Any = None,
        input_tensor: Any = None,
        optional: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        batch_shape = kwargs.pop("batch_input_shape", batch_shape)
        shape = kwargs.pop("input_shape", shape)
        whole = dtype is not None and isinstance(dtype, str | type | np.dtype) and np.dtype(dtype).kind in "iub"
        super().__init__(name=name, dtype=None if whole else dtype, **kwargs)
        self.dtype = np.dtype(dtype).name if whole else self.dtype
        if sparse or ragged or input_tensor is not None or optional:
            raise ValueError(f"InputLayer {self.name!r}: sparse, ragged, input_tensor and optional are not available")
        if shape is None and batch_shape is None:
            raise ValueError("You must pass a `shape` argument, the shape of one row: shape=(28, 28) or shape=(784,)")
        if shape is not None and batch_shape is not None:
            raise ValueError("You cannot pass both `shape` and `batch_shape` at the same time.")
        self.batch_shape = tuple(batch_shape) if batch_shape is not None else (batch_size, *_sizes(shape))
        _check(self.name, self.batch_shape[1:])
        self.built = True
        self.input_shape = self.output_shape = (None, *self.batch_shape[1:])
        tensor = KerasTensor(self.batch_shape, self.dtype if whole else dtype or config.floatx(), name=name)
        graph.Node(self, (), {}, tensor)

    def lower(self, plan: Plan, x: Slot) -> tuple[Slot, Backward]:
        return x, lambda dy: dy

    def get_config(self) -> dict[str, Any]:
        flags = {"sparse": False, "ragged": False, "name": self.name, "optional": False}
        return {"batch_shape": self.batch_shape, "dtype": self.dtype} | flags


def Input(  # noqa: N802
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Any = None,
    name: str | None = None,
    tensor: Any = None,
    optional: bool = False,
) -> KerasTensor:
    """Say what shape the rows of the data have.

    Parameters
    ----------
    shape : tuple of int
        Shape of one row, without the batch.
    batch_size, dtype, sparse, ragged, batch_shape, name, tensor, optional
        See `InputLayer`.

    Examples
    --------
    >>> Input(shape=(28, 28)).shape
    (None, 28, 28)
    """
    layer = InputLayer(shape, batch_size, dtype, sparse, ragged, batch_shape, tensor, optional, name)
    return layer.output  # type: ignore[no-any-return]


def _sizes(shape: Any) -> tuple[Any, ...]:
    if not isinstance(shape, tuple | list):
        raise ValueError(f"Cannot convert {shape!r} to a shape: it must be a tuple, such as shape=(28, 28) or (784,)")
    return tuple(shape)


def _check(name: str, sizes: tuple[Any, ...]) -> None:
    for size in sizes:
        if not isinstance(size, int | np.integer) or size < 1:
            raise ValueError(
                f"Cannot convert {sizes!r} to a shape (InputLayer {name!r}): every size must be a positive integer; "
                f"{config.backend()} lays models out for a fixed shape of rows"
            )
