"""Branches and loops of keras.ops on KerasTensors: in functional models and in layers of one's own."""

from __future__ import annotations

import numpy as np
import pytest

X = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")


def mapped(ops, x):
    return ops.map(lambda row: row * 2 + ops.sum(row), x)


def mapped_dictionary(ops, x):
    return ops.map(lambda row: row["a"] * 2 + row["b"] ** 2, {"a": x, "b": x})


def mapped_to_pairs(ops, x):
    first, second = ops.vectorized_map(lambda row: (row * 2, row + 1), x)
    return first * second


def vectorized_pair(ops, x):
    return ops.vectorized_map(lambda row: row[0] * 2 + row[1], (x, x))


def scanned(ops, x):
    return ops.scan(lambda carry, row: (carry + row, carry * row), ops.zeros((3,)), x)[1]


def partial_sums(ops, x):
    return ops.associative_scan(lambda a, b: a + b, x, axis=1)


def for_loop(ops, x):
    return ops.fori_loop(0, 3, lambda i, value: value * 0.5 + i, x)


def switched(ops, x):
    return ops.switch(ops.cast(ops.sum(x) > 0, "int32"), [lambda v: v * 2, lambda v: v - 1], x)


def one_of_two(ops, x):
    return ops.cond(ops.sum(x) > 0, lambda: x * 2, lambda: x - 1)


def while_loop(ops, x):
    return ops.while_loop(lambda v: ops.sum(ops.abs(v)) < 100, lambda v: v * 2, x)


TRAINED = [mapped, mapped_dictionary, mapped_to_pairs, vectorized_pair, scanned, partial_sums, for_loop, switched]


def build(keras, body, within):
    inputs = keras.Input((3,))
    h = keras.layers.Dense(3, kernel_initializer=keras.initializers.Constant(0.3))(inputs)
    if within:

        class Own(keras.layers.Layer):
            def call(self, x):
                return body(keras.ops, x)

        h = Own()(h)
    else:
        h = body(keras.ops, h)
    model = keras.Model(inputs, keras.layers.Dense(1, kernel_initializer="ones")(h))
    model.compile(keras.optimizers.SGD(0.01), "mse")
    return model


@pytest.mark.parametrize("within", [False, True], ids=["functional", "layer"])
@pytest.mark.parametrize("body", TRAINED, ids=lambda f: f.__name__)
def test_training(twins, body, within):
    twins(lambda keras: build(keras, body, within)).assert_same_training(X, X[:, :1], epochs=3, batch_size=3)


def test_one_of_two_in_a_layer(twins):
    twins(lambda keras: build(keras, one_of_two, True)).assert_same_training(X, X[:, :1], epochs=3, batch_size=3)


def test_one_of_two_in_a_functional_model(keras, sides, is_oracle):
    """Keras fails on JAX; here it trains as the layer does."""
    if is_oracle:
        pytest.skip("branches cannot read KerasTensors there")
    histories = [
        build(side, one_of_two, within).fit(X, X[:, :1], epochs=3, batch_size=3, shuffle=False, verbose=0).history
        for side, within in zip(sides, (False, True), strict=True)
    ]
    np.testing.assert_allclose(histories[0]["loss"], histories[1]["loss"], rtol=1e-5)


def test_while_loop(sides):
    """It predicts; JAX has no way back through it."""
    found = [build(side, while_loop, within).predict(X, verbose=0) for side in sides for within in (False, True)]
    for other in found[1:]:
        np.testing.assert_allclose(found[0], other, rtol=1e-5)


def test_shapes_and_types(sides):
    def described(keras):
        x, ops = keras.Input((3,)), keras.ops
        carry, rows = ops.scan(lambda c, row: (c + row, c), ops.zeros((3,)), x)
        count, value = ops.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, v), (ops.array(0), x))
        again = ops.while_loop(lambda v: ops.sum(v) < 9, lambda v: v + 1, [x])
        assert isinstance(again, list)
        made = [carry, rows, count, value, *again, ops.map(lambda row: ops.sum(row) > 0, x)]
        return [(tuple(t.shape), t.dtype) for t in made]

    ours, theirs = map(described, sides)
    assert ours == theirs


def test_a_loop_that_depends_on_values_is_not_run_for_its_shape(keras, is_oracle):
    """Zeros would stay zeros for ever."""
    if is_oracle:
        pytest.skip("traced")
    model = build(keras, while_loop, True)
    assert model.predict(X, verbose=0).shape == (6, 1)


def test_errors(keras, is_oracle):
    if is_oracle:
        pytest.skip("other words")
    x, ops = keras.Input((3,)), keras.ops
    wrong = {
        r"keras\.ops\.map: its functions read a KerasTensor": lambda: ops.map(lambda row: row + x, x),
        r"keras\.ops\.while_loop: cond depends on": lambda: keras.Model(
            x, ops.while_loop(lambda v: ops.sum(x) < 3, lambda v: v, x[:, 0])
        ).predict(X, verbose=0),
        r"keras\.ops\.cond: branches must have equal output types": lambda: ops.cond(
            ops.sum(x) > 0, lambda: x, lambda: x[:, 0]
        ),
        r"keras\.ops\.cond: .* must be a scalar.*keras\.ops\.where": lambda: ops.cond(
            x[:, 0] > 0, lambda: x, lambda: -x
        ),
        r"keras\.ops\.vectorize cannot be applied to a KerasTensor": lambda: ops.vectorize(abs)(x),
        r"keras\.ops\.custom_gradient cannot be applied": lambda: ops.custom_gradient(lambda v: (v, None))(x),
        r"scan: the rows of the batch must stay the first axis": lambda: keras.Model(
            x, ops.scan(lambda c, _: (c, c), x, length=2)[1][0]
        ).predict(X, verbose=0),
    }
    for text, call in wrong.items():
        with pytest.raises((ValueError, TypeError), match=text):
            call()


@pytest.mark.parametrize("make", [lambda ops, x: ops.sum(x), lambda ops, x: ops.sum(x, axis=0)], ids=["none", "k"])
def test_outputs_without_the_axis_of_the_batch(keras, make, is_oracle):
    if is_oracle:
        pytest.skip("Keras gives what it can")
    inputs = keras.Input((3,))
    model = keras.Model(inputs, make(keras.ops, inputs))
    model.compile("sgd", "mse")
    for call in (lambda: model.predict(X, verbose=0), lambda: model(X), lambda: model.fit(X, X, verbose=0)):
        with pytest.raises(ValueError, match=r"Output 0 of the model .* no axis for the rows"):
            call()
