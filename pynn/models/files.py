"""Models and weights in files, in Keras's formats."""

from __future__ import annotations

import io
import json
import os
import warnings
from typing import Any

from pynn import saving
from pynn.models import from_files, older_configs, older_files, paths, states
from pynn.saving import archive, checksums, hdf5, sharing
from pynn.saving.refused import about, refusing

_H5 = (".h5", ".hdf5")


def save_model(model: Any, filepath: Any, overwrite: bool = True, zipped: Any = None, **kwargs: Any) -> None:
    """Write a whole model into a file: layers, weights, what it was compiled with, the optimizer's state.

    Parameters
    ----------
    model : Model
    filepath : str, path or binary file
        Ends in ``.keras``; ``.h5`` gives Keras 2's format.
    overwrite : bool, default True
        Whether to replace a file without asking.
    zipped : optional
        Only None or True: pynn writes one file.
    **kwargs
        ``include_optimizer`` (bool, for ``.h5``); ``save_format``, which the ending of `filepath` says as well.

    Raises
    ------
    ValueError
        If `filepath` ends otherwise, or an argument is unknown.
    ImportError
        If h5py is not installed (extra ``h5``).

    Notes
    -----
    The file is written at once: one that is there stays whole until the new one is complete.  Keras reads it on each
    of its backends.  A further entry holds the SHA-256 of every array; Keras ignores it.

    Examples
    --------
    >>> import os, tempfile
    >>> model = Sequential([keras.Input((4,)), Dense(3), Dense(1)])
    >>> path = os.path.join(tempfile.mkdtemp(), "m.keras")
    >>> keras.saving.save_model(model, path)
    >>> x = np.ones((2, 4))
    >>> bool((keras.saving.load_model(path).predict(x, verbose=0) == model.predict(x, verbose=0)).all())
    True
    """
    include_optimizer = kwargs.pop("include_optimizer", True)
    _check_save_arguments(filepath, zipped, kwargs)
    if not model.built:
        warnings.warn(
            "You are saving a model that has not yet been built. It might not contain any weights yet. Consider "
            "building the model first by calling it on some data.",
            stacklevel=3,
        )
    if not overwrite and not paths.may_replace(filepath):
        return
    if paths.ends(filepath, *_H5):
        paths.put(filepath, older_files.written(model, include_optimizer))
    else:
        paths.put(filepath, model_bytes(model))


def _check_save_arguments(filepath: Any, zipped: Any, kwargs: dict[str, Any]) -> None:
    save_format = kwargs.pop("save_format", None)
    if kwargs:
        raise ValueError(f"The following argument(s) are not supported: {list(kwargs)}")
    if zipped is not None and not zipped:
        raise ValueError("save_model: zipped=False, which writes a folder, is not in pynn; leave it out")
    if isinstance(filepath, io.IOBase):
        return
    if not paths.ends(filepath, ".keras", *_H5):
        raise ValueError(
            "Invalid filepath extension for saving. Please add either a `.keras` extension for the native Keras format "
            f"(recommended) or a `.h5` extension. Received: filepath={filepath}"
            + (f" (save_format={save_format!r} is older: the ending says it today)" if save_format else "")
        )
    if save_format:
        from pynn import legacy

        legacy.warn("model.save(save_format=…)", "leave it out (the ending of the path says it)")


def model_bytes(model: Any) -> bytes:
    """What a `.keras` file of the model holds."""
    import datetime

    with sharing.writing():
        config = json.dumps(sharing.shared_only(saving.serialize_keras_object(model)), default=_plain)
    when = datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S")
    notes = getattr(model, "_notes", "")
    metadata = json.dumps(
        {"keras_version": "3.15.1", "date_saved": when} | ({"pynn": json.loads(notes)} if notes else {})
    )
    entries = states.collect(model)
    return archive.written(config.encode(), metadata.encode(), hdf5.written(entries), checksums.of_arrays(entries))


def load_model(filepath: Any, custom_objects: Any = None, compile: bool = True, safe_mode: bool = True) -> Any:
    """Make a model from a file that `save_model` wrote, here or in Keras.

    Parameters
    ----------
    filepath : str, path or binary file
        A ``.keras`` file, or a ``.h5`` file of Keras 1, 2 or 3.
    custom_objects : dict, optional
        Name to class or function, for what is neither pynn's own nor registered.
    compile : bool, default True
        Whether to compile the model as it was, with the optimizer's state.
    safe_mode : bool, default True
        Refuse files that carry Python code, which would run.

    Returns
    -------
    Model

    Raises
    ------
    ValueError
        If there is no such file, or it has another format; as `RefusedFileError` if it is damaged or may do harm.
    TypeError
        If a class or function is unknown, with how to make it known.
    ImportError
        If h5py is not installed (extra ``h5``).

    Notes
    -----
    Reading imports nothing, and evaluates and unpickles nothing unless `safe_mode` is off.

    Examples
    --------
    >>> import io
    >>> model, file = Sequential([keras.Input((4,)), Dense(3), Dense(1)]), io.BytesIO()
    >>> model.save(file)
    >>> keras.models.load_model(file).count_params()
    19
    """
    hdf5.h5py()  # before anything else: what to install
    if not isinstance(filepath, io.IOBase):
        _check_there(filepath)
        if paths.ends(filepath, *_H5):
            return older_files.load_model(filepath, paths.get(filepath), custom_objects, compile, safe_mode)
    with about(filepath), saving.custom_object_scope(custom_objects):
        return model_of(archive.Archive(paths.get(filepath)), compile, safe_mode)


def model_of(found: archive.Archive, compile: bool, safe_mode: bool) -> Any:
    """The model that a checked archive holds."""
    config = found.config if compile else found.config | {"compile_config": None}
    if found.version.startswith("2."):
        config = older_configs.archived(config)
    with hdf5.File(found.weights, found.digests) as file:
        model = from_files.made(config, safe_mode, len(found.weights))
        with refusing("its weights do not fit its configuration", ValueError):
            states.restore(model, file)
    model._notes = json.dumps(found.notes) if found.notes else ""  # as text: no attribute that layers are looked for in
    return model


def _check_there(filepath: Any) -> None:
    if os.path.isdir(filepath):
        raise ValueError(
            f"File format not supported: filepath={filepath} is a folder. TensorFlow's SavedModel folders are not "
            'read; save the model there with model.save("m.keras")'
        )
    if not paths.ends(filepath, ".keras", *_H5):
        raise ValueError(
            f"File format not supported: filepath={filepath}. Keras 3 only supports V3 `.keras` files and legacy H5 "
            "format files (`.h5` extension)."
        )
    if not os.path.exists(filepath):
        raise ValueError(
            f"File not found: filepath={filepath}. Please ensure the file is an accessible `.keras` zip file; the "
            f"working directory is {os.getcwd()}."
        )


def _plain(value: Any) -> Any:
    import numpy as np

    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{value!r} of type {type(value).__name__} cannot be written as JSON")
