"""`install_as_keras`: programs written for Keras or TensorFlow find pynn; older modules give what is there today."""

from __future__ import annotations

import subprocess
import sys
import warnings

import pytest

pynn = pytest.importorskip("pynn", reason="about importing pynn by other names")

from pynn import keras, older  # noqa: E402


def run(*lines):
    """Output of a program in a fresh interpreter, after install_as_keras."""
    code = "\n".join(["import pynn", "pynn.install_as_keras()", *lines])
    done = subprocess.run(
        [sys.executable, "-P", "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_modules_are_the_same_objects():
    run(
        "import keras, keras.layers, keras.datasets.mnist, keras.utils.np_utils",
        "import keras.backend as K",
        "from keras import layers",
        "from keras.layers import Dense",
        "from keras.layers.core import Dense as OldDense",
        "from keras.utils import np_utils",
        "assert keras is pynn.keras and layers is pynn.keras.layers and K is pynn.keras.backend",
        "assert Dense is OldDense is pynn.keras.layers.Dense",
        "assert keras.layers.__name__ == 'pynn.keras.layers' and keras.__spec__.name == 'pynn.keras'",
        "assert np_utils.to_categorical is keras.utils.to_categorical",
    )


def test_tensorflow():
    """Every form of import that courses use; `pynn.tf` is imported when one asks for it."""
    run(
        "import sys",
        "assert 'pynn.tf' not in sys.modules",
        "import tensorflow as tf, keras",
        "import tensorflow.keras, tensorflow.keras.backend as K",
        "from tensorflow import keras as k, random, get_logger",
        "from tensorflow.keras import layers",
        "from tensorflow.keras.layers import Dense",
        "from tensorflow.python.keras.datasets import mnist",
        "from tensorflow.python.keras.layers import Dense as OldDense",
        "assert tf is pynn.tf and tf.keras is k is keras is pynn.keras and K is keras.backend",
        "assert Dense is OldDense is layers.Dense is pynn.keras.layers.Dense",
        "from pynn import tf as ours",
        "import pynn.tf as ours_too",
        "assert ours is ours_too is tf",
    )
    run(
        "try:",
        "    from tensorflow import Session",
        "except ImportError as error:",
        "    assert 'sessions' in str(error)",
    )
    out = run(
        "try:",
        "    import tensorflow.image",
        "except ModuleNotFoundError as error:",
        "    print(error)",
    )
    assert "No module named 'tensorflow.image'. tf.image is not in pynn: image processing" in out


def test_what_is_absent_says_why():
    for line in ("from keras.applications.vgg16 import VGG16", "import keras.applications.vgg16"):
        out = run(
            "try:", f"    {line}", "except ModuleNotFoundError as error:", "    print(error.name, error, type(error))"
        )
        assert "is not in pynn: image" in out
    out = run("try:", "    from keras.layers import Conv2D", "except ImportError as error:", "    print(error)")
    assert "keras.layers.Conv2D is not in pynn: convolution" in out


def test_real_keras_is_in_the_way(monkeypatch):
    import types

    for name in ("keras", "tensorflow"):
        with monkeypatch.context() as patch:
            for other in ("keras", "tensorflow"):  # other tests compare with real Keras
                patch.delitem(sys.modules, other, raising=False)
            patch.setitem(sys.modules, name, types.ModuleType(name))
            with pytest.raises(ImportError, match=rf"the real {name} has been imported already.*restarted kernel"):
                pynn.install_as_keras()


def test_undone():
    before = list(sys.meta_path)
    run(
        "import sys, keras.layers.core",
        "pynn.uninstall_as_keras()",
        "assert not [n for n in sys.modules if n.split('.')[0] in ('keras', 'tensorflow')]",
        "pynn.install_as_keras()",
        "import keras",
        "assert keras is pynn.keras",
    )
    assert sys.meta_path == before


def test_script(tmp_path):
    script = tmp_path / "lesson.py"
    script.write_text("import sys, keras\nprint(__name__, keras.__name__, sys.argv[1:], sys.path[0])\n")
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pynn", str(script), "7"], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["__main__", "pynn.keras", "['7']", str(tmp_path)], done.stderr
    done = subprocess.run([sys.executable, "-P", "-m", "pynn"], capture_output=True, text=True, check=False)
    assert done.stderr.startswith("pynn: a command is missing")


@pytest.mark.parametrize("path", [p for p in older.MODULES if p.startswith("keras.")])
def test_older_modules(path):
    """Each has today's names, and warns once, when one of them is asked for."""
    inner = path.removeprefix("keras.").split(".")
    module = keras
    for word in inner:
        module = getattr(module, word)
    today = getattr(keras, older.MODULES[path].removeprefix("keras").lstrip(".") or "layers")
    name = today.__all__[0]
    if older.MODULES[path] == "keras":
        name, today = "Model", keras
    with pytest.warns(FutureWarning, match=rf"{path}: an older spelling\. Today: {older.MODULES[path]}\."):
        assert getattr(module, name) is getattr(today, name)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        getattr(module, name)
    with pytest.raises(AttributeError, match="NoSuchName is not in pynn"):
        module.NoSuchName  # noqa: B018


def test_imports_of_our_own_older_modules():
    with pytest.warns(FutureWarning, match="keras.utils.np_utils"):
        from pynn.keras.utils.np_utils import to_categorical
    assert to_categorical is keras.utils.to_categorical
    with pytest.raises(ImportError, match="Conv2D is not in pynn: convolution"):
        from pynn.keras.layers.convolutional import Conv2D  # noqa: F401
    with pytest.raises(ModuleNotFoundError, match="is not in pynn: image"):
        import pynn.keras.applications.vgg16  # noqa: F401


def test_older_names():
    with pytest.warns(FutureWarning, match=r"keras\.losses\.mse.*Today: keras\.losses\.mean_squared_error"):
        assert keras.losses.mse is keras.losses.mean_squared_error
    with pytest.warns(FutureWarning, match="keras.losses.bce"):
        assert keras.losses.bce is keras.losses.binary_crossentropy
