"""Gradients of every layer, activation and loss against finite differences, in float64, on the compiled kernels.

The loss is read from the same plan as the gradients, so a plan that is wrong forward and backward alike shows too where
it is compared with NumPy: tests/test_kernels.py and the parity tests do that.
"""

from __future__ import annotations

import numpy as np
import pytest

from pynn import fusion, losses
from pynn.arena import Arena
from pynn.keras import Input, Sequential
from pynn.kernels.tables import isas, table
from pynn.layers import Activation, Dense, Dropout, Flatten
from pynn.optimizers import SGD
from pynn.plan import Batch, Plan
from pynn.runners import CompiledRunner

# Central differences err by h² f'''/6 and by rounding, 1e-16 f / h: both near 1e-10 here.
H = 1e-5
BOUNDS = {"rtol": 1e-6, "atol": 2e-9}
ROWS, CAPACITY = 4, 7
F64 = {"dtype": "float64"}


def dense(units, activation=None, **kwargs):
    # Biases well above 0: enough outputs are positive to be probabilities, whatever the activation.
    return Dense(units, activation, kernel_initializer="zeros", bias_initializer="ones", **F64, **kwargs)


def dropout(rate):
    layer = Dropout(rate, seed=3, **F64)
    if rate:  # else it draws nothing
        layer.seed_generator.state.live[1] = 5
    return layer


ACTIVATIONS = ("linear", "sigmoid", "tanh", "relu", "softmax", "step")
LOSSES = {
    "mse": lambda: losses.MeanSquaredError(),
    "cce": lambda: losses.CategoricalCrossentropy(),
    "cce logits": lambda: losses.CategoricalCrossentropy(from_logits=True),
    "cce smooth": lambda: losses.CategoricalCrossentropy(label_smoothing=0.2),
    "cce logits smooth": lambda: losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2),
    "scce": lambda: losses.SparseCategoricalCrossentropy(),
    "scce logits": lambda: losses.SparseCategoricalCrossentropy(from_logits=True),
    "bce": lambda: losses.BinaryCrossentropy(),
    "bce logits": lambda: losses.BinaryCrossentropy(from_logits=True),
    "bce smooth": lambda: losses.BinaryCrossentropy(label_smoothing=0.2),
    "bce logits smooth": lambda: losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.2),
}
# Shape of a row of the input, and the layers; each ends in 3 outputs.
NETWORKS = {
    "dense": ((5,), lambda: [dense(3, "sigmoid")]),
    "dense without bias": ((5,), lambda: [dense(4, "tanh", use_bias=False), dense(3, "softmax", use_bias=False)]),
    "dense on sequences": ((2, 5), lambda: [dense(4, "relu"), dense(3, "softmax")]),
    "dense on images": ((2, 3, 4), lambda: [dense(3, "sigmoid")]),
    "flatten": ((2, 3), lambda: [Flatten(**F64), dense(4, "sigmoid"), dense(3, "softmax")]),
    "flatten between": ((2, 3), lambda: [dense(4, "relu"), Flatten(**F64), dense(3, "softmax")]),
    "activation": ((5,), lambda: [dense(3), Activation("tanh", **F64), Activation("softmax", **F64)]),
    "activation alone": ((3,), lambda: [Activation("softmax", **F64)]),
    "activation of a flat view": ((3, 1), lambda: [dense(1), Flatten(**F64), Activation("sigmoid", **F64)]),
    "no weights": ((3, 1), lambda: [Flatten(**F64)]),
    "dropout": ((5,), lambda: [dense(6, "tanh"), dropout(0.4), dense(3, "softmax")]),
    "dropout first": ((5,), lambda: [dropout(0.4), dense(3, "sigmoid")]),
    "dropout last": ((2, 5), lambda: [dense(3, "sigmoid"), dropout(0.25)]),
    "dropout of everything": ((5,), lambda: [dense(4, "relu"), dropout(1.0), dense(3, "softmax")]),
    "dropout of nothing": ((5,), lambda: [dense(4, "relu"), dropout(0.0), dense(3, "softmax")]),
    "deep": ((5,), lambda: [dense(6, "relu"), dense(5, "tanh"), dense(4, "sigmoid"), dense(3, "softmax")]),
}


class Model:
    """Layers and a loss lowered to a plan, run for one short batch; gradients are read from the arena."""

    def __init__(self, features, layers, loss, isa, fused, weighted):
        shape = (None, *features)
        for layer in layers:
            shape = layer.ensure_built(shape)
        self.variables = [v for layer in layers for v in layer.weights]
        self.plan = Plan(np.float64, training=True)
        self.lower(features, layers, loss, weighted)
        self.plan.layout()
        if fused:
            fusion.fuse(self.plan)
        self.arena = Arena(self.plan, CAPACITY)
        self.runner = CompiledRunner(self.plan, table("cython", isa), self.arena, ROWS, CAPACITY)
        self.arrays = self.draw()
        for name, array in self.arrays.items():
            self.runner.bind(name, array)

    def lower(self, features, layers, loss, weighted):
        plan, backwards = self.plan, []
        y = plan.stream("x", (Batch(), *features))
        for layer in layers:
            y, backward = layer.lower(plan, y)
            backwards.append(backward)
        rows, labels = y.rows().shape, loss.target == "labels"
        target = plan.stream("t", rows[:1] if labels else rows, np.int32 if labels else None)
        weights = plan.stream("w", rows[:1]) if weighted else plan.ones(rows[0])
        plan.phase = "loss"
        self.per_row, dy = loss.lower(plan, y, target, weights)
        plan.phase = "backward"
        for backward in reversed(backwards):
            dy = backward(dy)
        self.dx = dy
        for slot in (self.per_row, self.dx, *plan.gradients.values()):
            plan.keep(slot)

    def draw(self):
        rng = np.random.default_rng(1)
        for variable in self.variables:
            variable.value[...] += rng.normal(0, 0.6, variable.shape)
        arrays = {}
        for name, slot in self.plan.streams.items():
            shape = (ROWS * slot.shape[0].times, *slot.features)
            if name == "t":
                classes = rng.integers(0, 3, shape[0], dtype=np.int32)
                arrays[name] = classes if slot.dtype == np.int32 else np.eye(3)[classes]
            else:
                arrays[name] = rng.normal(0, 1, shape) if name == "x" else rng.uniform(0, 2, shape)
        if "w" in arrays:
            arrays["w"][1] = 0
        return arrays

    def loss(self):
        self.runner.run(0, 1, 0.0)
        per_row = self.arena.array(self.per_row, ROWS)
        return per_row.sum() / len(per_row)

    def gradients(self):
        """By backpropagation: of the input, then of each weight."""
        self.loss()
        slots = [self.dx, *(self.plan.gradients[id(v)] for v in self.variables)]
        return [self.arena.array(slot, ROWS).copy() for slot in slots]

    def differences(self):
        """By finite differences, in the same order."""
        return [difference(self.loss, array) for array in (self.arrays["x"], *(v.value for v in self.variables))]


def difference(loss, array):
    slopes, flat = np.empty(array.shape), array.reshape(-1)
    for i, value in enumerate(flat.copy()):
        flat[i] = value + H
        above = loss()
        flat[i] = value - H
        slopes.reshape(-1)[i] = (above - loss()) / (2 * H)
        flat[i] = value
    return slopes


def check(features, make, loss, isa, weighted):
    found = []
    for fused in (False, True):
        model = Model(features, make(), loss, isa, fused, weighted)
        found.append(model)
        names = ["x", *(v.path for v in model.variables)]
        for name, got, want in zip(names, model.gradients(), model.differences(), strict=True):
            np.testing.assert_allclose(got, want, **BOUNDS, err_msg=f"{name}, {fused=}\n{model.plan}")
    np.testing.assert_allclose(found[0].loss(), found[1].loss(), rtol=1e-13)
    return found


@pytest.mark.parametrize("isa", isas())
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activation_under_loss(activation, loss, isa):
    _, fused = check((5,), lambda: [dense(4, "tanh"), dense(3, activation)], LOSSES[loss](), isa, weighted=True)
    if activation == "step":
        assert all(not gradient.any() for gradient in fused.gradients())


@pytest.mark.parametrize("isa", isas())
@pytest.mark.parametrize("weighted", [False, True], ids=["ones", "weighted"])
@pytest.mark.parametrize("loss", ["mse", "cce smooth", "scce", "bce"])
@pytest.mark.parametrize("network", NETWORKS)
def test_layers(network, loss, weighted, isa):
    features, make = NETWORKS[network]
    check(features, make, LOSSES[loss](), isa, weighted)


@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_hidden_activation(hidden):
    """Between two dense layers, where the way back through an activation is fused with the product above."""
    check((5,), lambda: [dense(4, hidden), dense(6, hidden), dense(3, "softmax")], LOSSES["cce"](), isas()[-1], True)


def test_gradients_are_not_all_zero():
    for network, (features, make) in NETWORKS.items():
        model = Model(features, make(), LOSSES["mse"](), isas()[-1], True, True)
        if network != "dropout of everything":
            assert all(np.abs(gradient).max() > 1e-4 for gradient in model.gradients()), network


@pytest.mark.parametrize("isa", isas())
@pytest.mark.parametrize("rows", [1, 6])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_one_step_of_training(activation, rows, isa, monkeypatch):
    """The same through fit: with SGD of rate 1 the weights change by the gradient, which the fused update never stores.

    `rows` of a batch of 6: a short batch is divided by its own number of rows.
    """
    monkeypatch.setenv("PYNN_ISA", isa)
    layers = [dense(5, activation), dense(4, activation), dense(3, "softmax")]
    model = Sequential([Input((7,), dtype="float64"), *layers])
    model.compile(SGD(1.0), "categorical_crossentropy")
    rng = np.random.default_rng(2)
    for variable in model.weights:
        variable.value[...] += rng.normal(0, 0.6, variable.shape)
    x, y = rng.normal(0, 1, (rows, 7)), np.eye(3)[rng.integers(0, 3, rows)]
    weights = rng.uniform(0.5, 2, rows)
    want = [difference(lambda: model.evaluate(x, y, 6, 0, weights), v.value) for v in model.weights]
    before = model.get_weights()
    model.fit(x, y, batch_size=6, shuffle=False, sample_weight=weights, verbose=0)
    for name, old, new, slope in zip([v.path for v in model.weights], before, model.get_weights(), want, strict=True):
        np.testing.assert_allclose(old - new, slope, **BOUNDS, err_msg=name)
