"""Files are written whole or not at all: whoever reads the path finds the old bytes or the new ones."""

from __future__ import annotations

import contextlib
import os
from typing import Any


def write(path: Any, data: bytes) -> None:
    """Put bytes into a file at once.

    Parameters
    ----------
    path : str or path
        A link is followed; the file that it leads to keeps its permissions.
    data : bytes

    Raises
    ------
    OSError
        If there is no such folder, no permission or no space; what was at `path` is still there then.

    Notes
    -----
    The bytes go to a temporary file in the same folder, are forced to the disk, and take the name of the old file in
    one step (`os.replace`); then the folder is forced to the disk, too.  A process killed on the way leaves at most
    a file whose name ends in ``.tmp``.

    Examples
    --------
    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "a.bin")
    >>> write(path, b"abc")
    >>> os.listdir(os.path.dirname(path))
    ['a.bin']
    """
    import tempfile

    given, path = os.fspath(path), os.path.realpath(path)
    folder, name = os.path.split(path)
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{name[:80]}.", suffix=".tmp", dir=folder)
    except (FileNotFoundError, NotADirectoryError) as error:
        missing = f"there is no folder {os.path.dirname(given)!r}: make it first, with os.makedirs"
        raise type(error)(error.errno, f"{error.strerror}; {missing}", given) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(path))
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    _sync_folder(folder)


def _mode(path: str) -> int:
    """The permissions of the file that is replaced, or those of any new file."""
    if os.path.exists(path):
        return os.stat(path).st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: str) -> None:
    if os.name == "posix":  # Windows cannot open folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
