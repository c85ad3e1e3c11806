"""The part of a model that goes to files and comes from them."""

from __future__ import annotations

from typing import Any


class Saved:
    """What every model has for files; see `pynn.models.files`."""

    def save(self, filepath: Any, overwrite: bool = True, zipped: Any = None, **kwargs: Any) -> None:
        """Write the whole model into a file: layers, weights, what it was compiled with, the optimizer's state.

        Parameters
        ----------
        filepath : str, path or binary file
            Ends in ``.keras``; ``.h5`` gives Keras 2's format.
        overwrite : bool, default True
            Whether to replace a file without asking.
        zipped, **kwargs
            See `keras.saving.save_model`.

        Raises
        ------
        ValueError
            If `filepath` ends otherwise.
        """
        from pynn.models import files

        files.save_model(self, filepath, overwrite, zipped, **kwargs)

    def save_weights(self, filepath: Any, overwrite: bool = True, max_shard_size: Any = None) -> None:
        """Write the weights, and the optimizer's state if the model is compiled, into a file.

        Parameters
        ----------
        filepath : str or path
            Ends in ``.weights.h5``.
        overwrite : bool, default True
            Whether to replace a file without asking.
        max_shard_size
            Only None: pynn writes one file.

        Raises
        ------
        ValueError
            If `filepath` ends otherwise, or the model is not built.
        """
        from pynn.models import weight_files

        weight_files.save_weights(self, filepath, overwrite, max_shard_size)

    def load_weights(self, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> None:
        """Take weights, and the optimizer's state, from a file that a model of the same layers wrote.

        Parameters
        ----------
        filepath : str or path
            A ``.weights.h5``, ``.keras`` or ``.h5`` file, written here or by Keras.
        skip_mismatch : bool, default False
            Whether to leave out, with a warning, layers whose weights have another shape or number.
        **kwargs
            See `keras.saving.load_weights`.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the model is not built, or does not fit the file; as RefusedFileError if the file is damaged.  The model
            is as it was then.
        """
        from pynn.models import weight_files

        weight_files.load_weights(self, filepath, skip_mismatch, **kwargs)

    def export(
        self, filepath: Any, format: str = "onnx", verbose: Any = None, input_signature: Any = None, **kwargs: Any
    ) -> None:
        """Write the model as an ONNX graph, which other programs predict with; it cannot be trained there.

        Parameters
        ----------
        filepath : str, path or binary file
            Ends in ``.onnx``.
        format : str, default "onnx"
            The only one here.  Keras's default is TensorFlow's SavedModel.
        verbose, input_signature
            For Keras's sake: only None.

        Raises
        ------
        ValueError
            If another format is asked for, or a layer has no form in ONNX here.
        ImportError
            If onnx is not installed (extra ``onnx``).
        """
        from pynn.models import exporting, paths

        if format != "onnx" or input_signature is not None or kwargs:
            raise ValueError(f'export: only format="onnx" is in pynn, without more settings; got {format!r} {kwargs}')
        paths.put(filepath, exporting.onnx_bytes(self))

    def _save_with_notes(self, filepath: str, notes: Any) -> None:
        """As `save_weights`, with anything JSON holds: both are there, or neither is."""
        from pynn.models import paths, weight_files

        paths.put(filepath, weight_files.weights_bytes(self, notes=notes))

    def _load_with_notes(self, filepath: str) -> Any:
        """As `load_weights`; returns the notes, None if there are none."""
        from pynn.models import paths, weight_files
        from pynn.saving.refused import about

        with about(filepath):
            return weight_files.take_weights(self, paths.get(filepath), zipped=False)
