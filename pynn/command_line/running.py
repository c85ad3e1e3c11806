"""`pynn run`: scripts and notebooks that were written for Keras or TensorFlow, unchanged."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator, Sequence

import pynn
from pynn.command_line import notebooks
from pynn.command_line.arguments import COMMANDS
from pynn.command_line.tracebacks import show


def is_program(name: str) -> bool:
    """Whether a first argument is no command but a program, as in ``python -m pynn lesson.py``.

    Examples
    --------
    >>> is_program("lesson.py"), is_program("train")
    (True, False)
    """
    return name.lower().endswith((".py", ".ipynb")) or (name not in COMMANDS and os.path.isfile(name))


def run(given: argparse.Namespace) -> int:
    """Run it; the exit code is the program's own, 1 if it ends in an error."""
    path = given.program
    if not os.path.isfile(path):
        what = "is a folder" if os.path.isdir(path) else "no such file"
        print(f"pynn run: {path}: {what}", file=sys.stderr)
        return 1
    ending = os.path.splitext(path)[1].lower()
    if ending not in (".py", ".pyw", ".ipynb", ""):
        print(f"pynn run: {path}: expected a script (.py) or a notebook (.ipynb)", file=sys.stderr)
        return 1
    notebook = ending == ".ipynb"
    if notebook and given.arguments[:1] == ["--figures"] and len(given.arguments) > 1:  # behind the notebook, too
        _, given.figures, *given.arguments = given.arguments
    if given.figures and not notebook:
        print("pynn run: --figures is for notebooks; a script saves or shows its own", file=sys.stderr)
        return 2
    pynn.install_as_keras()
    with _started_from(path, given.arguments):
        return notebooks.run(path, given.figures) if notebook else _script(path)


def _script(path: str) -> int:
    import runpy

    try:
        runpy.run_path(path, run_name="__main__")
    except Exception as error:
        show(error, path)
        return 1
    return 0


@contextlib.contextmanager
def _started_from(path: str, arguments: Sequence[str]) -> Iterator[None]:
    """Arguments and module path as if Python had been started with the program."""
    argv, places = sys.argv, list(sys.path)
    sys.argv = [path, *arguments]
    # The first place is where `pynn` lies, or, after python -m, the folder at hand; with -P there is none of its own.
    sys.path[: 0 if sys.flags.safe_path else 1] = [os.path.dirname(os.path.abspath(path))]
    try:
        yield
    finally:
        sys.argv, sys.path[:] = argv, places
