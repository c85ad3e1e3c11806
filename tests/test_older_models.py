"""What programs of Keras 1 and 2 write on models: it runs, and each spelling warns once with today's form."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest

pytest.importorskip("pynn", reason="about pynn's older spellings")

from pynn import keras, legacy

X = np.random.default_rng(3).normal(size=(20, 4)).astype("float32")
Y = (X[:, :1] > 0).astype("float32")


@pytest.fixture(autouse=True)
def nothing_met_yet():
    legacy.reset()


def network(units=1, **options):
    last = "sigmoid" if units == 1 else "softmax"
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation=last)])
    model.compile("sgd", "mse", **options)
    return model


def older(words, call):
    """The result of a call that warns with these words, once."""
    with pytest.warns(FutureWarning, match=words) as caught:
        result = call()
    assert len(caught) == 1
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        call()
    return result


def batches():
    while True:
        yield X, Y


def test_epochs():
    history = older(r"fit\(nb_epoch=…\).*fit\(epochs=…\)", lambda: network().fit(X, Y, nb_epoch=2, verbose=0))
    assert history.epoch == [0, 1]
    older(r"fit\(X=…\).*fit\(x=…\)", lambda: network().fit(X=X, y=Y, verbose=0))
    model = network()
    with pytest.raises(TypeError, match="both were given"):
        model.fit(X, Y, nb_epoch=2, epochs=2)


def test_predictions():
    model = network()
    found = older(r"predict_classes.*np\.argmax\(model\.predict", lambda: model.predict_classes(X, batch_size=8))
    np.testing.assert_array_equal(found, model.predict(X, verbose=0) > 0.5)
    several = network(3)
    legacy.reset()
    classes = older("predict_classes", lambda: several.predict_classes(X, verbose=0))
    np.testing.assert_array_equal(classes, several.predict(X, verbose=0).argmax(-1))
    shares = older(r"predict_proba.*model\.predict\(x\)", lambda: several.predict_proba(X))
    np.testing.assert_array_equal(shares, several.predict(X, verbose=0))


def test_generators():
    model = network()
    history = older(
        r"fit_generator.*model\.fit\(generator\)",
        lambda: model.fit_generator(batches(), steps_per_epoch=2, epochs=2, verbose=0, workers=2),
    )
    assert len(history.history["loss"]) == 2
    loss = older("evaluate_generator", lambda: model.evaluate_generator(batches(), steps=2))
    assert loss == pytest.approx(model.evaluate(X, Y, verbose=0))
    found = older("predict_generator", lambda: model.predict_generator(iter([X, X]), steps=1))
    np.testing.assert_array_equal(found, model.predict(X, verbose=0))


def test_arguments_of_model():
    x = keras.Input((4,))
    y = keras.layers.Dense(2)(x)
    with pytest.warns(FutureWarning, match=r"Model\((in|out)put=…\)") as caught:
        model = keras.Model(input=x, output=y)
    assert [str(w.message).partition(":")[0] for w in caught] == ["Model(input=…)", "Model(output=…)"]
    assert model.output_shape == (None, 2)
    assert type(model) is type(keras.Model(x, y))


def test_states():
    assert older("recurrent layers", lambda: network().reset_states()) is None


@pytest.mark.parametrize(
    ("metric", "old", "today"), [("accuracy", "acc", "accuracy"), ("accuracy", "val_acc", "val_accuracy")]
)
def test_keys_of_history(metric, old, today):
    history = network(metrics=[metric]).fit(X, Y, validation_split=0.2, verbose=0).history
    assert older(rf"history\['{old}'\].*history\['{today}'\]", lambda: history[old]) == history[today]
    assert old in history
    assert history.get(old) == history[today]
    assert old not in dict(history)
    assert type(json.loads(json.dumps(history))) is dict
    with pytest.raises(KeyError, match="precision"):
        history["precision"]


def test_accuracy_by_its_short_name():
    history = network(metrics=["acc"]).fit(X, Y, validation_split=0.2, verbose=0).history
    assert list(history) == ["acc", "loss", "val_acc", "val_loss"]


def test_rates_of_history():
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate)
    history = network().fit(X, Y, callbacks=[schedule], verbose=0).history
    assert older(r"history\['lr'\]", lambda: history["lr"]) == history["learning_rate"]


def test_cosine():
    model = network()
    older(
        r"metrics=\['cosine'\].*keras\.losses\.cosine_similarity",
        lambda: model.compile("sgd", "mse", metrics=["cosine"]),
    )
    model.compile("sgd", "mse", metrics=["cosine"])
    found = model.evaluate(X, Y, verbose=0, return_dict=True)["cosine"]
    expected = float(np.mean(keras.losses.cosine_similarity(Y, model.predict(X, verbose=0))))
    assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop", "Adagrad", "Adadelta", "Nadam"])
def test_strings_of_optimizers_in_any_case(name):
    model = network()
    model.compile(name, "mse")
    assert type(model.optimizer) is getattr(keras.optimizers, name)


@pytest.mark.parametrize("name", ["SGD", "Adam", "RMSprop", "Adagrad"])
def test_rates(name):
    optimizer = older(r"\(lr=…\).*\(learning_rate=…\)", lambda: getattr(keras.optimizers, name)(lr=0.5))
    assert float(optimizer.learning_rate) == 0.5


def test_decay():
    """SGD(lr, decay): rate / (1 + decay · updates), as in Keras 1 and 2."""
    with pytest.warns(FutureWarning, match=r"decay=…\).*InverseTimeDecay"):
        optimizer = keras.optimizers.SGD(learning_rate=0.5, decay=0.1)
    model = network()
    model.compile(optimizer, "mse")
    model.fit(X, Y, batch_size=5, verbose=0)
    assert float(optimizer.learning_rate) == pytest.approx(0.5 / (1 + 0.1 * 4))


def test_parts_that_a_program_reads():
    """Keras 3 has these under the same names."""
    model = network()
    assert model.metrics_names[0] == "loss"
    first = keras.Model(model.input, model.layers[0].output)
    np.testing.assert_array_equal(first.predict(X, verbose=0), model.predict(X, verbose=0))


def test_training_step_of_keras_2():
    """With `compiled_loss` and `compiled_metrics`; the same numbers as the built-in step."""
    from pynn import tf

    class Own(keras.Sequential):
        def train_step(self, data):
            x, y = data
            with tf.GradientTape() as tape:
                y_pred = self(x, training=True)
                loss = self.compiled_loss(y, y_pred, regularization_losses=self.losses)
            variables = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
            self.compiled_metrics.update_state(y, y_pred)
            return {m.name: m.result() for m in self.metrics}

    histories = []
    for kind in (keras.Sequential, Own):
        layer = keras.layers.Dense(1, activation="sigmoid", kernel_initializer="ones", kernel_regularizer="l2")
        model = kind([keras.Input((4,)), layer])
        model.compile("sgd", "mse", metrics=["mae"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            histories.append(model.fit(X, Y, epochs=2, batch_size=5, shuffle=False, verbose=0).history)
    for name, values in histories[0].items():
        np.testing.assert_allclose(histories[1][name], values, rtol=1e-5)
