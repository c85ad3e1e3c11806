"""Arrays in groups of an HDF5 file: written as Keras does, read with suspicion.

Nothing is read that the file does not hold itself, and no more bytes than it has.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from pynn import extras
from pynn.saving import checksums
from pynn.saving.refused import RefusedFileError, refusing

Entry = tuple[str, str | None, Mapping[str, np.ndarray]]

# deflate, shuffle, fletcher32, and h5py's lzf: any other filter would be looked for in folders of plugins.
_FILTERS = {1, 2, 3, 32000}
# Bytes that a compressed array may have for each one that the file stores: what deflate cannot exceed.
_MOST_EXPANSION = 1032
_HEAP = b"GCOL\1\0\0\0"  # signature and version of a heap of texts
MARK = "pynn_sha256"  # an attribute of the root: the file must come with digests of its arrays


def h5py() -> ModuleType:
    """The package that reads HDF5."""
    return extras.require("h5py", "h5")


def written(entries: Iterable[Entry], mark: bool = True) -> bytes:
    """The bytes of an HDF5 file.

    Parameters
    ----------
    entries : iterable of (path, name, arrays)
        For each a group ``path/vars`` with the attribute ``name`` and the arrays under their keys.
    mark : bool, default True
        Whether the file says that its digests stand beside it.
    """
    with h5py().File("model.weights.h5", "w", driver="core", backing_store=False) as file:
        if mark:
            file.attrs[MARK] = True
        for path, name, arrays in entries:
            group = file.create_group(f"{path}/vars" if path else "vars")
            if name is not None:
                group.attrs["name"] = name
            for key, array in arrays.items():
                group[key] = array
        file.flush()
        image: bytes = file.id.get_file_image()
    return image


def _check_heaps(data: bytes) -> None:
    """Raise RefusedFileError if a heap of texts does not add up: HDF5's library walks such a heap for ever.

    Source: HDF5 File Format Specification 3.0, section III.E, Global Heap.
    """
    start = data.find(_HEAP)
    while start >= 0:
        size = int.from_bytes(data[start + 8 : start + 16], "little")
        end, at = start + size, start + 16
        if not 16 <= size <= len(data) - start:
            raise RefusedFileError("the HDF5 file is damaged: a heap is larger than the file")
        while at + 16 <= end and int.from_bytes(data[at : at + 2], "little"):
            length = int.from_bytes(data[at + 8 : at + 16], "little")
            at += 16 + (length + 7) // 8 * 8
            if at > end:
                raise RefusedFileError("the HDF5 file is damaged: a text is larger than its heap")
        if at + 16 <= end and int.from_bytes(data[at + 8 : at + 16], "little") != end - at:
            raise RefusedFileError("the HDF5 file is damaged: the room left in a heap does not add up")
        start = data.find(_HEAP, start + 8)


class Group(Mapping[str, np.ndarray]):
    """The arrays of one group, by their keys; each is read when it is asked for.

    Attributes
    ----------
    path : str
        Where it is in the file.
    """

    def __init__(self, file: File, path: str, found: Any) -> None:
        self._file, self.path, self._found = file, path, found

    def __getitem__(self, key: str) -> np.ndarray:
        return self._read(self.dataset(key), key)

    def _read(self, dataset: Any, key: str) -> np.ndarray:
        with refusing(f"array '{self.path}/{key}' cannot be read"):
            array = np.empty(dataset.shape, dataset.dtype)
            if array.size:
                dataset.read_direct(array)
        checksums.check_array(f"{self.path}/{key}", array, self._file.digests)
        return array

    def dataset(self, key: str) -> Any:
        """What describes an array of numbers that the file itself holds; nothing is read yet."""
        if self._found is None:
            raise KeyError(key)
        found = self._file.member(self._found, key, self.path, "Dataset")
        self._file.check_stored(found, f"{self.path}/{key}")
        return found

    def matching(self, key: str, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
        """The array, if it has this shape and a type that goes into `dtype`; read only then.

        Raises
        ------
        ValueError
            If it does not.
        """
        dataset = self.dataset(key)
        with refusing(f"array '{self.path}/{key}' cannot be read"):
            have, kind = tuple(dataset.shape), np.dtype(dataset.dtype)
        if have != tuple(shape):
            raise ValueError(f"the weight has shape {tuple(shape)}, the file holds shape {have} ('{self.path}/{key}')")
        if (kind.kind == "f") != (np.dtype(dtype).kind == "f"):
            raise ValueError(f"the weight has type {dtype}, the file holds type {kind} ('{self.path}/{key}')")
        array = self._read(dataset, key)
        if kind.kind != "f" and not (array.astype(dtype) == array).all():
            raise RefusedFileError(f"array '{self.path}/{key}' has values that are no {dtype}")
        return array

    def __iter__(self) -> Iterator[str]:
        with refusing(f"group '{self.path}' cannot be read"):
            return iter([str(key) for key in self._found] if self._found is not None else [])

    def __len__(self) -> int:
        with refusing(f"group '{self.path}' cannot be read"):
            return len(self._found) if self._found is not None else 0

    def __contains__(self, key: object) -> bool:
        with refusing(f"group '{self.path}' cannot be read"):
            return self._found is not None and key in self._found


class File:
    """An HDF5 file in memory, open for reading.

    Parameters
    ----------
    data : bytes
    digests : mapping, optional
        Path of each array to its SHA-256; a file that says that it has such is refused without.

    Raises
    ------
    RefusedFileError
        If it is no HDF5 file, or a truncated one.
    """

    def __init__(self, data: bytes, digests: Mapping[str, str] | None = None) -> None:
        self.h5py, self._size, self.digests = h5py(), len(data), digests
        _check_heaps(data)
        with refusing("the HDF5 file is damaged, truncated or none"):
            self._root = self.h5py.File(self.h5py.h5f.open_file_image(data, flags=0))
            marked = MARK in self._root.attrs
        if marked and digests is None:
            raise RefusedFileError("the HDF5 file is damaged: the digests that belong to it are gone")

    def __enter__(self) -> File:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the memory."""
        self._root.close()

    def vars(self, path: str) -> Group:
        """The group ``path/vars``; an empty one if the file does not have it."""
        inner = f"{path}/vars" if path else "vars"
        found = self.group(inner)
        if found is None and path.startswith("layers/"):  # TensorFlow 2.13's name
            inner = inner.replace("layers/", "_layer_checkpoint_dependencies/")
            found = self.group(inner)
        return Group(self, inner, found)

    def group(self, path: str) -> Any:
        """The HDF5 group at a path, None if there is none; only what the file holds itself is followed."""
        found = self._root
        for part in path.split("/") if path else ():
            with refusing(f"the path {path!r} cannot be read in the HDF5 file"):
                absent = part not in found
            if absent:
                return None
            found = self.member(found, part, path, "Group")
        return found

    def member(self, group: Any, key: str, path: str, kind: str) -> Any:
        """A group or dataset within a group."""
        with refusing(f"'{path}/{key}' cannot be read in the HDF5 file"):
            if key not in group:
                raise RefusedFileError(f"the file lacks '{path}/{key}'")
            if (link := group.get(key, getclass=True, getlink=True)) is not self.h5py.HardLink:
                raise RefusedFileError(f"'{path}/{key}' is a link ({link.__name__}), which is not followed")
            found = group[key]
        if not isinstance(found, getattr(self.h5py, kind)):
            raise RefusedFileError(f"'{path}/{key}' is no {kind.lower()}")
        return found

    def check_stored(self, dataset: Any, path: str) -> None:
        """Raise RefusedFileError unless the file itself holds as many bytes as the array is said to have."""
        with refusing(f"array {path!r} cannot be read"):
            if dataset.dtype.kind not in "fiub":
                raise RefusedFileError(f"array {path!r} has type {dataset.dtype}, which is none of numbers")
            plan, kinds = dataset.id.get_create_plist(), self.h5py.h5d
            if plan.get_external_count() or plan.get_layout() not in (kinds.COMPACT, kinds.CONTIGUOUS, kinds.CHUNKED):
                raise RefusedFileError(f"array {path!r} stands in another file, which is not read")
            needed, stored = math.prod(dataset.shape) * dataset.dtype.itemsize, dataset.id.get_storage_size()
            filters = {plan.get_filter(number)[0] for number in range(plan.get_nfilters())}
            if not filters <= _FILTERS:
                raise RefusedFileError(f"array {path!r} is compressed in a way that is not read: {filters}")
            cut = plan.get_chunk() if plan.get_layout() == kinds.CHUNKED else ()
            chunk = math.prod(cut) * dataset.dtype.itemsize
            most = stored * (_MOST_EXPANSION if filters else 1)
        if stored > self._size or needed > most or chunk > max(needed, 2**20):
            raise RefusedFileError(
                f"array {path!r} is said to have {needed:,} bytes, and the file stores {stored:,} for it"
            )

    def attribute(self, group: Any, name: str) -> Any:
        """An attribute, None if there is none; refused if it is larger than the file."""
        with refusing(f"attribute {name!r} of the HDF5 file cannot be read"):
            if name not in group.attrs:
                return None
            found = group.attrs.get_id(name)
            if (size := math.prod(found.shape)) and max(size, found.get_storage_size()) > self._size:
                raise RefusedFileError(f"attribute {name!r} is said to be larger than the file")
            return group.attrs[name]

    @property
    def root(self) -> Any:
        """The outermost group."""
        return self._root
