"""Names that are not there: the message says why and what is nearest, however one asks for them."""

from __future__ import annotations

import pickle
import re

import pytest

pynn = pytest.importorskip("pynn", reason="about pynn's namespaces")

from pynn import keras, namespaces, omissions  # noqa: E402


@pytest.mark.parametrize("module", [keras, namespaces.OlderModule("keras.layers.core")], ids=["today", "older"])
def test_travels_to_other_processes(module):
    """As a global of a function that joblib sends."""
    other = pickle.loads(pickle.dumps(module))
    assert other.__name__ == module.__name__
    assert type(other) is type(module)


def test_attribute():
    with pytest.raises(AttributeError, match=r"keras\.layers\.Conv2D is not in pynn: convolution.*Nearest: .*Dense"):
        keras.layers.Conv2D  # noqa: B018


def test_import_statement():
    """Python would say only "cannot import name"."""
    with pytest.raises(ImportError, match=r"keras\.layers\.LSTM is not in pynn: recurrent.*Nearest"):
        from pynn.keras.layers import LSTM  # noqa: F401
    with pytest.raises(ImportError, match=r"keras\.applications is not in pynn"):
        from pynn.keras import applications  # noqa: F401


def test_spelling_mistake():
    with pytest.raises(AttributeError, match=r"keras\.optimizers has no such name\. Did you mean 'Adam'"):
        keras.optimizers.Adan  # noqa: B018


def test_asking_is_no_error():
    assert not hasattr(keras.layers, "Conv2D")
    assert getattr(keras, "applications", None) is None
    assert not hasattr(keras.layers, "__wrapped__")


def test_every_namespace_answers():
    for path, module in namespaces.tree(keras, "keras"):
        with pytest.raises(AttributeError, match=re.escape(f"{path}.NoSuchName is not in pynn")):
            module.NoSuchName  # noqa: B018


def test_what_lies_in_an_omitted_namespace_is_omitted():
    assert omissions.omission_of("keras.applications.vgg16", "VGG16").topic == "Images"


def test_nothing_is_both_there_and_left_out():
    for path, module in namespaces.tree(keras, "keras"):
        assert [n for n in vars(module) if n[0] != "_" and omissions.omission_of(path, n)] == [], path
