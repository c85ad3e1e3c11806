"""What layers beside Dense refuse, where, and in which words."""

from __future__ import annotations

import re

import numpy as np
import pytest

from pynn import layers as L  # noqa: N812
from pynn import losses, metrics
from pynn.keras import Input, Sequential

X2, X3 = np.ones((2, 3)), np.ones((2, 3, 4))

REFUSED = [
    (lambda: L.Reshape((-1, -1)), "at most one unknown dimension"),
    (lambda: L.Reshape((0, 3)), "must be a positive integer, or -1 once"),
    (lambda: L.Reshape((4,))(X2), "The total size of the tensor must be unchanged. Received: input_shape=(3,)"),
    (lambda: L.Reshape((2, -1))(X2), "cannot be divided by the specified dimensions in target_shape"),
    (lambda: L.Permute((1, 3)), "must be consecutive and start from 1"),
    (lambda: L.Permute((2, 1))(X2), "expected ndim=3, found ndim=2"),
    (lambda: L.RepeatVector(0), "`n` should be a positive integer"),
    (lambda: L.RepeatVector(2)(X3), "expected ndim=2, found ndim=3"),
    (lambda: L.Flatten("first"), "`data_format` argument must be one of"),
    (lambda: L.GlobalMaxPooling1D(data_format="x"), "`data_format` argument must be one of"),
    (lambda: L.GlobalAveragePooling1D()(X2), "expected ndim=3, found ndim=2"),
    (lambda: L.Dropout(1.2), "argument `rate`. Expected a float value between 0 and 1. Received: rate=1.2"),
    (lambda: L.Dropout("a"), "Expected a float value between 0 and 1. Received: rate=a"),
    (lambda: L.Dropout(0.2, 3), "Expected a tuple or list of integers"),
    (lambda: L.Dropout(0.2, "a"), "Expected a tuple or list of integers"),
    (lambda: L.Dropout(0.2, (0,)), "negative or zero value at index 0: 0"),
    (lambda: L.Add()([X2, None]), "layer 'add'"),
    (
        lambda: L.Dense(2, name="d")(None),
        "layer 'd': its input: expected a tensor or a number for each array, got None",
    ),
    (lambda: losses.mean_squared_error(None, X2), "loss 'mean_squared_error': expected a tensor"),
    (lambda: metrics.MeanSquaredError()(None, X2), "metric 'mean_squared_error': expected a tensor or a number"),
    (lambda: metrics.CategoricalAccuracy()(X2, None), "metric 'categorical_accuracy'"),
    (lambda: metrics.MeanMetricWrapper(lambda t, y: None, "f")(X2, X2), "A function that ends without `return`"),
    (lambda: metrics.Mean()(None), "metric 'mean'"),
    (lambda: losses.CategoricalCrossentropy()(X2, None), "for y_true and for y_pred, got None"),
    (lambda: L.Dropout(0.2, (None, 1.5)), "Received element at index 1: 1.5 (type: float)"),
    (lambda: L.Dropout(0.2, (None, 2))(X2), "noise_shape=(None, 2) does not fit inputs of shape (None, 3)"),
    (lambda: L.Dropout(0.2, (None, 1, 3))(X2), "give one size an axis"),
    (lambda: L.SpatialDropout1D(0.2)(X2), "expected ndim=3, found ndim=2"),
    (lambda: L.GaussianNoise(2), "argument `stddev`. Expected a float value between 0 and 1"),
    (lambda: L.GaussianDropout(-1), "Expected a float value between 0 and 1"),
    (lambda: L.AlphaDropout(2), "Expected a float value between 0 and 1"),
    (lambda: L.AlphaDropout(1.0)(X2, training=True), "rate=1 leaves nothing to train on"),
    (lambda: L.GaussianDropout(1.0)(X2, training=True), "rate=1 leaves nothing to train on"),
    (lambda: L.ActivityRegularization(-1), "argument l1: expected a non-negative float"),
    (lambda: L.BatchNormalization(renorm=True), "renorm=True is not available"),
    (lambda: L.BatchNormalization(synchronized=True), "synchronized=True is not available"),
    (lambda: L.BatchNormalization(axis=5)(X2), "Axis 5 is out of bounds for input shape (None, 3)"),
    (lambda: L.BatchNormalization(axis=0)(X2), "axis=0 is the batch"),
    (lambda: L.LayerNormalization(axis=3)(X2), "Axis 3 is out of bounds for input shape"),
    (lambda: L.RMSNormalization(axis=3)(X2), "Axis 3 is out of bounds for input shape"),
    (lambda: L.UnitNormalization(axis=(1, 4))(X2), "Axis 4 is out of bounds for input shape"),
    (lambda: L.GroupNormalization(4)(X2), "Number of groups (4) cannot be more than the number of channels (3)"),
    (lambda: L.GroupNormalization(2)(X2), "Number of groups (2) must be a"),
    (lambda: L.Normalization(mean=1.0), "both `mean` and `variance` must be set"),
    (lambda: L.Normalization(mean=[1.0, 2.0], variance=1.0), "must have the same shape"),
    (lambda: L.Normalization(mean=[[1.0]], variance=[[1.0]]), "rank of `mean` must be less than or equal"),
    (lambda: L.Normalization(mean=[1.0, 2.0], variance=[1.0, 2.0])(X2), "mean of shape (2,) does not fit axis=(-1,)"),
    (lambda: L.Normalization(axis=4)(X2), "must be in the range [-ndim, ndim)"),
    (lambda: L.Normalization(axis=0)(X2), "must have a known shape"),
    (lambda: L.Normalization()(np.ones(3)), "use axis=None"),
    (lambda: L.Normalization(mean=1.0, variance=1.0).adapt(X2), "initialized with static `mean` and `variance`"),
    (lambda: L.Normalization().adapt(np.array([["a"]])), "adapt needs an array of numbers"),
    (lambda: L.Normalization().adapt([]), "adapt needs at least one row of data"),
    (lambda: L.Rescaling([1.0, 2.0])(X2), "scale of shape (2,) does not fit rows of shape (3,)"),
    (lambda: L.Rescaling(1.0, np.ones((2, 1, 3)))(X2), "offset of shape (2, 1, 3) does not fit"),
    (lambda: L.Discretization(), "You need to set either `num_bins` or `bin_boundaries`"),
    (lambda: L.Discretization([0.0], num_bins=2), "Both `num_bins` and `bin_boundaries` should not be set"),
    (lambda: L.Discretization(num_bins=-1), "`num_bins` must be greater than or equal to 0"),
    (lambda: L.Discretization([0.0], output_mode="x"), "Unknown value for `output_mode` argument of Discretization"),
    (lambda: L.Discretization([0.0], sparse=True), "`sparse=True`"),
    (lambda: L.Discretization([1.0, 0.0]), "bin_boundaries must ascend"),
    (lambda: L.Discretization(num_bins=3)(X2), "call `adapt(dataset)` before you can start using"),
    (lambda: L.Discretization([0.0]).adapt(X2), "use `num_bins` instead"),
    (lambda: L.CategoryEncoding(), "num_tokens must be set"),
    (lambda: L.CategoryEncoding(0), "`num_tokens` must be >= 1"),
    (lambda: L.CategoryEncoding(3, "int"), "Unknown arg for output_mode: int"),
    (lambda: L.CategoryEncoding(3, sparse=True), "sparse=True is not available"),
    (lambda: L.CategoryEncoding(3)(np.ones((1, 2)), count_weights=np.ones((1, 2))), "`count_weights` is not used"),
    (lambda: L.Embedding(0, 2), "`input_dim` must be a positive integer. Received: input_dim=0"),
    (lambda: L.Embedding(2, 1.5), "`output_dim` must be a positive integer. Received: output_dim=1.5"),
    (lambda: L.Embedding(2, 2, lora_rank=2), "lora_rank=2 is not available"),
    (lambda: L.Embedding(2, 3, weights=[np.ones((2, 4))])(np.ones((1, 1))), "weight shape (2, 3) is not compatible"),
    (lambda: L.Add()(X2), "should be called on a list of inputs"),
    (
        lambda: L.Add()([X2, np.ones((2, 4))]),
        "Inputs have incompatible shapes. Received shapes (None, 3) and (None, 4)",
    ),
    (lambda: L.Subtract()([X2]), "should be called on exactly 2 inputs"),
    (lambda: L.Dot(1)([X2, X2, X2]), "should be called on exactly 2 inputs"),
    (lambda: L.Dot(1)([X2, np.ones((2, 4))]), "axis values 3 (at axis 1) != 4 (at axis 1)"),
    (lambda: L.Dot((1, 2, 3)), "should contain two elements"),
    (lambda: L.Dot((1, 0.5)), "list elements should be integers"),
    (lambda: L.Concatenate()([X2, X3]), "matching shapes except for the concatenation axis"),
    (lambda: L.Concatenate(axis=0)([X2, X2]), "axis=0 is the batch"),
    (lambda: L.Concatenate(axis=1)([X3, np.ones((2, 1, 5))]), "matching shapes except for the concatenation axis"),
]


@pytest.mark.parametrize(("wrong", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_refused(wrong, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        wrong()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: L.RepeatVector(1.5), "Expected an integer value for `n`, got <class 'float'>"),
        (lambda: L.LayerNormalization("a"), "Expected an int or a list/tuple of ints"),
        (lambda: L.UnitNormalization(None), "expected an int or a list/tuple of ints"),
        (lambda: L.Dot("a"), "Invalid type for argument `axes`"),
    ],
)
def test_of_the_wrong_type(wrong, words):
    with pytest.raises(TypeError, match=re.escape(words)):
        wrong()


def test_numbers_out_of_range_have_a_row():
    layer = L.Embedding(5, 2)
    layer.check_values(np.array([[0, 4], [2, 1]]))
    with pytest.raises(ValueError, match=re.escape("Embedding 'embedding': 5 in row 1 is not in [0, 5)")):
        layer.check_values(np.array([[0, 4], [2, 5]]))
    with pytest.raises(ValueError, match=r"-1 in row 0 .* range of input_dim=5"):
        layer.check_values(np.array([-1, 2]))
    with pytest.raises(ValueError, match=r"nan in row 1 .* range of num_tokens=3"):
        L.CategoryEncoding(3).check_values(np.array([[0.0], [np.nan]]))


def test_masks_that_do_not_fit():
    x = np.ones((2, 3, 4))
    with pytest.raises(ValueError, match=r"the mask must be broadcastable to \(2, 3\)"):
        L.GlobalAveragePooling1D()(x, mask=np.ones((2, 4)))
    with pytest.raises(ValueError, match=r"the mask must be broadcastable to \(2, 3, 4\)"):
        L.Softmax()(x, mask=np.ones((2, 3)))
    with pytest.raises(TypeError, match="layer 'dense' is called with its input"):
        L.Dense(1, name="dense")(x, mask=np.ones((2, 3)))
    with pytest.raises(ValueError, match="`mask` should be a list"):
        L.Add().compute_mask([x, x], np.ones((2, 3)))
    with pytest.raises(ValueError, match="mask must be a function"):
        L.Lambda(lambda x: x, mask=[True])
    model = Sequential([Input((3, 4)), L.Masking(), L.Dense(1)])
    with pytest.raises(ValueError, match="mask= is not available where a model is called on arrays"):
        model(x, mask=np.ones((2, 3)))


def test_an_output_with_a_mask_of_another_shape():
    class Last(L.Layer):
        def call(self, x):
            return x[:, -1]

        def compute_mask(self, inputs, mask=None):
            return mask

    model = Sequential([Input((3, 4)), L.Masking(), Last(), L.Dense(1)])
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="does not say which of its losses count"):
        model.fit(np.ones((2, 3, 4)), np.ones((2, 1)), verbose=0)


def test_batch_normalization_under_a_mask():
    model = Sequential([Input((3, 4)), L.Masking(), L.BatchNormalization(), L.Dense(2)])
    model.compile("sgd", "mse")
    model.predict(np.ones((2, 3, 4)), verbose=0)
    with pytest.raises(ValueError, match="cannot learn from an input with a mask"):
        model.fit(np.ones((2, 3, 4)), np.ones((2, 3, 2)), verbose=0)


def test_an_ignored_class_under_a_mask():
    model = Sequential([Input((3, 4)), L.Masking(), L.Dense(2)])
    model.compile("sgd", losses.SparseCategoricalCrossentropy(ignore_class=0))
    with pytest.raises(ValueError, match="ignore_class=0 cannot be used on an output with a mask"):
        model.fit(np.ones((2, 3, 4)), np.ones((2, 3)), verbose=0)


def test_inputs_of_another_shape():
    for layer in (L.BatchNormalization(), L.LayerNormalization(), L.RMSNormalization(), L.Normalization()):
        layer(np.ones((2, 3)))
        with pytest.raises(ValueError, match=re.escape("(None, 4)")):
            layer(np.ones((2, 4)))


@pytest.mark.parametrize("name", ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot"])
@pytest.mark.parametrize("rows", [(5, 1), (1, 5), (2, 3)])
def test_inputs_with_different_numbers_of_rows(name, rows):
    """The plan of a batch reads as many rows of each input: of a shorter one it would read other memory."""
    layer = L.Dot(axes=1) if name == "Dot" else getattr(L, name)()
    with pytest.raises(ValueError, match=re.escape(f"got shapes ({rows[0]}, 4), ({rows[1]}, 4)")):
        layer([np.ones((n, 4), np.float32) for n in rows])


def test_weights_of_counts_with_fewer_rows():
    layer = L.CategoryEncoding(4, output_mode="count")
    with pytest.raises(ValueError, match="shape"):
        layer(np.zeros((3000, 2), np.int32), count_weights=np.ones((3, 2)))
