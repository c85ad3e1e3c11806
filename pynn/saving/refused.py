"""The one error that says a file of a model is not read: it is damaged, or holds what such files never hold."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any


class RefusedFileError(ValueError):
    """A file that is not read, with the reason.

    Raised by `load_model` and `load_weights` for files that are truncated or damaged, that are no files of models, or
    that hold what could do harm: paths that lead out of an archive, entries that stand for other files, sizes that the
    file itself cannot back, Python code.  A model that was to take the weights is as it was before.

    Examples
    --------
    >>> import io
    >>> from pynn.saving import RefusedFileError
    >>> try:
    ...     keras.models.load_model(io.BytesIO(b"PK no model"))
    ... except RefusedFileError as error:
    ...     print(error)
    the file is refused: it is no zip archive, or a truncated one: File is not a zip file
    """

    def __init__(self, *args: object) -> None:
        super().__init__(*args)


@contextlib.contextmanager
def refusing(what: str, *errors: type[Exception]) -> Iterator[None]:
    """Within the block, turn errors (all, if none are named) into a RefusedFileError that begins with `what`."""
    try:
        yield
    except RefusedFileError:
        raise
    except Exception as error:
        if errors and not isinstance(error, errors):
            raise
        reason = f"{error}" if str(error) else type(error).__name__
        raise RefusedFileError(f"{what}: {reason}") from error


@contextlib.contextmanager
def about(source: Any) -> Iterator[None]:
    """Within the block, errors of this kind begin with the name of the file."""
    try:
        yield
    except RefusedFileError as error:
        name = source if isinstance(source, str | os.PathLike) else "the file"
        raise RefusedFileError(f"{name} is refused: {error}") from error.__cause__
