"""What `get` of each family makes of strings, classes, instances, configs, functions and what is none of these."""

from __future__ import annotations

import re

import pytest

WRONG = {
    "None": lambda family: None,
    "a number": lambda family: 3,
    "a list": lambda family: ["relu"],
    "no name": lambda family: "",
    "a name that is none": lambda family: "glorrot",
    "an empty dict": lambda family: {},
    "a config of nothing": lambda family: {"class_name": "Foo", "config": {}},
    "a function": lambda family: len,
}
# Family → a class, its config, and names in several spellings.
FAMILIES = {
    "optimizers": ("Adam", {"learning_rate": 0.5}, "adam Adam ADAM sgd SGD rmsprop RMSprop nadam ftrl foo"),
    "losses": (
        "Huber",
        {"delta": 0.5},
        "mse MSE mean_squared_error MeanSquaredError huber Huber kl_divergence bce hinge accuracy poisson Poisson",
    ),
    "metrics": (
        "AUC",
        {"num_thresholds": 20},
        "mse MSE mean_squared_error MeanSquaredError AUC auc acc accuracy Accuracy binary_accuracy precision Precision "
        "cosine_similarity r2_score R2Score f1_score F1Score top_k_categorical_accuracy hinge",
    ),
    "initializers": (
        "RandomNormal",
        {"stddev": 0.5},
        "glorot_uniform GlorotUniform ones one Ones zeros uniform normal random_normal orthogonal ZEROS he_normal "
        "HeNormal truncated_normal variance_scaling lecun_normal",
    ),
    "regularizers": ("L2", {"l2": 0.5}, "l1 L1 l2 L2 l1l2 L1L2 orthogonal_regularizer OrthogonalRegularizer"),
    "constraints": ("MaxNorm", {"max_value": 5}, "max_norm MaxNorm non_neg NonNeg unit_norm min_max_norm"),
    "activations": ("ReLU", {"max_value": 5.0}, "relu ReLU RELU swish silu leaky_relu LeakyReLU linear gelu mish tanh"),
}
CLASSES = {
    "a class": lambda family, name, config: getattr(family, name),
    "an object": lambda family, name, config: getattr(family, name)(**config),
    "a config": lambda family, name, config: {"class_name": name, "config": config},
    "what serialize gives": lambda family, name, config: family.serialize(getattr(family, name)(**config)),
}
# Here pynn says at once what in Keras goes wrong later, or takes what Keras's documentation names: docs/differences.md.
OTHERWISE = {
    ("activations", "a class"),  # Keras returns the class, and a layer fails when it is called
    ("optimizers", "an empty dict"),  # KeyError: 'class_name'
}


def found(keras, family, identifier):
    """What `get` returns, in words that are the same on both sides; or the class of the error."""
    try:
        made = getattr(keras, family).get(identifier)
    except Exception as error:
        return type(error).__name__
    if made is None or isinstance(made, type):
        return repr(made)
    config = made.get_config() if hasattr(made, "get_config") else made.__name__
    return type(made).__name__ if hasattr(made, "get_config") else "function", without_counters(config)


def without_counters(config):
    return re.sub(r"'name': '[a-z_0-9]*'|'seed': \w+|'loss_scale_factor': None", "", str(config))


@pytest.mark.parametrize("family", FAMILIES)
def test_names(keras, real_keras, family):
    for name in FAMILIES[family][2].split():
        assert found(keras, family, name) == found(real_keras, family, name), name


@pytest.mark.parametrize("what", CLASSES)
@pytest.mark.parametrize("family", FAMILIES)
def test_classes(keras, real_keras, family, what):
    if (family, what) in OTHERWISE:
        pytest.skip("deliberately otherwise")
    name, config, _ = FAMILIES[family]
    ours, theirs = (
        found(k, family, CLASSES[what](k.layers if family == "activations" else getattr(k, family), name, config))
        for k in (keras, real_keras)
    )
    assert ours == theirs


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_none_of_them(keras, real_keras, family, what):
    if (family, what) in OTHERWISE:
        pytest.skip("deliberately otherwise")
    assert found(keras, family, WRONG[what](family)) == found(real_keras, family, WRONG[what](family))


def test_words_of_errors(keras):
    for family, kind in zip(FAMILIES, "optimizer loss metric initializer regularizer constraint".split(), strict=False):
        for identifier in ("glorrot", 3, {"class_name": "Foo", "config": {}}):
            with pytest.raises(ValueError, match=f"Could not interpret {kind} identifier: "):
                getattr(keras, family).get(identifier)
    if keras.__name__ == "pynn.keras":
        with pytest.raises(ValueError, match=r"It is a class: did you mean Adam\(\)\?"):
            keras.Sequential([keras.layers.Dense(1)]).compile(keras.optimizers.Adam, "mse")
