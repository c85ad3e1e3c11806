"""Keras 1 and 2 spellings: each still runs, and says once what it is called today."""

from __future__ import annotations

import functools
import inspect
import os
import warnings
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_HERE = os.path.dirname(__file__)
_warned: set[tuple[str, str]] = set()


def warn(old: str, today: str) -> None:
    """Warn that a spelling is old, the first time it is met in the process.

    Parameters
    ----------
    old : str
        What was written, such as ``"SGD(lr=…)"``.
    today : str
        What to write instead, such as ``"learning_rate=…"``.

    Notes
    -----
    A FutureWarning, since those are shown to whoever runs the program.  It points to the first line of code that is
    not pynn's own.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     warn("old()", "new()")
    ...     warn("old()", "new()")
    >>> [str(w.message) for w in caught]
    ['old(): an older spelling. Today: new().']
    """
    if (old, today) in _warned:
        return
    _warned.add((old, today))
    warnings.warn(f"{old}: an older spelling. Today: {today}.", FutureWarning, stacklevel=level_of_caller())


def reset() -> None:
    """Forget which spellings have been met, so that each warns again.

    Examples
    --------
    >>> reset()
    """
    _warned.clear()


def renamed(owner: str, given: dict[str, Any], names: Mapping[str, str]) -> None:
    """Move arguments from their old names to today's, in place.

    Parameters
    ----------
    owner : str
        Whose arguments they are, for the warning.
    given : dict
        Keyword arguments as they were written.
    names : mapping
        Old name to today's.

    Raises
    ------
    TypeError
        If an argument is given by both names.

    Examples
    --------
    >>> import warnings
    >>> given = {"lr": 0.1}
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     renamed("SGD", given, {"lr": "learning_rate"})
    >>> given
    {'learning_rate': 0.1}
    """
    for old in [name for name in given if name in names]:
        today = names[old]
        if today in given:
            raise TypeError(f"{owner}: {old}= is the older spelling of {today}=; both were given")
        warn(f"{owner}({old}=…)", f"{owner}({today}=…)")
        given[today] = given.pop(old)


def spellings(**names: str) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Decorate a function or ``__init__`` so that it takes older names of its arguments, too.

    Parameters
    ----------
    **names : str
        Old name = today's name.

    Returns
    -------
    callable
        The decorator; `inspect.signature` still shows today's names only.

    Examples
    --------
    >>> import warnings
    >>> @spellings(p="rate")
    ... def drop(rate):
    ...     return rate
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     drop(p=0.5)
    0.5
    """

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        is_init = function.__name__ == "__init__"

        @functools.wraps(function)
        def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            if not names.keys().isdisjoint(kwargs):
                renamed(type(args[0]).__name__ if is_init else function.__name__, kwargs, names)
            return function(*args, **kwargs)

        return call

    return decorate


def dropped(**reasons: str) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Decorate a function so that it takes arguments that have no meaning any more, and says why.

    Parameters
    ----------
    **reasons : str
        Older name = what to do today.

    Returns
    -------
    callable
        The decorator; `inspect.signature` shows today's names only.

    Examples
    --------
    >>> import warnings
    >>> @dropped(workers="leave it out")
    ... def read(file):
    ...     return file
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     read("a", workers=2)
    'a'
    """

    def decorate(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @functools.wraps(function)
        def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            if kwargs and not reasons.keys().isdisjoint(kwargs):
                for old in [name for name in kwargs if name in reasons]:
                    warn(f"{function.__name__}({old}=…)", reasons[old])
                    del kwargs[old]
            return function(*args, **kwargs)

        return call

    return decorate


def attribute(**names: str) -> Callable[[Callable[Arguments, Result]], Callable[Arguments, Result]]:
    """Decorate an ``__init__`` so that it takes older arguments, which become attributes of the same names.

    Parameters
    ----------
    **names : str
        Older name = what to write today.

    Returns
    -------
    callable
        The decorator; `inspect.signature` shows today's names only.

    Examples
    --------
    >>> import warnings
    >>> class Saving:
    ...     period = 1
    ...     @attribute(period="save_freq=…")
    ...     def __init__(self):
    ...         pass
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     Saving(period=2).period
    2
    """

    def decorate(init: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
        @functools.wraps(init)
        def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
            given = {name: kwargs.pop(name) for name in names if name in kwargs}
            result = init(*args, **kwargs)
            for name, value in given.items():
                warn(f"{type(args[0]).__name__}({name}=…)", names[name])
                setattr(args[0], name, value)
            return result

        return call

    return decorate


def level_of_caller() -> int:
    """The `stacklevel`, counted from its caller, of the first frame outside this package and the import system."""
    frame, level = inspect.currentframe(), 0
    while frame is not None and _is_inside(frame.f_code.co_filename):
        frame, level = frame.f_back, level + 1
    return max(level, 1) if frame is not None else 2


def _is_inside(file: str) -> bool:
    return file.startswith((_HERE, "<frozen importlib"))
