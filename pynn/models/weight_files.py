"""Weights in files, in Keras's formats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynn import legacy
from pynn.models import older_files, paths, states
from pynn.saving import archive, checksums, hdf5
from pynn.saving.refused import about

_H5 = (".h5", ".hdf5")


def save_weights(model: Any, filepath: Any, overwrite: bool = True, max_shard_size: Any = None, **kwargs: Any) -> None:
    """Write a model's weights, and the optimizer's state if it is compiled, into a file.

    Parameters
    ----------
    model : Model
    filepath : str or path
        Ends in ``.weights.h5``; in ``.h5`` alone, it is a file as Keras 2 wrote it.
    overwrite : bool, default True
        Whether to replace a file without asking.
    max_shard_size : optional
        Only None: pynn writes one file.
    **kwargs
        ``objects_to_skip``: a list of layers to leave out.

    Raises
    ------
    ValueError
        If `filepath` ends otherwise, or the model is not built.

    Examples
    --------
    >>> import os, tempfile
    >>> model = Sequential([keras.Input((4,)), Dense(1)])
    >>> path = os.path.join(tempfile.mkdtemp(), "m.weights.h5")
    >>> keras.saving.save_weights(model, path)
    >>> keras.saving.load_weights(model, path)
    """
    skipped = kwargs.pop("objects_to_skip", None) or ()
    if kwargs:
        raise ValueError(f"The following argument(s) are not supported: {list(kwargs)}")
    if max_shard_size is not None:
        raise ValueError("save_weights: max_shard_size, which writes several files, is not in pynn; leave it out")
    if not paths.ends(filepath, *_H5):
        raise ValueError(f"The filename must end in `.weights.h5`. Received: filepath={filepath}")
    _require_built(model, "saving")
    older = not paths.ends(filepath, ".weights.h5")
    if older:
        legacy.warn('model.save_weights("w.h5")', 'model.save_weights("w.weights.h5")')
    if overwrite or paths.may_replace(filepath):
        paths.put(filepath, older_files.weights_written(model) if older else weights_bytes(model, skipped))


def weights_bytes(model: Any, skipped: Any = (), notes: Any = None) -> bytes:
    """What a `.weights.h5` file of the model holds, with notes in its seal."""
    entries = states.collect(model, skipped)
    return checksums.sealed(hdf5.written(entries), checksums.of_arrays(entries), notes)


def load_weights(model: Any, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> None:
    """Take weights, and the optimizer's state, from a file that a model of the same layers wrote.

    Parameters
    ----------
    model : Model
    filepath : str or path
        A ``.weights.h5``, ``.keras`` or ``.h5`` file, written here or by Keras.
    skip_mismatch : bool, default False
        Whether to leave out, with a warning, layers whose weights have another shape or number.
    **kwargs
        ``by_name`` (bool, for ``.h5`` files): find layers by their names instead of their order;
        ``objects_to_skip``: a list of layers to leave as they are.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the model is not built, or does not fit the file; as `RefusedFileError` if the file is damaged.  The model
        is as it was then.

    Examples
    --------
    >>> model = Sequential([keras.Input((4,)), Dense(1)])
    >>> keras.saving.load_weights(model, "nowhere.weights.h5")
    Traceback (most recent call last):
        ...
    FileNotFoundError: [Errno 2] No such file or directory: 'nowhere.weights.h5'
    """
    skipped, by_name = kwargs.pop("objects_to_skip", None) or (), kwargs.pop("by_name", None)
    if kwargs:
        raise ValueError(f"Invalid keyword arguments: {kwargs}")
    if not paths.ends(filepath, ".keras", *_H5):
        raise ValueError(
            f"File format not supported: filepath={filepath}. Keras 3 only supports V3 `.keras` files, `.weights.h5` "
            "files, or legacy H5 format files (`.h5` extension)."
        )
    older = paths.ends(filepath, *_H5) and not paths.ends(filepath, ".weights.h5")
    if by_name is not None and not older:
        raise ValueError(f"`by_name` only supports loading legacy '.h5' or '.hdf5' files. Received: {filepath}")
    _require_built(model, "loading")
    with about(filepath):
        if older:
            older_files.load_weights(model, paths.get(filepath), skip_mismatch, bool(by_name))
        else:
            data = paths.get(filepath)
            take_weights(model, data, paths.ends(filepath, ".keras"), skip_mismatch, skipped)


def take_weights(model: Any, data: bytes, zipped: bool, skip_mismatch: bool = False, skipped: Any = ()) -> Any:
    """Restore a model from the bytes of a file; returns the notes of its seal."""
    body: bytes
    digests: Mapping[str, str] | None
    if zipped:
        (body, digests), notes = archive.weights_of(data), None
    else:
        body, seal = checksums.unsealed(data)
        digests, notes = (seal["arrays"], seal["notes"]) if seal is not None else (None, None)
    with hdf5.File(body, digests) as file:
        if older_files.is_older(file):
            older_files.take_weights(model, file, skip_mismatch, by_name=False)
        else:
            states.restore(model, file, skip_mismatch, skipped)
    return notes


def _require_built(model: Any, doing: str) -> None:
    if not model.built:
        raise ValueError(
            f"You are {doing} weights {'into' if doing == 'loading' else 'of'} a model that has not yet been built: it "
            "does not know the shape of its input. Begin it with keras.Input(shape=…), call model.build((None, …)), or "
            "call it on some data first."
        )
