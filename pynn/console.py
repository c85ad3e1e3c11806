"""Where text for people goes: standard output, standard error for notes beside it, or the "pynn" logger."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from pynn import config, ranks

BOLD, GREEN, GREY = "1", "32", "37"  # ECMA-48 SGR parameters: the ones Keras's bar uses


def print_message(message: str, line_break: bool = True, stream: TextIO | None = None) -> None:
    """Print a message, or log it when interactive logging is off; of several processes only the first does.

    Where a stream cannot hold the bar's and the table's line characters (a Windows code page), plain ASCII stands in
    for them.

    Parameters
    ----------
    message : str
    line_break : bool, default True
        Whether a newline follows.
    stream : text file, optional
        Default: standard output.  `sys.stderr` is for what may come at any time and is no result: a program may be
        writing a table to standard output, which another one reads.

    Examples
    --------
    >>> print_message("Epoch 1/5")
    Epoch 1/5
    """
    if not ranks.is_first():
        return
    if not config.is_interactive_logging_enabled():
        import logging

        logging.getLogger("pynn").info("%s", message.strip("\b\r\n"))
        return
    text = message + "\n" if line_break else message
    stream = sys.stdout if stream is None else stream
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "utf-8"
        stream.write(_in_ascii_lines(text).encode(encoding, errors="replace").decode(encoding))
    stream.flush()


def is_terminal() -> bool:
    """Tell whether standard output is a terminal.

    Examples
    --------
    >>> isinstance(is_terminal(), bool)
    True
    """
    isatty = getattr(sys.stdout, "isatty", None)
    return bool(isatty and isatty())


def can_redraw() -> bool:
    r"""Tell whether a line can be overwritten with ``\r``: terminals, notebooks, PyCharm.

    These show colours, too.

    Examples
    --------
    >>> isinstance(can_redraw(), bool)
    True
    """
    return is_terminal() or is_notebook() or "PYCHARM_HOSTED" in os.environ


def is_notebook() -> bool:
    """Tell whether standard output is a notebook's cell, which keeps all that is written.

    Examples
    --------
    >>> isinstance(is_notebook(), bool)
    True
    """
    return "ipykernel" in sys.modules and not is_terminal()


def paint(text: str, style: str) -> str:
    r"""Wrap text in the escape codes of a style.

    Parameters
    ----------
    text : str
    style : str
        An SGR parameter such as `BOLD`; the empty string paints nothing.

    Examples
    --------
    >>> paint("loss", BOLD)
    '\x1b[1mloss\x1b[0m'
    """
    return f"\x1b[{style}m{text}\x1b[0m" if style else text


def _in_ascii_lines(text: str) -> str:
    # The box of a table and the bar: '=' for what is drawn heavy, '-' '|' '+' for what is drawn thin.
    return text.translate(str.maketrans("━─┃│┏┳┓┡╇┩├┼┤└┴┘", "=-||" + "+" * 12))
