"""Files made to do harm: each is refused by one error before memory is taken or the model changed."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
import tracemalloc
import warnings
import zipfile

import numpy as np
import pytest

from pynn import keras
from pynn.models import states
from pynn.saving import RefusedFileError, hdf5

h5py = pytest.importorskip("h5py", reason="about files of models")

X = np.ones((2, 3), "float32")


def made(units=4):
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(units, name="first"), keras.layers.Dense(2)])


def entries_of(model):
    out = io.BytesIO()
    model.save(out)
    with zipfile.ZipFile(out) as archive:
        found = {name: archive.read(name) for name in ("metadata.json", "config.json")}
    return found | {"model.weights.h5": hdf5.written(states.collect(model), mark=False)}


def zipped(entries, compression=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in entries if isinstance(entries, list) else entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def hdf5_of(change, model=None):
    """The model's HDF5 file, changed through h5py."""
    data = io.BytesIO(entries_of(model or made())["model.weights.h5"])
    with h5py.File(data, "r+") as file:
        change(file)
    return data.getvalue()


def kernel(file):
    group = file["layers/dense/vars"]
    del group["0"]
    return group


def external(file):
    kernel(file).create_dataset("0", (3, 4), "f4", external=[("/etc/passwd", 0, 48)])


def soft_link(file):
    kernel(file)["0"] = h5py.SoftLink("/layers/dense_1/vars/0")


def external_link(file):
    kernel(file)["0"] = h5py.ExternalLink("other.h5", "/x")


def linked_group(file):
    del file["layers/dense"]
    file["layers/dense"] = h5py.SoftLink("/layers/dense_1")


def virtual(file):
    layout = h5py.VirtualLayout((3, 4), "f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", (3, 4))
    kernel(file).create_virtual_dataset("0", layout)


def declares_68_gb(file):
    kernel(file).create_dataset("0", (2**17, 2**17), "f4", chunks=(1024, 1024), compression="gzip")


def never_written(file):
    kernel(file).create_dataset("0", (3, 4), "f4", chunks=(3, 4))


def huge_chunks(file):
    kernel(file).create_dataset("0", (3, 4), "f4", maxshape=(None, None), chunks=(2**10, 2**10), compression="gzip")
    file["layers/dense/vars/0"][...] = 1


def of_objects(file):
    kernel(file).create_dataset("0", (3, 4), h5py.string_dtype())


def a_group(file):
    kernel(file).create_group("0")


def missing(file):
    kernel(file)["7"] = np.ones((3, 4), "f4")


ATTACKS = [external, soft_link, external_link, linked_group, virtual, declares_68_gb, never_written, huge_chunks]
ATTACKS += [of_objects, a_group, missing]


@contextlib.contextmanager
def refused(match=None, error=RefusedFileError):
    """The error, in less memory than any size that these files declare: no such size is believed."""
    tracemalloc.start()
    try:
        with pytest.raises(error, match=match):
            yield
        assert tracemalloc.get_traced_memory()[1] < 16e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("ending", ["keras", "weights.h5"])
def test_hdf5(attack, ending, tmp_path):
    data = hdf5_of(attack)
    path = tmp_path / f"m.{ending}"
    path.write_bytes(data if ending == "weights.h5" else zipped(entries_of(made()) | {"model.weights.h5": data}))
    model = made()
    before = model.get_weights()
    with refused():
        model.load_weights(path)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)
    if ending == "keras":
        with refused():
            keras.models.load_model(path)


def a_weight_of_another_shape(file):
    kernel(file)["0"] = np.ones((4, 3), "f4")


def test_weights_that_do_not_fit(tmp_path):
    """The configuration in the same file: it is damaged.  Somebody's model: it may be another one."""
    data = hdf5_of(a_weight_of_another_shape)
    path = tmp_path / "m.keras"
    path.write_bytes(zipped(entries_of(made()) | {"model.weights.h5": data}))
    with pytest.raises(RefusedFileError, match="do not fit its configuration"):
        keras.models.load_model(path)
    with pytest.raises(ValueError, match="could not be loaded") as caught:
        made().load_weights(path)
    assert not isinstance(caught.value, RefusedFileError)


def archive(change):
    return zipped(change(entries_of(made())))


ARCHIVES = {
    "leads out": lambda found: found | {"../evil.txt": b"x"},
    "leads out on Windows": lambda found: found | {"..\\evil.txt": b"x"},
    "absolute": lambda found: found | {"/etc/evil": b"x"},
    "a drive": lambda found: found | {"C:/evil": b"x"},
    "twice": lambda found: [*found.items(), ("config.json", b"{}")],
    "no configuration": lambda found: {name: data for name, data in found.items() if name != "config.json"},
    "no weights": lambda found: {name: data for name, data in found.items() if name != "model.weights.h5"},
    "no JSON": lambda found: found | {"config.json": b"{"},
    "JSON of another kind": lambda found: found | {"config.json": b"[1]"},
    "deep JSON": lambda found: found | {"config.json": b'{"a":' * 100_000 + b"1" + b"}" * 100_000},
    "a long number": lambda found: found | {"config.json": b'{"a": ' + b"9" * 100_000 + b"}"},
    "no HDF5": lambda found: found | {"model.weights.h5": b"weights"},
    "nothing": lambda found: {},
    "many entries": lambda found: found | {f"assets/{i}": b"" for i in range(20_000)},
}


@pytest.mark.parametrize("name", ARCHIVES)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_archives(name):
    data = archive(ARCHIVES[name])
    with refused("refused"):
        keras.models.load_model(io.BytesIO(data))


def test_zip_bombs():
    found = entries_of(made()) | {"config.json": b" " * 50_000_000}
    with refused("said to have 50,000,000 bytes"):
        keras.models.load_model(io.BytesIO(zipped(found, zipfile.ZIP_DEFLATED)))
    keras.models.load_model(io.BytesIO(zipped(entries_of(made()), zipfile.ZIP_DEFLATED)))  # zipped again: fine


def with_layer(layer):
    """An archive whose second layer is another."""
    found = entries_of(made())
    config = json.loads(found["config.json"])
    config["config"]["layers"][1] = layer
    return zipped(found | {"config.json": json.dumps(config)})


def entry(module, class_name, **config):
    return {"module": module, "class_name": class_name, "config": config, "registered_name": None}


@pytest.mark.parametrize("units", [10**9, 10**15])
def test_a_size_that_no_file_backs(units):
    with refused("too small to hold"):
        keras.models.load_model(io.BytesIO(with_layer(entry("keras.layers", "Dense", units=units, name="first"))))


@pytest.mark.parametrize(
    "layer",
    [
        entry("os", "system", command="touch evil"),
        entry("subprocess", "Popen", args=["touch", "evil"]),
        entry("builtins", "eval", source="1"),
        entry("keras.utils", "get_file", fname="evil", origin="http://localhost:9/evil"),
        entry("keras.saving", "load_model", filepath="evil.keras"),
        entry("keras.layers", "Lambda", function=entry("builtins", "function") | {"config": "get_file"}),
        entry("keras.layers", "Lambda", function=entry("keras.utils", "function") | {"config": "get_file"}),
        entry("keras.layers", "Lambda", function={"class_name": "__lambda__", "config": {"value": ["", None, None]}}),
        entry("keras.callbacks", "CSVLogger", filename="evil"),
    ],
)
def test_code_and_strangers(layer, tmp_path, monkeypatch):
    """Nothing is imported, called or run that a file names: only layers and what the user registered."""
    monkeypatch.chdir(tmp_path)
    with refused(r"refused|Could not locate", (RefusedFileError, TypeError)):
        keras.models.load_model(io.BytesIO(with_layer(layer)))
    assert list(tmp_path.iterdir()) == []


def test_lambdas_only_if_one_says_so(tmp_path):
    path = tmp_path / "m.keras"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        keras.Sequential([keras.Input((3,)), keras.layers.Lambda(lambda x: 2 * x)]).save(path)
    with pytest.raises(RefusedFileError, match="safe_mode=False"):
        keras.models.load_model(path)
    np.testing.assert_array_equal(keras.models.load_model(path, safe_mode=False).predict(X, verbose=0), 2 * X)


def test_older_files(tmp_path):
    """`.h5` files go through the same gate."""
    made().save(tmp_path / "m.h5")
    path = tmp_path / "bad.h5"
    for change in (
        lambda file: file.attrs.__delitem__("model_config"),
        lambda file: file.attrs.__setitem__("model_config", "{"),
        lambda file: file.attrs.__setitem__("model_config", '{"class_name": "Sequential", "config": 3}'),
        lambda file: file["model_weights"].attrs.__setitem__("layer_names", [b"gone", b"gone too"]),
        lambda file: (
            file["model_weights"].__setitem__("first", h5py.SoftLink("/"))
            if file["model_weights"].pop("first")
            else None
        ),
    ):
        path.write_bytes((tmp_path / "m.h5").read_bytes())
        with h5py.File(path, "r+") as file:
            change(file)
        with pytest.raises(ValueError, match=r"refused|No model config|mismatch"):
            keras.models.load_model(path)


def test_missing_h5py():
    """The error names the extra; the rest of pynn does not need it."""
    code = (
        "import sys; sys.modules['h5py'] = None\n"
        "from pynn import keras\n"
        "model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])\n"
        "try:\n    model.save('m.keras')\n"
        "except ImportError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, timeout=300)
    assert 'pip install "pynn-kernels[h5]"' in done.stdout
