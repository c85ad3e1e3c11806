"""Gradients of the layers beside Dense against finite differences, in float64, on the compiled kernels."""

from __future__ import annotations

import numpy as np
import pytest

from pynn import layers
from pynn.kernels.tables import isas

F64 = {"dtype": "float64"}
H = 1e-5


def indices(*shape):
    return [np.random.default_rng(8).integers(0, 4, shape).astype(float)]


def ties(*shapes):
    """Whole numbers, each twice at least: no finite difference holds there, so they lie apart."""
    return [np.random.default_rng(i).permutation(np.prod(shape)).reshape(shape) * 0.1 for i, shape in enumerate(shapes)]


def frozen():
    return layers.BatchNormalization(trainable=False, **F64)


# The layer, its inputs, and whether it is lowered for training.
CASES = {
    "reshape": (lambda: layers.Reshape((3, -1), **F64), [(4, 6)]),
    "permute": (lambda: layers.Permute((2, 1), **F64), [(4, 2, 3)]),
    "permute three": (lambda: layers.Permute((3, 1, 2), **F64), [(4, 2, 3, 5)]),
    "permute reversed": (lambda: layers.Permute((3, 2, 1), **F64), [(4, 2, 3, 5)]),
    "repeat": (lambda: layers.RepeatVector(3, **F64), [(4, 5)]),
    "flatten first": (lambda: layers.Flatten("channels_first", **F64), [(3, 2, 4, 3)]),
    "batch norm": (lambda: layers.BatchNormalization(**F64), [(5, 3)]),
    "batch norm, sequences": (lambda: layers.BatchNormalization(**F64), [(4, 2, 3)]),
    "batch norm, axis 1": (lambda: layers.BatchNormalization(axis=1, **F64), [(4, 2, 3)]),
    "batch norm, axis 2 of 4": (lambda: layers.BatchNormalization(axis=2, **F64), [(3, 2, 3, 2)]),
    "batch norm, bare": (lambda: layers.BatchNormalization(center=False, scale=False, **F64), [(5, 3)]),
    "batch norm, frozen": (frozen, [(5, 3)]),
    "layer norm": (lambda: layers.LayerNormalization(**F64), [(3, 6)]),
    "layer norm, axis 1": (lambda: layers.LayerNormalization(axis=1, **F64), [(3, 4, 2)]),
    "layer norm, two axes": (lambda: layers.LayerNormalization(axis=[1, 3], **F64), [(2, 3, 2, 4)]),
    "layer norm, bare": (lambda: layers.LayerNormalization(center=False, scale=False, **F64), [(3, 6)]),
    "rms norm": (lambda: layers.RMSNormalization(**F64), [(3, 6)]),
    "rms norm, axis 1": (lambda: layers.RMSNormalization(axis=1, **F64), [(3, 4, 2)]),
    "group norm": (lambda: layers.GroupNormalization(2, **F64), [(3, 5, 4)]),
    "group norm, flat": (lambda: layers.GroupNormalization(3, **F64), [(3, 6)]),
    "group norm, axis 1": (lambda: layers.GroupNormalization(2, axis=1, **F64), [(3, 4, 2, 2)]),
    "unit": (lambda: layers.UnitNormalization(**F64), [(3, 4)]),
    "unit, two axes": (lambda: layers.UnitNormalization(axis=(1, 3), **F64), [(2, 3, 2, 2)]),
    "normalization": (lambda: layers.Normalization(mean=[1.0, 2.0], variance=[3.0, 0.5], **F64), [(4, 3, 2)]),
    "normalization, axis 1": (lambda: layers.Normalization(1, [1.0, 2.0], [3.0, 0.5], **F64), [(4, 2, 3)]),
    "normalization, inverted": (lambda: layers.Normalization(None, 1.0, 2.0, invert=True, **F64), [(4, 2, 3)]),
    "rescaling": (lambda: layers.Rescaling(0.5, 1.0, **F64), [(4, 3)]),
    "rescaling, arrays": (lambda: layers.Rescaling([0.5, 2.0, 3.0], [[1.0], [2.0]], **F64), [(4, 2, 3)]),
    "dropout, shared": (lambda: layers.Dropout(0.4, (None, 1, 3), 7, **F64), [(4, 5, 3)]),
    "dropout, one for all": (lambda: layers.Dropout(0.4, (1, 5, 1), 7, **F64), [(4, 5, 3)]),
    "spatial dropout": (lambda: layers.SpatialDropout1D(0.4, 7, dtype="float64"), [(4, 5, 3)]),
    "noise": (lambda: layers.GaussianNoise(0.4, 7, **F64), [(4, 5)]),
    "gaussian dropout": (lambda: layers.GaussianDropout(0.4, 7, **F64), [(4, 2, 5)]),
    "alpha dropout": (lambda: layers.AlphaDropout(0.4, seed=7, **F64), [(4, 2, 5)]),
    "alpha dropout, shared": (lambda: layers.AlphaDropout(0.4, (None, 1, 5), 7, **F64), [(4, 2, 5)]),
    "alpha dropout, one for all": (lambda: layers.AlphaDropout(0.4, (1, 2, 5), 7, **F64), [(4, 2, 5)]),
    "embedding": (lambda: layers.Embedding(4, 3, **F64), indices(5)),
    "embedding, sequences": (lambda: layers.Embedding(4, 3, **F64), indices(5, 2)),
    "mean pooling": (lambda: layers.GlobalAveragePooling1D(**F64), [(4, 5, 3)]),
    "mean pooling, first": (lambda: layers.GlobalAveragePooling1D("channels_first", True, **F64), [(4, 5, 3)]),
    "max pooling": (lambda: layers.GlobalMaxPooling1D(**F64), ties((4, 5, 3))),
    "max pooling, first": (lambda: layers.GlobalMaxPooling1D("channels_first", **F64), ties((4, 5, 3))),
    "identity": (lambda: layers.Identity(**F64), [(4, 5)]),
    "masking": (lambda: layers.Masking(**F64), [(4, 5, 3)]),
    "add": (lambda: layers.Add(**F64), [(4, 3), (4, 3), (4, 3)]),
    "add, repeated": (lambda: layers.Add(**F64), [(4, 2, 3), (4, 1, 3), (4, 1)]),
    "subtract": (lambda: layers.Subtract(**F64), [(4, 3), (4, 1)]),
    "multiply": (lambda: layers.Multiply(**F64), [(4, 2, 3), (4, 2, 3), (4, 2, 1), (4, 3)]),
    "average": (lambda: layers.Average(**F64), [(4, 3), (4, 3), (4, 3)]),
    "maximum": (lambda: layers.Maximum(**F64), ties((4, 3), (4, 3), (4, 3))),
    "minimum": (lambda: layers.Minimum(**F64), ties((4, 3), (4, 3), (4, 3))),
    "concatenate": (lambda: layers.Concatenate(**F64), [(4, 3), (4, 1), (4, 5)]),
    "concatenate, axis 1": (lambda: layers.Concatenate(1, **F64), [(4, 2, 3), (4, 1, 3)]),
    "dot": (lambda: layers.Dot(1, **F64), [(4, 3), (4, 3)]),
    "dot of matrices": (lambda: layers.Dot((2, 1), **F64), [(4, 2, 3), (4, 3, 5)]),
    "dot of a matrix": (lambda: layers.Dot((1, -1), **F64), [(4, 3, 2), (4, 3)]),
    "dot, normalized": (lambda: layers.Dot((1, 2), normalize=True, **F64), [(4, 3, 2), (4, 5, 3)]),
    "relu": (lambda: layers.ReLU(0.95, 0.1, 0.25, **F64), ties((4, 3))),
    "leaky relu": (lambda: layers.LeakyReLU(0.2, **F64), [(4, 3)]),
    "elu": (lambda: layers.ELU(0.7, **F64), [(4, 3)]),
    "softmax": (lambda: layers.Softmax((1, 2), **F64), [(4, 3, 2)]),
    "prelu": (lambda: layers.PReLU(**F64), [(4, 3)]),
    "prelu, shared apart": (lambda: layers.PReLU(shared_axes=[1, 3], **F64), [(2, 2, 3, 2)]),
    "dense": (lambda: layers.Dense(2, "gelu", **F64), [(4, 3)]),
    "dense, rank 3": (lambda: layers.Dense(4, "glu", **F64), [(4, 2, 3)]),
    "activation": (lambda: layers.Activation("glu", **F64), [(4, 6)]),
    "activation, a layer": (lambda: layers.Dense(2, layers.PReLU(**F64), **F64), [(4, 3)]),
}
INTEGERS = ("embedding", "embedding, sequences")


def prepare(single, name, training, isa):
    make, given = CASES[name]
    xs = single.normal(*given) if isinstance(given[0], tuple) else given
    layer = make()
    run = single.SingleLayer(layer, xs, training, isa=isa)
    rng = np.random.default_rng(2)
    for variable in layer.weights:
        if variable.dtype == "float64":
            variable.value[...] = rng.uniform(0.5, 1.5, variable.shape)
    return layer, run, rng.normal(size=run.dy.shape)


def difference(run, direction, array):
    slopes, flat = np.empty(array.shape), array.reshape(-1)
    for i, value in enumerate(flat.copy()):
        sums = []
        for step in (H, -H):
            flat[i] = value + step
            sums.append((run.run(direction)[0] * direction).sum())
        slopes.reshape(-1)[i] = (sums[0] - sums[1]) / (2 * H)
        flat[i] = value
    return slopes


@pytest.mark.parametrize("training", [True, False], ids=["training", "inference"])
@pytest.mark.parametrize("name", CASES)
def test_gradients(single_layer, name, training):
    layer, run, direction = prepare(single_layer, name, training, isas()[-1])
    _, dxs, weights = run.run(direction)
    for x, dx in zip(run.xs, dxs, strict=True):
        if name in INTEGERS:
            assert dx is None
        else:
            np.testing.assert_allclose(dx, difference(run, direction, x), rtol=1e-6, atol=2e-9)
    assert set(weights) == {v.name for v in layer.trainable_weights}
    for variable in layer.trainable_weights:
        want = difference(run, direction, variable.value)
        np.testing.assert_allclose(weights[variable.name], want, rtol=1e-6, atol=2e-9, err_msg=variable.name)


@pytest.mark.parametrize("isa", isas()[:-1])
def test_instruction_sets_agree(single_layer, isa):
    for name in CASES:
        _, run, direction = prepare(single_layer, name, True, isa)
        _, best, _ = prepare(single_layer, name, True, isas()[-1])
        for got, want in zip(run.run(direction)[1], best.run(direction)[1], strict=True):
            if want is not None:
                np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-13, err_msg=name)
