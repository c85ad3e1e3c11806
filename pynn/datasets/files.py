"""Where the files of a data set are looked for, and how a missing one is downloaded."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 1 << 16  # bytes per read: some two hundred redraws of the percentage for MNIST
TIMEOUT = 30.0  # seconds without a byte before a download is given up


class Remote(NamedTuple):
    """A published file: where it lies below the folder of data sets, its address, and the SHA-256 of its bytes.

    MD5 where only that is published; their lengths tell them apart.
    """

    name: str
    url: str
    checksum: str


def folders() -> list[str]:
    """Folders that are searched for data sets, the first to be searched first.

    Returns
    -------
    list of str
        The value of ``PYNN_DATA`` if set, then Keras's cache: ``datasets`` below ``KERAS_HOME``, or below ``~/.keras``
        where that variable is not set, then below the system's temporary folder, Keras's choice when the home folder
        cannot be written.

    Examples
    --------
    >>> import os
    >>> [os.path.basename(folder) for folder in folders()][-1]
    'datasets'
    """
    import tempfile

    own = [os.environ["PYNN_DATA"]] if os.environ.get("PYNN_DATA") else []
    home = os.environ.get("KERAS_HOME") or os.path.join("~", ".keras")
    homes = [home, os.path.join(tempfile.gettempdir(), ".keras")]
    return [os.path.expanduser(folder) for folder in own + [os.path.join(home, "datasets") for home in homes]]


def find(name: str) -> str | None:
    """Path of a data set's file on this machine.

    Parameters
    ----------
    name : str
        The file's place below a folder of data sets, with forward slashes: ``"mnist.npz"``.

    Returns
    -------
    str or None
        The first match in `folders`; None if there is no such file.  Nothing is downloaded.

    Examples
    --------
    >>> find("no-such-data-set.npz") is None
    True
    """
    paths = (_place(folder, name) for folder in folders())
    return next((path for path in paths if os.path.isfile(path)), None)


def load(remote: Remote, read: Callable[[str], Any]) -> Any:
    """Read a published file, downloading it first when this machine has no good copy.

    A copy that is found is judged by what it holds, not by its checksum: archives carry a CRC of their contents, and
    the same arrays may have been compressed anew.  A download must have the published checksum.

    Parameters
    ----------
    remote : Remote
        The file.
    read : callable
        Takes a path, returns the contents; raises on a damaged file.

    Returns
    -------
    object
        What `read` returned.

    Raises
    ------
    ValueError
        If the copy in ``PYNN_DATA`` is damaged, or a download does not have the published checksum.
    ConnectionError
        If the file is not on this machine and cannot be downloaded; the message says where to put it.
    """
    import gzip
    import pickle
    import tarfile
    import zipfile
    import zlib

    damage = (gzip.BadGzipFile, pickle.UnpicklingError, tarfile.TarError, zipfile.BadZipFile, zlib.error)
    path = find(remote.name)
    if path is None:
        return read(download(remote))
    try:
        return read(path)
    except (ValueError, KeyError, EOFError, *damage) as error:
        if os.environ.get("PYNN_DATA") and path == _place(folders()[0], remote.name):
            raise ValueError(f"{path} (found through PYNN_DATA) is incomplete or corrupted: {error}") from error
        print(f"A local file was found, but {path} is incomplete or outdated ({error}): downloading it anew.")
    return read(download(remote))


def download(remote: Remote) -> str:
    """Download a file into Keras's cache: whole and with the right checksum, or not at all.

    Parameters
    ----------
    remote : Remote
        The file.

    Returns
    -------
    str
        Path of the file.

    Raises
    ------
    ValueError
        If the bytes that came do not have the published checksum.
    ConnectionError
        If the address cannot be reached or the connection breaks; the message says where to put the file by hand.
    """
    import tempfile
    from http.client import HTTPException

    target = _place(_writable_cache(), remote.name)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    print(f"Downloading data from {remote.url}", flush=True)
    handle, partial = tempfile.mkstemp(dir=os.path.dirname(target), prefix=".download-")
    try:
        with os.fdopen(handle, "wb") as file:
            _expect(remote, copy(remote.url, file.write, algorithm_of(remote.checksum)))
        os.chmod(partial, 0o644)  # mkstemp makes it private; a cache may be shared by a class
        os.replace(partial, target)
    except (OSError, HTTPException) as error:
        raise ConnectionError(_advice(remote, target, error)) from error
    finally:
        if os.path.exists(partial):
            os.remove(partial)
    return target


def _place(folder: str, name: str) -> str:
    return os.path.join(folder, *name.split("/"))


def _writable_cache() -> str:
    """Keras's folder of data sets, or the one below the temporary folder if that cannot be written."""
    home, temporary = folders()[-2:]
    try:
        os.makedirs(home, exist_ok=True)
    except OSError:
        return temporary
    return home if os.access(home, os.W_OK) else temporary


def checked_name(owner: str, path: str) -> str:
    """Return the name of a file, or raise ValueError if it names a folder, too.

    Parameters
    ----------
    owner : str
        Whose argument `path` is, for the message.
    path : str

    Examples
    --------
    >>> checked_name("mnist.load_data", "mnist.npz")
    'mnist.npz'
    """
    if "/" in path or "\\" in path:
        raise ValueError(
            f"{owner}: paths are no longer accepted as the `path` argument, only a file's name, got {path!r}; "
            "to name a folder, set the environment variable PYNN_DATA"
        )
    return path


def algorithm_of(checksum: str) -> str:
    """The hash that a checksum in hexadecimal digits is of: "sha256" or "md5"."""
    return "sha256" if len(checksum) == 64 else "md5"


def copy(url: str, write: Callable[[bytes], object], algorithm: str = "sha256") -> str:
    """Pass the bytes at `url` to `write`; return their checksum.  Shows the progress on a terminal."""
    import hashlib
    import sys
    import urllib.request

    digest, done, show = hashlib.new(algorithm, usedforsecurity=False), 0, sys.stdout.isatty()
    with urllib.request.urlopen(url, timeout=TIMEOUT) as answer:
        size = int(answer.headers.get("Content-Length") or 0)
        while chunk := answer.read(CHUNK):
            write(chunk)
            digest.update(chunk)
            done += len(chunk)
            if show:
                print(f"\r{done / 1e6:.1f} MB" + (f" of {size / 1e6:.1f}" if size else ""), end="", flush=True)
    if show:
        print()
    return digest.hexdigest()


def _expect(remote: Remote, checksum: str) -> None:
    if checksum != remote.checksum:
        raise ValueError(
            f"Incomplete or corrupted file detected. The {algorithm_of(checksum)} file hash of {remote.url} does not "
            f"match: expected {remote.checksum}, got {checksum}. Nothing was kept; try again, or get the file from "
            "another place."
        )


def _advice(remote: Remote, target: str, error: Exception) -> str:
    return (
        f"URL fetch failure on {remote.url}: {getattr(error, 'reason', None) or error}.\n"
        f"Without a network: put the file ({algorithm_of(remote.checksum)} {remote.checksum}) at\n"
        f"    {target}\n"
        f"or set PYNN_DATA to a folder that holds {remote.name}. For real digits with no file at all: "
        "pynn.datasets.digits.load_data()."
    )
