"""More of what notebooks of 2015 to 2023 write: it runs, and warns once with today's form."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

pytest.importorskip("pynn", reason="about pynn's older spellings")

from pynn import keras, legacy, tf

L = keras.layers
X = np.random.default_rng(3).normal(size=(20, 3)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


@pytest.fixture(autouse=True)
def nothing_met_yet():
    legacy.reset()
    keras.utils.clear_session()


def older(words, call):
    """The result of a call that warns with these words among others, each once."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = call()
    assert re.search(words, " ".join(str(warning.message) for warning in caught))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        call()
    return result


def network(**options):
    model = keras.Sequential([keras.Input((3,)), L.Dense(1, activation="sigmoid")])
    model.compile("sgd", "mse", **options)
    return model


MODES = {
    "sum": L.Add,
    "mul": L.Multiply,
    "ave": L.Average,
    "max": L.Maximum,
    "concat": L.Concatenate,
    "dot": lambda: L.Dot(axes=-1),
    "cos": lambda: L.Dot(axes=-1, normalize=True),
}


@pytest.mark.parametrize("mode", MODES)
def test_merge(mode):
    pair = [X, X + 1]
    want = MODES[mode]()(pair)
    np.testing.assert_array_equal(older("merge.mode.*Today: keras.layers", lambda: L.merge(pair, mode=mode)), want)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.testing.assert_array_equal(L.Merge(mode=mode)(pair), want)


def test_merge_of_symbolic_tensors_and_what_it_refuses():
    a = keras.Input((3,))
    assert older("merge", lambda: L.merge([a, a], mode="concat", concat_axis=1)).shape == (None, 6)
    with pytest.raises(ValueError, match="Invalid merge mode"):
        L.merge([a, a], mode="plus")
    with pytest.raises(ValueError, match="Lambda"):
        L.merge([a, a], mode=lambda pair: pair[0])
    with pytest.warns(FutureWarning), pytest.raises(ValueError, match="concatenate"):
        L.Merge([network(), network()], mode="concat")
    with pytest.raises(TypeError, match="is a module, not a function"):
        L.core()


@pytest.mark.parametrize("first", [{"input_dim": 3}, {"input_shape": (3,)}, {}])
def test_weights_given_to_a_layer(first):
    weights = [np.full((3, 2), 2.0), np.array([1.0, -1.0])]
    layer = older(r"Dense\(weights=…\)", lambda: L.Dense(2, weights=weights, **first))
    model = keras.Sequential([layer])
    model.build((None, 3))
    for ours, given in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(ours, given)
    assert "weights" not in layer.get_config()
    bad = L.Dense(2, weights=[np.ones((4, 2)), np.zeros(2)])
    with pytest.raises(
        ValueError, match=r"weight shape \(3, 2\) is not compatible with provided weight shape \(4, 2\)"
    ):
        bad.build_from_config({"input_shape": (None, 3)})
    with pytest.raises(ValueError, match="weights must be a list of arrays"):
        L.Dense(2, weights=np.ones((3, 2)))


def test_accuracy_shown_for_one_call():
    history = older(r"fit\(show_accuracy=…\)", lambda: network().fit(X, Y, show_accuracy=True, verbose=0)).history
    assert list(history) == ["accuracy", "loss"]
    model = network(metrics=["mae"])
    found = older(r"evaluate\(show_accuracy=…\)", lambda: model.evaluate(X, Y, show_accuracy=True, verbose=0))
    assert len(found) == 3
    assert len(model.evaluate(X, Y, verbose=0)) == 2


@pytest.mark.parametrize("name", ["workers", "use_multiprocessing", "max_queue_size"])
def test_reading_ahead(name):
    model = network()
    older(rf"fit\({name}=…\)", lambda: model.fit(X, Y, verbose=0, **{name: 1}))
    older(rf"evaluate\({name}=…\)", lambda: model.evaluate(X, Y, verbose=0, **{name: 1}))
    older(rf"predict\({name}=…\)", lambda: model.predict(X, verbose=0, **{name: 1}))


def test_arguments_of_compile_without_a_meaning():
    older(r"compile\(class_mode=…\)", lambda: network(class_mode="binary"))
    older(r"compile\(sample_weight_mode=…\)", lambda: network(sample_weight_mode=None))


def batches(size=4):
    while True:
        yield X[:size], Y[:size]


def test_generators_that_count_rows():
    seen = []

    def count():
        for batch in batches():
            seen.append(1)
            yield batch

    model = network()
    call = {"samples_per_epoch": 10, "nb_epoch": 2, "nb_val_samples": 8, "nb_worker": 1, "max_q_size": 2}
    history = older(
        r"samples_per_epoch", lambda: model.fit_generator(count(), validation_data=batches(), verbose=0, **call)
    )
    assert len(history.history["val_loss"]) == 2
    assert len(seen) == 2 * 2 * 3  # two calls, two epochs, three batches of four rows for ten
    assert older("val_samples", lambda: model.evaluate_generator(batches(), val_samples=8)) > 0
    assert older("val_samples", lambda: model.predict_generator(iter([X[:4]] * 3), val_samples=8)).shape == (8, 1)


def test_checkpoints_every_so_many_epochs(tmp_path):
    saved = []
    callback = older(r"ModelCheckpoint\(period=…\)", lambda: keras.callbacks.ModelCheckpoint("{epoch}.keras", period=2))
    model = network()
    model.save = lambda path, overwrite: saved.append(path)
    model.fit(X, Y, epochs=5, verbose=0, callbacks=[callback])
    assert saved == ["2.keras", "4.keras"]


def test_older_names_in_a_history():
    history = network(metrics=["accuracy"]).fit(X, Y, verbose=0, validation_split=0.5).history
    assert older(r"history\['acc'\]", lambda: history.get("acc")) == history["accuracy"]
    assert older("val_acc", lambda: "val_acc" in history)
    assert "auc" not in history
    assert history.get("auc") is None
    assert history.get("auc", 3) == 3
    assert history.get("lr") is None


def test_layers_of_older_days():
    layer = older("ThresholdedReLU", lambda: L.ThresholdedReLU(theta=0.5))
    np.testing.assert_array_equal(layer(np.array([[0.2, 0.7, -1.0]], "float32")), np.array([[0, 0.7, 0]], "float32"))
    assert older("TimeDistributedDense", lambda: L.TimeDistributedDense) is L.Dense
    dense = L.Dense(2)
    y = dense(keras.Input((3,)))
    assert older("get_output_at", lambda: dense.get_output_at(0)) is y
    assert older("get_input_at", lambda: dense.get_input_at(0)).shape == (None, 3)
    with pytest.raises(ValueError, match="no call number 1"):
        dense.get_output_at(1)
    assert older(r"Reshape\(dims=…\)", lambda: L.Reshape(dims=(3, 1))).target_shape == (3, 1)


def test_regularizers_reductions_and_modules():
    regularizers = keras.regularizers
    assert older("l1l2", lambda: regularizers.l1l2(0.5)).l2 == regularizers.L2(0.01).l2
    assert older("activity_l2", lambda: regularizers.activity_l2(0.5)).get_config() == {"l2": 0.5}
    assert older("activity_l1", lambda: regularizers.activity_l1(0.25)).get_config() == {"l1": 0.25}
    assert older("Reduction", lambda: keras.losses.Reduction.SUM) == "sum"
    assert older("keras.objectives", lambda: keras.objectives.MeanSquaredError) is keras.losses.MeanSquaredError
    assert older("initializations", lambda: keras.initializations.he_normal) is keras.initializers.he_normal
    assert older(r"MaxNorm\(m=…\)", lambda: keras.constraints.MaxNorm(m=3)).max_value == 3
    assert older("nb_classes", lambda: keras.utils.to_categorical([0, 1], nb_classes=3)).shape == (2, 3)


@pytest.mark.parametrize("name", ["Graph", "MaxoutDense", "Highway"])
def test_what_keras_has_given_up(name):
    with pytest.raises(AttributeError, match="Keras itself has given up"):
        getattr(keras.models if name == "Graph" else L, name)


def test_pictures_under_their_older_names():
    with pytest.warns(FutureWarning, match="plot_model"):
        from pynn.keras.utils.visualize_util import plot
    assert plot is keras.utils.plot_model


def test_functions_of_a_backend_that_had_graphs():
    K = keras.backend
    model = keras.Sequential([keras.Input((3,)), L.Dense(2), L.Dropout(0.5)])
    f = older("backend.function", lambda: K.function([model.layers[0].input], [model.layers[0].output]))
    np.testing.assert_allclose(f([X])[0], model.layers[0](X), rtol=1e-6)
    g = older("learning_phase", lambda: K.function([model.input, K.learning_phase()], [model.output]))
    np.testing.assert_allclose(g([X, 0])[0], model.predict(X, verbose=0), rtol=1e-6)
    assert (g([X, 1])[0] == 0).any()
    assert K.function(model.input, model.output)(X).shape == (20, 2)
    with pytest.raises(ValueError, match="a list of 1 values"):
        f([X, X])
    with pytest.raises(ValueError, match="expected KerasTensors"):
        K.function([X], [model.output])
    older("set_image_dim_ordering", lambda: K.set_image_dim_ordering("th"))
    assert older("image_dim_ordering", lambda: K.image_dim_ordering()) == "th"
    K.set_image_dim_ordering("tf")
    assert keras.config.image_data_format() == "channels_last"


def test_names_of_tensorflow():
    made = older("AdamOptimizer.*Adam", lambda: tf.train.AdamOptimizer(0.01))
    assert isinstance(made, keras.optimizers.Adam)
    assert made.epsilon == 1e-8
    assert older("GradientDescent.*SGD", lambda: tf.compat.v1.train.GradientDescentOptimizer(0.5)).learning_rate == 0.5
    assert older("Momentum", lambda: tf.train.MomentumOptimizer(0.5, 0.9)).momentum == 0.9
    assert older("RMSProp", lambda: tf.train.RMSPropOptimizer(0.5, decay=0.8)).rho == 0.8
    assert older("Adagrad", lambda: tf.train.AdagradOptimizer(0.5)).initial_accumulator_value == 0.1
    assert older("zeros_initializer", lambda: tf.zeros_initializer())((2,)).tolist() == [0, 0]
    assert older("tf.logging", lambda: tf.logging.ERROR) == 40
    assert older("keras", lambda: tf.compat.v1.keras) is keras
    older("enable_eager", lambda: tf.enable_eager_execution())
    with pytest.raises(AttributeError, match=r"datasets\.mnist"):
        _ = tf.examples
