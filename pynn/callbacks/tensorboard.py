"""The callback that writes for TensorBoard."""

from __future__ import annotations

import os
import time
import warnings
from typing import Any

import numpy as np

from pynn import legacy
from pynn.callbacks import layer_graph, projector
from pynn.callbacks.callback import Callback, Logs
from pynn.events import EventFile
from pynn.extras import require

# Between two writes to the disk, in seconds; what was written before is shown while training goes on.
_FLUSH_SECONDS = 1.0


class TensorBoard(Callback):
    """Write losses, metrics, weights and the graph to a folder that TensorBoard draws: ``tensorboard --logdir logs``.

    Needs tensorboardX (``pip install "pynn-kernels[tensorboard]"``), not TensorFlow.

    Parameters
    ----------
    log_dir : str or path, default "logs"
        Gets folders ``train`` and ``validation``.  A folder of its own for each run keeps their curves apart.
    histogram_freq : int, default 0
        Write histograms of all weights in each so-many-th epoch; 0: never.
    write_graph : bool, default True
        Write the layers of a Sequential or functional model, under "Graphs".
    write_images : bool, default False
        Write weights as images beside their histograms; 0 and less is black, 1 and more white.
    write_steps_per_second : bool, default False
    update_freq : "epoch", "batch" or int, default "epoch"
        ``"batch"`` or a number also writes ``batch_loss`` and the like in each or each so-many-th batch, for which
        `fit` comes back to Python.
    profile_batch : int or pair of ints, default 0
        Batches to profile.  Nothing is written for them; there is a warning that names ``model.profile``.
    embeddings_freq : int, default 0
        Write the vectors of `Embedding` layers in each so-many-th epoch, for TensorBoard's projector; 0: never.
    embeddings_metadata : str or dict, optional
        File with a line for each row of the embeddings, its path relative to `log_dir`; or ``{layer name: file}``.

    Raises
    ------
    ImportError
        If tensorboardX is missing.
    ValueError
        If an argument is none of these, or `embeddings_metadata` names a layer that is no embedding.

    Warns
    -----
    UserWarning
        If `profile_batch` is not 0.

    Notes
    -----
    Tags are Keras's: ``epoch_loss``, ``epoch_learning_rate``, … by epoch; ``batch_loss``, … by batch since `fit` began;
    ``evaluation_loss_vs_iterations``, … by updates of the weights; ``dense/kernel/histogram``.
    Files are complete after `fit`, after `evaluate`, and about once a second in between.

    Examples
    --------
    >>> model = Sequential([keras.Input((2,)), Dense(1)])
    >>> model.compile("sgd", "mse")
    >>> board = keras.callbacks.TensorBoard("my_logs/run_1")
    >>> record = model.fit(np.ones((4, 2)), np.ones(4), validation_split=0.5, verbose=0, callbacks=[board])
    >>> import os
    >>> sorted(os.listdir("my_logs/run_1"))
    ['train', 'validation']
    """

    writes_files = True

    @legacy.attribute(
        write_grads="leave it out (gradients are not written)",
        batch_size="leave it out (histograms need no data)",
        embeddings_layer_names="embeddings_freq=…, which writes all embeddings",
        embeddings_data="leave it out",
    )
    def __init__(
        self,
        log_dir: Any = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: Any = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: Any = None,
    ) -> None:
        super().__init__()
        self.log_dir = str(os.fspath(log_dir))
        self.histogram_freq = _count(histogram_freq, "histogram_freq")
        self.write_graph = write_graph
        self.write_images = write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = _frequency(update_freq)
        self.embeddings_freq = _count(embeddings_freq, "embeddings_freq")
        self.embeddings_metadata = embeddings_metadata
        _check_profile(profile_batch)
        require("tensorboardX", extra="tensorboard")
        self._files: dict[str, EventFile] = {}
        self._batch = self._earlier = self._written = 0  # batches of this fit, of earlier epochs, when last written
        self._batch_start = self._epoch_start = 0.0
        self._iterations_before = 0
        self._in_fit = self._in_test = False
        if self.update_freq not in ("epoch", 1):
            self.on_slice, self.end_of_slice = self._on_slice, self._end_of_slice

    @property
    def wants_each_batch(self) -> bool:
        """Whether every batch is written, or several make one for Keras, too; else slices end where something is."""
        several = getattr(self.model, "steps_per_execution", 1) > 1
        return bool(self.update_freq == 1 or (several and self.update_freq != "epoch"))

    def set_model(self, model: Any) -> None:
        """Take a model, and write its graph and the projector's settings."""
        super().set_model(model)
        self._close()
        if self.write_graph and type(model).__name__ in ("Functional", "Sequential"):
            self._write_graph()
        if self.embeddings_freq:
            # Here, so that a wrong name is an error before hours of training.
            projector.metadata_of(model, self.embeddings_metadata)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Count batches from here."""
        self._in_fit, self._batch, self._written = True, 0, 0
        self._file("train")

    def on_train_end(self, logs: Logs | None = None) -> None:
        """Close the files."""
        self._in_fit = False
        self._close()

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Note that batches are not those of training."""
        self._in_test = True

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Write metrics over updates of the weights."""
        self._in_test = False
        file = self._file("validation")
        if self.model.optimizer is not None:
            for name, value in (logs or {}).items():
                _write(file, f"evaluation_{name}_vs_iterations", value, _iterations(self.model))
        if not self._in_fit:
            self._close()

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Count."""
        self._batch += 1
        self._batch_start = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Write the means since the epoch began, if it is this batch's turn."""
        self._write_batch(1, logs)

    def _on_slice(self, batch: int, logs: Logs | None = None) -> None:
        if not self._in_test:
            done, self._batch = self._batch, self._earlier + batch + 1
            self._write_batch(self._batch - done, logs)
        self._batch_start = time.perf_counter()

    def _end_of_slice(self, done: int) -> int:
        return int(done + self.update_freq - (self._earlier + done) % self.update_freq)

    def _write_batch(self, count: int, logs: Logs | None) -> None:
        if self.update_freq == "epoch" or self._batch // self.update_freq == self._written // self.update_freq:
            return
        file, self._written = self._file("train"), self._batch
        if self.write_steps_per_second:
            seconds = max(time.perf_counter() - self._batch_start, 1e-9)
            file.scalar("batch_steps_per_second", count / seconds, self._batch)
        for name, value in (logs or {}).items():
            _write(file, f"batch_{name}", value, self._batch)
        self._flush()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Start the clocks."""
        self._earlier, self._batch_start = self._batch, time.perf_counter()
        self._iterations_before, self._epoch_start = _iterations(self.model), time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Write metrics, weights and embeddings."""
        self._write_epoch(epoch, logs or {})
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            projector.write(self.log_dir, self.model, self.embeddings_metadata, epoch)
        self._flush()

    def _write_epoch(self, epoch: int, logs: Logs) -> None:
        if not logs:
            return
        train = {name: value for name, value in logs.items() if not name.startswith("val_")}
        if self.model.optimizer is not None:
            train["learning_rate"] = float(np.asarray(self.model.optimizer.learning_rate))
        if self.write_steps_per_second:
            seconds = max(time.perf_counter() - self._epoch_start, 1e-9)
            train["steps_per_second"] = (_iterations(self.model) - self._iterations_before) / seconds
        for name, value in train.items():
            _write(self._file("train"), f"epoch_{name}", value, epoch)
        for name in [name for name in logs if name.startswith("val_")]:
            _write(self._file("validation"), f"epoch_{name.removeprefix('val_')}", logs[name], epoch)

    def _write_weights(self, epoch: int) -> None:
        file = self._file("train")
        for weight in [weight for layer in self.model.layers for weight in layer.weights]:
            tag, values = weight.path.replace(":", "_"), np.asarray(weight)
            file.histogram(f"{tag}/histogram", values, epoch)
            if self.write_images:
                for name, pixels in _images(f"{tag}/image", values):
                    file.image(name, pixels, epoch)

    def _write_graph(self) -> None:
        try:
            text = self.model.to_json()
        except Exception as error:  # a layer of the user's without a configuration: training matters more
            warnings.warn(f"Model failed to serialize as JSON. Ignoring... {error}", stacklevel=2)
        else:
            self._file("train").text("keras", [text], 0, plugin="graph_keras_model", content=b"1")
            if layer_graph.network_of(self.model) is not None:
                self._file("train").graph(layer_graph.nodes_of(self.model))

    def _file(self, run: str) -> EventFile:
        if run not in self._files:
            self._files[run] = EventFile(os.path.join(self.log_dir, run))
        return self._files[run]

    def _flush(self) -> None:
        for file in self._files.values():
            if time.monotonic() - file.flushed > _FLUSH_SECONDS:
                file.flush()

    def _close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files = {}


def _write(file: EventFile, tag: str, value: Any, step: int) -> None:
    """Write a number; a metric that has one for each class becomes several tags."""
    numbers = np.asarray(value, np.float64)
    for i, number in enumerate(numbers.ravel().tolist()):
        file.scalar(tag if numbers.ndim == 0 else f"{tag}_{i}", number, step)


def _images(tag: str, weight: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """A weight as Keras lays it out: a bias is a column, a matrix lies on its longer side, cubes are a few slices."""
    values = np.squeeze(weight)
    if values.ndim == 1:
        return [(tag, values[:, None, None])]
    if values.ndim == 2:
        return [(tag, (values.T if values.shape[0] > values.shape[1] else values)[..., None])]
    if values.ndim == 3:
        return [(f"{tag}/{i}", values[..., i, None]) for i in range(min(3, values.shape[-1]))]
    return []


def _iterations(model: Any) -> int:
    return 0 if model.optimizer is None else int(model.optimizer.iterations)


def _count(value: Any, name: str) -> int:
    if value is None:  # as some courses write 0
        return 0
    if not isinstance(value, int | np.integer) or value < 0:
        raise ValueError(f"TensorBoard: {name} must be an integer >= 0 (epochs), got {value!r}")
    return int(value)


def _frequency(value: Any) -> Any:
    if value == "epoch":
        return value
    if value != "batch" and (not isinstance(value, int | np.integer) or value < 1):
        raise ValueError(f"TensorBoard: update_freq must be 'epoch', 'batch' or an integer >= 1, got {value!r}")
    return 1 if value == "batch" else int(value)


def _check_profile(given: Any) -> None:
    value = [int(part) for part in given.split(",")] if isinstance(given, str) else given
    pair = [value, value] if isinstance(value, int) else list(value) if isinstance(value, list | tuple) else []
    if len(pair) != 2 or not all(isinstance(batch, int) for batch in pair) or not 0 <= pair[0] <= pair[1]:
        raise ValueError(
            "profile_batch must be a non-negative integer or 2-tuple of positive integers. A pair of positive integers "
            f"signifies a range of batches to profile. Found: {given}"
        )
    if pair[0] > 0:
        warnings.warn(
            f"TensorBoard(profile_batch={given!r}): nothing is written for TensorBoard's profiler; "
            "model.profile(x, y) prints the time of each step of a batch.",
            stacklevel=4,
        )
