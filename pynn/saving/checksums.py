"""SHA-256 of what a file holds: of every array, and of the bytes around them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from pynn.saving.refused import RefusedFileError

# A `.weights.h5` ends in its seal: JSON, its length in 8 digits, these bytes.  HDF5 ignores what comes after its end.
_MARK = b"pynnSEAL"


def of_bytes(data: bytes) -> str:
    """The digest of bytes."""
    import hashlib

    return hashlib.sha256(data).hexdigest()


def of_array(array: np.ndarray) -> str:
    """The digest of type, shape and values."""
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).reshape(array.shape)
    return of_bytes(f"{little.dtype.str}{little.shape}".encode() + little.tobytes())


def of_arrays(entries: Iterable[tuple[str, str | None, Mapping[str, np.ndarray]]]) -> dict[str, str]:
    """Path of each array to its digest."""
    return {
        "/".join(part for part in (path, "vars", key) if part): of_array(np.asarray(array))
        for path, _, arrays in entries
        for key, array in arrays.items()
    }


def sealed(data: bytes, arrays: Mapping[str, str], notes: Any = None) -> bytes:
    """Bytes of an HDF5 file with their seal, which may carry notes (anything JSON holds)."""
    content = {"sha256": of_bytes(data), "arrays": dict(arrays), "notes": notes}
    text = json.dumps(content | {"seal": of_bytes(json.dumps(content).encode())}).encode()
    return data + text + b"%08d" % len(text) + _MARK


def unsealed(data: bytes) -> tuple[bytes, dict[str, Any] | None]:
    """The HDF5 file within and the content of its seal; None if there is no seal, as in files of Keras.

    Raises
    ------
    RefusedFileError
        If the bytes are not those that were sealed.
    """
    if not data.endswith(_MARK):
        if _MARK in data[-64:] or b'"seal": "' in data[-1024:]:
            raise RefusedFileError("the end of the file is damaged")
        return data, None
    try:
        length = int(data[-len(_MARK) - 8 : -len(_MARK)])
        start = len(data) - len(_MARK) - 8 - length
        content = json.loads(data[start : len(data) - len(_MARK) - 8])
        told, body = content.pop("seal"), data[:start]
        right = told == of_bytes(json.dumps(content).encode()) and content["sha256"] == of_bytes(body)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RefusedFileError(f"the end of the file is damaged: {error}") from error
    if not right:
        raise RefusedFileError("the file is damaged: its SHA-256 is not the one it was written with")
    return body, content


def check_array(path: str, array: np.ndarray, known: Mapping[str, str] | None) -> None:
    """Raise RefusedFileError if digests are known and this array's is another, or not among them."""
    if known is not None and known.get(path) != of_array(array):
        raise RefusedFileError(f"array {path!r} is damaged: its SHA-256 is not the one it was written with")
