"""Pickles in published data sets, read so that nothing but NumPy's arrays can come out of them."""

from __future__ import annotations

import io
from typing import IO, Any

import numpy as np

# What a pickled array of objects needs, by NumPy's old and new module names; nothing that could run code.
_ALLOWED = {
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
}


def read_pickle(file: IO[bytes], encoding: str = "ASCII") -> Any:
    """Read a pickle of plain values and NumPy arrays.

    Parameters
    ----------
    file : binary file
    encoding : str, default "ASCII"
        How texts of Python 2 are read; "bytes" leaves them as they are.

    Raises
    ------
    pickle.UnpicklingError
        If the pickle asks for anything else.

    Examples
    --------
    >>> import pickle
    >>> read_pickle(io.BytesIO(pickle.dumps({"a": [1, 2]})))
    {'a': [1, 2]}
    """
    import pickle

    class Restricted(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            if (module, name) in _ALLOWED:
                return super().find_class(module, name)
            raise pickle.UnpicklingError(f"refusing to make {module}.{name} out of a file of data")

    return Restricted(file, encoding=encoding).load()


def read_npz(path: str) -> dict[str, np.ndarray]:
    """Read an archive of arrays, those of Python lists among them.

    Parameters
    ----------
    path : str
        An ``.npz`` file.

    Returns
    -------
    dict
        Name to array.

    Raises
    ------
    ValueError, zipfile.BadZipFile
        If the file is no such archive.
    pickle.UnpicklingError
        If an array holds anything but plain values.
    """
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return {
            name.removesuffix(".npy"): _read_npy(io.BytesIO(archive.read(name)))
            for name in archive.namelist()
            if name.endswith(".npy")
        }


def _read_npy(file: IO[bytes]) -> np.ndarray:
    version = np.lib.format.read_magic(file)
    # Version 3 differs from 2 in the header's encoding alone, which matters to names of fields only.
    header = np.lib.format.read_array_header_1_0 if version[0] == 1 else np.lib.format.read_array_header_2_0
    _, _, dtype = header(file)
    if dtype.hasobject:
        return np.asarray(read_pickle(file))
    file.seek(0)
    array: np.ndarray = np.lib.format.read_array(file, allow_pickle=False)
    return array
