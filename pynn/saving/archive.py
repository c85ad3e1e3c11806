"""`.keras` files: a zip archive of three entries, which is not believed before it is checked."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

from pynn.saving import checksums
from pynn.saving.refused import RefusedFileError, refusing

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
DIGESTS = "pynn.sha256.json"  # Keras ignores it
# Bytes of an entry for each one stored: Keras stores them as they are; deflate reaches 1032 for nothing but zeros.
_MOST_EXPANSION, _ALWAYS_FINE = 100, 2**20
_MOST_ENTRIES = 10_000


def written(config: bytes, metadata: bytes, weights: bytes, arrays: Mapping[str, str]) -> bytes:
    """The bytes of an archive."""
    import zipfile

    entries = {METADATA: metadata, CONFIG: config, WEIGHTS: weights}
    digests = {"files": {name: checksums.of_bytes(data) for name, data in entries.items()}, "arrays": dict(arrays)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in (entries | {DIGESTS: json.dumps(digests).encode()}).items():
            archive.writestr(zipfile.ZipInfo(name), data)  # the same model, the same bytes: no time of day
    return out.getvalue()


class Archive:
    """What a `.keras` file holds, checked.

    Parameters
    ----------
    data : bytes

    Attributes
    ----------
    config : dict
    version : str
        Of the Keras that wrote it.
    notes : dict
        What pynn's command line noted of the data, in the metadata, where Keras does not look.
    weights : bytes
    digests : dict or None
        Path of each array to its SHA-256, if the file has them.

    Raises
    ------
    RefusedFileError
        If anything is damaged, missing, twice there or larger than it can be.
    """

    def __init__(self, data: bytes) -> None:
        import zipfile

        with (
            refusing("it is no zip archive, or a truncated one"),
            zipfile.ZipFile(io.BytesIO(data)) as archive,
        ):
            _check_names(archive.namelist())
            _check_sizes(archive.infolist(), len(data))
            found = {name: _entry(archive, name) for name in (METADATA, CONFIG, WEIGHTS, DIGESTS)}
        for name in (CONFIG, WEIGHTS):
            if found[name] is None:
                raise RefusedFileError(f"the archive has no entry {name!r}")
        digests = _json(DIGESTS, found[DIGESTS]) if found[DIGESTS] is not None else None
        self.digests = _checked(found, digests) if digests is not None else None
        self.config = _json(CONFIG, found[CONFIG])
        metadata = _json(METADATA, found[METADATA]) if found[METADATA] is not None else {}
        self.version = str(metadata.get("keras_version", ""))
        self.notes = notes if isinstance(notes := metadata.get("pynn"), dict) else {}
        self.weights = bytes(found[WEIGHTS] or b"")


def weights_of(data: bytes) -> tuple[bytes, Mapping[str, str] | None]:
    """The HDF5 file in a `.keras` file, and the digests of its arrays."""
    archive = Archive(data)
    return archive.weights, archive.digests


def _check_names(names: list[str]) -> None:
    if len(names) > _MOST_ENTRIES:
        raise RefusedFileError(f"the archive has {len(names)} entries")
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise RefusedFileError(f"the archive has several entries {twice[0]!r}")
    for name in names:
        parts = name.replace("\\", "/").split("/")
        if ".." in parts or name.startswith(("/", "\\")) or ":" in parts[0] or "\0" in name:
            raise RefusedFileError(f"the archive has an entry {name!r}, which leads out of it")


def _check_sizes(entries: list[Any], size: int) -> None:
    if sum(entry.compress_size for entry in entries) > size:
        raise RefusedFileError("the archive's entries overlap")
    for entry in entries:
        if entry.file_size > max(_MOST_EXPANSION * entry.compress_size, _ALWAYS_FINE):
            raise RefusedFileError(
                f"entry {entry.filename!r} is said to have {entry.file_size:,} bytes, and the archive stores "
                f"{entry.compress_size:,} for it"
            )
        if entry.flag_bits & 0x1:
            raise RefusedFileError(f"entry {entry.filename!r} is encrypted")


def _entry(archive: Any, name: str) -> bytes | None:
    if name not in archive.namelist():
        return None
    size = archive.getinfo(name).file_size
    with archive.open(name) as file:
        data: bytes = file.read(size + 1)  # no more than declared, whatever the stream holds; the CRC is checked
    if len(data) != size:
        raise RefusedFileError(f"entry {name!r} has another size than it is said to have")
    return data


def _json(name: str, data: bytes | None) -> dict[str, Any]:
    with refusing(f"entry {name!r} is no JSON"):
        found = json.loads(data or b"")
    if not isinstance(found, dict):
        raise RefusedFileError(f"entry {name!r} is no JSON object")
    return found


def _checked(found: Mapping[str, bytes | None], digests: dict[str, Any]) -> dict[str, str]:
    with refusing(f"entry {DIGESTS!r} is damaged"):
        files, arrays = dict(digests["files"]), dict(digests["arrays"])
        for name in (METADATA, CONFIG, WEIGHTS):
            if files.get(name) != checksums.of_bytes(found[name] or b""):
                raise RefusedFileError(f"entry {name!r} is damaged: its SHA-256 is not the one it was written with")
    return arrays
