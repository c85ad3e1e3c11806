"""Any file from an address, kept in Keras's cache, unpacked if wished."""

from __future__ import annotations

import os
import warnings
from typing import Any

from pynn.datasets.files import algorithm_of, copy, folders


def get_file(
    fname: Any = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: Any = "auto",
    cache_dir: str | None = None,
    force_download: bool = False,
) -> str:
    """Download a file unless it is in the cache.

    Parameters
    ----------
    fname : str or path, optional
        Its name in the cache, without a folder; that in `origin` if not given.
    origin : str
        Its address.
    untar : bool, default False
        Older form of ``extract=True, archive_format="tar"``.
    md5_hash : str, optional
        Older form of `file_hash`.
    file_hash : str, optional
        The checksum that it must have, in hexadecimal digits.
    cache_subdir : str, default "datasets"
        Folder within the cache.
    hash_algorithm : {"auto", "sha256", "md5"}
        "auto" goes by the length of `file_hash`.
    extract : bool, default False
        Whether to unpack it.
    archive_format : "auto", "tar", "zip", a list of such, or None
    cache_dir : str, optional
        ``KERAS_HOME``, or ``~/.keras``, if not given.
    force_download : bool, default False
        Whether to download it even if it is there.

    Returns
    -------
    str
        Path of the file, or of the folder that it was unpacked into.

    Raises
    ------
    ValueError
        If `origin` is missing, `fname` names a folder, an option is unknown, or the checksum is not the expected one;
        the file is not kept then.
    ConnectionError
        If the address cannot be read.

    Notes
    -----
    What an archive would write outside its folder is left out, with a warning.

    Examples
    --------
    >>> import pathlib
    >>> _ = pathlib.Path("numbers.txt").write_text("1 2 3")
    >>> path = get_file(origin=pathlib.Path("numbers.txt").resolve().as_uri(), cache_dir=".")  # doctest: +ELLIPSIS
    Downloading data from file:///...numbers.txt
    >>> pathlib.Path(path).read_text()
    '1 2 3'
    """
    if origin is None:
        raise ValueError('Please specify the "origin" argument (URL of the file to download).')
    if hash_algorithm not in ("auto", "sha256", "md5"):
        raise ValueError(f"get_file: hash_algorithm must be 'auto', 'sha256' or 'md5', got {hash_algorithm!r}")
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    if hash_algorithm == "auto":
        hash_algorithm = algorithm_of(file_hash or "")
    folder = os.path.join(_cache(cache_dir), cache_subdir)
    unpack = extract or untar
    target, unpacked = _targets(folder, _name(fname, origin), bool(fname), unpack)
    os.makedirs(folder, exist_ok=True)
    if force_download or not _is_good(target, file_hash, hash_algorithm):
        _download(origin, target, file_hash, hash_algorithm)
    if not unpack:
        return target
    if not _extract(target, unpacked, "tar" if untar else archive_format):
        warnings.warn(f"Could not extract archive. {target} is none of the formats {archive_format!r}.", stacklevel=2)
    return unpacked


def _cache(cache_dir: str | None) -> str:
    home, temporary = (os.path.dirname(folder) for folder in folders()[-2:])
    base = os.path.expanduser(cache_dir) if cache_dir is not None else home
    try:
        os.makedirs(base, exist_ok=True)
    except OSError:
        return temporary
    return base if os.access(base, os.W_OK) else temporary


def _name(fname: Any, origin: str) -> str:
    from urllib.parse import urlsplit

    name = os.fspath(fname) if fname else os.path.basename(urlsplit(origin).path)
    if not name:
        raise ValueError(
            f"Can't parse the file name from the origin provided: '{origin}'. Please specify the `fname` argument."
        )
    if os.sep in name or "/" in name:
        raise ValueError(
            "Paths are no longer accepted as the `fname` argument. To specify the file's parent directory, use the "
            f"`cache_dir` argument. Received: fname={name}"
        )
    return name


def _targets(folder: str, name: str, given: bool, unpack: bool) -> tuple[str, str]:
    """Where the file goes, and where it is unpacked: as Keras names them, so that its cache serves."""
    path = os.path.join(folder, name)
    if not unpack:
        return path, ""
    if given and "." in name:
        return path, os.path.join(folder, f"{name.partition('.')[0]}_extracted")
    return f"{path}_archive", path


def _is_good(path: str, expected: str | None, algorithm: str) -> bool:
    if not os.path.exists(path):
        return False
    if expected is None:
        return True
    import hashlib

    with open(path, "rb") as file:
        found = hashlib.file_digest(file, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()
    if found != expected:
        print(
            "A local file was found, but it seems to be incomplete or outdated because the "
            f"{algorithm} file hash does not match the original value of {expected} so we will re-download the data."
        )
    return found == expected


def _download(origin: str, target: str, expected: str | None, algorithm: str) -> None:
    """The whole file with the right checksum, or none."""
    import tempfile
    from http.client import HTTPException

    print(f"Downloading data from {origin}", flush=True)
    handle, partial = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".download-")
    try:
        with os.fdopen(handle, "wb") as file:
            found = copy(origin, file.write, algorithm)
        if expected is not None and found != expected:
            raise ValueError(
                f"Incomplete or corrupted file detected. The {algorithm} file hash does not match the provided value "
                f"of {expected}: {origin} has {found}."
            )
        os.chmod(partial, 0o644)  # mkstemp makes it private; a cache may be shared by a class
        os.replace(partial, target)
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise ConnectionError(f"URL fetch failure on {origin}: {getattr(error, 'code', None)} -- {reason}") from error
    finally:
        if os.path.exists(partial):
            os.remove(partial)


def _extract(path: str, folder: str, formats: Any) -> bool:
    """Unpack an archive if it is of one of the formats."""
    import tarfile
    import zipfile

    wanted = ["tar", "zip"] if formats == "auto" else [formats] if isinstance(formats, str) else list(formats or ())
    if unknown := set(wanted) - {"tar", "zip"}:
        raise ValueError(f"get_file: archive_format must be 'auto', 'tar', 'zip' or a list, got {sorted(unknown)}")
    for kind in wanted:
        if kind == "tar" and tarfile.is_tarfile(path):
            with tarfile.open(path) as tar:
                _extract_tar(tar, folder)
            return True
        if kind == "zip" and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                archive.extractall(folder, members=[n for n in archive.namelist() if _is_within(folder, n)])
            return True
    return False


def _extract_tar(tar: Any, folder: str) -> None:
    import tarfile

    if hasattr(tarfile, "data_filter"):
        tar.extractall(folder, filter=_safe_member)
    else:  # Python before 3.11.4: files and folders, but no links, which may lead out of the folder
        tar.extractall(folder, members=[m for m in tar if (m.isfile() or m.isdir()) and _is_within(folder, m.name)])


def _is_within(folder: str, name: str) -> bool:
    root = os.path.realpath(folder)
    inside = os.path.realpath(os.path.join(root, name)).startswith(root + os.sep)
    if not inside and name.strip("./"):
        _skipped(name)
    return inside


def _safe_member(member: Any, folder: str) -> Any:
    import tarfile

    try:
        return tarfile.data_filter(member, folder)
    except tarfile.FilterError:
        _skipped(member.name)
        return None


def _skipped(name: str) -> None:
    warnings.warn(f"Skipping invalid path during archive extraction: '{name}'.", stacklevel=5)
