"""Every optimizer with every option, trained as in real Keras: losses, weights, state, names and order of the state."""

from __future__ import annotations

import numpy as np
import pytest

OPTIMIZERS = {
    "SGD": {},
    "RMSprop": {},
    "Adam": {},
    "AdamW": {},
    "Adamax": {},
    "Nadam": {},
    "Adagrad": {},
    "Adadelta": {"learning_rate": 1.0},
    "Ftrl": {"learning_rate": 0.1},
    "Lion": {"learning_rate": 0.003},
    "Lamb": {},
    "Adafactor": {},
    "Muon": {},
    "ScheduleFreeAdamW": {},
}
# Each further form of an update that is a kernel, or a branch of one.
FORMS = {
    "SGD, Nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "RMSprop, centred": ("RMSprop", {"momentum": 0.5, "centered": True, "epsilon": 1e-3}),
    "AMSGrad": ("Adam", {"amsgrad": True, "weight_decay": 0.01}),
    "Ftrl, all set": (
        "Ftrl",
        {
            "l1_regularization_strength": 0.01,
            "l2_regularization_strength": 0.02,
            "l2_shrinkage_regularization_strength": 0.03,
            "beta": 0.1,
            "learning_rate_power": -0.7,
        },
    ),
    "Muon, all set": ("Muon", {"nesterov": False, "rms_rate": None, "exclude_layers": ["dense_1"], "ns_steps": 3}),
    "schedule-free, warm": ("ScheduleFreeAdamW", {"warmup_steps": 10}),
}
OPTIONS = {
    "weight_decay": {"weight_decay": 0.05},
    "clipnorm": {"clipnorm": 0.3},
    "clipvalue": {"clipvalue": 0.05},
    "global_clipnorm": {"global_clipnorm": 0.4},
    "averages": {"use_ema": True, "ema_momentum": 0.8},
    "averages, written": {"use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": 3},
    "accumulated": {"gradient_accumulation_steps": 3},
}
TOGETHER = {
    "gradient_accumulation_steps": 2,
    "use_ema": True,
    "ema_overwrite_frequency": 2,
    "weight_decay": 0.01,
    "clipnorm": 1.0,
    "loss_scale_factor": 8.0,
}
CASES = {name: (name, settings) for name, settings in OPTIMIZERS.items()}
CASES |= {f"{name}, options": (name, settings | TOGETHER) for name, settings in OPTIMIZERS.items()}
CASES |= {f"{name}, {option}": (name, set_) for name in ("SGD", "Nadam") for option, set_ in OPTIONS.items()} | FORMS

# State: sums of squares that are small beside the gradients' rounding.
STATE = {"rtol": 2e-4, "atol": 2e-6}


def train(keras, name, settings, data, **fit):
    keras.utils.clear_session(free_memory=False)
    model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(5, activation="tanh"), keras.layers.Dense(3)])
    random = np.random.default_rng(1)
    model.set_weights([random.normal(0, 0.4, w.shape).astype("float32") for w in model.get_weights()])
    optimizer = getattr(keras.optimizers, name)(**({"learning_rate": 0.01} | settings))
    model.compile(optimizer, "mse")
    history = model.fit(
        data.x[:80], data.numbers[:80], **({"batch_size": 20, "epochs": 16, "verbose": 0, "shuffle": False} | fit)
    )
    return model, optimizer, history.history["loss"]


def facts(variables):
    """Name, path, shape and type of each; automatic names are numbered by what was made before."""
    return [(v.name, v.path, tuple(v.shape), str(v.dtype)) for v in variables if not v.name.startswith("variable")]


@pytest.mark.parametrize("case", CASES)
def test_trains_as_in_keras(sides, data, case):
    name, settings = CASES[case]
    (ours, mine, our_loss), (theirs, keras, their_loss) = (train(side, name, settings, data) for side in sides)
    np.testing.assert_allclose(our_loss, their_loss, rtol=1e-5)
    for w, v in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(w, v, rtol=1e-5, atol=4e-6)
    assert facts(mine.variables) == facts(keras.variables)
    for w, v in zip(mine.variables, keras.variables, strict=True):
        np.testing.assert_allclose(np.asarray(w), np.asarray(v), **STATE, err_msg=w.path)
    assert int(mine.iterations) == int(keras.iterations)
    assert mine.get_config() == keras.get_config()
    assert list(mine.get_config()) == list(keras.get_config())


def test_weights_that_do_not_decay(sides, data):
    found = []
    for keras in sides:
        keras.utils.clear_session(free_memory=False)
        model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(4), keras.layers.Dense(3)])
        model.set_weights([np.full(w.shape, 0.5, "float32") for w in model.get_weights()])
        optimizer = keras.optimizers.AdamW(0.01, weight_decay=1.0)
        optimizer.exclude_from_weight_decay(var_list=[model.weights[0]], var_names=["bias"])
        model.compile(optimizer, "mse")
        model.fit(data.x, data.numbers, epochs=3, verbose=0, shuffle=False)
        found.append(model.get_weights())
    for w, v in zip(*found, strict=True):
        np.testing.assert_allclose(w, v, rtol=1e-5, atol=1e-6)


SCHEDULES = {
    "ExponentialDecay": {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.7},
    "CosineDecay": {"initial_learning_rate": 0.0, "decay_steps": 40, "warmup_target": 0.1, "warmup_steps": 9},
}


@pytest.mark.parametrize("accumulate", [None, 2])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_sets_the_rate(sides, data, schedule, accumulate):
    """It reads the batches done, not the updates, and before they are counted."""
    found = []
    for keras in sides:
        rate = getattr(keras.optimizers.schedules, schedule)(**SCHEDULES[schedule])
        settings = {"learning_rate": rate, "weight_decay": 0.1, "gradient_accumulation_steps": accumulate}
        model, optimizer, _ = train(keras, "Adam", settings, data)
        found.append((model.get_weights(), float(optimizer.learning_rate), facts(optimizer.variables)))
        with pytest.raises(TypeError, match="not settable"):
            optimizer.learning_rate = 0.1
    (ours, rate, state), (theirs, their_rate, their_state) = found
    for w, v in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(w, v, rtol=1e-5, atol=4e-6)
    assert rate == pytest.approx(their_rate, rel=1e-6)
    assert state == their_state


def test_a_schedule_that_a_user_wrote(sides, data):
    found, asked = [], []
    for keras in sides:

        class Halving(keras.optimizers.schedules.LearningRateSchedule):
            def __call__(self, step):
                asked.append(step)
                return 0.1 / (1.0 + step) ** 0.5

        model, optimizer, _ = train(keras, "SGD", {"learning_rate": Halving()}, data)
        found.append([*model.get_weights(), float(optimizer.learning_rate)])
    for w, v in zip(*found, strict=True):
        np.testing.assert_allclose(w, v, rtol=1e-5, atol=1e-6)
    assert len(asked) > 64


def test_a_rate_that_changes_between_epochs(sides, data):
    found = []
    for keras in sides:
        model, optimizer, _ = train(keras, "Adam", {}, data, epochs=1)
        optimizer.learning_rate = 0.1
        model.fit(data.x, data.numbers, verbose=0, shuffle=False)
        optimizer.learning_rate.assign(0.001)
        model.fit(data.x, data.numbers, verbose=0, shuffle=False)
        found.append(model.get_weights())
    for w, v in zip(*found, strict=True):
        np.testing.assert_allclose(w, v, rtol=1e-5, atol=1e-6)
