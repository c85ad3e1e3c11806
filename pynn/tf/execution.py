"""How programs run in TensorFlow; here everything runs at once, so that most of it has nothing to do."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from pynn import keras
from pynn.tensor import as_tensor
from pynn.tf import devices
from pynn.tf.arrays import stack
from pynn.tf.dtypes import name_of
from pynn.variables import Variable as KerasVariable

ops: Any = keras.ops
custom_gradient = ops.custom_gradient

_eagerly = False


def function(func: Any = None, input_signature: Any = None, **options: Any) -> Any:
    """Return the function as it is: what TensorFlow compiles to a graph runs at once here.

    Parameters
    ----------
    func : callable, optional
        Left out in ``@tf.function(…)``.
    input_signature : list of TensorSpec, optional
    **options
        autograph, jit_compile, reduce_retracing and the like: how TensorFlow would compile it.

    Examples
    --------
    >>> @function(jit_compile=True)
    ... def double(x):
    ...     return 2 * x
    >>> double(2)
    4
    """
    known = {"autograph", "jit_compile", "reduce_retracing"}
    unknown = [name for name in options if name not in known and not name.startswith("experimental_")]
    if unknown:
        raise TypeError(f"tf.function: unknown arguments {unknown}")
    return func if func is not None else lambda found: found


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Remember the choice; functions always run at once here."""
    global _eagerly
    _eagerly = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """What was chosen by `run_functions_eagerly`."""
    return _eagerly


def executing_eagerly() -> bool:
    """True: there are no graphs."""
    return True


@contextlib.contextmanager
def name_scope(name: str) -> Iterator[str]:
    """Within the block nothing changes: names label the nodes of a graph, and there are none."""
    yield f"{name}/"


@contextlib.contextmanager
def device(device_name: str | None) -> Iterator[None]:
    """Within the block, run on a device: the processor, or an error."""
    devices.known(device_name)
    yield


def get_logger() -> Any:
    """TensorFlow's logger of Python's `logging`, whose level programs set."""
    import logging

    return logging.getLogger("tensorflow")


def print(
    *inputs: Any, output_stream: Any = None, summarize: int = 3, sep: str = " ", end: str = "\n", **_: Any
) -> None:
    """Print tensors and other values, to the error stream unless told otherwise; long tensors are shortened.

    Parameters
    ----------
    *inputs
    output_stream : file, default sys.stderr of the moment
        Or a path that begins with ``"file://"``.
    summarize : int, default 3
        Elements shown at each end of an axis; -1 shows all.
    sep, end : str

    Examples
    --------
    >>> print("x =", np.arange(10.0), output_stream=sys.stdout)
    x = [0 1 2 ... 7 8 9]
    """
    shown = [_shown(value, summarize) for value in inputs]
    text = sep.join(shown) + end
    if isinstance(output_stream, str):
        with open(output_stream.removeprefix("file://"), "a", encoding="utf-8") as file:
            file.write(text)
    else:
        (output_stream or sys.stderr).write(text)


def _shown(value: Any, summarize: int) -> str:
    if not isinstance(value, np.ndarray | np.generic | KerasVariable):
        return str(value)
    array = np.asarray(value)
    limits = {"threshold": sys.maxsize} if summarize < 0 else {"threshold": 2 * summarize, "edgeitems": summarize}
    form = {"float_kind": lambda x: f"{x:.7g}"} if array.dtype == np.float32 else {"float_kind": lambda x: f"{x:.10g}"}
    return str(np.array2string(array, formatter=form, **limits))  # type: ignore[arg-type]


def cond(
    pred: Any, true_fn: Callable[[], Any] | None = None, false_fn: Callable[[], Any] | None = None, name: Any = None
) -> Any:
    """Call one function or the other."""
    if true_fn is None or false_fn is None:
        raise TypeError("tf.cond: true_fn and false_fn must be given")
    return true_fn() if bool(pred) else false_fn()


def while_loop(cond: Callable[..., Any], body: Callable[..., Any], loop_vars: Any, **_: Any) -> Any:
    """Call `body` on the values as long as `cond` holds for them."""
    values = list(loop_vars)
    while bool(cond(*values)):
        found = body(*values)
        values = list(found) if isinstance(found, tuple | list) else [found]
    return values


def map_fn(fn: Callable[[Any], Any], elems: Any, **_: Any) -> Any:
    """A function of each row, put together again."""
    return stack([fn(row) for row in ops.unstack(elems)])


@contextlib.contextmanager
def init_scope() -> Iterator[None]:
    """Within the block nothing changes: there is no graph to leave."""
    yield


def no_op(name: Any = None) -> None:
    """Do nothing."""


def numpy_function(func: Callable[..., Any], inp: Any, Tout: Any, stateful: bool = True, name: Any = None) -> Any:
    """Call a NumPy function of tensors; its results get the types that `Tout` names."""
    return _typed(func(*(np.asarray(x) for x in inp)), Tout)


def py_function(func: Callable[..., Any], inp: Any, Tout: Any, name: Any = None) -> Any:
    """Call a function of tensors; its results get the types that `Tout` names."""
    return _typed(func(*inp), Tout)


def _typed(found: Any, types: Any) -> Any:
    if isinstance(types, list | tuple):
        return [_typed(part, dtype) for part, dtype in zip(found, types, strict=True)]
    return ops.cast(as_tensor(found), name_of(types))
