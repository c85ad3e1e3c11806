"""`tf.math`: element by element, and sums over axes, with TensorFlow's names and arguments over `keras.ops`.

`name` labels a node of a graph in TensorFlow; there are no graphs here, so it is accepted and has no effect.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pynn import keras, legacy
from pynn.tensor import as_tensor
from pynn.tf.dtypes import name_of

ops: Any = keras.ops

Function = Callable[..., Any]


def _unary(tf_name: str, operation: Function) -> Function:
    def function(x: Any, name: str | None = None) -> Any:
        return operation(x)

    function.__name__ = function.__qualname__ = tf_name
    function.__doc__ = f"`tf.{tf_name}`, element by element."
    return function


def _binary(tf_name: str, operation: Function) -> Function:
    def function(x: Any, y: Any, name: str | None = None) -> Any:
        return operation(x, y)

    function.__name__ = function.__qualname__ = tf_name
    function.__doc__ = f"`tf.{tf_name}` of two tensors, element by element."
    return function


def _reduction(tf_name: str, operation: Function) -> Function:
    def function(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None) -> Any:
        return operation(input_tensor, axis=_axes(axis), keepdims=keepdims)

    function.__name__ = function.__qualname__ = tf_name
    function.__doc__ = f"`tf.{tf_name}` along axes; along all of them if none is given."
    return legacy.spellings(reduction_indices="axis", keep_dims="keepdims")(function)


def _axes(axis: Any) -> Any:
    found = axis if axis is None else np.asarray(axis)
    return found if found is None else int(found) if found.ndim == 0 else tuple(int(a) for a in found)


abs = _unary("abs", ops.abs)
acos = _unary("acos", ops.arccos)
asin = _unary("asin", ops.arcsin)
atan = _unary("atan", ops.arctan)
ceil = _unary("ceil", ops.ceil)
cos = _unary("cos", ops.cos)
cosh = _unary("cosh", ops.cosh)
erf = _unary("erf", ops.erf)
exp = _unary("exp", ops.exp)
expm1 = _unary("expm1", ops.expm1)
floor = _unary("floor", ops.floor)
is_finite = _unary("is_finite", ops.isfinite)
is_inf = _unary("is_inf", ops.isinf)
is_nan = _unary("is_nan", ops.isnan)
log = _unary("log", ops.log)
log1p = _unary("log1p", ops.log1p)
log_sigmoid = _unary("log_sigmoid", ops.log_sigmoid)
logical_not = _unary("logical_not", ops.logical_not)
negative = _unary("negative", ops.negative)
reciprocal = _unary("reciprocal", ops.reciprocal)
round = _unary("round", ops.round)
rsqrt = _unary("rsqrt", ops.rsqrt)
sigmoid = _unary("sigmoid", ops.sigmoid)
sign = _unary("sign", ops.sign)
sin = _unary("sin", ops.sin)
sinh = _unary("sinh", ops.sinh)
softplus = _unary("softplus", ops.softplus)
softsign = _unary("softsign", ops.softsign)
sqrt = _unary("sqrt", ops.sqrt)
square = _unary("square", ops.square)
tan = _unary("tan", ops.tan)
tanh = _unary("tanh", ops.tanh)

add = _binary("add", ops.add)
atan2 = _binary("atan2", ops.arctan2)
divide = truediv = _binary("divide", ops.true_divide)
divide_no_nan = _binary("divide_no_nan", ops.divide_no_nan)
equal = _binary("equal", ops.equal)
floordiv = _binary("floordiv", ops.floor_divide)
floormod = mod = _binary("floormod", ops.mod)
greater = _binary("greater", ops.greater)
greater_equal = _binary("greater_equal", ops.greater_equal)
less = _binary("less", ops.less)
less_equal = _binary("less_equal", ops.less_equal)
logical_and = _binary("logical_and", ops.logical_and)
logical_or = _binary("logical_or", ops.logical_or)
logical_xor = _binary("logical_xor", ops.logical_xor)
maximum = _binary("maximum", ops.maximum)
minimum = _binary("minimum", ops.minimum)
multiply = _binary("multiply", ops.multiply)
not_equal = _binary("not_equal", ops.not_equal)
pow = _binary("pow", ops.power)
squared_difference = _binary("squared_difference", lambda x, y: ops.square(ops.subtract(x, y)))
subtract = _binary("subtract", ops.subtract)

reduce_all = _reduction("reduce_all", ops.all)
reduce_any = _reduction("reduce_any", ops.any)
reduce_logsumexp = _reduction("reduce_logsumexp", ops.logsumexp)
reduce_max = _reduction("reduce_max", ops.max)
reduce_mean = _reduction("reduce_mean", ops.mean)
reduce_min = _reduction("reduce_min", ops.min)
reduce_prod = _reduction("reduce_prod", ops.prod)
reduce_std = _reduction("reduce_std", ops.std)
reduce_sum = _reduction("reduce_sum", ops.sum)
reduce_variance = _reduction("reduce_variance", ops.var)


@legacy.spellings(dimension="axis")
def argmax(input: Any, axis: Any = None, output_type: Any = np.int64, name: str | None = None) -> Any:
    """The place of the largest element along an axis, the first one if none is given."""
    return ops.cast(ops.argmax(input, axis=0 if axis is None else int(axis)), name_of(output_type))


@legacy.spellings(dimension="axis")
def argmin(input: Any, axis: Any = None, output_type: Any = np.int64, name: str | None = None) -> Any:
    """The place of the smallest element along an axis, the first one if none is given."""
    return ops.cast(ops.argmin(input, axis=0 if axis is None else int(axis)), name_of(output_type))


def add_n(inputs: Any, name: str | None = None) -> Any:
    """The sum of a list of tensors of one shape."""
    if not isinstance(inputs, list | tuple) or not inputs:
        raise ValueError("add_n: inputs must be a list of at least one tensor")
    total = inputs[0]
    for tensor in inputs[1:]:
        total = ops.add(total, tensor)
    return ops.convert_to_tensor(total)


accumulate_n = add_n


def cumsum(x: Any, axis: int = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None) -> Any:
    """Sums of all elements so far along an axis."""
    return _cumulative(ops.cumsum, ops.subtract, x, axis, exclusive, reverse)


def cumprod(x: Any, axis: int = 0, exclusive: bool = False, reverse: bool = False, name: str | None = None) -> Any:
    """Products of all elements so far along an axis."""
    return _cumulative(ops.cumprod, ops.divide, x, axis, exclusive, reverse)


def _cumulative(total: Function, without: Function, x: Any, axis: int, exclusive: bool, reverse: bool) -> Any:
    x = ops.flip(x, axis) if reverse else x
    y = total(x, axis=axis)
    y = without(y, x) if exclusive else y
    return ops.flip(y, axis) if reverse else y


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: int | None = None,
    weights: Any = None,
    dtype: Any = np.int32,
    name: str | None = None,
) -> Any:
    """How often each class (row) was taken for each class (column).

    Parameters
    ----------
    labels, predictions : array_like of int, shape (n,)
        Class numbers in [0, num_classes).
    num_classes : int, optional
        The largest number plus one if not given.
    weights : array_like, shape (n,), optional
    dtype : DType, default tf.int32

    Examples
    --------
    >>> confusion_matrix([0, 1, 1], [0, 1, 0]).numpy().tolist()
    [[1, 0], [1, 1]]
    """
    true, found = (np.asarray(v).astype(np.int64).reshape(-1) for v in (labels, predictions))
    if true.shape != found.shape:
        raise ValueError(f"confusion_matrix: {true.size} labels, {found.size} predictions")
    k = int(num_classes if num_classes is not None else max(true.max(initial=-1), found.max(initial=-1)) + 1)
    if true.size and not (min(true.min(), found.min()) >= 0 and max(true.max(), found.max()) < k):
        raise ValueError(f"confusion_matrix: class numbers must be in [0, {k})")
    counts = np.bincount(true * k + found, weights=None if weights is None else np.asarray(weights), minlength=k * k)
    return as_tensor(counts.reshape(k, k).astype(name_of(dtype)))


def bincount(arr: Any, weights: Any = None, minlength: int = 0, dtype: Any = np.int32) -> Any:
    """How often each number occurs."""
    given = None if weights is None else np.asarray(weights)
    return as_tensor(np.bincount(np.asarray(arr).reshape(-1), given, minlength).astype(name_of(dtype)))


def top_k(input: Any, k: int = 1, sorted: bool = True, name: str | None = None) -> Any:
    """The k largest elements along the last axis and their places."""
    return ops.top_k(input, k, sorted)


def in_top_k(targets: Any, predictions: Any, k: int, name: str | None = None) -> Any:
    """Whether the class `targets` is among the k largest predictions of each row."""
    return ops.in_top_k(targets, predictions, k)


def l2_normalize(x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None) -> Any:
    """Divide by the Euclidean length along axes: x / √max(Σ x², epsilon)."""
    total = ops.sum(ops.square(x), axis=_axes(axis), keepdims=True)
    return ops.multiply(x, ops.rsqrt(ops.maximum(total, epsilon)))


__all__ = [name for name in globals() if name[0] != "_" and name not in ("Any", "Callable", "Function", "annotations")]
__all__ = [name for name in __all__ if name not in ("legacy", "np", "ops", "as_tensor", "name_of")]
