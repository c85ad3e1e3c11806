"""Files of events: histograms, pictures, sounds and texts, written one by one and through `tf.summary`."""

from __future__ import annotations

import io

import numpy as np
import pytest

pytest.importorskip("tensorboardX", reason="events are written with it")
accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")

from pynn.events import EventFile  # noqa: E402


def read(folder):
    return accumulator.EventAccumulator(str(folder), dict.fromkeys(accumulator.DEFAULT_SIZE_GUIDANCE, 0)).Reload()


def tensors_of(events, tag):
    return [value for event in events.Tensors(tag) for value in event.tensor_proto.string_val]


def test_histograms(tmp_path):
    file = EventFile(str(tmp_path))
    file.histogram("even", np.linspace(0, 3, 31), 0)
    file.histogram("same", np.full(4, 2.0), 1)
    file.histogram("broken", [np.nan, np.inf, 1.0], 2)
    file.histogram("nothing", [np.nan], 3)
    file.close()
    file.close()
    events = read(tmp_path)
    found = {tag: events.Histograms(tag)[0].histogram_value for tag in events.Tags()["histograms"]}
    assert found["even"].bucket == [1.0] * 29 + [2.0]
    np.testing.assert_allclose(found["even"].bucket_limit, np.linspace(0.1, 3, 30))
    assert [found[tag].num for tag in found] == [31, 4, 1, 0]
    assert sum(found["same"].bucket) == 4


def test_images_and_sound_are_files_of_their_kinds(tmp_path):
    file = EventFile(str(tmp_path))
    file.image("grey", np.array([[0.0, 0.5, 1.0], [-1.0, 2.0, np.nan]])[..., None], 0)
    file.image("colour", np.arange(24, dtype="uint8").reshape(2, 4, 3), 0)
    file.audio("beep", np.sin(np.arange(100.0))[:, None], 8000, 0)
    file.close()
    events = read(tmp_path)
    from matplotlib import image

    grey = image.imread(io.BytesIO(events.Images("grey")[0].encoded_image_string))
    np.testing.assert_allclose(grey * 255, [[0, 127, 255], [0, 255, 0]], atol=1e-3)
    colour = image.imread(io.BytesIO(events.Images("colour")[0].encoded_image_string))
    np.testing.assert_allclose(colour * 255, np.arange(24).reshape(2, 4, 3), atol=1e-3)
    sound = events.Audio("beep")[0]
    assert (sound.sample_rate, sound.length_frames, sound.encoded_audio_string[:4]) == (8000, 100, b"RIFF")


def test_summaries_of_a_program(tmp_path):
    """As chapters on TensorBoard write them by hand."""
    from pynn.tf import summary

    assert summary.scalar("nowhere", 1.0, step=0) is False
    writer = summary.create_file_writer(tmp_path)
    with writer.as_default():
        for step in range(1, 4):
            summary.scalar("my scalar", np.sin(step / 10), step=step)
            summary.histogram("my hist", np.random.randn(100) * step, buckets=50, step=step)
            summary.image("my images", np.random.rand(2, 8, 8, 3) * step / 3, step=step)
            summary.text("my text", ["The step is " + str(step), "Its square is " + str(step**2)], step=step)
            summary.audio("my audio", np.sin(np.linspace(0, 9, 480))[None, :, None], sample_rate=48000, step=step)
        with summary.record_if(False):
            summary.scalar("left out", 1.0, step=1)
        with pytest.raises(ValueError, match="no step for 'late'"):
            summary.scalar("late", 1.0)
        with pytest.raises(ValueError, match="data must have 4 axes"):
            summary.image("flat", np.ones((8, 8)), step=1)
    with writer.as_default(step=7):
        summary.scalar("late", np.float32(1.0))
    writer.close()
    events = read(tmp_path)
    tags = events.Tags()
    assert tags["scalars"] == ["my scalar", "late"]
    assert tags["images"] == ["my images/0", "my images/1"]
    assert (tags["histograms"], tags["audio"], tags["tensors"]) == (["my hist"], ["my audio"], ["my text"])
    assert len(events.Histograms("my hist")[0].histogram_value.bucket) == 50
    assert events.Scalars("late")[0].step == 7
    assert tensors_of(events, "my text")[:2] == [b"The step is 1", b"Its square is 1"]
