"""`tf.summary`: numbers, histograms, pictures, texts and sounds for TensorBoard, written by a program itself."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from pynn.events import EventFile


class SummaryWriter:
    """What `create_file_writer` returns."""

    def __init__(self, folder: str, suffix: str) -> None:
        self._file = EventFile(folder, suffix)

    @contextlib.contextmanager
    def as_default(self, step: Any = None) -> Iterator[SummaryWriter]:
        """Write here within a `with` block, at this step where none is given; what was written is then on the disk."""
        before = dict(_now)
        _now.update(file=self._file, **({} if step is None else {"step": step}))
        try:
            yield self
        finally:
            _now.update(before)
            self.flush()

    def set_as_default(self, step: Any = None) -> None:
        """Write here from now on."""
        _now.update(file=self._file, **({} if step is None else {"step": step}))

    def init(self) -> None:
        """Nothing: the file is there already."""

    def flush(self) -> None:
        """Bring what was written to the disk."""
        self._file.flush()

    def close(self) -> None:
        """Close the file."""
        self._file.close()


_now: dict[str, Any] = {"file": None, "step": None, "record": True}


def create_file_writer(
    logdir: Any,
    max_queue: Any = None,
    flush_millis: Any = None,
    filename_suffix: str | None = None,
    name: str | None = None,
    experimental_trackable: bool = False,
) -> SummaryWriter:
    """Make a file of events in a folder (extra `tensorboard`); queues of TensorFlow's have no meaning here."""
    return SummaryWriter(os.fspath(logdir), ".v2" if filename_suffix is None else filename_suffix)


@contextlib.contextmanager
def record_if(condition: Any) -> Iterator[None]:
    """Write within a `with` block only if a condition, or what it returns when it is called, holds."""
    before, _now["record"] = _now["record"], condition
    try:
        yield
    finally:
        _now["record"] = before


def should_record_summaries() -> bool:
    """Whether something would be written now."""
    condition = _now["record"]
    return _now["file"] is not None and bool(condition() if callable(condition) else condition)


def scalar(name: str, data: Any, step: Any = None, description: str | None = None) -> bool:
    """Write a number; returns whether it was written."""
    file, at = _ready(name, step)
    if file is not None:
        file.scalar(name, np.asarray(data).item(), at)
    return file is not None


def histogram(name: str, data: Any, step: Any = None, buckets: int | None = None, description: Any = None) -> bool:
    """Write how numbers are distributed over 30 buckets, or so many."""
    file, at = _ready(name, step)
    if file is not None:
        file.histogram(name, data, at, buckets or 30)
    return file is not None


def image(name: str, data: Any, step: Any = None, max_outputs: int = 3, description: Any = None) -> bool:
    """Write the first few pictures of (k, height, width, 1, 3 or 4): bytes, or numbers from 0 to 1."""
    file, at = _ready(name, step)
    if file is not None:
        _each(file.image, name, _ranked(data, 4, "image"), max_outputs, at)
    return file is not None


def audio(
    name: str,
    data: Any,
    sample_rate: int,
    step: Any = None,
    max_outputs: int = 3,
    encoding: Any = None,
    description: Any = None,
) -> bool:
    """Write the first few sounds of (k, frames, channels), numbers from -1 to 1, as WAV."""
    file, at = _ready(name, step)
    if file is not None:
        sounds = _ranked(data, 3, "audio")
        _each(lambda tag, sound, when: file.audio(tag, sound, int(sample_rate), when), name, sounds, max_outputs, at)
    return file is not None


def text(name: str, data: Any, step: Any = None, description: str | None = None) -> bool:
    """Write a text, or a list of them, in Markdown."""
    file, at = _ready(name, step)
    if file is not None:
        texts = np.asarray(data).ravel().tolist()
        file.text(name, [t.decode() if isinstance(t, bytes) else str(t) for t in texts], at)
    return file is not None


def flush(writer: SummaryWriter | None = None) -> None:
    """Bring what was written to the disk."""
    if writer is not None:
        writer.flush()
    elif _now["file"] is not None:
        _now["file"].flush()


def _ready(name: str, step: Any) -> tuple[EventFile | None, int]:
    """The file to write to, None if there is none, and the step."""
    if not should_record_summaries():
        return None, 0
    step = _now["step"] if step is None else step
    if step is None:
        raise ValueError(f"tf.summary: no step for {name!r}: pass step=, or writer.as_default(step=…)")
    return _now["file"], int(np.asarray(step))


def _ranked(data: Any, rank: int, what: str) -> np.ndarray:
    array = np.asarray(data)
    if array.ndim != rank:
        raise ValueError(f"tf.summary.{what}: data must have {rank} axes, the first one for several; got {array.shape}")
    return array


def _each(write: Any, name: str, items: np.ndarray, most: int, step: int) -> None:
    for i, item in enumerate(items[:most]):
        write(name if len(items) == 1 else f"{name}/{i}", item, step)


__all__ = [
    "SummaryWriter",
    "audio",
    "create_file_writer",
    "flush",
    "histogram",
    "image",
    "record_if",
    "scalar",
    "should_record_summaries",
    "text",
]
