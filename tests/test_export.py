"""Models as ONNX graphs: onnxruntime predicts what pynn predicts."""

from __future__ import annotations

import numpy as np
import pytest

from pynn import keras

pytest.importorskip("onnx", reason="about ONNX")
runtime = pytest.importorskip("onnxruntime", reason="about ONNX")

RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(5, 4)).astype("float32")
layers = keras.layers

ACTIVATIONS = (
    "linear relu sigmoid tanh softmax log_softmax elu selu gelu silu softplus softsign leaky_relu hard_sigmoid"
)
ACTIVATIONS += " relu6 mish hard_silu exponential"


def chain(*parts):
    return keras.Sequential([keras.Input((4,)), *parts])


def graph():
    x = keras.Input((4,))
    inner = chain(layers.Dense(4, "relu"), layers.Dropout(0.5))
    a, b = inner(x), inner(layers.Dense(4)(x))
    y = keras.ops.tanh(layers.Concatenate()([a, b]) * 2 + 1)
    y = layers.Average()([y, layers.Maximum()([y, layers.Subtract()([y, y])])])
    return keras.Model(x, [layers.Dense(2)(y), layers.Add()([a, b, x])])


MODELS = {name: lambda name=name: chain(layers.Dense(3, name)) for name in ACTIVATIONS.split()} | {
    "norms": lambda: chain(layers.Normalization(), layers.BatchNormalization(), layers.LayerNormalization()),
    "inverse": lambda: chain(layers.Normalization(mean=[1.0, 2, 3, 4], variance=[4.0, 3, 2, 1], invert=True)),
    "shapes": lambda: chain(layers.Reshape((2, 2)), layers.Permute((2, 1)), layers.Dense(3), layers.Flatten()),
    "rectifiers": lambda: chain(layers.PReLU("ones"), layers.ELU(0.5), layers.LeakyReLU(0.3), layers.ReLU(1.0, 0.1)),
    "others": lambda: chain(layers.Rescaling(2.0, 1.0), layers.GaussianNoise(0.1), layers.Softmax()),
    "graph": graph,
}


def predicted(model, x):
    import io

    file = io.BytesIO()
    model.export(file)
    session = runtime.InferenceSession(file.getvalue())
    return session.run(None, {session.get_inputs()[0].name: x})


@pytest.mark.parametrize("name", MODELS)
def test_predictions(name):
    keras.utils.set_random_seed(2)
    model = MODELS[name]()
    for layer in model.layers:
        if isinstance(layer, layers.Normalization) and layer.input_mean is None:
            layer.adapt(X)
    model.set_weights([np.abs(w) + 0.1 for w in model.get_weights()])
    ours = model.predict(X, verbose=0)
    for theirs, mine in zip(predicted(model, X), ours if isinstance(ours, list) else [ours], strict=True):
        np.testing.assert_allclose(theirs, mine, rtol=1e-4, atol=1e-5)


def test_whole_numbers(tmp_path):
    model = keras.Sequential([keras.Input((3,), dtype="int32"), layers.Embedding(7, 2), layers.Flatten()])
    x = np.array([[0, 3, 6], [1, 1, 2]], "int32")
    np.testing.assert_array_equal(predicted(model, x)[0], model.predict(x, verbose=0))
    model.export(tmp_path / "m.onnx")
    assert runtime.InferenceSession(str(tmp_path / "m.onnx")).get_outputs()[0].shape == ["n", 6]


def test_what_has_no_form(tmp_path):
    for model, words in (
        (chain(layers.UnitNormalization()), "layer 'unit_norm.*' .UnitNormalization. has no form in ONNX"),
        (chain(layers.Dense(2, "sparsemax")), "activation 'sparsemax'"),
        (chain(layers.Dense(2, lambda x: x)), "activation '<lambda>'"),
        (keras.Sequential([layers.Dense(2)]), "that is built"),
    ):
        with pytest.raises(ValueError, match=words):
            model.export(tmp_path / "m.onnx")
    with pytest.raises(ValueError, match='only format="onnx"'):
        chain(layers.Dense(2)).export(tmp_path / "m", format="tf_saved_model")
    assert list(tmp_path.iterdir()) == []
