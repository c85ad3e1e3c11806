"""Several passes over one model: in threads, inside callbacks, with many sizes; and copies of a model."""

from __future__ import annotations

import copy
import gc
import pickle
import threading
import weakref

import numpy as np
import pytest

from pynn import keras

RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(640, 6)).astype(np.float32)
Y = (X[:, :1] > 0).astype(np.float32)


def network(optimizer="adam"):
    keras.utils.set_random_seed(5)
    chain = [keras.Input((6,)), keras.layers.Dense(16, "tanh"), keras.layers.Dense(1, "sigmoid")]
    model = keras.Sequential(chain)
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    return model


class Doing(keras.callbacks.Callback):
    """Calls a function of the model in one hook."""

    def __init__(self, hook, function):
        super().__init__()
        self.found = []
        setattr(self, hook, lambda *args, **kwargs: self.found.append(function(self.model)))


class DoingInBatches(Doing):
    """The same; overriding the hooks makes every batch be told."""

    def on_train_batch_end(self, batch, logs=None):
        pass

    def on_test_batch_end(self, batch, logs=None):
        pass

    def on_predict_batch_end(self, batch, logs=None):
        pass


def test_threads_predict_with_one_model():
    model = network()
    sizes = (640, 320, 50, 7)
    want = {n: model.predict(X[:n], verbose=0) for n in sizes}
    wrong = []

    def work(n):
        for _ in range(40):
            if not np.array_equal(model.predict(X[:n], verbose=0), want[n]):
                wrong.append(n)

    threads = [threading.Thread(target=work, args=(n,)) for n in sizes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_predict_inside_predict():
    model = network()
    want = model.predict(X, verbose=0)
    inner = DoingInBatches("on_predict_batch_end", lambda m: m.predict(X[:64], verbose=0))
    np.testing.assert_array_equal(model.predict(X, verbose=0, callbacks=[inner]), want)
    assert all(np.array_equal(found, want[:64]) for found in inner.found)


@pytest.mark.parametrize("hook", ["on_train_batch_end", "on_epoch_end"])
def test_evaluate_inside_fit(hook):
    """Training goes on as if nobody had looked, and its numbers are its own."""
    want = network().fit(X, Y, epochs=2, verbose=0).history
    model = network()
    looking = DoingInBatches(hook, lambda m: m.evaluate(X, Y.ravel(), verbose=0))
    found = model.fit(X, Y, epochs=2, verbose=0, callbacks=[looking]).history
    assert found == want
    assert looking.found[-1] == model.evaluate(X, Y, verbose=0)


def test_evaluate_inside_evaluate():
    model = network()
    want = model.evaluate(X, Y, verbose=0)
    inner = DoingInBatches("on_test_batch_end", lambda m: m.evaluate(X[:64], Y[:64], verbose=0))
    assert model.evaluate(X, Y, verbose=0, callbacks=[inner]) == want


def test_many_sizes_keep_few_plans():
    model = network()
    for n in range(1, 200):
        np.testing.assert_array_equal(model(X[:n]), model.predict(X[:n], verbose=0))
    for batch in range(1, 60):
        model.predict(X, batch_size=batch, verbose=0)
    assert len(model._works) <= 32


def test_data_is_let_go():
    model, x = network(), X.copy()
    gone = weakref.ref(x)
    model.fit(x, Y, verbose=0)
    model.predict(x, verbose=0)
    del x
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize("way", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_a_copy_goes_on_as_the_model_does(way):
    model = network()
    model.fit(X, Y, verbose=0, shuffle=False)
    twin = way(model)
    assert not np.shares_memory(twin.layers[0].kernel, model.layers[0].kernel)
    histories = [m.fit(X, Y, epochs=2, verbose=0, shuffle=False).history for m in (model, twin)]
    assert histories[0] == histories[1]
    for w, v in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_array_equal(w, v)


def test_objects_are_named():
    pandas = pytest.importorskip("pandas", reason="about frames")
    frame = pandas.DataFrame({"a": [1.0, 2.0], "b": ["red", "blue"]})
    with pytest.raises(ValueError, match="text 'red' in row 0, column 'b'"):
        network().predict(frame)
    with pytest.raises(ValueError, match=r"Every value in it is a number, so x.astype\('float32'\) will do"):
        network().predict(X.astype(object))


def test_softmax_of_one_unit_warns():
    with pytest.warns(UserWarning, match="Did you mean to use a sigmoid"):
        keras.Sequential([keras.Input((6,)), keras.layers.Dense(1, "softmax")]).predict(X, verbose=0)


@pytest.mark.parametrize("name", ["quantize", "to_yaml"])
def test_what_models_do_not_have_says_why(name):
    model = network()
    assert not hasattr(model, name)
    with pytest.raises(AttributeError, match=rf"Model\.{name} is not in pynn: .*Nearest"):
        getattr(model, name)
    with pytest.raises(AttributeError, match="'Sequential' object has no attribute 'ft'"):
        model.ft  # noqa: B018
