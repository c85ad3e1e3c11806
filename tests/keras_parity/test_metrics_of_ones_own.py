"""Metrics by name and function, and classes of the user's own, against real Keras."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

RANDOM = np.random.default_rng(5)
TARGET = RANDOM.integers(0, 2, (7, 3)).astype("float32")
PREDICTION = RANDOM.uniform(0, 1, (7, 3)).astype("float32")


def test_every_name_with_its_arguments(sides):
    ours, theirs = (keras.metrics for keras in sides)
    names = [name for name in dir(theirs) if not name.startswith("_")]
    assert [name for name in names if not hasattr(ours, name)] == []
    for name in names:
        pair = (getattr(side, name) for side in (ours, theirs))
        mine, other = (
            [
                (p.name, p.default)
                for p in inspect.signature(o.__init__ if inspect.isclass(o) else o).parameters.values()
            ]
            for o in pair
        )
        assert mine == other, name


WORDS = ["mse", "MSE", "MAPE", "msle", "bce", "accuracy", "AUC", "auc", "f1_score", "r2_score", "kl_divergence"]


@pytest.mark.parametrize("word", WORDS)
def test_get_by_name(on_both, word):
    ours, theirs = on_both(lambda keras: keras.metrics.get(word))
    assert repr(ours) == repr(theirs)


@pytest.mark.parametrize("wrong", ["nope", "kld", 5])
def test_get_of_nothing(sides, wrong):
    for keras in sides:
        with pytest.raises(ValueError, match="Could not interpret metric identifier"):
            keras.metrics.get(wrong)


def test_get_of_objects(sides):
    for keras in sides:
        metrics = keras.metrics
        made = metrics.Mean(name="m")
        assert metrics.get(made) is made
        assert metrics.get(None) is None
        assert metrics.get(metrics.hinge) is metrics.hinge
        assert repr(metrics.get(metrics.Hinge)) == "<Hinge name=hinge>"


LOSSES = ["mean_absolute_error", "hinge", "log_cosh", "poisson", "kl_divergence", "categorical_hinge", "huber"]


@pytest.mark.parametrize("name", LOSSES)
def test_functions_in_compile(sides, name):
    """Where the mean of a function is a metric that training lowers, that one is taken; its values are Keras's."""
    from pynn.metrics import wrap

    ours, theirs = (getattr(keras.metrics, name) for keras in sides)
    metric = wrap(ours, name)
    assert metric.name == name
    assert metric.lowers == (name != "huber")
    expected = sides[1].metrics.MeanMetricWrapper(theirs)(TARGET, PREDICTION)
    np.testing.assert_allclose(float(metric(TARGET, PREDICTION)), float(expected), rtol=1e-5)


def test_wrapped_functions(on_both, sides):
    ours, theirs = on_both(lambda keras: keras.metrics.MeanMetricWrapper(keras.metrics.mean_squared_error))
    assert ours.get_config() == theirs.get_config()
    for side, config in zip(sides, (theirs.get_config(), ours.get_config()), strict=True):
        assert side.metrics.MeanMetricWrapper.from_config(config).get_config() == config


def largest(keras):
    class Largest(keras.metrics.Metric):
        def __init__(self, name="largest", **kwargs):
            super().__init__(name=name, **kwargs)
            self.most = self.add_weight(name="most", initializer="zeros")
            self.calls = self.add_weight(shape=(2,), name="calls", initializer="ones", dtype="int32")
            self.mean = keras.metrics.Mean()

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.most.assign(np.maximum(np.asarray(self.most), np.max(y_pred)))
            self.mean.update_state(y_pred)

        def result(self):
            return self.most

    return Largest


def test_a_class_of_ones_own(on_both):
    seen = []
    for metric in on_both(lambda keras: largest(keras)()):
        found = [repr(metric), metric.get_config(), [v.path for v in metric.variables], metric.variables[1].dtype]
        found += [round(float(metric(TARGET, PREDICTION)), 5)]
        metric.reset_state()
        found += [[np.asarray(v).tolist() for v in metric.variables]]
        found += [np.shape(v) for v in metric.stateless_reset_state()]
        seen.append(found)
        with pytest.raises(ValueError, match="corresponding 1:1"):
            metric.stateless_update_state([1.0], TARGET, PREDICTION)
    assert seen[0] == seen[1]


def test_forgotten_super(sides):
    for keras in sides:

        class Forgetful(keras.metrics.Metric):
            def __init__(self):
                self.total = self.add_weight(name="total", initializer="zeros")

        with pytest.raises(RuntimeError, match=r"You forgot to call `super\(\).__init__\(\)`"):
            Forgetful()


def test_forms_of_keras_2(keras, is_oracle):
    """The name first, and reset_states: both still run."""
    if is_oracle:
        pytest.skip("Keras 3 refuses them")

    class Old(keras.metrics.Metric):
        def __init__(self):
            super().__init__()
            self.total = self.add_weight("total", initializer="zeros")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.total.assign_add(1.0)

        def result(self):
            return self.total

        def reset_states(self):
            self.total.assign(0.0)

    with pytest.warns(FutureWarning, match="name='total'"):
        metric = Old()
    metric.update_state(TARGET, PREDICTION)
    metric.reset_state()
    assert float(metric.result()) == 0


def test_who_needs_whole_batches(keras, is_oracle):
    if is_oracle:
        pytest.skip("about pynn alone")
    assert not keras.metrics.AUC().by_batch
    assert largest(keras)().by_batch
    assert keras.metrics.MeanMetricWrapper(keras.metrics.huber).by_batch
    changed = type("Changed", (keras.metrics.MeanSquaredError,), {"update_state": lambda self, y, p: None})
    assert not changed().lowers
