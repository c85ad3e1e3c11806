"""`pynn train`: a network for a table or for images, with what it was trained on kept in its file."""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import sys
import tempfile
import time
from typing import Any

import numpy as np

from pynn import keras
from pynn.command_line import data
from pynn.console import can_redraw
from pynn.saving import hdf5

_UPDATES = 3000  # of the weights, where nobody says for how many epochs
_LINES = 10  # of progress, where lines cannot be redrawn


def run(given: argparse.Namespace) -> None:
    """Train, say how well it went, and save."""
    out, may_save = _place(given)
    keras.utils.set_random_seed(given.seed)
    found = data.to_train(given)
    rows, held = _split(found, given.validation)
    model = _model(found, given, rows[0], rows[1])
    epochs = given.epochs or min(200, max(5, math.ceil(_UPDATES / math.ceil(len(rows[0]) / given.batch_size))))
    if not given.quiet:
        _tell(found, rows, held, model, epochs)
    callbacks = _callbacks(given, epochs, held)
    start = time.perf_counter()
    history = model.fit(
        *rows, given.batch_size, epochs, verbose=0, callbacks=callbacks, validation_data=held, shuffle=True
    )
    _tell_result(model, found, history, held, time.perf_counter() - start)
    if may_save:
        model._notes = json.dumps(found.notes)
        model.save(out)
        print(f"saved: {out}")
    else:
        print('not saved: needs h5py, pip install "pynn-kernels[h5]"')


def _place(given: argparse.Namespace) -> tuple[str, bool]:
    """Where to save, and whether that is possible: known before an hour of training."""
    out = given.out or f"{data.base_name(given.data)}.keras"
    if not out.endswith((".keras", ".h5")):
        raise ValueError(f"--out {out}: expected a name that ends in .keras")
    folder = os.path.dirname(out) or "."
    if os.path.isdir(out) or not os.path.isdir(folder):
        raise ValueError(f"--out {out}: " + ("is a folder" if os.path.isdir(out) else f"there is no folder {folder}"))
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise ValueError(f"--out {out}: nothing can be written to the folder {folder}: {error.strerror}") from None
    try:
        hdf5.h5py()
    except ImportError:
        if given.out:
            raise
        return out, False
    return out, True


def _split(found: data.Data, share: float) -> tuple[tuple[np.ndarray, np.ndarray], Any]:
    """Rows to train on and rows to validate on: those that the data set keeps for that, or some at random."""
    if found.test is not None:
        return (found.x, found.y), found.test
    order = np.random.permutation(len(found.x))
    held = int(len(order) * share)
    if held == 0:
        return (found.x, found.y), None
    return (found.x[order[held:]], found.y[order[held:]]), (found.x[order[:held]], found.y[order[:held]])


def _model(found: data.Data, given: argparse.Namespace, x: np.ndarray, y: np.ndarray) -> Any:
    """Numbers are scaled by layers of the model, so that its file holds how."""
    layers = keras.layers
    parts: list[Any] = [keras.Input(x.shape[1:])]
    if x.ndim > 2:
        pictures = x.dtype == np.uint8
        parts += [layers.Flatten(), layers.Rescaling(1 / 255) if pictures else layers.Normalization(axis=None)]
        if not pictures:
            parts[-1].adapt(x.reshape(len(x), -1))
    else:
        parts.append(layers.Normalization())
        parts[-1].adapt(x.astype(np.float32))
    for units in given.layers:
        parts.append(layers.Dense(units, given.activation))
        if given.dropout:
            parts.append(layers.Dropout(given.dropout))
    if found.notes["task"] == "classification":
        parts.append(layers.Dense(len(found.notes["classes"]), "softmax"))
        loss, metrics = "sparse_categorical_crossentropy", ["accuracy"]
    else:
        outputs = y.reshape(len(y), -1)
        mean, variance = outputs.mean(0).tolist(), np.maximum(outputs.var(0), 1e-12).tolist()
        parts += [layers.Dense(outputs.shape[1]), layers.Normalization(mean=mean, variance=variance, invert=True)]
        loss, metrics = "mse", ["mae"]
    model = keras.Sequential(parts)
    optimizer = keras.optimizers.get(given.optimizer)
    if given.learning_rate:
        optimizer.learning_rate = given.learning_rate
    model.compile(optimizer, loss, metrics=metrics)
    return model


def _tell(found: data.Data, rows: Any, held: Any, model: Any, epochs: int) -> None:
    notes = found.notes
    what = f"{notes['target']!r}" if "target" in notes else "y"
    if notes["task"] == "classification":
        classes = notes["classes"]
        shown = ", ".join(classes) if len(classes) <= 10 else f"{', '.join(classes[:9])}, …"
        print(f"target: {what}, {len(classes)} classes ({shown}): classification")
    else:
        print(f"target: {what}, {rows[1].min():g} to {rows[1].max():g}: regression")
    shape = " x ".join(map(str, found.x.shape[1:]))
    print(f"rows: {len(rows[0])} to train on, {0 if held is None else len(held[0])} held out; inputs: {shape}")
    sizes = [str(layer.units) for layer in model.layers if isinstance(layer, keras.layers.Dense)]
    print(f"network: {'-'.join(sizes)} units, {model.count_params():,} parameters; {_epochs(epochs)}", flush=True)


def _epochs(count: int) -> str:
    return f"{count} epoch{'s' * (count > 1)}"


def _callbacks(given: argparse.Namespace, epochs: int, held: Any) -> list[Any]:
    callbacks: list[Any] = [keras.callbacks.TerminateOnNaN()] + ([] if given.quiet else [_Progress(epochs)])
    if given.patience:
        if held is None:
            raise ValueError("--patience needs held-out rows: --validation must be > 0")
        callbacks.append(keras.callbacks.EarlyStopping(patience=given.patience, restore_best_weights=True))
    return callbacks


class _Progress(keras.callbacks.Callback):
    """One line that is redrawn, or ten lines in a file."""

    def __init__(self, epochs: int) -> None:
        super().__init__()
        self.epochs, self.redraws, self.width = epochs, can_redraw(), 0

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        last, every = epoch + 1 == self.epochs, max(1, self.epochs // _LINES)
        if not (self.redraws or last or (epoch + 1) % every == 0):
            return
        numbers = " - ".join(f"{name}: {value:.4g}" for name, value in (logs or {}).items())
        line = f"epoch {epoch + 1}/{self.epochs} - {numbers}"
        if self.redraws:
            line = line[: shutil.get_terminal_size().columns - 1]  # a line that wraps cannot be redrawn
            sys.stdout.write("\r" + line.ljust(self.width))
            self.width = len(line)
        else:
            print(line)
        sys.stdout.flush()

    def on_train_end(self, logs: Any = None) -> None:
        if self.redraws:
            print()


def _tell_result(model: Any, found: data.Data, history: Any, held: Any, seconds: float) -> None:
    rows = ("held-out rows", held) if held is not None else ("the rows trained on", (found.x, found.y))
    result = model.evaluate(*rows[1], verbose=0, return_dict=True)
    if not np.isfinite(result["loss"]):
        raise ValueError("training diverged: the loss is no number; try a smaller --learning-rate")
    if found.notes["task"] == "classification":
        said = f"accuracy {result['accuracy']:.4f}"
    else:
        said = f"mean absolute error {result['mae']:.4g}"
    print(f"{said} on {rows[0]}, after {_epochs(len(history.epoch))} in {seconds:.2g} s")
