"""Class and sample weights weigh the same rows, by the same amount, as in real Keras."""

from __future__ import annotations

import numpy as np
import pytest


def classifier(loss="categorical_crossentropy", units=3, activation="softmax", metrics=("accuracy",)):
    def build(keras):
        layers = keras.layers
        model = keras.Sequential(
            [keras.Input((6,)), layers.Dense(5, activation="tanh"), layers.Dense(units, activation=activation)]
        )
        model.compile("adam", loss, metrics=list(metrics))
        return model

    return build


HEADS = {
    "one-hot": (classifier(), "one_hot"),
    "labels": (classifier("sparse_categorical_crossentropy"), "labels"),
    "binary": (classifier("binary_crossentropy", 1, "sigmoid"), "binary"),
    "numbers": (classifier("mse", 3, None, ("mae",)), "numbers"),
}


@pytest.fixture(scope="module")
def weights():
    """Some rows weigh nothing; the others up to 3."""
    random = np.random.default_rng(8)
    return random.uniform(0, 3, 200) * (random.random(200) > 0.2)


@pytest.mark.parametrize("head", HEADS)
def test_sample_weight(twins, data, weights, head):
    build, target = HEADS[head]
    twins(build).assert_same_training(data.x, getattr(data, target), sample_weight=weights, epochs=5)


@pytest.mark.parametrize("head", ["one-hot", "labels", "binary"])
def test_class_weight(twins, data, head):
    """A class that is not named weighs 1."""
    build, target = HEADS[head]
    class_weight = {0: 0.3, 1: 2.5}
    twins(build).assert_same_training(data.x, getattr(data, target), class_weight=class_weight, epochs=5)


@pytest.mark.parametrize("form", ["float32", "integers", "column", "list"])
def test_forms_of_sample_weight(twins, data, weights, form, same_history, is_oracle):
    forms = {
        "float32": weights.astype("float32"),
        "integers": np.ceil(weights).astype(int),
        "column": weights[:, None],
        "list": weights,
    }
    if form == "list" and is_oracle:
        pytest.skip("Keras takes no lists here")
    pair = twins(classifier())
    ours, theirs = pair.models
    given = weights.tolist() if form == "list" else forms[form]  # Keras takes no list: it gets the array
    h = ours.fit(data.x, data.one_hot, sample_weight=given, shuffle=False, verbose=0)
    same_history(h, theirs.fit(data.x, data.one_hot, sample_weight=forms[form], shuffle=False, verbose=0))
    pair.assert_same_weights()


def test_evaluate_weighs_the_loss_and_not_the_metrics(twins, data, weights):
    pair = twins(classifier())
    ours, theirs = pair.evaluate(data.x, data.one_hot, sample_weight=weights, return_dict=True)
    np.testing.assert_allclose(ours["loss"], theirs["loss"], rtol=2e-5)
    assert ours["accuracy"] == pytest.approx(theirs["accuracy"], abs=1e-6)


def test_validation_data_with_weights(twins, data, weights, same_history):
    pair = twins(classifier())
    held_out = (data.x[150:], data.one_hot[150:], weights[150:])
    same_history(*pair.fit(data.x[:150], data.one_hot[:150], validation_data=held_out, epochs=4))


def test_validation_split_takes_its_part_of_the_weights(twins, data, weights, same_history):
    pair = twins(classifier())
    same_history(*pair.fit(data.x, data.one_hot, sample_weight=weights, validation_split=0.25, epochs=4))
    pair.assert_same_weights()


def test_class_weight_leaves_the_validation_alone(twins, data, same_history):
    pair = twins(HEADS["labels"][0])
    same_history(*pair.fit(data.x, data.labels, class_weight={2: 4.0}, validation_split=0.25, epochs=4))


def test_both_kinds_of_weight_are_refused(keras, real_keras, data, weights):
    for side in (keras, real_keras):
        model = classifier()(side)
        with pytest.raises(ValueError, match=r"class_weight.*sample_weight.*at the same time"):
            model.fit(data.x, data.one_hot, sample_weight=weights, class_weight={0: 2.0}, verbose=0)
