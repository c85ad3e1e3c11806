"""Configurations of layers: the same as real Keras's, and read by either side."""

from __future__ import annotations

import json

import numpy as np
import pytest

LAYERS = {
    "Dense": lambda L: L.Dense(3, kernel_regularizer="l2", bias_constraint="non_neg", activity_regularizer="l1"),
    "Dense, layer": lambda L: L.Dense(3, L.LeakyReLU(0.1)),
    "Activation": lambda L: L.Activation(L.ReLU(6)),
    "ReLU": lambda L: L.ReLU(6),
    "LeakyReLU": lambda L: L.LeakyReLU(0.2),
    "PReLU": lambda L: L.PReLU("ones", "l2", "non_neg", shared_axes=1),
    "ELU": lambda L: L.ELU(),
    "Softmax": lambda L: L.Softmax((1, 2)),
    "Reshape": lambda L: L.Reshape([2, -1]),
    "Permute": lambda L: L.Permute([2, 1]),
    "RepeatVector": lambda L: L.RepeatVector(3),
    "Dropout": lambda L: L.Dropout(0.3, noise_shape=[None, 1]),
    "AlphaDropout": lambda L: L.AlphaDropout(0.3, noise_shape=[None, 1], seed=3),
    "GaussianNoise": lambda L: L.GaussianNoise(0.3, seed=1),
    "GaussianDropout": lambda L: L.GaussianDropout(0.3),
    "SpatialDropout1D": lambda L: L.SpatialDropout1D(0.3, seed=2),
    "ActivityRegularization": lambda L: L.ActivityRegularization(0.3),
    "BatchNormalization": lambda L: L.BatchNormalization(),
    "BatchNormalization, set": lambda L: L.BatchNormalization(
        1, 0.5, 0.1, False, beta_initializer="ones", gamma_regularizer="l2", beta_constraint="non_neg"
    ),
    "LayerNormalization": lambda L: L.LayerNormalization(),
    "LayerNormalization, set": lambda L: L.LayerNormalization((1, 2), 0.1, scale=False, gamma_regularizer="l1"),
    "RMSNormalization": lambda L: L.RMSNormalization(epsilon=1e-3),
    "GroupNormalization": lambda L: L.GroupNormalization(4, name="g"),
    "UnitNormalization": lambda L: L.UnitNormalization((1, 2)),
    "Normalization": lambda L: L.Normalization(),
    "Normalization, set": lambda L: L.Normalization((1, 2), mean=[1.0, 2.0], variance=np.array([2.0, 3.0])),
    "Rescaling": lambda L: L.Rescaling(1 / 255, -1),
    "Rescaling, arrays": lambda L: L.Rescaling(np.array([0.5, 1.0]), [1, 2.0]),
    "Discretization": lambda L: L.Discretization(num_bins=3),
    "Discretization, set": lambda L: L.Discretization([0.0, 1.0], output_mode="one_hot", name="d"),
    "CategoryEncoding": lambda L: L.CategoryEncoding(4, output_mode="count"),
    "Embedding": lambda L: L.Embedding(3, 2, embeddings_regularizer="l2", embeddings_constraint="unit_norm"),
    "Identity": lambda L: L.Identity(),
    "Masking": lambda L: L.Masking(2.0),
    "Add": lambda L: L.Add(),
    "Concatenate": lambda L: L.Concatenate(axis=1),
    "Dot": lambda L: L.Dot((1, 2), normalize=True),
    "GlobalAveragePooling1D": lambda L: L.GlobalAveragePooling1D(),
    "GlobalMaxPooling1D": lambda L: L.GlobalMaxPooling1D("channels_first", keepdims=True),
}


@pytest.mark.parametrize("name", LAYERS)
def test_configurations(on_both, sides, name):
    ours, theirs = on_both(lambda keras: LAYERS[name](keras.layers).get_config())
    assert ours == theirs
    assert list(ours) == list(theirs)
    assert json.dumps(ours) == json.dumps(theirs)
    cls = name.split(",")[0]
    for keras, config in zip(sides, (theirs, ours), strict=True):
        again = getattr(keras.layers, cls).from_config(config).get_config()
        assert json.dumps(again) == json.dumps(ours), keras.__name__


def test_build_configurations(on_both):
    """Which layers of a model tell the shape that they were built for."""

    def config(keras):
        L = keras.layers
        chain = [L.Reshape((3, 2)), L.Permute((2, 1)), L.BatchNormalization(), L.LayerNormalization(), L.Identity(),
                 L.Dropout(0.1), L.GaussianNoise(0.1), L.AlphaDropout(0.1), L.GaussianDropout(0.1), L.Rescaling(2.0),
                 L.UnitNormalization(), L.RMSNormalization(), L.SpatialDropout1D(0.1), L.GlobalMaxPooling1D(),
                 L.ActivityRegularization(0.1), L.RepeatVector(2), L.GlobalAveragePooling1D(), L.Normalization(),
                 L.Discretization([0.0]), L.Embedding(2, 2), L.Flatten(), L.CategoryEncoding(3, "one_hot"),
                 L.PReLU(), L.ReLU(), L.Softmax(), L.ELU(), L.LeakyReLU(), L.Activation("relu"),
                 L.Lambda(abs)]  # fmt: skip
        layers = keras.Sequential([keras.Input((6,)), *chain]).get_config()["layers"]
        return [(layer["class_name"], layer.get("build_config")) for layer in layers]

    ours, theirs = on_both(config)
    assert ours == theirs
