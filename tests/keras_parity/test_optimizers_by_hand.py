"""Optimizers in training loops written by hand: apply, apply_gradients, state, and algorithms that a user wrote."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

SHAPES = [(5, 4), (4,), (2, 3, 4)]
NAMES = [
    "SGD", "RMSprop", "Adam", "AdamW", "Adamax", "Nadam", "Adagrad", "Adadelta", "Ftrl", "Lion", "Lamb", "Adafactor",
    "Muon", "ScheduleFreeAdamW",
]  # fmt: skip
SETTINGS = {
    "plain": {},
    "decayed": {"weight_decay": 0.1, "global_clipnorm": 1.0, "loss_scale_factor": 4.0},
    "averaged": {"clipnorm": 0.5, "use_ema": True, "ema_momentum": 0.7, "ema_overwrite_frequency": 4},
    "accumulated": {"gradient_accumulation_steps": 3, "clipvalue": 0.3},
}


def gradients(steps=10):
    return [[np.random.default_rng(step).normal(size=s).astype("float32") for s in SHAPES] for step in range(steps)]


def variables(keras):
    random = np.random.default_rng(5)
    return [keras.Variable(random.normal(size=s).astype("float32"), name=f"v{i}") for i, s in enumerate(SHAPES)]


def steps_of(keras, optimizer):
    own = variables(keras)
    for number, grads in enumerate(gradients()):
        if number % 2:
            optimizer.apply(grads, own)
        else:
            optimizer.apply_gradients(zip(grads, own, strict=True))
    return [np.array(v) for v in (*own, *optimizer.variables)], int(optimizer.iterations)


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("name", NAMES)
def test_apply(sides, name, settings):
    (ours, count), (theirs, their_count) = (
        steps_of(side, getattr(side.optimizers, name)(**SETTINGS[settings])) for side in sides
    )
    assert count == their_count
    for number, (w, v) in enumerate(zip(ours, theirs, strict=True)):
        np.testing.assert_allclose(w, v, rtol=2e-5, atol=2e-6, err_msg=str(number))


def test_gradients_that_are_missing(sides):
    for keras in sides:
        own, grads = variables(keras), gradients(1)[0]
        before = [np.array(v) for v in own]
        optimizer = keras.optimizers.SGD(0.5)
        with pytest.warns(UserWarning, match=r"Gradients do not exist for variables \['v1'\]"):
            optimizer.apply([grads[0], None, grads[2]], own)
        np.testing.assert_allclose(np.asarray(own[0]), before[0] - 0.5 * grads[0], rtol=1e-6)
        np.testing.assert_array_equal(np.asarray(own[1]), before[1])
        with pytest.raises(ValueError, match="No gradients provided for any variable"):
            optimizer.apply([None] * 3, own)
        assert optimizer.apply([]) is None
        assert int(optimizer.iterations) == 1


def test_variables_that_do_not_fit(sides):
    for keras in sides:
        own, grads = variables(keras), gradients(1)[0]
        optimizer = keras.optimizers.Adam()
        with pytest.raises(ValueError, match="must already be built"):
            optimizer.apply(grads)
        optimizer.build(own)
        optimizer.apply(grads)
        with pytest.raises(ValueError, match="Received a list of 2 gradients"):
            optimizer.apply(grads[:2])
        with pytest.raises(ValueError, match="Unknown variable"):
            optimizer.apply(grads, variables(keras))


def test_settings_may_change_between_steps(sides):
    found = []
    for keras in sides:
        own, optimizer = variables(keras), keras.optimizers.SGD(0.1, momentum=0.5)
        for number, grads in enumerate(gradients(6)):
            if number == 2:
                optimizer.learning_rate = 0.5
            if number == 4:
                optimizer.momentum, optimizer.clipnorm = 0.9, 1.0
            optimizer.apply(grads, own)
        found.append([np.array(v) for v in own])
    for w, v in zip(*found, strict=True):
        np.testing.assert_allclose(w, v, rtol=1e-5, atol=1e-6)


def test_state_goes_into_a_store_and_back(sides):
    for keras in sides:
        own = variables(keras)
        optimizer = keras.optimizers.Adam(0.25)
        optimizer.apply(gradients(1)[0], own)
        store = {}
        optimizer.save_own_variables(store)
        assert list(store) == [str(i) for i in range(8)]
        other = keras.optimizers.Adam()
        with pytest.warns(UserWarning, match="Skipping variable loading for optimizer"):
            other.load_own_variables(store)
        other.build(own)
        other.load_own_variables(store)
        assert (int(other.iterations), float(other.learning_rate)) == (1, 0.25)
        other.set_weights([np.asarray(v) * 2 for v in optimizer.variables])
        assert float(other.learning_rate) == 0.5


def test_copies_go_on_alone(keras, is_oracle):
    if is_oracle:
        pytest.skip("about pynn's small plans")
    own, optimizer = variables(keras), keras.optimizers.Adam()
    optimizer.apply(gradients(1)[0], own)
    for other, theirs in (copy.deepcopy((optimizer, own)), pickle.loads(pickle.dumps((optimizer, own)))):
        other.apply(gradients(1)[0], theirs)
        assert (int(other.iterations), int(optimizer.iterations)) == (2, 1)
        assert not np.array_equal(theirs[0], own[0])


def momentum_of(keras):
    """Momentum, as Keras's guide writes an optimizer."""

    class Own(keras.optimizers.Optimizer):
        def __init__(self, learning_rate=0.1, momentum=0.9, **kwargs):
            super().__init__(learning_rate=learning_rate, **kwargs)
            self.momentum = momentum

        def build(self, variables):
            if self.built:
                return
            super().build(variables)
            self.m = self.add_optimizer_variables(variables, "m")

        def update_step(self, gradient, variable, learning_rate):
            m = self.m[self._get_variable_index(variable)]
            self.assign(m, self.momentum * m - learning_rate * gradient)
            self.assign_add(variable, m)

    return Own


@pytest.mark.parametrize("settings", SETTINGS)
def test_an_algorithm_that_a_user_wrote(sides, settings):
    (ours, count), (theirs, their_count) = (
        steps_of(side, momentum_of(side)(name="own", **SETTINGS[settings])) for side in sides
    )
    assert count == their_count
    for w, v in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(w, v, rtol=2e-5, atol=2e-6)


def test_an_algorithm_that_a_user_wrote_in_fit(sides, data):
    found = []
    for keras in sides:
        model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3, kernel_initializer="ones")])
        model.compile(momentum_of(keras)(0.01, weight_decay=0.1, clipnorm=1.0), "mse")
        loss = model.fit(data.x, data.numbers, epochs=3, verbose=0, shuffle=False).history["loss"]
        found.append([*model.get_weights(), np.array(loss), np.array(int(model.optimizer.iterations))])
    for w, v in zip(*found, strict=True):
        np.testing.assert_allclose(w, v, rtol=1e-5, atol=1e-6)


def test_an_algorithm_on_top_of_ours(sides):
    """`super().update_step` of an optimizer that pynn has."""
    found = []
    for keras in sides:

        class Half(keras.optimizers.Adam):
            def update_step(self, gradient, variable, learning_rate):
                super().update_step(gradient, variable, learning_rate / 2)

        own, optimizer = variables(keras), Half(0.1)
        for grads in gradients(4):
            optimizer.apply(grads, own)
        found.append([np.array(v) for v in (*own, *optimizer.variables[2:])])
    for w, v in zip(*found, strict=True):
        np.testing.assert_allclose(w, v, rtol=1e-5, atol=1e-6)


def test_no_algorithm(sides):
    for keras in sides:
        optimizer = keras.optimizers.Optimizer(learning_rate=0.1, name="bare")
        with pytest.raises(NotImplementedError):
            optimizer.apply(gradients(1)[0], variables(keras))
