"""Optional packages, imported on use."""

from __future__ import annotations

from types import ModuleType

# extra of the distribution -> the package that its modules come from
EXTRAS = {
    "cuda": "numba-cuda",
    "h5": "h5py",
    "mpi": "mpi4py",
    "notebook": "ipython",
    "numba": "numba",
    "onnx": "onnx",
    "plot": "matplotlib",
    "sklearn": "scikit-learn",
    "tensorboard": "tensorboardX",
}


def require(module: str, extra: str) -> ModuleType:
    """Import an optional module, or say how to install it.

    Parameters
    ----------
    module : str
        Dotted name, such as ``"matplotlib.pyplot"``.
    extra : str
        A key of `EXTRAS`: the extra of ``pynn-kernels`` that brings the module.

    Returns
    -------
    module
        The imported module itself, not its top-level package.

    Raises
    ------
    ImportError
        If the package is not installed, with the pip line that installs it.  An installed
        package that fails while it is imported raises its own error.

    Examples
    --------
    >>> require("json", extra="plot").dumps([1])
    '[1]'
    >>> require("no_such_module", extra="plot")
    Traceback (most recent call last):
        ...
    ImportError: This needs the module 'no_such_module' (package matplotlib), which is not installed. \
To install it: pip install "pynn-kernels[plot]"
    """
    import importlib

    package = EXTRAS[extra]
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not (module + ".").startswith(error.name + "."):
            raise
        raise ImportError(
            f"This needs the module '{module}' (package {package}), which is not installed. "
            f'To install it: pip install "pynn-kernels[{extra}]"',
            name=error.name,
        ) from error
