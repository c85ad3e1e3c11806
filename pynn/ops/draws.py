"""Random numbers: the functions of `keras.random`.

An integer seed gives the same numbers at each call, a SeedGenerator new ones, None those that follow
`set_random_seed`.  The streams are NumPy's Philox, so the numbers are not those of Keras on another engine; the
distributions are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pynn import dtypes, graph, random
from pynn.initializers.random import draw_normal, draw_truncated_normal, draw_uniform
from pynn.operation import Composite, as_operand
from pynn.tensor import as_tensor

Shape = Sequence[int]


def normal(shape: Shape, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
    """Draw from a normal distribution.

    Parameters
    ----------
    shape : tuple of int
    mean, stddev : float
    dtype : str, optional
        ``config.floatx()`` if not given.
    seed : int or SeedGenerator, optional

    Examples
    --------
    >>> normal((2, 3), seed=1).shape
    (2, 3)
    """
    return as_tensor(draw_normal(_sizes(shape), mean, stddev, seed, dtype))


def truncated_normal(shape: Shape, mean: float = 0.0, stddev: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
    """Draw from a normal distribution, again where a value is over two `stddev` from the mean.

    Parameters
    ----------
    shape : tuple of int
    mean, stddev : float
        Of the distribution before it is cut.
    dtype : str, optional
        ``config.floatx()`` if not given.
    seed : int or SeedGenerator, optional

    Examples
    --------
    >>> bool(np.abs(truncated_normal((100,), seed=1)).max() <= 2)
    True
    """
    return as_tensor(draw_truncated_normal(_sizes(shape), mean, stddev, seed, dtype))


def uniform(shape: Shape, minval: float = 0.0, maxval: float = 1.0, dtype: Any = None, seed: Any = None) -> Any:
    """Draw from [minval, maxval), each value equally likely.

    Parameters
    ----------
    shape : tuple of int
    minval, maxval : float
    dtype : str, optional
        ``config.floatx()`` if not given.
    seed : int or SeedGenerator, optional

    Raises
    ------
    ValueError
        If `dtype` is no type of real numbers.

    Examples
    --------
    >>> bool(uniform((100,), 2.0, 3.0, seed=1).min() >= 2)
    True
    """
    if dtype and not dtypes.is_float_dtype(dtype):
        raise ValueError(f"`keras.random.uniform` requires a floating point `dtype`. Received: dtype={dtype}")
    return as_tensor(draw_uniform(_sizes(shape), minval, maxval, seed, dtype))


def randint(shape: Shape, minval: int, maxval: int, dtype: Any = "int32", seed: Any = None) -> Any:
    """Draw whole numbers from [minval, maxval), each equally likely.

    Parameters
    ----------
    shape : tuple of int
    minval, maxval : int
    dtype : str, default "int32"
    seed : int or SeedGenerator, optional

    Raises
    ------
    ValueError
        If `dtype` is no type of whole numbers.

    Examples
    --------
    >>> set(randint((100,), 0, 2, seed=1).tolist())
    {0, 1}
    """
    if dtype and not dtypes.is_int_dtype(dtype):
        raise ValueError(f"`keras.random.randint` requires an integer `dtype`. Received: dtype={dtype}")
    return as_tensor(np.asarray(random.generator(seed).integers(minval, maxval, _sizes(shape)), dtype or "int32"))


def categorical(logits: Any, num_samples: int, dtype: Any = "int32", seed: Any = None) -> Any:
    """Draw classes by the logarithms of their probabilities.

    Parameters
    ----------
    logits : array_like of shape (n, classes)
        Up to a number for each row.
    num_samples : int
    dtype : str, default "int32"
    seed : int or SeedGenerator, optional

    Returns
    -------
    Tensor of shape (n, num_samples)

    Notes
    -----
    The largest of logits plus Gumbel noise.  Source: Gumbel 1954, "Statistical theory of extreme values", p. 33.

    Examples
    --------
    >>> categorical([[0.0, -np.inf]], 3, seed=1)
    Tensor([[0, 0, 0]], dtype=int32)
    """
    scores = np.asarray(as_operand(logits))
    if scores.ndim != 2:
        raise ValueError(
            f"`logits` should be a 2-D tensor with shape [batch_size, num_classes]. Received: logits={logits}"
        )
    noise = random.generator(seed).gumbel(size=(len(scores), num_samples, scores.shape[1]))
    return as_tensor(np.argmax(scores[:, None, :] + noise, axis=-1).astype(dtype))


def gamma(shape: Shape, alpha: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Draw from the gamma distribution of scale 1.

    Parameters
    ----------
    shape : tuple of int
    alpha : float or array_like
        Its shape; broadcast.
    dtype : str, optional
        ``config.floatx()`` if not given.
    seed : int or SeedGenerator, optional

    Examples
    --------
    >>> bool(gamma((5,), 2.0, seed=1).min() > 0)
    True
    """
    return _drawn(random.generator(seed).gamma(alpha, size=_sizes(shape)), dtype)


def binomial(shape: Shape, counts: Any, probabilities: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Draw how many of some trials succeed.

    Parameters
    ----------
    shape : tuple of int
    counts : int or array_like
        Numbers of trials; broadcast.
    probabilities : float or array_like
        Of success in a trial; broadcast.
    dtype : str, optional
        ``config.floatx()`` if not given.
    seed : int or SeedGenerator, optional

    Examples
    --------
    >>> binomial((2,), 3, 1.0, seed=1)
    Tensor([3., 3.], dtype=float32)
    """
    trials = np.asarray(counts).astype(np.int64)
    return _drawn(random.generator(seed).binomial(trials, probabilities, size=_sizes(shape)), dtype)


def beta(shape: Shape, alpha: Any, beta: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Draw from the beta distribution.

    Parameters
    ----------
    shape : tuple of int
    alpha, beta : float or array_like
        Its two shapes; broadcast.
    dtype : str, optional
        ``config.floatx()`` if not given.
    seed : int or SeedGenerator, optional

    Examples
    --------
    >>> bool(beta((5,), 2.0, 3.0, seed=1).max() < 1)
    True
    """
    return _drawn(random.generator(seed).beta(alpha, beta, size=_sizes(shape)), dtype)


def shuffle(x: Any, axis: int = 0, seed: Any = None) -> Any:
    """Bring the parts along an axis into a random order.

    Parameters
    ----------
    x : array_like
    axis : int, default 0
    seed : int or SeedGenerator, optional

    Notes
    -----
    As in Keras on JAX each line along the axis gets an order of its own: rows of a matrix do not stay together.

    Examples
    --------
    >>> sorted(shuffle([1, 2, 3], seed=1).tolist())
    [1, 2, 3]
    """
    _refuse_tracing()
    return as_tensor(random.generator(seed).permuted(np.asarray(as_operand(x)), axis=axis))


def dropout(inputs: Any, rate: float, noise_shape: Any = None, seed: Any = None) -> Any:
    """Set some of the elements to 0, and divide the others by the part that is kept.

    Parameters
    ----------
    inputs : array_like
    rate : float
        Probability of 0, in [0, 1].
    noise_shape : tuple of int or None, optional
        Shape of the decisions, which broadcast to that of the inputs; None in it is the inputs' size.
    seed : int or SeedGenerator, optional

    Examples
    --------
    >>> sorted(set(dropout(np.ones(100), 0.75, seed=1).tolist()))
    [0.0, 4.0]
    """
    return _dropout(inputs, rate, noise_shape, seed)


def _drop(inputs: Any, rate: float, noise_shape: Any, seed: Any) -> Any:
    x = as_operand(inputs)
    dtype = x.dtype if np.asarray(x).dtype.kind == "f" else dtypes.standardize_dtype(None)
    if rate == 0.0:
        return as_tensor(x) if isinstance(x, np.ndarray) else as_tensor(np.asarray(x))
    if noise_shape is not None and len(noise_shape) != np.ndim(x):
        raise ValueError(f"dropout: noise_shape={noise_shape} needs {np.ndim(x)} sizes, as inputs of shape {x.shape}")
    sizes = [n if m is None else m for n, m in zip(np.shape(x), noise_shape or np.shape(x), strict=True)]
    kept = random.generator(seed).random(sizes, np.float32) >= rate
    return graph.OPERATORS["mul"](x, as_tensor(np.where(kept, 1 / (1 - rate) if rate < 1 else 0.0, 0.0).astype(dtype)))


class _Dropout(Composite):
    """Its outputs are like its inputs: finding that out draws nothing."""

    def symbolic_outputs(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """A KerasTensor like the input."""
        return graph.KerasTensor(inputs.shape, inputs.dtype)


_drop.__name__ = "dropout"
_dropout = _Dropout(_drop)


def _sizes(shape: Any) -> tuple[int, ...]:
    _refuse_tracing()
    return tuple(int(size) for size in shape) if np.iterable(shape) else (int(shape),)


def _refuse_tracing() -> None:
    """While a user's layer is recorded there are no numbers yet: it runs as Python then, once a batch."""
    if graph.is_tracing():
        raise TypeError("random numbers are drawn once a batch, not while a layer is recorded")


def _drawn(values: Any, dtype: Any) -> Any:
    return as_tensor(np.asarray(values, dtypes.standardize_dtype(dtype)))
