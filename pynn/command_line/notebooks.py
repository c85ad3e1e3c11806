"""The cells of a notebook, run in order: through IPython where that is installed, else as plain Python."""

from __future__ import annotations

import ast
import json
import linecache
import os
import sys
import warnings
from collections.abc import Callable
from typing import Any

from pynn.command_line.tracebacks import show
from pynn.extras import require

Engine = Callable[[int, str], BaseException | None]


class _NoMagicError(Exception):
    """A line that only IPython understands."""


def run(path: str, figures: str | None) -> int:
    """Run all cells; stops at the first one that fails, says which, and returns the exit code."""
    try:
        cells = code_cells(path)
        target = os.path.abspath(figures) if figures else None
    except (ValueError, OSError) as error:
        print(f"pynn run: {path}: {error}", file=sys.stderr)
        return 1
    name, here = os.path.basename(path), os.getcwd()
    os.environ.setdefault("MPLBACKEND", "Agg")  # windows would stop the cells
    os.chdir(os.path.dirname(os.path.abspath(path)))
    try:
        engine, drawn = _ipython() or _plain(name), _Figures(target)
        for number, source in cells:
            ended = engine(number, source)
            drawn.take(number)
            if ended is not None:
                return _code_of(ended, f"{name}, cell {number}")
    finally:
        os.chdir(here)
    drawn.tell()
    return 0


def code_cells(path: str) -> list[tuple[int, str]]:
    """Number, counted from 1 among the cells with code, and text of each cell that is not empty.

    Raises
    ------
    ValueError
        If the file is no notebook of Python.
    """
    try:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
        language = found.get("metadata", {}).get("kernelspec", {}).get("language", "python")
        sheets = found["worksheets"][0]["cells"] if "worksheets" in found else found["cells"]  # version 3, 4
        texts = [cell.get("source", cell.get("input", "")) for cell in sheets if cell["cell_type"] == "code"]
    except KeyError as error:
        raise ValueError(f"no Jupyter notebook: it has no {error}") from None
    except (ValueError, TypeError, AttributeError, IndexError) as error:
        raise ValueError(f"no Jupyter notebook: {error}") from None
    if language.lower() not in ("python", "python3"):
        raise ValueError(f"a notebook of {language}, expected Python")
    joined = (text if isinstance(text, str) else "".join(text) for text in texts)
    return [(number, text) for number, text in enumerate(joined, 1) if text.strip()]


def _code_of(ended: BaseException, where: str) -> int:
    """The exit code after a cell that ended all, and a line that says which."""
    if isinstance(ended, KeyboardInterrupt):
        raise ended
    sys.stdout.flush()
    if not isinstance(ended, SystemExit):
        kind = "" if isinstance(ended, _NoMagicError) else f"{type(ended).__name__}: "
        print(f"pynn run: {where}: {kind}{' '.join(str(ended).split())}", file=sys.stderr)
        return 1
    if ended.code is None or isinstance(ended.code, int):
        return ended.code or 0
    print(ended.code, file=sys.stderr)
    return 1


def _ipython() -> Engine | None:
    """IPython, which knows magics and draws tracebacks; None where it is not installed."""
    try:
        shells = require("IPython.core.interactiveshell", extra="notebook")
    except ImportError:
        return None
    from importlib import import_module

    class Shell(shells.InteractiveShell):  # type: ignore[name-defined, misc]
        def enable_gui(self, gui: Any = None) -> None:
            """Figures are taken after each cell."""

        def enable_matplotlib(self, gui: Any = None) -> tuple[Any, str]:
            return gui, "agg"

        def showtraceback(self, *args: Any, **kwargs: Any) -> None:
            if sys.exc_info()[0] is not SystemExit:
                super().showtraceback(*args, **kwargs)

        def ask_exit(self) -> None:
            self.exit_now = True

    settings = import_module("traitlets.config").Config()
    settings.HistoryManager.enabled = False
    if not sys.stdout.isatty():
        settings.InteractiveShell.colors = "nocolor"
    shell = Shell.instance(config=settings)

    def engine(number: int, source: str) -> BaseException | None:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "To exit: use")
            result = shell.run_cell(source, store_history=True)
        found: BaseException | None = result.error_before_exec or result.error_in_exec
        return found or (SystemExit(0) if shell.exit_now else None)

    return engine


def _plain(name: str) -> Engine:
    """Python alone: the value of a last line is shown, `%matplotlib` has nothing to do, other magics are errors."""
    from types import ModuleType

    main = ModuleType("__main__")
    sys.modules["__main__"] = main

    def engine(number: int, source: str) -> BaseException | None:
        file = f"{name}, cell {number}"
        lines = ["" if line.startswith("%matplotlib") else line for line in source.splitlines(keepends=True)]
        linecache.cache[file] = (len(source), None, lines, file)
        try:
            _execute("".join(lines), file, vars(main))
        except (_NoMagicError, SystemExit, KeyboardInterrupt) as error:
            return error
        except Exception as error:
            show(error, file)
            return error
        return None

    return engine


def _execute(source: str, file: str, names: dict[str, Any]) -> None:
    try:
        tree = ast.parse(source, file)
    except SyntaxError:
        magic = next((line.strip() for line in source.splitlines() if line.strip()[:1] in ("%", "!", "?")), None)
        if magic is None:
            raise
        raise _NoMagicError(
            f'{magic!r} is IPython\'s, which is not installed: pip install "pynn-kernels[notebook]"'
        ) from None
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, file, "exec"), names)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), file, "eval"), names)
        if value is not None and not source.rstrip().endswith(";"):
            print(repr(value))


class _Figures:
    """Figures of matplotlib that cells leave open: saved, or counted."""

    def __init__(self, folder: str | None) -> None:
        self.folder, self.count = folder, 0

    def take(self, cell: int) -> None:
        """Save and close what is open."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return
        for i, number in enumerate(pyplot.get_fignums(), 1):
            self.count += 1
            if self.folder:
                os.makedirs(self.folder, exist_ok=True)
                pyplot.figure(number).savefig(os.path.join(self.folder, f"cell_{cell:02d}_{i}.png"))
        pyplot.close("all")

    def tell(self) -> None:
        """Say where they are."""
        if self.count:
            what = "saved in " + self.folder if self.folder else "not shown; --figures FOLDER saves them"
            print(f"{self.count} figure{'s' * (self.count > 1)} {what}", file=sys.stderr)
