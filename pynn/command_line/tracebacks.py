"""Errors of programs, shown as Python shows them."""

from __future__ import annotations

import sys
import traceback
from types import TracebackType


def show(error: BaseException, file: str) -> None:
    """Print a traceback as Python does, from a file's first frame on."""
    trace: TracebackType | None = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != file:
        trace = trace.tb_next
    sys.stdout.flush()
    error.__traceback__ = trace  # which is what is printed, whatever a hook is given
    if sys.excepthook is sys.__excepthook__:
        traceback.print_exception(error)  # finds the lines of cells, too
    else:
        sys.excepthook(type(error), error, trace)
