"""Fusion: which steps a plan has after it, that it changes no number, and when it must keep its hands off."""

from __future__ import annotations

import numpy as np
import pytest

from pynn import fusion, runners
from pynn.arena import Arena
from pynn.keras import Input, Sequential
from pynn.kernels.tables import table
from pynn.layers import Activation, Dense, Dropout, Flatten
from pynn.optimizers import SGD, Adam, RMSprop
from pynn.plan import Batch, Plan
from pynn.variables import Variable

ROWS = 10
RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (ROWS, 4, 4), dtype=np.uint8)
VECTORS = RANDOM.normal(0, 1, (ROWS, 6)).astype(np.float32)
SEQUENCES = RANDOM.normal(0, 1, (ROWS, 3, 6)).astype(np.float32)
CLASSES = RANDOM.integers(0, 3, ROWS)
ONE_HOT = np.eye(3, dtype=np.float32)[CLASSES]


def slide(optimizer="adam", **kwargs):
    """The lecture's first network, with few neurons."""
    return compiled((4, 4), [Flatten(), Dense(5, "sigmoid", **kwargs), Dense(3, "softmax")], optimizer)


def compiled(shape, layers, optimizer="adam", loss="categorical_crossentropy", metrics=("accuracy",)):
    model = Sequential([Input(shape), *layers])
    model.compile(optimizer, loss, metrics=list(metrics))
    rng = np.random.default_rng(1)
    for variable in model.weights:
        variable.assign(rng.normal(0, 0.4, variable.shape))
    return model


def names(plan, phase=None):
    return [step.op.name for step in plan.steps if phase in (None, step.phase)]


def plans(model, x=IMAGES, y=ONE_HOT, **settings):
    """The plans of training, testing and predicting, after each ran once."""
    model.fit(x, y, verbose=0, **settings)
    model.evaluate(x, y, verbose=0)
    model.predict(x, verbose=0)
    return {key[0]: work.plan for key, work in model._works.items()}


# --- Which steps there are


def test_the_slides_network():
    found = plans(slide(), shuffle=False)
    forward = ["convert_u8", "dense_sigmoid_forward", "dense_forward"]
    loss = ["softmax_crossentropy", "accumulate_mean", "categorical_accuracy", "accumulate_mean"]
    assert names(found["train"], "forward") == forward
    assert names(found["train"], "loss") == loss
    assert names(found["train"], "backward") == ["dense_backward_input_sigmoid"]
    assert names(found["train"], "update") == ["dense_weights_adam", "bias_adam"] * 2
    assert names(found["test"]) == forward + loss
    assert names(found["predict"]) == [*forward, "softmax_forward"]
    shuffled = plans(slide())["train"]
    assert names(shuffled, "forward") == ["gather_u8", *forward[1:]]
    assert names(shuffled, "loss") == ["gather_f32", *loss]


CRITERIA = {
    "softmax, one-hot": ("softmax", 3, "categorical_crossentropy", ONE_HOT, "softmax_crossentropy"),
    "softmax, labels": ("softmax", 3, "sparse_categorical_crossentropy", CLASSES, "sparse_softmax_crossentropy"),
    "sigmoid, bits": ("sigmoid", 1, "binary_crossentropy", CLASSES > 0, "sigmoid_binary_crossentropy"),
}


@pytest.mark.parametrize("loss", CRITERIA)
@pytest.mark.parametrize("alone", [False, True], ids=["in Dense", "a layer"])
def test_an_activation_joins_its_loss(loss, alone):
    activation, units, name, y, fused = CRITERIA[loss]
    layers = [Dense(units), Activation(activation)] if alone else [Dense(units, activation)]
    found = plans(compiled((6,), layers, loss=name), VECTORS, y, shuffle=False)
    for kind in ("train", "test"):
        assert fused in names(found[kind])
        assert not {f"{activation}_forward", f"{activation}_backward"} & set(names(found[kind]))
    assert fused not in names(found["predict"])


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_an_activation_joins_the_products_on_both_sides(activation):
    layers = [Dense(5, activation), Dense(4), Activation(activation), Dense(3)]
    plan = plans(compiled((6,), layers, "sgd", "mse", ()), VECTORS, shuffle=False)["train"]
    assert names(plan, "forward") == [f"dense_{activation}_forward"] * 2 + ["dense_forward"]
    assert names(plan, "backward") == [f"dense_backward_input_{activation}"] * 2


@pytest.mark.parametrize(("optimizer", "name", "fused"), [
    (SGD(0.1), "sgd", True),
    (SGD(0.1, 0.9, nesterov=True), "momentum", True),
    (RMSprop(), "rmsprop", True),
    (Adam(), "adam", True),
    (Adam(amsgrad=True), "amsgrad", False),
    (RMSprop(momentum=0.5, centered=True), "rmsprop_centered_momentum", False),
])  # fmt: skip
def test_a_gradient_joins_its_update(optimizer, name, fused):
    plan = plans(slide(optimizer))["train"]
    alone = [f"{name}_update"] * 4
    assert names(plan, "update") == ([f"dense_weights_{name}", f"bias_{name}"] * 2 if fused else alone)
    assert ("dense_backward_weights" in names(plan)) is not fused


# --- It changes no number


NETWORKS = {
    "slide": lambda: (slide(), IMAGES, ONE_HOT),
    "sparse": lambda: (
        compiled((6,), [Dense(4, "relu"), Dense(3, "softmax")], "sgd", "sparse_categorical_crossentropy"),
        VECTORS,
        CLASSES,
    ),
    "binary": lambda: (
        compiled((6,), [Dense(4, "tanh"), Dense(1, "sigmoid")], RMSprop(0.01), "binary_crossentropy"),
        VECTORS,
        CLASSES > 0,
    ),
    "regression": lambda: (compiled((6,), [Dense(4, "relu"), Dense(3)], SGD(0.1, 0.9), "mse", ()), VECTORS, ONE_HOT),
    "sequences": lambda: (
        compiled((3, 6), [Dense(4, "sigmoid"), Dense(3, "softmax")]),
        SEQUENCES,
        np.repeat(ONE_HOT, 3, axis=0).reshape(ROWS, 3, 3),
    ),
    "flattened": lambda: (compiled((3, 6), [Dense(2, "tanh"), Flatten(), Dense(3, "softmax")]), SEQUENCES, ONE_HOT),
    "dropout": lambda: (
        compiled((6,), [Dense(8, "relu"), Dropout(0.5, seed=1), Dense(3, "softmax")]),
        VECTORS,
        ONE_HOT,
    ),
    "dropout in sequences": lambda: (
        compiled(
            (3, 6), [Dense(4, "relu"), Dropout(0.3, seed=1), Flatten(), Dropout(0.2, seed=2), Dense(3, "softmax")]
        ),
        SEQUENCES,
        ONE_HOT,
    ),
}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("weighted", [False, True], ids=["ones", "weighted"])
def test_same_numbers_without(network, weighted, monkeypatch):
    found, counts = [], []
    for keep in (True, False):
        if not keep:
            monkeypatch.setattr(fusion, "fuse", lambda plan: None)
        np.random.seed(5)
        model, x, y = NETWORKS[network]()
        weights = np.linspace(0, 2, ROWS) if weighted else None
        history = model.fit(x, y, batch_size=4, epochs=3, sample_weight=weights, verbose=0).history
        numbers = [*history.values(), model.evaluate(x, y, batch_size=4, verbose=0)]
        found.append([*numbers, model.predict(x, batch_size=4, verbose=0), *model.get_weights()])
        counts.append(sum(len(work.plan.steps) for work in model._works.values()))
    assert counts[0] < counts[1]
    for fused, plain in zip(*found, strict=True):
        np.testing.assert_allclose(fused, plain, rtol=2e-5, atol=1e-5)


# --- When it must not happen


def dense_and_sigmoid():
    """Both sides of y = sigmoid(x w + b): a plan, z and y."""
    plan = Plan(np.float32, training=True)
    weights = Variable(np.ones((6, 2))), Variable(np.ones(2))
    w, b = map(plan.parameter, weights)
    z = plan.emit("dense_forward", plan.stream("x", (Batch(), 6)), w, b)
    y = plan.emit("sigmoid_forward", z)
    plan.keep(y)
    return plan, z, y


def test_it_happens_here():
    plan, _, _ = dense_and_sigmoid()
    fusion.fuse(plan)
    assert names(plan) == ["dense_sigmoid_forward"]


def test_not_when_somebody_reads_the_value_later():
    plan, z, _ = dense_and_sigmoid()
    plan.keep(z)
    fusion.fuse(plan)
    assert names(plan) == ["dense_forward", "sigmoid_forward"]


def test_not_when_the_value_goes_to_a_stream():
    plan, z, _ = dense_and_sigmoid()
    plan.into_stream(z, "z")
    fusion.fuse(plan)
    assert names(plan) == ["dense_forward", "sigmoid_forward"]


def test_not_when_two_steps_read_the_value():
    plan, z, _ = dense_and_sigmoid()
    plan.keep(plan.emit("tanh_forward", z.view(*z.shape)))
    fusion.fuse(plan)
    assert names(plan) == ["dense_forward", "sigmoid_forward", "tanh_forward"]


def test_not_when_rows_are_counted_differently():
    """Dense on sequences, flattened, then an activation: (3n, 2) is read as (n, 6)."""
    layers = [Dense(2), Flatten(), Activation("tanh"), Dense(3, "softmax")]
    plan = plans(compiled((3, 6), layers), SEQUENCES, shuffle=False)["train"]
    assert names(plan, "forward") == ["dense_forward", "tanh_forward", "dense_forward"]
    other = [Dense(2, "tanh"), Flatten(), Dense(3, "softmax")]
    plan = plans(compiled((3, 6), other), SEQUENCES, shuffle=False)["train"]
    assert names(plan, "backward") == ["dense_backward_input", "tanh_backward"]


def test_softmax_over_a_flattened_output_is_taken_over_the_whole_row():
    layers = [Dense(1), Flatten(), Activation("softmax")]
    model = compiled((3, 6), layers)
    plan = plans(model, SEQUENCES, shuffle=False)["train"]
    step = next(step for step in plan.steps if step.op.name == "softmax_crossentropy")
    assert step.slots[0].shape == step.slots[3].shape == (Batch(), 3)
    np.testing.assert_allclose(model.predict(SEQUENCES, verbose=0).sum(axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize(("activation", "loss"), [
    ("sigmoid", "categorical_crossentropy"),
    ("softmax", "mse"),
    ("softmax", "binary_crossentropy"),
    ("tanh", "mse"),
])  # fmt: skip
def test_other_pairs_of_activation_and_loss_stay_apart(activation, loss):
    plan = plans(compiled((6,), [Dense(3, activation)], loss=loss, metrics=()), VECTORS)["train"]
    found = [name for name in names(plan, "loss") if name not in ("gather_f32", "accumulate_mean")]
    assert found in ([loss], ["mean_squared_error"])
    assert f"{activation}_backward" in names(plan, "backward")


def test_not_when_dropout_stands_between():
    layers = [Dense(4), Dropout(0.5, seed=0), Activation("relu"), Dense(3, "softmax"), Dropout(0.5, seed=0)]
    found = plans(compiled((6,), layers), VECTORS, shuffle=False)
    assert names(found["train"], "forward")[:3] == ["dense_forward", "dropout_forward", "relu_forward"]
    assert "categorical_crossentropy" in names(found["train"])
    assert "dense_relu_forward" in names(found["test"])
    assert "softmax_crossentropy" in names(found["test"])


def test_a_gradient_that_is_kept_is_stored():
    plan = Plan(np.float32, training=True)
    layer = Dense(2)
    layer.ensure_built((None, 6))
    y, backward = layer.lower(plan, plan.stream("x", (Batch(), 6)))
    backward(y)
    SGD(0.1).lower(plan, layer.trainable_weights)
    gradient = plan.gradients[id(layer.kernel)]
    plan.keep(gradient)
    plan.layout()
    fusion.fuse(plan)
    assert names(plan) == ["dense_forward", "dense_backward_weights", "sgd_update", "bias_sgd"]
    before, arena = layer.get_weights()[0], Arena(plan, ROWS)
    runner = runners.runner(plan, table(), arena, ROWS, ROWS)
    runner.bind("x", VECTORS)
    runner.run(0, 1, 0.0)
    change = layer.kernel.value - before
    np.testing.assert_allclose(change, -0.1 * arena.array(gradient, ROWS), rtol=1e-5, atol=1e-6)


def test_frozen_weights_stay_and_are_not_computed():
    model = slide(trainable=False)
    before = model.get_weights()
    plan = plans(model, epochs=2)["train"]
    after = model.get_weights()
    assert names(plan, "backward") == []
    assert names(plan, "update") == ["dense_weights_adam", "bias_adam"]
    for i, (old, new) in enumerate(zip(before, after, strict=True)):
        assert (old == new).all() == (i < 2)


def test_the_last_layer_may_be_frozen():
    model = compiled((6,), [Dense(4, "relu"), Dense(3, "softmax", trainable=False)])
    before = model.get_weights()
    plan = plans(model, VECTORS)["train"]
    assert names(plan, "backward") == ["dense_backward_input_relu"]
    changed = [(old != new).any() for old, new in zip(before, model.get_weights(), strict=True)]
    assert changed == [True, True, False, False]


def test_not_when_something_else_reads_the_probabilities_before():
    """An activity regularizer reads them in front of the loss: softmax must have been computed by then."""
    layers = [Dense(3, activation="softmax", activity_regularizer="l2")]
    plan = plans(compiled((6,), layers), VECTORS)["train"]
    assert "softmax_crossentropy" not in names(plan)
    assert "softmax_forward" in " ".join(names(plan))
