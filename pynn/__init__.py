"""Neural networks for people who are learning them: Keras's names over a small compiled core.

>>> from pynn import keras
>>> model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
>>> model.count_params()
5
"""

import os as _os
from typing import TYPE_CHECKING as _TYPE_CHECKING
from typing import Any as _Any

if _TYPE_CHECKING:
    from pynn.tape import GradientTape

__version__ = "0.1.0"

# PyNN, the simulator of spiking neurons, installs a folder `pyNN`: on disks that ignore case that is this folder.
if any(_os.path.isdir(_os.path.join(_os.path.dirname(__file__), name)) for name in ("standardmodels", "recording")):
    raise ImportError(
        "The files of two packages lie in one folder: pynn (distribution `pynn-kernels`) and PyNN (distribution "
        "`PyNN`), whose folder `pyNN` is the same as `pynn` on this disk. Keep them in separate virtual environments."
    )

try:
    from pynn import threads as _threads
except ImportError as _error:
    if "_core" not in str(_error):
        raise
    raise ImportError(
        f"pynn's compiled core is not in {_os.path.dirname(__file__)}: this is the folder of the sources. Leave the "
        "checkout to use an installed pynn, or run `make dev` in it to build the core in place."
    ) from _error
from pynn.backends import (
    get_backend,
    get_float32_matmul_precision,
    set_backend,
    set_float32_matmul_precision,
)
from pynn.threads import get_num_threads, set_num_threads

_threads.start()

from pynn import keras  # noqa: E402
from pynn.aliases import answer_older_modules as _answer_older_modules  # noqa: E402
from pynn.aliases import install_as_keras, uninstall_as_keras  # noqa: E402

_answer_older_modules()

__all__ = [
    "GradientTape",
    "__version__",
    "datasets",
    "distributed",
    "get_backend",
    "get_float32_matmul_precision",
    "get_num_threads",
    "install_as_keras",
    "kernels",
    "keras",
    "plot",
    "set_backend",
    "set_float32_matmul_precision",
    "set_num_threads",
    "uninstall_as_keras",
]


def __getattr__(name: str) -> _Any:
    """What is imported when a program asks for it."""
    import importlib

    if name in ("tf", "kernels", "datasets", "distributed", "plot", "sklearn"):
        return importlib.import_module(f"pynn.{name}")
    if name == "GradientTape":
        return importlib.import_module("pynn.tape").GradientTape
    raise AttributeError(f"module 'pynn' has no attribute {name!r}")
