"""An object in a process of its own, asked over a pipe: it sleeps until it is asked, so rounds can alternate.

Run as a program this file is the other end: ``python remote.py module:Class [argument ...]``.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
BUILD = HERE.parent / "build" / "bench"


class RemoteError(RuntimeError):
    """The other process failed; the message ends with what it printed."""


class Remote:
    """A proxy: ``remote.call("method", **arguments)`` runs there and returns the JSON-able result.

    Parameters
    ----------
    name : str
        Name of the log file in build/bench that takes whatever the process prints.
    target : str
        "module:Class", imported there.
    arguments : str
        Positional arguments of the class.
    environment : mapping
        Variables set before the interpreter starts: Keras and BLAS read theirs at import.

    Attributes
    ----------
    patience : float
        Seconds to wait for an answer; then the process is ended.  Threads that spin can stand still for minutes where
        another program wants their cores.
    """

    patience = 600.0

    def __init__(self, name: str, target: str, *arguments: str, environment: Mapping[str, str]) -> None:
        BUILD.mkdir(parents=True, exist_ok=True)
        self.name, self.log = name, BUILD / f"{name}.log"
        # Keras and matplotlib write settings where these point; nothing may land outside the checkout.
        settings = {"KERAS_HOME": str(BUILD / "keras"), "PYTHONUNBUFFERED": "1", **environment}
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, __file__, target, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, **settings},
            )

    def call(self, method: str, **arguments: Any) -> Any:
        """The result of the method there.  Raises `RemoteError` if it raises or the process is gone."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        watchdog = threading.Timer(self.patience, self.process.kill)
        watchdog.start()
        start = time.monotonic()
        try:
            self.process.stdin.write(json.dumps([method, arguments]) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        watchdog.cancel()
        if not answer and time.monotonic() - start >= self.patience:
            raise RemoteError(f"{self.name}: no answer within {self.patience:.0f} s")
        if not answer:
            raise RemoteError(f"{self.name}: its process ended, exit status {self.process.wait()}\n{self._tail()}")
        value, error = json.loads(answer)
        if error:
            raise RemoteError(f"{self.name}: {error}\n{self._tail()}")
        return value

    def _tail(self, lines: int = 12) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def close(self) -> None:
        """End the process: it leaves its loop when its input ends."""
        with contextlib.suppress(BrokenPipeError):
            self.process.communicate()

    def __enter__(self) -> Remote:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def serve(target: str, *arguments: str) -> None:
    """Answer calls until the input ends; the object is made at the first one, so that its errors are answers too."""
    # Libraries print; the answers go through a copy of stdout, and stdout itself joins the log.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    module, _, name = target.partition(":")
    server: Any = None
    for line in sys.stdin:
        method, given = json.loads(line)
        try:
            if server is None:
                server = getattr(importlib.import_module(module), name)(*arguments)
            value, error = getattr(server, method)(**given), None
        except Exception as failure:
            traceback.print_exc()
            value, error = None, f"{type(failure).__name__}: {failure}"
        answers.write(json.dumps([value, error]) + "\n")


if __name__ == "__main__":
    if str(HERE) not in sys.path:  # so under PYTHONSAFEPATH
        sys.path.insert(0, str(HERE))
    serve(*sys.argv[1:])
