"""A call on an array of a form that was seen before takes a short cut: nobody may notice but the clock."""

from __future__ import annotations

import copy
import pickle
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pynn import keras
from pynn.keras import Input, Sequential
from pynn.keras.layers import Dense, Dropout, Embedding, Flatten
from pynn.models import straight
from pynn.tape import GradientTape

pytestmark = pytest.mark.usefixtures("walked_in_c")  # there is no shorter way to NumPy's steps

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(300, 6)).astype(np.float32)


def network():
    model = Sequential([Input((6,)), Dense(5, "relu"), Dropout(0.5), Dense(2, "softmax")])
    model.compile("sgd", "categorical_crossentropy")
    return model


def by_hand(model, x):
    w1, b1, w2, b2 = (w.astype(np.float64) for w in model.get_weights())
    z = np.maximum(np.asarray(x, np.float64) @ w1 + b1, 0) @ w2 + b2
    z = np.exp(z - z.max(axis=1, keepdims=True))
    return z / z.sum(axis=1, keepdims=True)


def goes_straight(model, kind, x):
    return straight._kept(model, kind, x) is not None


FORMS = {
    "float32": lambda x: x,
    "float64": lambda x: x.astype(np.float64),
    "float16": lambda x: x.astype(np.float16),
    "int64": lambda x: np.round(x).astype(np.int64),
    "uint8": lambda x: np.abs(np.round(x)).astype(np.uint8),
    "bool": lambda x: x > 0,
    "list": lambda x: x.tolist(),
    "in a list": lambda x: [x],
    "Fortran": np.asfortranarray,
    "every second": lambda x: np.repeat(x, 2, axis=0)[::2],
    "backwards": lambda x: x[::-1],
    "columns of more": lambda x: np.concatenate([x, x], axis=1)[:, :6],
    "unaligned": lambda x: unaligned(x),
    "big-endian": lambda x: x.astype(">f4"),
    "read-only": lambda x: read_only(x),
    "tensor": keras.ops.convert_to_tensor,
    "a column more": lambda x: x[..., None],
}


def unaligned(x):
    block = np.zeros(x.nbytes + 1, np.uint8)
    moved = block[1:].view(np.float32).reshape(x.shape)
    moved[...] = x
    return moved


def read_only(x):
    x = x.copy()
    x.flags.writeable = False
    return x


MODEL = network()


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(FORMS)), st.integers(1, 40), st.sampled_from(["call", "predict", "batch"])),
        min_size=1,
        max_size=8,
    )
)
def test_every_form_of_input(calls):
    """In any order: what one call leaves behind must not serve another form."""
    for form, rows, how in calls:
        x = FORMS[form](X[:rows])
        found = {"call": MODEL, "predict": lambda x: MODEL.predict(x, verbose=0), "batch": MODEL.predict_on_batch}[how](
            x
        )
        plain = np.asarray(x[0] if form == "in a list" else x, np.float32).reshape(rows, 6)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, by_hand(MODEL, plain), rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("kind", ["call", "predict"])
def test_the_second_call_goes_straight(kind):
    model = network()
    apply = model if kind == "call" else lambda x: model.predict(x, verbose=0)
    first = apply(X[:3])
    assert goes_straight(model, kind, X[:3])
    second = apply(X[:3])
    np.testing.assert_array_equal(first, second)
    assert type(first) is type(second)
    assert not np.shares_memory(first, second)
    assert not goes_straight(model, kind, X[:4])
    assert not goes_straight(model, kind, X[:3].astype(np.float64))


def test_bad_values_are_refused_as_before():
    model = network()
    model(X[:3]), model.predict(X[:3], verbose=0)
    bad = X[:3].copy()
    for value in (np.nan, np.inf, -np.inf):
        bad[1, 4] = value
        for apply in (model, model.predict, model.predict_on_batch):
            with pytest.raises(ValueError, match="row 1"):
                apply(bad)
    model(X[:3].astype(np.float64))
    wide = X[:3].astype(np.float64)
    wide[2, 0] = -1e39  # too large for float32, not for its own type
    with pytest.raises(ValueError, match="row 2"):
        model(wide)
    wide[2, 0] = float(np.finfo(np.float32).max)
    assert model(wide).shape == (3, 2)


def test_class_numbers_are_checked_each_time():
    model = Sequential([Input((2,)), Embedding(5, 3), Flatten(), Dense(1)])
    ids = np.array([[0, 1], [2, 3]], np.float32)
    model(ids), model.predict(ids, verbose=0)
    ids[1, 1] = 7
    for apply in (model, model.predict):
        with pytest.raises(ValueError, match="7"):
            apply(ids)


def test_changed_weights_are_used():
    model = network()
    model(X[:1])
    model.set_weights([w + 0.5 for w in model.get_weights()])
    np.testing.assert_allclose(model(X[:1]), by_hand(model, X[:1]), rtol=1e-5)
    model.layers[0].kernel.assign(model.layers[0].kernel.value * 2)
    np.testing.assert_allclose(model(X[:1]), by_hand(model, X[:1]), rtol=1e-5)
    model.fit(X, np.eye(2)[np.arange(300) % 2], verbose=0)
    np.testing.assert_allclose(model(X[:1]), by_hand(model, X[:1]), rtol=1e-5)
    assert goes_straight(model, "call", X[:1])  # training changes values, not what the plan was made from


def test_a_model_that_grows_and_shrinks():
    model = Sequential([Input((6,)), Dense(2)])
    before = model(X[:1])
    model(X[:1])
    model.add(Dense(3))
    assert model(X[:1]).shape == model(X[:1]).shape == (1, 3)
    model.pop()
    np.testing.assert_array_equal(model(X[:1]), before)


def test_a_layer_whose_variable_is_replaced():
    model = Sequential([Input((6,)), Dense(2)])
    model(X[:1]), model(X[:1])
    model.layers[0].kernel = keras.Variable(np.zeros((6, 2)))
    np.testing.assert_array_equal(model(X[:1]), np.zeros((1, 2)))


def test_training_draws_anew():
    model = network()
    found = [np.asarray(model(X[:8], training=True)) for _ in range(6)]
    assert len({a.tobytes() for a in found}) > 1
    np.testing.assert_array_equal(model(X[:8], training=False), model(X[:8]))
    np.testing.assert_array_equal(model(X[:8], training=False), model(X[:8]))


def test_a_tape_sees_the_call():
    model = network()
    model(X[:2]), model(X[:2])
    with GradientTape() as seen:
        total = keras.ops.sum(model(X[:2])[:, 0])
    gradients = seen.gradient(total, model.trainable_weights)
    assert all(g is not None and np.abs(g).sum() > 0 for g in gradients)


def test_eagerly_stays_eagerly():
    model = network()
    model.compile("sgd", "mse", run_eagerly=True)
    model.predict(X[:2], verbose=0), model.predict(X[:2], verbose=0)
    assert not goes_straight(model, "predict", X[:2])
    model.compile("sgd", "mse")
    model.predict(X[:2], verbose=0)
    assert goes_straight(model, "predict", X[:2])
    model.compile("sgd", "mse", run_eagerly=True)
    assert not goes_straight(model, "predict", X[:2])


def test_eagerly_from_now_on():
    model = network()
    model.compile("sgd", "mse")
    model.predict(X[:2], verbose=0)
    assert goes_straight(model, "predict", X[:2])
    model.run_eagerly = True
    assert not goes_straight(model, "predict", X[:2])
    model.fit(X, np.zeros((len(X), *model.output_shape[1:])), verbose=0)
    assert {key[2] for key in model._works if key[0] == "train"} == {"reference"}
    model.run_eagerly = False
    model.predict(X[:2], verbose=0)
    assert goes_straight(model, "predict", X[:2])


def test_own_layers_go_the_long_way():
    """Their lists may be changed behind our backs."""

    class Twice(keras.layers.Layer):
        def call(self, x):
            return 2 * x

    model = Sequential([Input((6,)), Twice()])
    np.testing.assert_array_equal(model(X[:2]), 2 * X[:2])
    np.testing.assert_array_equal(model(X[:2]), 2 * X[:2])
    assert not goes_straight(model, "call", X[:2])


def test_own_predict_step_is_asked():
    class Constant(keras.Model):
        def predict_step(self, data):
            return keras.ops.zeros((len(data[0]), 1))

    x = Input((6,))
    model = Constant(x, Dense(2)(x))
    model(X[:2], training=False), model(X[:2], training=False)
    np.testing.assert_array_equal(model.predict(X[:2], verbose=0), np.zeros((2, 1)))


def test_several_outputs_keep_their_structure():
    x = Input((6,))
    model = keras.Model(x, {"a": Dense(1)(x), "b": [Dense(2)(x)]})
    for _ in range(3):
        for found in (model(X[:2]), model.predict(X[:2], verbose=0), model.predict_on_batch(X[:2])):
            assert found["a"].shape == (2, 1)
            assert found["b"][0].shape == (2, 2)


def test_copies_and_pickles_have_their_own():
    model = network()
    model(X[:1]), model(X[:1])
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        twin.set_weights([0 * w for w in twin.get_weights()])
        np.testing.assert_array_equal(twin(X[:1]), [[0.5, 0.5]])
    np.testing.assert_allclose(model(X[:1]), by_hand(model, X[:1]), rtol=1e-5)


def test_threads_at_once():
    model = network()
    want = by_hand(model, X)
    model(X[:1])
    wrong = []

    def work(start):
        for i in range(start, 300, 4):
            if not np.allclose(model(X[i : i + 1]), want[i], rtol=1e-4, atol=1e-6):
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_call_between_two_slices_of_predict():
    """They share a runner: the pass must bind its arrays anew."""
    model = network()
    want = model.predict(X, batch_size=4, verbose=0)

    class Calling(keras.callbacks.Callback):
        def on_predict_batch_end(self, batch, logs=None):
            model.predict_on_batch(X[:4])
            model.predict(X[4:8], batch_size=4, verbose=0)

    np.testing.assert_array_equal(model.predict(X, batch_size=4, verbose=0, callbacks=[Calling()]), want)
