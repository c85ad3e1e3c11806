"""keras.utils: sequences, the parts of a batch, and files from an address, against real Keras; nothing is fetched."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
import zipfile

import numpy as np
import pytest

PADDING = [
    {},
    {"maxlen": 2},
    {"maxlen": 6, "padding": "post"},
    {"maxlen": 2, "truncating": "post", "value": 9},
    {"dtype": "float32", "value": -1.5},
]


@pytest.mark.parametrize("options", PADDING, ids=str)
def test_pad_sequences(keras, real_keras, options):
    for given in ([[1, 2, 3], [4], [], [5, 6]], [[[1, 2], [3, 4]], [[5, 6]]]):
        ours, theirs = (side.utils.pad_sequences(given, **options) for side in (keras, real_keras))
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs)


def test_pad_sequences_refuses(keras, real_keras):
    wrong = (
        (3, {}, "must be iterable"),
        ([1, 2], {}, "Found non-iterable: 1"),
        ([[1]], {"padding": "mid"}, 'Padding type "mid" not understood'),
        ([[1]], {"truncating": "mid"}, 'Truncating type "mid" not understood'),
        ([[1]], {"value": "none"}, "You should set `dtype=object`"),
        ([[[1, 2]], [[1]]], {}, "is different from expected shape"),
    )
    for side in (keras, real_keras):
        for given, options, words in wrong:
            with pytest.raises(ValueError, match=words):
                side.utils.pad_sequences(given, **options)


def test_parts_of_a_batch(keras, real_keras):
    for data in (1, (1,), [1, 2], (1, 2, 3)):
        ours, theirs = (side.utils.unpack_x_y_sample_weight(data) for side in (keras, real_keras))
        assert ours == theirs
    for parts in ((1,), ([1],), (1, 2), (1, 2, 3)):
        ours, theirs = (side.utils.pack_x_y_sample_weight(*parts) for side in (keras, real_keras))
        assert ours == theirs
    for side in (keras, real_keras):
        with pytest.raises(ValueError, match="Data is expected to be in format"):
            side.utils.unpack_x_y_sample_weight((1, 2, 3, 4))


def test_py_dataset(keras, real_keras):
    for side in (keras, real_keras):

        class Silent(side.utils.PyDataset):
            def __init__(self):
                pass

            def __len__(self):
                return 2

            def __getitem__(self, index):
                return index

        assert side.utils.Sequence is side.utils.PyDataset
        made = Silent()
        assert list(made) == [0, 1]
        assert made.num_batches == 2
        with pytest.warns(UserWarning, match=r"should call `super\(\).__init__"):
            assert made.workers == 1
        with pytest.raises(NotImplementedError, match="num_batches"):
            side.utils.PyDataset(workers=2, use_multiprocessing=True, max_queue_size=3).num_batches  # noqa: B018


def archive(path, kind, names):
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as made:
            for name in names:
                made.writestr(name, name)
    else:
        with tarfile.open(path, "w:gz") as made:
            for name in names:
                info = tarfile.TarInfo(name)
                info.size = len(name)
                made.addfile(info, io.BytesIO(name.encode()))


@pytest.mark.parametrize("fname", [None, "own.dat", "plain"])
@pytest.mark.parametrize("extract", [None, "zip", "tar"])
def test_get_file(keras, real_keras, tmp_path, fname, extract):
    """The same path below the cache, and the same bytes; the second call asks nobody."""
    source, found = tmp_path / "data.bin", []
    if extract:
        archive(source, extract, ["a.txt", "deep/b.txt"])
    else:
        source.write_bytes(b"123")
    checksum = hashlib.sha256(source.read_bytes()).hexdigest()
    for number, side in enumerate((keras, real_keras)):
        cache = tmp_path / str(number)
        cache.mkdir()
        options = {"fname": fname, "origin": source.as_uri(), "cache_dir": str(cache), "file_hash": checksum}
        path = side.utils.get_file(extract=bool(extract), **options)
        content = source.read_bytes()
        source.unlink()
        assert side.utils.get_file(extract=bool(extract), **options) == path
        source.write_bytes(content)
        files = {os.path.relpath(os.path.join(d, f), path) for d, _, names in os.walk(path) for f in names}
        found.append((os.path.relpath(path, cache), files))
    assert found[0] == found[1]


def test_get_file_refuses(keras, real_keras, tmp_path):
    source = tmp_path / "data.bin"
    source.write_bytes(b"123")
    for number, side in enumerate((keras, real_keras)):
        cache = tmp_path / str(number)
        cache.mkdir()
        get, origin = side.utils.get_file, source.as_uri()
        with pytest.raises(ValueError, match='specify the "origin"'):
            get("name")
        with pytest.raises(ValueError, match="Paths are no longer accepted"):
            get("a/b", origin)
        with pytest.raises(ValueError, match="Incomplete or corrupted file detected"):
            get(origin=origin, md5_hash="0" * 32, cache_dir=str(cache), force_download=True)
        with pytest.raises(Exception, match="URL fetch failure on"):
            get(origin=(tmp_path / "none").as_uri(), cache_dir=str(cache))


@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.filterwarnings("ignore:Skipping invalid path:UserWarning")
def test_nothing_is_written_outside(keras, tmp_path, kind):
    source, cache = tmp_path / "data.bin", tmp_path / "cache"
    cache.mkdir()
    archive(source, kind, ["good.txt", "../../../bad.txt"])
    path = keras.utils.get_file(origin=source.as_uri(), extract=True, cache_dir=str(cache))
    assert os.listdir(path) == ["good.txt"]
    assert not list(tmp_path.rglob("bad.txt"))


def test_config(sides):
    for side in sides:
        config = side.utils.Config(b=1)
        config.a = [2]
        config["c"] = 3
        config.update(d=4)
        assert (config.a, config["b"], config.get("c"), config.get("e", 5)) == ([2], 1, 3, 5)
        assert list(config) == ["a", "b", "c", "d"]
        assert (len(config), "a" in config, config.pop("d"), repr(config)) == (
            4,
            True,
            4,
            "<Config {'b': 1, 'a': [2], 'c': 3}>",
        )
        assert config.to_json() == '{"b": 1, "a": [2], "c": 3}'
        del config["a"]
        assert config.as_dict() == dict(config.items()) == {"b": 1, "c": 3}
        assert (list(config.keys()), list(config.values()), config.frozen) == (["b", "c"], [1, 3], False)
        with pytest.raises(AttributeError, match="Unknown attribute: 'rate'"):
            config.rate  # noqa: B018
        config.freeze()
        assert config.frozen
        for change in (lambda: config.update(b=2), lambda: config.pop("b"), lambda: setattr(config, "b", 2)):  # noqa: B023
            with pytest.raises(ValueError, match="config is frozen"):
                change()
        config.unfreeze()
        config.b = 2
        assert config.b == 2


def test_symbolic(sides):
    for side in sides:
        x = side.Input((2,))
        assert side.utils.is_keras_tensor(x)
        assert side.backend.is_keras_tensor(x)
        assert not side.utils.is_keras_tensor(np.ones(2))
        assert [t is x for t in side.utils.get_source_inputs(x)] == [True]
        assert side.utils.get_source_inputs(3) == 3


WINDOWS = [
    {},
    {"sequence_stride": 2, "sampling_rate": 3},
    {"start_index": 3, "end_index": 17},
    {"batch_size": 2},
    {"batch_size": None},
]


@pytest.mark.parametrize("options", WINDOWS, ids=str)
def test_windows(keras, is_oracle, options):
    """By the definition in Keras's documentation: real Keras needs TensorFlow for this function."""
    if is_oracle:
        pytest.skip("needs TensorFlow")
    series, targets = np.arange(20), 100 + np.arange(20)
    batches = keras.utils.timeseries_dataset_from_array(series, targets, 4, **options)
    settings = {
        "sequence_stride": 1,
        "sampling_rate": 1,
        "start_index": 0,
        "end_index": 20,
        "batch_size": 128,
    } | options
    part, rate = slice(settings["start_index"], settings["end_index"]), settings["sampling_rate"]
    starts = range(0, len(series[part]) - 3 * rate, settings["sequence_stride"])
    expected = [(series[part][s : s + 4 * rate : rate], targets[part][s]) for s in starts]
    if settings["batch_size"] is None:
        found = list(batches)
    else:
        sizes = [len(x) for x, _ in batches]
        assert max(sizes) <= settings["batch_size"]
        found = [pair for x, y in batches for pair in zip(x, y, strict=True)]
    assert len(found) == len(expected)
    for (x, y), (w, z) in zip(found, expected, strict=True):
        np.testing.assert_array_equal(x, w)
        assert y == z


def test_windows_shuffled(keras, is_oracle):
    if is_oracle:
        pytest.skip("needs TensorFlow")
    make = keras.preprocessing.timeseries_dataset_from_array
    first, again = (make(np.arange(30), None, 3, shuffle=True, seed=1, batch_size=7) for _ in range(2))
    rows = np.concatenate(list(first))
    np.testing.assert_array_equal(rows, np.concatenate(list(again)))
    assert not np.array_equal(rows, np.sort(rows, axis=0))
    first.on_epoch_end()
    other = np.concatenate(list(first))
    assert not np.array_equal(rows, other)
    np.testing.assert_array_equal(np.sort(rows, axis=0), np.sort(other, axis=0))


def test_windows_refuse(sides):
    wrong = [
        ({"sampling_rate": 0}, "`sampling_rate` must be higher than 0"),
        ({"sampling_rate": 20}, "`sampling_rate` must be lower than the length"),
        ({"sequence_stride": 0}, "`sequence_stride` must be higher than 0"),
        ({"sequence_stride": 20}, "`sequence_stride` must be lower than the length"),
        ({"start_index": -1}, "`start_index` must be 0 or greater"),
        ({"start_index": 20}, "`start_index` must be lower than the length"),
        ({"end_index": 20}, "`end_index` must be lower than the length"),
        ({"start_index": 5, "end_index": 4}, "`end_index` must be higher than `start_index`"),
        ({"end_index": -1}, "`end_index` must be higher than 0"),
        ({"format": "torch"}, "`format` should be either"),
    ]
    for side in sides:
        for options, words in wrong:
            with pytest.raises(ValueError, match=words):
                side.utils.timeseries_dataset_from_array(np.arange(20), None, 3, **options)
