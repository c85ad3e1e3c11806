"""Fusion of dropout with the ReLU below: the way back reads the output and draws no mask."""

from __future__ import annotations

import numpy as np

from pynn.keras import Input, Model, Sequential
from pynn.layers import Activation, Concatenate, Dense, Dropout

X = np.random.default_rng(0).normal(0, 1, (10, 6)).astype(np.float32)
Y = np.eye(3, dtype=np.float32)[np.arange(10) % 3]
FUSED = "dense_backward_input_dropped_relu"


def steps(model, phase):
    """What training the model walks over in a phase."""
    model.compile("sgd", "categorical_crossentropy")
    model.fit(X, Y, verbose=0)
    (work,) = model._works.values()
    return [step for step in work.plan.steps if step.phase == phase]


def test_only_relu_lets_the_output_tell_what_was_dropped():
    hidden = [
        Dense(8, "relu"),
        Dropout(0.2),
        Dense(5, "tanh"),
        Dropout(0.2),
        Dense(4),
        Activation("relu"),
        Dropout(0.5),
    ]
    backward = steps(Sequential([Input((6,)), *hidden, Dense(3, "softmax")]), "backward")
    of_tanh = ["dense_backward_input", "dropout_backward", "tanh_backward"]
    assert [step.op.name for step in backward] == [FUSED, *of_tanh, FUSED]
    assert [step.scalars for step in backward if step.op.name == FUSED] == [(2.0,), (1.25,)]


def test_dropout_before_relu_stays():
    backward = steps(
        Sequential([Input((6,)), Dense(8), Dropout(0.2), Activation("relu"), Dense(3, "softmax")]), "backward"
    )
    assert [step.op.name for step in backward] == ["dense_backward_input_relu", "dropout_backward"]


def test_dropout_that_two_layers_share_reads_the_output_of_each():
    x, dropout = Input((6,)), Dropout(0.5, seed=0)
    branches = [dropout(Dense(4, "relu")(x)), dropout(Dense(4, "relu")(x))]
    model = Model(x, Dense(3, "softmax")(Concatenate()(branches)))
    backward = [step for step in steps(model, "backward") if step.op.name == "dropped_relu_backward"]
    forward = [step for step in steps(model, "forward") if step.op.name == "dropout_forward"]
    assert [step.slots[0].name for step in reversed(backward)] == [step.slots[1].name for step in forward]
    assert len({step.slots[0].name for step in backward}) == 2
