"""`python -m pynn script.py`: run a script written for Keras or TensorFlow, unchanged."""

from __future__ import annotations

import os
import runpy
import sys

import pynn


def main() -> None:
    """Run the script that is named on the command line, with `keras` and `tensorflow` answered by pynn."""
    if len(sys.argv) < 2:
        raise SystemExit("usage: python -m pynn script.py [arguments of the script]")
    pynn.install_as_keras()
    sys.argv = sys.argv[1:]
    sys.path[0] = os.path.dirname(os.path.abspath(sys.argv[0]))
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
