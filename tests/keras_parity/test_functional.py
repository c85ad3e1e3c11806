"""Functional models: graphs of layers are trained, described and named as in real Keras."""

from __future__ import annotations

import numpy as np
import pytest


def two_branches(keras):
    """Two inputs, a shared layer, two outputs."""
    layers = keras.layers
    a, b = keras.Input((6,), name="a"), keras.Input((6,), name="b")
    shared = layers.Dense(5, activation="tanh", name="shared")
    left, right = shared(a), shared(b)
    deep = layers.Dense(4, activation="relu", name="deep")(right)
    classes = layers.Dense(3, activation="softmax", name="classes")(left)
    number = layers.Dense(1, name="number")(deep)
    return keras.Model([a, b], [classes, number], name="two")


def compiled(build, **settings):
    def make(keras):
        model = build(keras)
        model.compile(**({"optimizer": "adam"} | settings))
        return model

    return make


LOSSES = ["categorical_crossentropy", "mse"]
SETTINGS = {
    "lists": {"loss": LOSSES, "metrics": [["accuracy"], ["mae", "mse"]]},
    "dicts": {
        "loss": {"classes": "categorical_crossentropy", "number": "mse"},
        "metrics": {"number": ["mae"], "classes": "acc"},
        "loss_weights": {"number": 0.3, "classes": 2.0},
    },
    "dict and list": {"loss": {"number": "mse", "classes": "categorical_crossentropy"}, "loss_weights": [2.0, 0.25]},
    "weights": {"loss": LOSSES, "loss_weights": [2.0, 0.25], "weighted_metrics": [["accuracy"], ["mae"]]},
    "one loss for both": {"loss": "mse", "metrics": ["mae", "mae"]},
}


@pytest.fixture(scope="module")
def targets(data):
    return [data.one_hot, data.numbers[:, :1]]


@pytest.mark.parametrize("form", SETTINGS)
def test_two_inputs_two_outputs(twins, data, targets, form, same_history):
    pair = twins(compiled(two_branches, **SETTINGS[form]))
    x, y = [data.x, data.x[::-1]], targets
    same_history(*pair.fit(x, y, epochs=3, validation_split=0.25, batch_size=24))
    pair.assert_same_weights()
    ours, theirs = pair.evaluate(x, y)
    np.testing.assert_allclose(ours, theirs, rtol=3e-6)
    ours, theirs = pair.evaluate(x, y, return_dict=True)
    assert list(ours) == list(theirs)
    for p, q in zip(*pair.predict(x), strict=True):
        np.testing.assert_allclose(p, q, rtol=1e-5, atol=5e-6)


def named(value, form):
    return dict(zip(("a", "b"), value, strict=True)) if form == "dict" else tuple(value) if form == "tuple" else value


@pytest.mark.parametrize("form", ["list", "tuple", "dict"])
def test_forms_of_inputs_and_targets(twins, data, targets, form, same_history):
    def build(keras):
        model = two_branches(keras)
        if form == "dict":
            outputs = dict(zip(("classes", "number"), model.outputs, strict=True))
            model = keras.Model(dict(zip("ab", model.inputs, strict=True)), outputs)
            losses = {"classes": "categorical_crossentropy", "number": "mse"}
            model.compile("sgd", losses, metrics={"classes": ["accuracy"]})
        else:
            model.compile("sgd", LOSSES)
        return model

    pair = twins(build)
    x = named([data.x, data.x[::-1]], form)
    y = dict(zip(("classes", "number"), targets, strict=True)) if form == "dict" else named(targets, form)
    weights = np.linspace(0, 2, 200)
    same_history(*pair.fit(x, y, epochs=2))
    if form == "dict":
        sample_weight = {"classes": weights, "number": weights[::-1].copy()}
    else:
        sample_weight = named([weights, weights[::-1].copy()], form)
    same_history(*pair.fit(x, y, epochs=2, sample_weight=sample_weight))
    pair.assert_same_weights()
    ours, theirs = pair.predict(x)
    assert type(ours) is type(theirs)
    assert list(ours) == list(theirs) if form == "dict" else len(ours) == len(theirs)


def test_one_input_given_by_its_name(twins, data):
    def build(keras):
        x = keras.Input((6,), name="features")
        model = keras.Model(x, keras.layers.Dense(3, activation="softmax", name="classes")(x))
        model.compile("adam", {"classes": "categorical_crossentropy"}, metrics={"classes": "accuracy"})
        return model

    pair = twins(build)
    ours, theirs = pair.models  # in Keras a dictionary serves models only that were made with one
    ours.fit({"features": data.x}, {"classes": data.one_hot}, shuffle=False, verbose=0)
    theirs.fit(data.x, data.one_hot, shuffle=False, verbose=0)
    pair.assert_same_weights()


def residual(keras):
    """A block used twice, a model as a layer, an output that is also read inside."""
    layers = keras.layers
    block = keras.Sequential(
        [keras.Input((4,)), layers.Dense(4, activation="relu"), layers.Dense(4, activation="tanh")], name="block"
    )
    x = keras.Input((6,))
    first = layers.Dense(4, name="first")(x)
    out = block(block(first))
    return keras.Model(x, [layers.Dense(3, activation="softmax", name="top")(out), out], name="residual")


def test_a_model_used_twice(twins, data, same_history):
    pair = twins(compiled(residual, loss=["categorical_crossentropy", "mse"]))
    same_history(*pair.fit(data.x, [data.one_hot, np.zeros((200, 4), "float32")], epochs=3))
    pair.assert_same_weights()
    ours, theirs = ([v.path for v in model.weights] for model in pair.models)
    assert ours == theirs


def test_transfer_by_freezing(twins, on_both, data, same_history):
    """A trained body, frozen, under a new head; then thawed and trained at a lower rate."""

    def build(keras):
        layers = keras.layers
        body = keras.Sequential([keras.Input((6,)), layers.Dense(5, activation="relu"), layers.Dense(4)], name="body")
        body.trainable = False
        x = keras.Input((6,))
        model = keras.Model(x, layers.Dense(3, activation="softmax")(body(x, training=False)))
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    pair = twins(build)
    before = [model.get_layer("body").get_weights() for model in pair.models]
    same_history(*pair.fit(data.x, data.labels, epochs=2))
    for model, weights in zip(pair.models, before, strict=True):
        for w, v in zip(model.get_layer("body").get_weights(), weights, strict=True):
            np.testing.assert_array_equal(w, v)
        assert len(model.trainable_weights) == 2
    for keras, model in zip(pair.sides, pair.models, strict=True):
        model.get_layer("body").trainable = True
        model.get_layer("body").layers[0].trainable = False
        model.compile(keras.optimizers.Adam(1e-4), "sparse_categorical_crossentropy", metrics=["accuracy"])
        assert len(model.trainable_weights) == 4
    same_history(*pair.fit(data.x, data.labels, epochs=2))
    pair.assert_same_weights()


def test_parts_of_a_model_make_a_model(twins, data):
    """Features are the output of a layer of a trained model."""
    pair = twins(compiled(residual, loss=["categorical_crossentropy", "mse"]))
    found = []
    for keras, model in zip(pair.sides, pair.models, strict=True):
        features = keras.Model(model.input, model.get_layer("first").output)
        found.append(features.predict(data.x, verbose=0))
        assert features.layers[-1] is model.get_layer("first")
    np.testing.assert_allclose(*found, rtol=1e-5, atol=1e-6)


def test_what_a_model_says_of_itself(on_both):
    found = []
    for model in on_both(two_branches):
        found.append(
            {
                "layers": [layer.name for layer in model.layers],
                "inputs": [tuple(t.shape) for t in model.inputs],
                "outputs": [tuple(t.shape) for t in model.outputs],
                "input_shape": [tuple(s) for s in model.input_shape],
                "output_shape": [tuple(s) for s in model.output_shape],
                "names": model.output_names,
                "params": model.count_params(),
                "paths": [v.path for v in model.weights],
                "by index": model.get_layer(index=2).name,
            }
        )
    assert found[0] == found[1]


MODELS = {"two": two_branches, "residual": residual}


@pytest.mark.parametrize("name", MODELS)
def test_summary(on_both, name):
    texts = []
    for model in on_both(MODELS[name]):
        lines: list[str] = []
        model.summary(print_fn=lines.append)
        texts.append("\n".join(lines))
    assert texts[0] == texts[1]


@pytest.mark.parametrize("name", MODELS)
def test_configs_both_ways(sides, on_both, name):
    models = on_both(MODELS[name])
    configs = [model.get_config() for model in models]
    assert configs[0] == configs[1]
    for keras, config, other in zip(sides, reversed(configs), models, strict=True):
        rebuilt = keras.Model.from_config(config)
        assert [layer.name for layer in rebuilt.layers] == [layer.name for layer in other.layers]
        assert [w.shape for w in rebuilt.get_weights()] == [w.shape for w in other.get_weights()]


@pytest.mark.parametrize("name", MODELS)
def test_json_both_ways(sides, on_both, name):
    models = on_both(MODELS[name])
    ours, theirs = models
    from_theirs = sides[0].models.model_from_json(theirs.to_json())
    from_ours = sides[1].models.model_from_json(ours.to_json())
    assert from_theirs.count_params() == from_ours.count_params() == ours.count_params()


@pytest.mark.parametrize("name", MODELS)
def test_clone(sides, on_both, name):
    for keras, model in zip(sides, on_both(MODELS[name]), strict=True):
        twin = keras.models.clone_model(model)
        assert [layer.name for layer in twin.layers][1:] == [layer.name for layer in model.layers][1:]
        assert twin.layers[1] is not model.layers[1]
        twin.set_weights(model.get_weights())
        x = [np.ones((2, 6), "float32")] * len(model.inputs)
        x = x if len(x) > 1 else x[0]
        for p, q in zip(model.predict(x, verbose=0), twin.predict(x, verbose=0), strict=True):
            np.testing.assert_array_equal(p, q)


WRONG = {
    "not connected": lambda keras: keras.Model(keras.Input((2,)), keras.layers.Dense(1)(keras.Input((2,)))),
    "no tensor": lambda keras: keras.Model(keras.layers.Dense(1), keras.layers.Dense(1)),
    "same names": lambda keras: (
        lambda x: keras.Model(x, keras.layers.Dense(1, name="d")(keras.layers.Dense(1, name="d")(x)))
    )(keras.Input((2,))),
    "a wrong key": lambda keras: two_branches(keras).compile("sgd", {"clases": "mse"}) or two_branches(keras).fit(1),
}


@pytest.mark.parametrize("what", WRONG)
def test_errors(sides, what):
    for keras in sides:
        with pytest.raises((ValueError, KeyError)) as caught:
            WRONG[what](keras)
        assert str(caught.value)


@pytest.mark.parametrize("head", [0, 1])
def test_training_ends_at_the_batch_in_which_any_loss_is_lost(sides, data, targets, head):
    seen = []
    for keras in sides:
        numbers = []

        class Note(keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None, numbers=numbers):
                numbers.append((epoch, sorted(k for k, v in logs.items() if not np.isfinite(v))))

        model = two_branches(keras)
        model.compile(keras.optimizers.SGD(0.1), loss=["mse", "mse"])
        y = [part.copy() for part in targets]
        y[head] = y[head] * np.float32(1e38)
        model.fit([data.x, data.x], y, epochs=3, verbose=0, callbacks=[keras.callbacks.TerminateOnNaN(), Note()])
        seen.append((len(numbers), numbers[-1][0]))
    assert seen[0] == seen[1]
