"""Layers beside Dense by themselves: output, gradients by jax, changes of moving averages, shapes, as in real Keras."""

from __future__ import annotations

import numpy as np
import pytest

BOUNDS = {"rtol": 1e-5, "atol": 3e-6}
# Keras subtracts the products of mean and deviation, where pynn subtracts first: 30 has 5 digits less than 0.0003.
FAR = {"rtol": 1e-5, "atol": 2e-5}


def given(*shapes, seed=3):
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape).astype("float32") for shape in shapes]


def whole(*shapes, below=4):
    return [np.random.default_rng(8).integers(0, below, shape).astype("float32") for shape in shapes]


def far(*shapes):
    """A mean that is large against the deviation."""
    return [x + 30 for x in given(*shapes)]


CASES = {
    "Reshape": (lambda L: L.Reshape((3, -1)), given((4, 6))),
    "Reshape to a number": (lambda L: L.Reshape(()), given((4, 1))),
    "Reshape, rank 4": (lambda L: L.Reshape([2, 3, 4]), given((4, 12, 2))),
    "Permute": (lambda L: L.Permute((2, 1)), given((4, 2, 3))),
    "Permute, rank 4": (lambda L: L.Permute([3, 1, 2]), given((4, 2, 3, 5))),
    "Permute, rank 5": (lambda L: L.Permute((4, 2, 3, 1)), given((2, 2, 3, 2, 5))),
    "RepeatVector": (lambda L: L.RepeatVector(3), given((4, 5))),
    "Flatten": (lambda L: L.Flatten(), given((4, 2, 3))),
    "Flatten first": (lambda L: L.Flatten("channels_first"), given((3, 2, 4, 3))),
    "Flatten first, rank 2": (lambda L: L.Flatten("channels_first"), given((3, 2))),
    "Flatten of numbers": (lambda L: L.Flatten(), given((3,))),
    "BatchNormalization": (lambda L: L.BatchNormalization(), given((5, 3))),
    "BatchNormalization, one row": (lambda L: L.BatchNormalization(), given((1, 3))),
    "BatchNormalization, far": (lambda L: L.BatchNormalization(), far((6, 70))),
    "BatchNormalization, rank 3": (lambda L: L.BatchNormalization(momentum=0.5), given((4, 2, 3))),
    "BatchNormalization, axis 1": (lambda L: L.BatchNormalization(1, epsilon=0.1), given((4, 2, 3))),
    "BatchNormalization, rank 4": (lambda L: L.BatchNormalization(-2), given((3, 2, 3, 2))),
    "BatchNormalization, bare": (lambda L: L.BatchNormalization(center=False, scale=False), given((5, 3))),
    "BatchNormalization, frozen": (lambda L: L.BatchNormalization(trainable=False), given((5, 3))),
    "LayerNormalization": (lambda L: L.LayerNormalization(), given((3, 6))),
    "LayerNormalization, far": (lambda L: L.LayerNormalization(), far((3, 100))),
    "LayerNormalization, axis 1": (lambda L: L.LayerNormalization(axis=1), given((3, 4, 2))),
    "LayerNormalization, axes": (lambda L: L.LayerNormalization(axis=[3, 1]), given((2, 3, 2, 4))),
    "LayerNormalization, no center": (lambda L: L.LayerNormalization(center=False, epsilon=0.5), given((3, 6))),
    "LayerNormalization, no scale": (lambda L: L.LayerNormalization(scale=False), given((3, 6))),
    "LayerNormalization, rms": (lambda L: L.LayerNormalization(rms_scaling=True), given((3, 6))),
    "RMSNormalization": (lambda L: L.RMSNormalization(), given((3, 6))),
    "RMSNormalization, axes": (lambda L: L.RMSNormalization([1, 2], 0.1), given((3, 4, 2))),
    "GroupNormalization": (lambda L: L.GroupNormalization(2), given((3, 5, 4))),
    "GroupNormalization, flat": (lambda L: L.GroupNormalization(3), given((3, 6))),
    "GroupNormalization, axis 1": (lambda L: L.GroupNormalization(2, axis=1), given((3, 4, 2, 2))),
    "GroupNormalization, all": (lambda L: L.GroupNormalization(-1), given((3, 5, 4))),
    "UnitNormalization": (lambda L: L.UnitNormalization(), given((3, 4))),
    "UnitNormalization, axes": (lambda L: L.UnitNormalization(axis=(1, 3)), given((2, 3, 2, 2))),
    "UnitNormalization, tiny": (lambda L: L.UnitNormalization(), [given((3, 4))[0] * np.float32(3e-13)]),
    "Normalization": (lambda L: L.Normalization(mean=[1.0, 2.0], variance=[3.0, 0.5]), given((4, 3, 2))),
    "Normalization, axis 1": (lambda L: L.Normalization(1, [1.0, 2.0], [3.0, 0.5]), given((4, 2, 3))),
    "Normalization, axes": (lambda L: L.Normalization((1, 3), [1.0, 2.0], [3.0, 0.5]), given((4, 2, 3, 2))),
    "Normalization, inverted": (lambda L: L.Normalization(None, 1.0, 2.0, invert=True), given((4, 2, 3))),
    "Normalization, no variance": (lambda L: L.Normalization(None, 1.0, 0.0), given((4, 2))),
    "Normalization of numbers": (lambda L: L.Normalization(None, 1.0, 2.0), given((4,))),
    "Rescaling": (lambda L: L.Rescaling(0.5, 1.0), given((4, 3))),
    "Rescaling, arrays": (lambda L: L.Rescaling(np.array([0.5, 2.0, 3.0]), [[1.0], [2.0]]), given((4, 2, 3))),
    "Embedding": (lambda L: L.Embedding(4, 3), whole((5, 2))),
    "Embedding of numbers": (lambda L: L.Embedding(4, 3), whole((5,))),
    "Embedding, rank 3": (lambda L: L.Embedding(4, 3), whole((3, 2, 2))),
    "Embedding, out of range": (lambda L: L.Embedding(4, 3), [np.array([[0, 3.7], [-1, 2]], "float32")]),
    "GlobalAveragePooling1D": (lambda L: L.GlobalAveragePooling1D(), given((4, 5, 3))),
    "GlobalAveragePooling1D, first": (lambda L: L.GlobalAveragePooling1D("channels_first", True), given((4, 5, 3))),
    "GlobalMaxPooling1D": (lambda L: L.GlobalMaxPooling1D(), whole((4, 5, 3))),
    "GlobalMaxPooling1D, first": (lambda L: L.GlobalMaxPooling1D("channels_first"), whole((4, 5, 3))),
    "Identity": (lambda L: L.Identity(), given((4, 5))),
    "Masking": (lambda L: L.Masking(2.0), whole((6, 5, 1))),
    "Add": (lambda L: L.Add(), given((4, 3), (4, 3), (4, 3))),
    "Add, one": (lambda L: L.Add(), given((4, 3))),
    "Add, repeated": (lambda L: L.Add(), given((4, 2, 3), (4, 1, 3), (4, 1))),
    "Subtract": (lambda L: L.Subtract(), given((4, 3), (4, 1))),
    "Multiply": (lambda L: L.Multiply(), given((4, 2, 3), (4, 2, 3), (4, 2, 1), (4, 3))),
    "Average": (lambda L: L.Average(), given((4, 3), (4, 3), (4, 3))),
    "Maximum": (lambda L: L.Maximum(), whole((4, 3), (4, 3), (4, 3), below=3)),
    "Minimum": (lambda L: L.Minimum(), whole((4, 3), (4, 3), (4, 1), below=3)),
    "Concatenate": (lambda L: L.Concatenate(), given((4, 3), (4, 1), (4, 5))),
    "Concatenate, axis 1": (lambda L: L.Concatenate(1), given((4, 2, 3), (4, 1, 3))),
    "Dot": (lambda L: L.Dot(1), given((4, 3), (4, 3))),
    "Dot of matrices": (lambda L: L.Dot((2, 1)), given((4, 2, 3), (4, 3, 5))),
    "Dot of a matrix": (lambda L: L.Dot((1, -1)), given((4, 3, 2), (4, 3))),
    "Dot, one axis": (lambda L: L.Dot(2), given((4, 2, 3), (4, 5, 3))),
    "Dot, normalized": (lambda L: L.Dot((1, 2), normalize=True), given((4, 3, 2), (4, 5, 3))),
    "CategoryEncoding": (lambda L: L.CategoryEncoding(4), whole((5, 3))),
    "CategoryEncoding, one-hot": (lambda L: L.CategoryEncoding(4, "one_hot"), whole((5, 3))),
    "CategoryEncoding, columns": (lambda L: L.CategoryEncoding(4, "one_hot"), whole((5, 1))),
    "CategoryEncoding of numbers": (lambda L: L.CategoryEncoding(4, "one_hot"), whole((5,))),
    "CategoryEncoding, count": (lambda L: L.CategoryEncoding(4, "count"), whole((5, 3))),
    "CategoryEncoding, rank 3": (lambda L: L.CategoryEncoding(4, "count"), whole((5, 3, 2))),
    "CategoryEncoding, several": (lambda L: L.CategoryEncoding(4, "multi_hot"), whole((5, 3, 2))),
    "Discretization": (lambda L: L.Discretization([0.0, 1.0]), whole((5, 3))),
    "Discretization, one-hot": (lambda L: L.Discretization([-0.5, 0.0, 1.0], output_mode="one_hot"), given((5, 1))),
    "Discretization, count": (lambda L: L.Discretization([-0.5, 0.0, 1.0], output_mode="count"), given((5, 3))),
    "Discretization, several": (lambda L: L.Discretization([0.0], output_mode="multi_hot"), given((5, 3))),
    "ReLU": (lambda L: L.ReLU(), whole((5, 3))),
    "ReLU, all": (lambda L: L.ReLU(1.5, 0.1, 0.3), given((5, 3))),
    "ReLU, six": (lambda L: L.ReLU(6), given((4, 2, 3))),
    "LeakyReLU": (lambda L: L.LeakyReLU(), given((5, 3))),
    "LeakyReLU, zero": (lambda L: L.LeakyReLU(0), given((5, 3))),
    "ELU": (lambda L: L.ELU(), given((5, 3))),
    "ELU, negative": (lambda L: L.ELU(-0.5), given((5, 3))),
    "Softmax": (lambda L: L.Softmax(), given((5, 3))),
    "Softmax, axis 1": (lambda L: L.Softmax(1), given((5, 3, 2))),
    "Softmax, axes": (lambda L: L.Softmax((1, 2)), given((5, 3, 2))),
    "PReLU": (lambda L: L.PReLU(), given((5, 3))),
    "PReLU, zeros": (lambda L: L.PReLU(), [np.zeros((2, 3), "float32")]),
    "PReLU, shared": (lambda L: L.PReLU(shared_axes=1), given((4, 2, 3))),
    "PReLU, shared last": (lambda L: L.PReLU(shared_axes=[2]), given((4, 2, 3))),
    "PReLU, shared apart": (lambda L: L.PReLU(shared_axes=[1, 3]), given((3, 2, 4, 5))),
    "PReLU, all shared": (lambda L: L.PReLU(shared_axes=(1, 2, 3)), given((3, 2, 4, 5))),
    "Activation": (lambda L: L.Activation("gelu"), given((5, 3))),
    "Activation of a layer": (lambda L: L.Activation(L.ELU(0.5)), given((5, 3))),
}
NO_GRADIENT = ("Embedding", "CategoryEncoding", "Discretization")


def built(keras, name):
    """The layer with random weights, on either side."""
    make, xs = CASES[name]
    layer = make(keras.layers)
    shapes = [(None, *x.shape[1:]) for x in xs]
    layer.build(shapes if is_list(layer, xs) else shapes[0])
    rng = np.random.default_rng(2)
    if layer.get_weights():
        layer.set_weights([rng.uniform(0.5, 1.5, w.shape).astype(w.dtype) for w in layer.get_weights()])
    return layer, xs


def is_list(layer, xs):
    return len(xs) > 1 or type(layer).__name__ == "Add"


def theirs(keras, name, training):
    """Output, gradients by jax for a gradient of the output, and variables that the call has changed."""
    import jax

    layer, xs = built(keras, name)
    trainable = [v.value for v in layer.trainable_variables]
    fixed = [v.value for v in layer.non_trainable_variables]
    options = {"training": training} if layer._call_has_training_arg else {}

    def call(weights, inputs):
        return layer.stateless_call(weights, fixed, inputs if is_list(layer, xs) else inputs[0], **options)

    y, _ = jax.eval_shape(call, trainable, xs)
    dy = np.random.default_rng(5).normal(size=y.shape).astype("float32")

    @jax.jit
    def both_ways(weights, inputs, dy):
        y, way_back, changed = jax.vjp(call, weights, inputs, has_aux=True)
        return y, changed, way_back(dy) if y.dtype == "float32" else ([], [])

    y, changed, (weights, inputs) = both_ways(trainable, xs, dy)
    names = [v.name for v in layer.trainable_variables]
    kept = dict(zip([v.name for v in layer.non_trainable_variables], changed, strict=True))
    return np.asarray(y), dy, [np.asarray(g) for g in inputs], dict(zip(names, weights, strict=True)), kept


@pytest.mark.filterwarnings("ignore:You passed `rms_scaling=True`")
@pytest.mark.parametrize("training", [True, False], ids=["training", "inference"])
@pytest.mark.parametrize("name", CASES)
def test_output_and_gradients(sides, single_layer, name, training):
    ours, real = sides
    layer, xs = built(ours, name)
    if name == "Add, one":
        pytest.skip("its list has one input: see test_merging_one_input")
    run = single_layer.SingleLayer(layer, xs, training, np.float32)
    want_y, dy, want_inputs, want_weights, changed = theirs(real, name, training)
    y, dxs, weights = run.run(dy)
    np.testing.assert_allclose(y, want_y, **(FAR if "far" in name else BOUNDS))
    if not name.startswith(NO_GRADIENT):
        scale = {"rtol": 1e-4, "atol": 1e-5 * max(1, *(np.abs(g).max() for g in want_inputs))}
        for dx, want in zip(dxs, want_inputs, strict=True):
            np.testing.assert_allclose(dx, want, **scale)
    assert list(weights) == list(want_weights)
    for key, want in want_weights.items():
        np.testing.assert_allclose(weights[key], want, rtol=1e-4, atol=1e-4, err_msg=key)
    mine = {v.name: v.value for v in layer.non_trainable_variables}
    for key, want in changed.items():
        np.testing.assert_allclose(mine[key], want, **BOUNDS, err_msg=key)


@pytest.mark.filterwarnings("ignore:You passed `rms_scaling=True`")
def test_called_on_arrays(sides):
    """What a call gives: values, shape, type; and what the layer says of its shape without data."""
    for name, (_, xs) in CASES.items():
        found = []
        for keras in sides:
            layer, _ = built(keras, name)
            y = layer(xs if is_list(layer, xs) else xs[0])
            shapes = [(None, *x.shape[1:]) for x in xs]
            shape = layer.compute_output_shape(shapes if is_list(layer, xs) else shapes[0])
            found.append((np.asarray(y), tuple(shape)))
        (y, shape), (want, want_shape) = found
        np.testing.assert_allclose(y, want, **(FAR if "far" in name else BOUNDS), err_msg=name)
        assert (y.dtype, shape) == (want.dtype, (None, *want.shape[1:])), name
        if name not in (
            "CategoryEncoding, rank 3",
            "CategoryEncoding, several",
        ):  # Keras says another shape than it gives
            assert shape == want_shape, name
