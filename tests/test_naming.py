"""Automatic names are Keras's, whatever the order in which things are made."""

from __future__ import annotations

import importlib

import pytest

from pynn import naming

CLASSES = ["Dense", "InputLayer", "Conv2D", "RMSprop", "LeakyReLU", "Adam", "my layer!", "already_snake", "SGD", "LSTM"]


@pytest.fixture(autouse=True)
def fresh():
    naming.reset_names()


@pytest.fixture
def keras_naming(real_keras):
    module = importlib.import_module("keras.src.utils.naming")
    module.reset_uids()
    return module


@pytest.mark.parametrize("name", CLASSES)
def test_snake_case_is_keras(keras_naming, name):
    assert naming.to_snake_case(name) == keras_naming.to_snake_case(name)


def test_names_are_keras(keras_naming):
    for name in ["Dense", "Dense", "Dropout", "Dense", "dense", "Dropout", "RMSprop", "RMSprop"]:
        assert naming.auto_name(name) == keras_naming.auto_name(name)
    for name in ["dense", "loss", "loss"]:
        assert naming.get_uid(name) == keras_naming.get_uid(name)
    for name in ["dense", "loss", "loss"]:
        assert naming.uniquify(name) == keras_naming.uniquify(name)


def test_reset():
    assert [naming.auto_name("Dense") for _ in range(3)] == ["dense", "dense_1", "dense_2"]
    naming.reset_names()
    assert naming.auto_name("Dense") == "dense"


@pytest.mark.parametrize(
    ("name", "hint"),
    [("sigmoidd", " Did you mean 'sigmoid'?"), ("RELU", " Did you mean 'relu'?"), ("zzz", ""), ("", "")],
)
def test_nearest(name, hint):
    assert naming.nearest(name, ["relu", "sigmoid", "softmax"]) == hint
