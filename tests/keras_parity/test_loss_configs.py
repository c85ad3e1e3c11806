"""Configs of losses, serialized forms and strings: equal to Keras's, and read by the other side."""

from __future__ import annotations

import numpy as np
import pytest

MADE = {
    "MeanSquaredError": {},
    "MeanAbsoluteError": {"reduction": "sum"},
    "MeanAbsolutePercentageError": {},
    "MeanSquaredLogarithmicError": {},
    "Huber": {"delta": 0.5, "name": "mine"},
    "LogCosh": {},
    "Poisson": {},
    "CosineSimilarity": {"axis": 1},
    "KLDivergence": {"reduction": None},
    "Hinge": {},
    "SquaredHinge": {},
    "CategoricalHinge": {},
    "BinaryCrossentropy": {"label_smoothing": 0.1},
    "BinaryFocalCrossentropy": {"gamma": 1.5, "apply_class_balancing": True},
    "CategoricalCrossentropy": {"from_logits": True, "label_smoothing": 0.1},
    "CategoricalFocalCrossentropy": {"alpha": 0.5},
    "SparseCategoricalCrossentropy": {"ignore_class": -1},
    "CategoricalGeneralizedCrossEntropy": {"q": 0.25},
    "Dice": {"axis": (1, 2)},
    "Tversky": {"alpha": 0.25, "axis": -1},
    "Circle": {"gamma": 20.0, "remove_diagonal": False},
}

# Keras has this class, but not in the list by which it reads strings and configs.
UNKNOWN_TO_KERAS = "CategoricalGeneralizedCrossEntropy"


@pytest.mark.parametrize("name", MADE)
def test_configs(sides, name):
    ours, theirs = (getattr(k.losses, name)(**MADE[name]) for k in sides)
    assert ours.get_config() == theirs.get_config()
    assert list(ours.get_config()) == list(theirs.get_config())
    assert getattr(sides[0].losses, name)().name == getattr(sides[1].losses, name)().name
    for maker, given in ((type(ours), theirs), (type(theirs), ours)):
        assert maker.from_config(given.get_config()).get_config() == theirs.get_config()
    forms = [k.losses.serialize(loss) for k, loss in zip(sides, (ours, theirs), strict=True)]
    assert forms[0] == forms[1]
    for keras, form in zip(sides, reversed(forms), strict=True):
        if name == UNKNOWN_TO_KERAS and keras is sides[1]:
            continue
        again = keras.losses.deserialize(form)
        assert type(again).__name__ == name
        assert keras.losses.get(form).get_config() == again.get_config()


WORDS = ["mse", "MSE", "mae", "MAE", "mape", "MAPE", "msle", "MSLE", "bce", "BCE", "kld", "KLD", "kl_divergence"]
WORDS += ["huber", "log_cosh", "poisson", "cosine_similarity", "hinge", "squared_hinge", "categorical_hinge", "dice"]
WORDS += ["tversky", "circle", "binary_focal_crossentropy", *(name for name in MADE if name != UNKNOWN_TO_KERAS)]


@pytest.mark.parametrize("word", WORDS)
def test_strings(sides, word):
    ours, theirs = (k.losses.get(word) for k in sides)
    assert getattr(ours, "__name__", type(ours).__name__) == getattr(theirs, "__name__", type(theirs).__name__)
    if not isinstance(theirs, sides[1].losses.Loss):
        assert sides[0].losses.serialize(ours) == sides[1].losses.serialize(theirs)


@pytest.mark.parametrize("wrong", ["nope", 3])
def test_unknown(sides, wrong):
    for keras in sides:
        with pytest.raises(ValueError, match=f"Could not interpret loss identifier: {wrong}"):
            keras.losses.get(wrong)


def test_classes_of_the_user(sides):
    for keras in sides:

        class Cubic(keras.losses.Loss):
            def call(self, y_true, y_pred):
                return abs(y_pred - y_true) ** 3

        loss = Cubic(name="cubic", reduction="sum")
        assert float(loss(np.zeros((2, 1)), np.array([[1.0], [2.0]]))) == 9.0
        assert loss.get_config() == {"name": "cubic", "reduction": "sum"}
        with pytest.raises(ValueError, match="Invalid value for argument `reduction`"):
            Cubic(reduction="foo")
        with pytest.raises(NotImplementedError):
            keras.losses.Loss()(np.zeros(2), np.zeros(2))
