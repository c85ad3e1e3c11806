"""Which backend computes: the one that was chosen, that of the environment variable PYNN_BACKEND, or the default."""

from __future__ import annotations

import functools
import os

from pynn import changes, extras

BACKENDS = ("reference", "cython", "numba", "cuda")
_DEFAULT = "cython"
_chosen: str | None = None


def set_backend(name: str) -> None:
    """Choose what computes from now on: models, layers, optimizers and the functions of `pynn.kernels`.

    A model that was built before goes on with its weights; the switch takes effect at its next `fit`, `evaluate`,
    `predict` or call.

    Parameters
    ----------
    name : {"cython", "reference", "numba", "cuda"}
        "cython" is the compiled core (the default, or what the environment variable PYNN_BACKEND names); "reference"
        are the NumPy definitions, which are slow and can be stepped through with a debugger; "numba" are kernels in
        plain Python, compiled when they are needed first, and those of the compiled core for what has none; "cuda"
        computes on an NVIDIA device: data stay there for a whole `fit`, and weights come back whenever Python looks.

    Raises
    ------
    ValueError
        If there is no such backend; the message names those there are.
    ImportError
        If the backend needs a package that is not installed, with the pip line that installs it.
    RuntimeError
        If it is "cuda" and there is no device.

    Examples
    --------
    >>> before = get_backend()
    >>> set_backend("reference")
    >>> get_backend()
    'reference'
    >>> set_backend(before)
    """
    global _chosen
    _chosen = checked(name, "set_backend")
    changes.note()  # what models keep for straight calls was frozen for the other one


def get_backend() -> str:
    """Return the name of the backend that computes.

    Raises
    ------
    ValueError
        If nothing was chosen and the environment variable PYNN_BACKEND names a backend that is not there.

    Examples
    --------
    >>> get_backend() in ("reference", "cython", "numba", "cuda")
    True
    """
    global _chosen
    if _chosen is None:
        wanted = os.environ.get("PYNN_BACKEND", "").strip().lower()
        _chosen = checked(wanted, "PYNN_BACKEND") if wanted else _DEFAULT
    return _chosen


def checked(name: object, where: str) -> str:
    """The name, if there is such a backend.

    Raises
    ------
    ValueError
        If there is none.
    ImportError
        If it needs a package that is not installed.
    RuntimeError
        If it is "cuda" and there is no device.
    """
    if isinstance(name, str) and name in BACKENDS:
        if name == "numba" and not has_numba():
            extras.require("numba", "numba")
        if name == "cuda":
            _need_device()
        return name
    raise ValueError(f"{where}: there is no backend {name!r} here; backends are {', '.join(BACKENDS)}")


def has_numba() -> bool:
    """Whether numba is installed; nothing is imported."""
    import importlib.util

    return importlib.util.find_spec("numba") is not None


def has_device() -> bool:
    """Whether numba-cuda is installed and there is a device, or its simulator in place of one."""
    import importlib.util

    if importlib.util.find_spec("numba_cuda") is None:  # what numba itself has as `numba.cuda` is older
        return False
    return bool(extras.require("numba.cuda", extra="cuda").is_available())


@functools.cache
def _need_device() -> None:
    extras.require("numba_cuda", extra="cuda")
    if not has_device():
        raise RuntimeError(
            "backend 'cuda': there is no NVIDIA device that this process can use, or no driver for it. "
            "set_backend('cython') computes on the CPU."
        )
