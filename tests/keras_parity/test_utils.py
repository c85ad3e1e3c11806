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
