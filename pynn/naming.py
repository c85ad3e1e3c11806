"""Names that layers, models and metrics get when they are given none."""

from __future__ import annotations

import re
from collections.abc import Iterable

_uses: dict[str, int] = {}


def to_snake_case(name: str) -> str:
    """Turn a class name into the name its instances get.

    Parameters
    ----------
    name : str
        Characters other than letters, digits and underscores are dropped.

    Examples
    --------
    >>> to_snake_case("InputLayer"), to_snake_case("Conv2D"), to_snake_case("LeakyReLU")
    ('input_layer', 'conv2d', 'leaky_re_lu')
    """
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def uniquify(name: str) -> str:
    """Return the name the first time, and the name with a running number from then on.

    Parameters
    ----------
    name : str

    Notes
    -----
    One counter per name, for the whole process, until `reset_names`.

    Examples
    --------
    >>> reset_names()
    >>> uniquify("hidden"), uniquify("hidden"), uniquify("hidden")
    ('hidden', 'hidden_1', 'hidden_2')
    """
    count = _uses.get(name, 0)
    _uses[name] = count + 1
    return f"{name}_{count}" if count else name


def auto_name(prefix: str) -> str:
    """Return a name for a new object of a class.

    Parameters
    ----------
    prefix : str
        The class name, or a name in snake case already.

    Examples
    --------
    >>> reset_names()
    >>> auto_name("Dense"), auto_name("Dense"), auto_name("InputLayer")
    ('dense', 'dense_1', 'input_layer')
    """
    return uniquify(to_snake_case(prefix))


def get_uid(prefix: str = "") -> int:
    """Count the uses of a name; Keras's `keras.backend.get_uid`.

    Parameters
    ----------
    prefix : str

    Returns
    -------
    int
        1 the first time, then 2, 3, …; `uniquify` shares the counter.

    Examples
    --------
    >>> reset_names()
    >>> get_uid("dense"), get_uid("dense")
    (1, 2)
    """
    _uses[prefix] = _uses.get(prefix, 0) + 1
    return _uses[prefix]


def reset_names() -> None:
    """Start all counters again; part of `keras.utils.clear_session`.

    Examples
    --------
    >>> reset_names()
    >>> auto_name("Dense")
    'dense'
    """
    _uses.clear()


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the sentence for an error message that points to the name likely meant.

    Parameters
    ----------
    name : str
        What was received.
    known : iterable of str
        What would have been accepted.

    Returns
    -------
    str
        `` Did you mean …?`` with a leading space, or the empty string if nothing is near.

    Examples
    --------
    >>> "Unknown activation: 'rleu'." + nearest("rleu", ["relu", "sigmoid"])
    "Unknown activation: 'rleu'. Did you mean 'relu'?"
    >>> nearest("relu6", [])
    ''
    """
    import difflib

    by_lower = {found.lower(): found for found in sorted(known)}
    matches = difflib.get_close_matches(name.lower(), by_lower, n=3)
    matches.sort(key=lambda match: sorted(match) != sorted(name.lower()))  # "adma": a slip of two fingers comes first
    return f" Did you mean {by_lower[matches[0]]!r}?" if matches else ""
