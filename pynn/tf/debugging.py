"""`tf.debugging`: checks that raise where a value is not what a program expects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pynn import keras
from pynn.tf.errors import InvalidArgumentError

ops: Any = keras.ops


def _check(tf_name: str, holds: Callable[[Any, Any], Any]) -> Callable[..., None]:
    def check(
        x: Any, y: Any, message: str | None = None, summarize: int | None = None, name: str | None = None
    ) -> None:
        if not np.all(holds(np.asarray(x), np.asarray(y))):
            raise InvalidArgumentError(f"{message or tf_name}: condition x {tf_name} y did not hold. x={x}, y={y}")

    check.__name__ = check.__qualname__ = f"assert_{tf_name}"
    check.__doc__ = f"Raise ValueError unless all elements of x are {tf_name.replace('_', ' ')} (than) those of y."
    return check


assert_equal = _check("equal", np.equal)
assert_greater = _check("greater", np.greater)
assert_greater_equal = _check("greater_equal", np.greater_equal)
assert_less = _check("less", np.less)
assert_less_equal = _check("less_equal", np.less_equal)


def assert_all_finite(x: Any, message: str, name: str | None = None) -> None:
    """Raise ValueError if an element is infinite or not a number."""
    check_numerics(x, message)


def check_numerics(tensor: Any, message: str, name: str | None = None) -> Any:
    """Return the tensor; raise ValueError if an element is infinite or not a number.

    Examples
    --------
    >>> float(check_numerics(1.0, "loss"))
    1.0
    """
    if not np.all(np.isfinite(np.asarray(tensor))):
        raise InvalidArgumentError(f"{message} : Tensor had NaN or Inf values")
    return ops.convert_to_tensor(tensor)


__all__ = [
    "assert_all_finite",
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
    "assert_less",
    "assert_less_equal",
    "check_numerics",
]
