"""What CIFAR-10 and CIFAR-100 share: pickled batches of 32 × 32 pictures, in an archive or extracted by Keras."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from pynn import config
from pynn.datasets.files import Remote, find, load
from pynn.datasets.pickled import read_pickle


def read(remote: Remote, folder: str, members: Sequence[str], label_key: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """Read the batches of a data set.

    Parameters
    ----------
    remote : Remote
        The archive, under the name that Keras gives it in its cache.
    folder : str
        Folder of the batches within the archive; Keras extracts it to where the archive's name says.
    members : sequence of str
        Names of the batches.
    label_key : str
        What a batch calls its labels.

    Returns
    -------
    list of tuple
        For each batch pictures of shape (n, 3, 32, 32), uint8, and n labels.
    """
    extracted = f"{remote.name.removesuffix('_archive')}/{folder}"
    paths = [find(f"{extracted}/{member}") for member in members]
    if not all(paths):  # older versions of Keras extracted one folder further out
        paths = [find(f"{folder}/{member}") for member in members]
    if all(paths):
        return [_batch(_bytes(str(path)), label_key, str(path)) for path in paths]
    return list(load(remote, lambda path: _from_archive(path, folder, members, label_key)))


def arranged(x: np.ndarray) -> np.ndarray:
    """Pictures with their colours where `config.image_data_format()` says."""
    return x.transpose(0, 2, 3, 1) if config.image_data_format() == "channels_last" else x


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _from_archive(path: str, folder: str, members: Sequence[str], key: str) -> list[tuple[np.ndarray, np.ndarray]]:
    import tarfile

    with tarfile.open(path) as archive:
        batches = []
        for member in members:
            file = archive.extractfile(f"{folder}/{member}")
            if file is None:
                raise ValueError(f"{path}: {folder}/{member} is no file")
            batches.append(_batch(file.read(), key, f"{os.path.basename(path)}:{member}"))
        return batches


def _batch(data: bytes, label_key: str, name: str) -> tuple[np.ndarray, np.ndarray]:
    import pickle

    try:
        found: dict[Any, Any] = read_pickle(io.BytesIO(data), encoding="bytes")
        x, y = np.asarray(found[b"data"]), np.asarray(found[label_key.encode()])
    except (pickle.UnpicklingError, EOFError, LookupError, TypeError) as error:
        raise ValueError(f"{name} is incomplete or corrupted: {error!r}") from error
    if x.dtype != np.uint8 or x.shape != (len(y), 3 * 32 * 32):
        raise ValueError(f"{name}: expected {len(y)} rows of 3072 bytes, got {x.shape} {x.dtype}")
    return x.reshape(-1, 3, 32, 32), y
