"""`pynn` and `python -m pynn`: look, train, predict and run scripts without writing Python."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what a command line says.

    Parameters
    ----------
    arguments : sequence of str, optional
        Without the program's name; those of the process if not given.

    Returns
    -------
    int
        The exit code: 0, 1 for a mistake in files or data, 2 for one in the arguments, 130 after Ctrl-C, 141 if nobody
        reads the output any more.

    Examples
    --------
    >>> main(["--version"])
    pynn 0.1.0
    0
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if sys.stdout is None:  # closed before the program began, by a shell's >&-
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - until the process ends
    try:
        return _done(given)
    except KeyboardInterrupt:
        print("\npynn: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Python flushes once more as it exits, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141


def _done(given: list[str]) -> int:
    from pynn.command_line import arguments, running

    if given and running.is_program(given[0]):
        given = ["run", *given]
    try:
        parsed = arguments.parse(given)
    except SystemExit as stop:  # argparse has said what was wrong
        return int(stop.code or 0)
    if parsed.command is None:
        print("pynn: a command is missing; see pynn --help", file=sys.stderr)
        return 2
    if parsed.command == "run":
        return running.run(parsed)
    try:
        code = arguments.function_of(parsed.command)(parsed)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except (ValueError, OSError, ImportError, MemoryError, OverflowError) as error:
        print(f"pynn {parsed.command}: {in_one_line(error)}", file=sys.stderr)
        return 1
    return int(code or 0)


def in_one_line(error: BaseException) -> str:
    """What an error says, without line breaks.

    Examples
    --------
    >>> in_one_line(FileNotFoundError(2, "No such file or directory", "a.csv"))
    'a.csv: No such file or directory'
    """
    if isinstance(error, OSError) and error.strerror:
        return error.strerror if error.filename is None else f"{error.filename}: {error.strerror}"
    return " ".join(str(error).split()) or type(error).__name__
