"""Files of events, which TensorBoard draws; their records and messages are tensorboardX's."""

from __future__ import annotations

import io
import itertools
import os
import time
import weakref
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from pynn.extras import require

_numbers = itertools.count()


class EventFile:
    """A new file of events in a folder, `events.out.tfevents.…`, as TensorFlow 2 names it.

    Parameters
    ----------
    folder : str
        Made if it is not there.  TensorBoard shows each folder as a run.
    suffix : str, default ".v2"
        End of the file's name.

    Raises
    ------
    ImportError
        If tensorboardX is missing; the message says how to install it.
    OSError
        If the folder cannot be written.

    Notes
    -----
    Tags are written as they are, steps as integers >= 0.  What is written is on the disk after `flush` or `close`, and
    when the object or the process ends; there is no thread behind it.

    Examples
    --------
    >>> file = EventFile("logs")
    >>> file.scalar("loss", 0.5, step=1)
    >>> file.close()
    """

    def __init__(self, folder: str, suffix: str = ".v2") -> None:
        import socket

        self._events = require("tensorboardX.proto.event_pb2", extra="tensorboard")
        self._summaries = require("tensorboardX.proto.summary_pb2", extra="tensorboard")
        os.makedirs(folder, exist_ok=True)
        # Two files of one second and one process differ in the last number.
        name = f"events.out.tfevents.{int(time.time())}.{socket.gethostname()}.{os.getpid()}.{next(_numbers)}{suffix}"
        self.path = os.path.join(folder, name)
        self._records = require("tensorboardX", extra="tensorboard").RecordWriter(self.path)
        self.close = weakref.finalize(self, self._records.close)
        self._write(self._events.Event(wall_time=time.time(), file_version="brain.Event:2"))
        self.flush()

    def scalar(self, tag: str, value: float, step: int) -> None:
        """Write a number."""
        self._add(step, tag=tag, simple_value=float(value))

    def histogram(self, tag: str, values: Any, step: int, buckets: int = 30) -> None:
        """Write how numbers are distributed, over so many buckets of equal width; NaN and infinities are left out."""
        numbers = np.asarray(values, np.float64).ravel()
        numbers = numbers[np.isfinite(numbers)]
        if not numbers.size:
            return self._add(step, tag=tag, histo=self._summaries.HistogramProto())
        counts, edges = np.histogram(numbers, buckets)
        histogram = self._summaries.HistogramProto(
            min=numbers.min(), max=numbers.max(), num=numbers.size, sum=numbers.sum(), sum_squares=numbers @ numbers
        )
        histogram.bucket_limit.extend(edges[1:].tolist())
        histogram.bucket.extend(counts.tolist())
        return self._add(step, tag=tag, histo=histogram)

    def image(self, tag: str, pixels: Any, step: int) -> None:
        """Write pixels (height, width, 1, 3 or 4): bytes, or numbers of which 0 is dark and 1 is bright."""
        array = np.asarray(pixels)
        if array.dtype != np.uint8:
            array = (np.clip(np.nan_to_num(array.astype(np.float64)), 0, 1) * 255.5).astype(np.uint8)
        height, width, channels = array.shape
        image = self._summaries.Summary.Image(
            height=height, width=width, colorspace=channels, encoded_image_string=_png(array)
        )
        self._add(step, tag=tag, image=image)

    def text(self, tag: str, texts: Sequence[str], step: int, plugin: str = "text", content: bytes = b"") -> None:
        """Write texts, Markdown for the plugin "text"; the shape is () for one of them."""
        tensors = require("tensorboardX.proto.tensor_pb2", extra="tensorboard")
        shapes = require("tensorboardX.proto.tensor_shape_pb2", extra="tensorboard")
        shape = shapes.TensorShapeProto(dim=[] if len(texts) == 1 else [shapes.TensorShapeProto.Dim(size=len(texts))])
        tensor = tensors.TensorProto(
            dtype="DT_STRING", tensor_shape=shape, string_val=[text.encode("utf-8") for text in texts]
        )
        data = self._summaries.SummaryMetadata.PluginData(plugin_name=plugin, content=content)
        self._add(step, tag=tag, tensor=tensor, metadata=self._summaries.SummaryMetadata(plugin_data=data))

    def audio(self, tag: str, samples: Any, rate: int, step: int) -> None:
        """Write sound (frames, channels) of numbers from -1 to 1 as 16-bit samples, `rate` a second."""
        import wave

        sound, buffer = np.asarray(samples, np.float64), io.BytesIO()
        with wave.open(buffer, "wb") as file:
            file.setparams((sound.shape[1], 2, int(rate), 0, "NONE", ""))
            file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
        audio = self._summaries.Summary.Audio(
            sample_rate=rate,
            num_channels=sound.shape[1],
            length_frames=len(sound),
            encoded_audio_string=buffer.getvalue(),
            content_type="audio/wav",
        )
        self._add(step, tag=tag, audio=audio)

    def graph(self, nodes: Iterable[tuple[str, str, Sequence[str], Sequence[Any], int]]) -> None:
        """Write a graph: for each node its name, kind, names of inputs, shapes of outputs and number of parameters."""
        graphs, values = (
            require(f"tensorboardX.proto.{name}_pb2", extra="tensorboard") for name in ("graph", "attr_value")
        )
        graph = graphs.GraphDef()
        for name, kind, inputs, shapes, parameters in nodes:
            node = graph.node.add(name=name, op=kind, input=inputs)
            node.attr["parameters"].CopyFrom(values.AttrValue(i=parameters))
            # Under this name TensorBoard finds what it writes at the arrows; -1: any size.
            sizes = node.attr["_output_shapes"].list
            for shape in shapes:
                sizes.shape.add(dim=[{"size": -1 if size is None else size} for size in shape])
        self._write(self._events.Event(wall_time=time.time(), graph_def=graph.SerializeToString()))

    def flush(self) -> None:
        """Bring what was written to the disk."""
        if self.close.alive:
            self._records.flush()
        self.flushed = time.monotonic()

    def _add(self, step: int, **value: Any) -> None:
        summary = self._summaries.Summary(value=[self._summaries.Summary.Value(**value)])
        self._write(self._events.Event(wall_time=time.time(), step=int(step), summary=summary))

    def _write(self, event: Any) -> None:
        self._records.write(event.SerializeToString())


def _png(pixels: np.ndarray) -> bytes:
    """Bytes (height, width, 1, 3 or 4) as a PNG file (W3C, Portable Network Graphics, third edition, 2025)."""
    import struct
    import zlib

    height, width, channels = pixels.shape
    colour = {1: 0, 3: 2, 4: 6}[channels]
    rows = np.zeros((height, 1 + width * channels), np.uint8)  # each row begins with its filter, 0: none
    rows[:, 1:] = pixels.reshape(height, -1)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows.tobytes())) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts
