"""Which backend computes: the one that was chosen, that of the environment variable PYNN_BACKEND, or the default."""

from __future__ import annotations

import functools
import os

from pynn import changes, extras

BACKENDS = ("reference", "cython", "numba", "cuda")
_DEFAULT = "cython"
_chosen: str | None = None
_PRECISIONS = ("highest", "high")
_precision = "highest"


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


def set_float32_matmul_precision(precision: str) -> None:
    """Choose how products of float32 are computed on a device; the name and its words are PyTorch's.

    Parameters
    ----------
    precision : {"highest", "high"}
        "highest", where a program starts, is float32.  With "high" large products of the backend "cuda" run on tensor
        cores: each factor is rounded to TF32, which has 10 bits behind the point in place of 23, and products are
        summed in float32.  What is computed on the CPU stays the same.

    Raises
    ------
    ValueError
        If there is no such precision.

    Notes
    -----
    Rounding changes a factor by at most 2^-11 of itself.  So a sum of k products, Σ a b, is off by at most
    (2^-10 + 2^-22 + k 2^-22) Σ abs(a) abs(b): a thousandth, where float32 alone has k 2^-24.  The last term is what
    tensor cores were found to add (Fasi, Higham, Mikaitis & Pranesh 2021, "Numerical behavior of NVIDIA tensor cores").
    Devices have TF32 from compute capability 8.0 on; on an older one the first product is a RuntimeError.

    Examples
    --------
    >>> set_float32_matmul_precision("high")
    >>> get_float32_matmul_precision()
    'high'
    >>> set_float32_matmul_precision("highest")
    """
    global _precision
    if precision not in _PRECISIONS:
        words = " or ".join(map(repr, _PRECISIONS))
        raise ValueError(f"set_float32_matmul_precision: precision must be {words}, got {precision!r}")
    _precision = precision


def get_float32_matmul_precision() -> str:
    """Return how products of float32 are computed on a device: "highest" or "high".

    Examples
    --------
    >>> get_float32_matmul_precision()
    'highest'
    """
    return _precision


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
