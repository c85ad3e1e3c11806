"""The namespace students import: what is there, and that names, order and defaults of arguments are real Keras's."""

from __future__ import annotations

import inspect
import types

import numpy as np
import pytest

# Everything this version promises, by its public path.
BY_FOLDER = {
    "": ["Sequential", "Input"],
    "models": ["Sequential"],
    "layers": ["Input", "InputLayer", "Flatten", "Dense", "Activation", "Dropout"],
    "optimizers": ["SGD", "RMSprop", "Adam", "get"],
    "losses": [
        "CategoricalCrossentropy",
        "SparseCategoricalCrossentropy",
        "BinaryCrossentropy",
        "MeanSquaredError",
        "categorical_crossentropy",
        "sparse_categorical_crossentropy",
        "binary_crossentropy",
        "mean_squared_error",
        "get",
    ],
    "metrics": [
        "BinaryAccuracy",
        "CategoricalAccuracy",
        "SparseCategoricalAccuracy",
        "MeanSquaredError",
        "MeanAbsoluteError",
        "get",
    ],
    "callbacks": ["Callback", "CallbackList", "History", "EarlyStopping", "ProgbarLogger"],
    "utils": ["to_categorical", "set_random_seed", "normalize", "Progbar", "clear_session"],
    "datasets.mnist": ["load_data"],
    "datasets.fashion_mnist": ["load_data"],
    "config": ["floatx", "set_floatx", "epsilon", "set_epsilon", "image_data_format", "backend"],
    "initializers": [
        "Zeros",
        "Ones",
        "Constant",
        "RandomNormal",
        "RandomUniform",
        "TruncatedNormal",
        "VarianceScaling",
        "GlorotNormal",
        "GlorotUniform",
        "HeNormal",
        "HeUniform",
        "LecunNormal",
        "LecunUniform",
        "Orthogonal",
        "OrthogonalInitializer",
        "Identity",
        "get",
    ],
    "activations": ["linear", "sigmoid", "tanh", "relu", "softmax", "get"],
}
PROMISED = [f"{folder}.{name}".lstrip(".") for folder, names in BY_FOLDER.items() for name in names]

METHODS = [
    "add",
    "build",
    "compile",
    "fit",
    "evaluate",
    "predict",
    "summary",
    "get_weights",
    "set_weights",
    "count_params",
    "get_config",
    "update_state",
    "result",
    "reset_state",
    "get_config",
    "set_model",
    "set_params",
]

# Ours alone: `metrics` in fit is as if it had been given to compile; it comes last and may be left out.
EXTRA_ARGUMENTS = {"Sequential.fit": {"metrics"}}
# Names whose arguments are for later: classes to inherit from, and what belongs to saving (custom objects).
LATER = {"Layer", "Loss", "Metric", "Model", "Optimizer", "KerasTensor", "Variable", "Initializer", "SeedGenerator"}
LATER |= {"serialize", "deserialize"}
# Names that Keras has elsewhere or not at all, each with its reason.
NOT_IN_KERAS = {
    "activations.step": "the perceptron lesson",
    "activations.heaviside": "the perceptron lesson",
    "constraints.maxnorm": "Keras 1's spelling",
    "constraints.nonneg": "Keras 1's spelling",
    "constraints.unitnorm": "Keras 1's spelling",
    "datasets.digits.load_data": "digits that ship with pynn",
}


def find(root, path):
    for name in path.split("."):
        root = getattr(root, name)
    return root


def public_names(module, prefix=""):
    """Dotted names of all that a namespace shows, folders included."""
    for name in getattr(module, "__all__", None) or [n for n in vars(module) if not n.startswith("_")]:
        value = getattr(module, name)
        if isinstance(value, types.ModuleType):
            if value.__name__.startswith("pynn.keras"):
                yield from public_names(value, f"{prefix}{name}.")
        elif name != "annotations":
            yield prefix + name


def arguments(function):
    # Keras's models take anything in __new__, which would hide what __init__ takes.
    found = inspect.signature(function.__init__ if inspect.isclass(function) else function).parameters.values()
    return [p for p in found if p.name not in ("self", "cls") and p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]


def plain(default):
    return getattr(default, "__name__", default) if callable(default) else default


def assert_same_arguments(path, ours, theirs):
    """Keras's arguments in Keras's order with Keras's defaults; what is ours alone is named above and comes last."""
    extra = set() if ours is theirs else EXTRA_ARGUMENTS.get(path.removeprefix("models."), set())
    ours, theirs = arguments(ours), arguments(theirs)
    assert [p.name for p in ours if p.name not in extra] == [p.name for p in theirs], path
    assert {p.name for p in ours[len(theirs) :]} == extra, path
    assert all(p.default is not p.empty for p in ours[len(theirs) :]), path
    for mine, expected in zip(ours, theirs, strict=False):
        assert plain(mine.default) == plain(expected.default), f"{path}: {mine.name}"
        assert type(mine.default) is type(expected.default) or callable(mine.default), f"{path}: {mine.name}"


@pytest.mark.parametrize("path", PROMISED)
def test_promised_names(keras, path):
    assert callable(find(keras, path))


@pytest.mark.parametrize("path", PROMISED)
def test_promised_signatures(keras, real_keras, path):
    ours, theirs = find(keras, path), find(real_keras, path)
    assert inspect.isclass(ours) == inspect.isclass(theirs)
    assert ours.__name__ == theirs.__name__
    assert_same_arguments(path, ours, theirs)


@pytest.mark.parametrize("path", [p for p in PROMISED if p.rpartition(".")[2][0].isupper() and "Input" not in p])
def test_methods(keras, real_keras, path):
    ours, theirs = find(keras, path), find(real_keras, path)
    hooks = [name for name in dir(theirs) if name.startswith("on_")] if "allback" in path else []
    methods = ["get_config"] if path.startswith("optimizers") else METHODS
    for name in [*methods, *hooks]:
        if hasattr(theirs, name):
            assert hasattr(ours, name), f"{path}.{name}"
            assert_same_arguments(f"{path}.{name}", getattr(ours, name), getattr(theirs, name))


def test_nothing_public_that_keras_does_not_have(keras, real_keras, is_oracle):
    """A program written for pynn runs on Keras: whatever else the namespace shows is there under the same name."""
    if is_oracle:
        pytest.skip("about pynn's own namespace")
    strangers = []
    for path in public_names(keras):
        if path in NOT_IN_KERAS:
            continue
        try:
            theirs = find(real_keras, path)
        except AttributeError:
            strangers.append(path)
            continue
        if callable(theirs) and path.rpartition(".")[2] not in LATER:
            assert_same_arguments(path, find(keras, path), theirs)
    assert strangers == []


def test_models_are_one_class(keras):
    assert keras.models.Sequential is keras.Sequential
    assert keras.layers.Input is keras.Input


def test_number_of_workers(is_oracle):
    if is_oracle:
        pytest.skip("about pynn alone")
    import pynn

    before = pynn.get_num_threads()
    assert isinstance(before, int)
    assert before >= 1
    try:
        pynn.set_num_threads(3)
        assert pynn.get_num_threads() == 3
        for wrong in (0, -2):
            with pytest.raises(ValueError, match=str(wrong)):
                pynn.set_num_threads(wrong)
        for wrong in ("2", 1.5):
            with pytest.raises((TypeError, ValueError), match=str(wrong)):
                pynn.set_num_threads(wrong)
        assert pynn.get_num_threads() == 3
    finally:
        pynn.set_num_threads(before)


def test_version(is_oracle):
    if is_oracle:
        pytest.skip("about pynn alone")
    from importlib.metadata import version

    import pynn

    assert pynn.__version__ == version("pynn-kernels")


def test_to_categorical(keras, real_keras):
    for labels, classes in (([0, 2, 1], None), ([[1], [0]], 3), (np.array([3, 0], "uint8"), 5), (2, 4)):
        ours, theirs = (side.utils.to_categorical(labels, classes) for side in (keras, real_keras))
        np.testing.assert_array_equal(ours, theirs)
        assert ours.dtype == theirs.dtype
