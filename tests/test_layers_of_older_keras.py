"""Arguments of layers as Keras 1 and 2 had them: each runs, warns once, and means what it means today."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

legacy = pytest.importorskip("pynn.legacy", reason="about pynn's older spellings")

SPELLINGS = {
    "Dense(output_dim)": (lambda L: L.Dense(output_dim=3), lambda L: L.Dense(3)),
    "Dense(init)": (lambda L: L.Dense(3, init="he_normal"), lambda L: L.Dense(3, kernel_initializer="he_normal")),
    "Dense(init), uniform": (lambda L: L.Dense(3, init="uniform"), lambda L: L.Dense(3, kernel_initializer="uniform")),
    "Dense(W_regularizer)": (lambda L: L.Dense(3, W_regularizer="l2"), lambda L: L.Dense(3, kernel_regularizer="l2")),
    "Dense(b_regularizer)": (lambda L: L.Dense(3, b_regularizer="l1"), lambda L: L.Dense(3, bias_regularizer="l1")),
    "Dense(W_constraint)": (
        lambda L: L.Dense(3, W_constraint="non_neg"),
        lambda L: L.Dense(3, kernel_constraint="non_neg"),
    ),
    "Dense(b_constraint)": (
        lambda L: L.Dense(3, b_constraint="non_neg"),
        lambda L: L.Dense(3, bias_constraint="non_neg"),
    ),
    "Dense(bias)": (lambda L: L.Dense(3, bias=False), lambda L: L.Dense(3, use_bias=False)),
    "Dropout(p)": (lambda L: L.Dropout(p=0.2), lambda L: L.Dropout(0.2)),
    "GaussianDropout(p)": (lambda L: L.GaussianDropout(p=0.2), lambda L: L.GaussianDropout(0.2)),
    "AlphaDropout(p)": (lambda L: L.AlphaDropout(p=0.2), lambda L: L.AlphaDropout(0.2)),
    "GaussianNoise(sigma)": (lambda L: L.GaussianNoise(sigma=0.2), lambda L: L.GaussianNoise(0.2)),
    "LeakyReLU(alpha)": (lambda L: L.LeakyReLU(alpha=0.2), lambda L: L.LeakyReLU(0.2)),
    "BatchNormalization(gamma_init)": (
        lambda L: L.BatchNormalization(gamma_init="zeros"),
        lambda L: L.BatchNormalization(gamma_initializer="zeros"),
    ),
    "BatchNormalization(beta_init)": (
        lambda L: L.BatchNormalization(beta_init="ones"),
        lambda L: L.BatchNormalization(beta_initializer="ones"),
    ),
    "Embedding(init)": (lambda L: L.Embedding(3, 2, init="ones"), lambda L: L.Embedding(3, 2, "ones")),
    "Embedding(W_regularizer)": (
        lambda L: L.Embedding(3, 2, W_regularizer="l2"),
        lambda L: L.Embedding(3, 2, embeddings_regularizer="l2"),
    ),
    "Embedding(input_length)": (lambda L: L.Embedding(3, 2, input_length=4), lambda L: L.Embedding(3, 2)),
    "Dense(input_dim)": (lambda L: L.Dense(3, input_dim=4), lambda L: L.Dense(3)),
    "Flatten(batch_input_shape)": (lambda L: L.Flatten(batch_input_shape=(None, 4, 2)), lambda L: L.Flatten()),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_older_spelling(keras, name):
    older, today = SPELLINGS[name]
    legacy.reset()
    keras.utils.clear_session()
    with pytest.warns(FutureWarning) as caught:
        config = older(keras.layers).get_config()
    assert name.partition(",")[0].replace(")", "=…)") in str(caught[0].message)
    assert len(caught) == 1
    keras.utils.clear_session()
    assert config == today(keras.layers).get_config()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        older(keras.layers)


def test_mode_of_batch_normalization(keras):
    assert keras.layers.BatchNormalization(mode=0).axis == -1
    with pytest.raises(ValueError, match="mode=1 of Keras 1 is not available"):
        keras.layers.BatchNormalization(mode=1)


@pytest.mark.filterwarnings("ignore:.*an older spelling")
def test_shapes_of_older_keras(keras):
    """A first layer that knows its input by any of its names makes a model that is built."""
    L = keras.layers
    assert keras.Sequential([L.Dense(3, input_dim=4)]).weights[0].shape == (4, 3)
    assert keras.Sequential([L.Dense(3, input_shape=(4,))]).weights[0].shape == (4, 3)
    assert keras.Sequential([L.Dense(3, batch_input_shape=(None, 4))]).weights[0].shape == (4, 3)
    model = keras.Sequential([L.Embedding(5, 2, input_length=3), L.Flatten(), L.Dense(1)])
    assert model.weights[1].shape == (6, 1)
    assert model.predict(np.ones((2, 3)), verbose=0).shape == (2, 1)


@pytest.mark.parametrize("module", ["core", "normalization", "advanced_activations", "merge", "noise", "embeddings"])
def test_older_modules(keras, module):
    names = {
        "core": "Dense Dropout Activation Flatten Reshape Permute Lambda RepeatVector ActivityRegularization Masking",
        "normalization": "BatchNormalization",
        "advanced_activations": "LeakyReLU PReLU ELU ReLU Softmax",
        "merge": "Add Multiply Average Maximum Concatenate Dot add concatenate average dot",
        "noise": "GaussianNoise GaussianDropout AlphaDropout",
        "embeddings": "Embedding",
    }
    older = getattr(keras.layers, module)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        for name in names[module].split():
            assert getattr(older, name) is getattr(keras.layers, name)


def test_which_spelling_of_a_shape_warns(keras):
    """`input_dim` once in a process; `input_shape`, with which most programs begin, never."""
    from pynn import legacy

    legacy.reset()
    L = keras.layers
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        keras.Sequential([L.Dense(8, input_shape=(4,)), L.Dense(2, input_shape=(8,))])
        assert not caught
        L.Dense(8, input_dim=4)
        L.Dense(2, input_dim=4)
    assert [str(w.message) for w in caught] == [
        "Dense(input_dim=…): an older spelling. Today: keras.Input((…,)) in front of it, or input_shape=(…,)."
    ]
