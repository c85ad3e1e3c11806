"""The door for arrays: any number type and any layout trains and predicts as its contiguous float32 copy does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pynn import data, get_num_threads, set_num_threads, targets
from pynn.keras import Input, Sequential
from pynn.layers import Dense, Flatten
from pynn.runners import within

ROWS, SHAPE = 11, (3, 4)
DTYPES = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", "g", ">i4", ">f4", ">f8"]
real32 = np.dtype(np.float32)


def reversed_rows(a):
    return a[::-1].copy()[::-1]


def in_every_other(a):
    wide = np.zeros(tuple(2 * size for size in a.shape), a.dtype)
    found = wide[tuple(slice(None, None, 2) for _ in a.shape)]
    found[...] = a
    return found


def in_the_middle(a):
    wide = np.zeros(tuple(size + 2 for size in a.shape), a.dtype)
    found = wide[tuple(slice(1, -1) for _ in a.shape)]
    found[...] = a
    return found


def backwards_everywhere(a):
    return np.flip(np.flip(a).copy())


def read_only(a):
    a = a.copy()
    a.flags.writeable = False
    return a


def unaligned(a):
    block = np.zeros(a.nbytes + 1, np.uint8)
    found = block[1:].view(a.dtype).reshape(a.shape)
    found[...] = a
    return found


LAYOUTS = [
    np.ascontiguousarray,
    np.asfortranarray,
    reversed_rows,
    backwards_everywhere,
    in_every_other,
    in_the_middle,
    read_only,
    unaligned,
    np.ndarray.tolist,
]
laid_out = st.sampled_from(LAYOUTS)


@st.composite
def numbers(draw):
    """Whole numbers that every type holds, or bits, and a layout for them."""
    dtype, seed, top = draw(st.sampled_from(DTYPES)), draw(st.integers(0, 100)), draw(st.sampled_from([2, 100]))
    return np.random.default_rng(seed).integers(0, top, (ROWS, *SHAPE)).astype(dtype), draw(laid_out)


def trained(x, y, loss="mse", units=2, activation=None, weights=None):
    """Weights, loss, evaluation and predictions after two shuffled epochs with a short last batch."""
    np.random.seed(3)
    model = Sequential([Input(SHAPE), Flatten(), Dense(3, "tanh"), Dense(units, activation)])
    for variable in model.weights:
        variable.assign(np.random.default_rng(0).normal(0, 0.1, variable.shape))
    model.compile("sgd", loss)
    history = model.fit(x, y, batch_size=4, epochs=2, sample_weight=weights, verbose=0).history
    evaluated = model.evaluate(x, y, batch_size=4, sample_weight=weights, verbose=0)
    return [history["loss"], [evaluated], model.predict(x, batch_size=4, verbose=0), *model.get_weights()]


def assert_same(found, want):
    for a, b in zip(found, want, strict=True):
        np.testing.assert_array_equal(a, b)


VALUES = np.random.default_rng(1).normal(size=(ROWS, 2)).astype(np.float32)
INPUTS = np.random.default_rng(2).normal(size=(ROWS, *SHAPE)).astype(np.float32)
LABELS = np.random.default_rng(3).integers(0, 2, ROWS)


@given(numbers())
def test_inputs_of_any_type_and_layout(case):
    x, layout = case
    assert_same(trained(layout(x), VALUES), trained(np.ascontiguousarray(x, np.float32), VALUES))


@given(st.sampled_from(["f2", "f8", "g", ">f8"]), laid_out, st.integers(0, 100))
def test_fractions_are_rounded_once(dtype, layout, seed):
    x = np.random.default_rng(seed).normal(size=(ROWS, *SHAPE)).astype(dtype)
    y = np.random.default_rng(seed).normal(size=(ROWS, 2)).astype(dtype)
    want = trained(np.ascontiguousarray(x, np.float32), np.ascontiguousarray(y, np.float32))
    assert_same(trained(layout(x), layout(y)), want)


@given(st.sampled_from(DTYPES), laid_out)
def test_targets_of_any_type_and_layout(dtype, layout):
    bits = np.eye(2)[LABELS]
    for y, loss, activation in ((bits, "mse", None), (bits, "bce", "sigmoid"), (bits, "cce", "softmax")):
        loss = {"bce": "binary_crossentropy", "cce": "categorical_crossentropy"}.get(loss, loss)
        found = trained(INPUTS, layout(y.astype(dtype)), loss, 2, activation)
        assert_same(found, trained(INPUTS, y.astype(np.float32), loss, 2, activation))


@given(st.sampled_from(DTYPES), laid_out, st.booleans())
def test_labels_of_any_type_and_layout(dtype, layout, column):
    settings = ("sparse_categorical_crossentropy", 2, "softmax")
    labels = LABELS.astype(dtype)
    found = trained(INPUTS, layout(labels[:, None] if column else labels), *settings)
    assert_same(found, trained(INPUTS, LABELS.astype(np.int32), *settings))


@given(st.sampled_from(DTYPES), laid_out, st.booleans())
def test_sample_weights_of_any_type_and_layout(dtype, layout, column):
    weights = (LABELS + 1).astype(dtype)
    found = trained(INPUTS, VALUES, weights=layout(weights[:, None] if column else weights))
    assert_same(found, trained(INPUTS, VALUES, weights=weights.astype(np.float32)))


@pytest.mark.parametrize("dtype", ["?", "u1", "f4", "f8", "i4"])
def test_one_row_broadcast(dtype):
    x = np.broadcast_to(np.arange(12).reshape(SHAPE).astype(dtype), (ROWS, *SHAPE))
    y, weights = np.broadcast_to(np.ones(2, dtype), (ROWS, 2)), np.broadcast_to(np.ones((), dtype), ROWS)
    assert x.strides[0] == 0
    found = trained(x, y, weights=weights)
    assert_same(found, trained(*(np.array(a, np.float32) for a in (x, y)), weights=np.ones(ROWS, np.float32)))


def test_a_float64_model_reads_float64_in_full():
    model = Sequential([Input((4,), dtype="float64"), Dense(1, dtype="float64", kernel_initializer="ones")])
    x = np.random.default_rng(0).normal(size=(ROWS, 4))
    np.testing.assert_allclose(model.predict(x, verbose=0), x.sum(axis=1, keepdims=True), rtol=1e-14, atol=1e-15)
    rounded = x.astype(np.float32)
    want = rounded.astype(np.float64).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict(rounded, verbose=0), want, rtol=1e-14, atol=1e-15)


# --- What is copied


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8, np.bool_])
@pytest.mark.parametrize("real", [np.float32, np.float64])
def test_what_the_core_reads_is_not_copied(dtype, real):
    x = np.ones((ROWS, *SHAPE), dtype)
    x.flags.writeable = False
    for found in (data.in_form(x, real, "x"), data.inputs(x, (None, *SHAPE), real, "dense")):
        assert np.shares_memory(found, x)
        assert found.dtype == (np.uint8 if dtype is np.bool_ else dtype)
    y = targets.as_values(x, (None, *SHAPE), real, "mse", "dense")
    assert np.shares_memory(y, x)


def test_a_column_is_added_or_dropped_without_a_copy():
    x = np.ones((ROWS, 4), np.float32)
    assert data.inputs(x, (None, 4, 1), real32, "conv").shape == (ROWS, 4, 1)
    assert np.shares_memory(data.inputs(x, (None, 4, 1), real32, "dense"), x)
    assert np.shares_memory(data.inputs(x[..., None], (None, 4), real32, "dense"), x)
    y = np.ones(ROWS, np.float32)
    assert np.shares_memory(targets.as_values(y, (None, 1), real32, "mse", "dense"), y)
    labels = np.ones((ROWS, 1), np.int32)
    # Labels are copied: kernels index with them, so nobody may change them after they were checked.
    assert not np.shares_memory(targets.as_labels(labels, (None, 3), "loss", "dense"), labels)


@given(st.sampled_from(LAYOUTS[:-1]))
def test_bytes_stay_bytes(layout):
    """Images are a quarter the size of their float32 copy: they are converted batch by batch."""
    x = layout(np.arange(ROWS * 12, dtype=np.uint8).reshape(ROWS, *SHAPE))
    found = data.inputs(x, (None, *SHAPE), real32, "dense")
    assert found.dtype == np.uint8
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, x)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_core_gets_aligned_numbers(dtype):
    """C may read a float only at a multiple of its size; np.ascontiguousarray leaves others as they are."""
    x = unaligned(np.ones((ROWS, 3), dtype))
    assert not x.flags.aligned
    assert data.in_form(x, real32, "x").flags.aligned


@given(numbers())
def test_nothing_is_written_to_what_was_passed(case):
    x, layout = case
    x = layout(x)
    before = np.array(x)
    trained(x, VALUES)
    np.testing.assert_array_equal(x, before)


# --- Values that are no numbers


@given(
    st.sampled_from(["f2", "f4", "f8", "g", ">f4"]),
    st.integers(0, ROWS - 1),
    st.sampled_from(LAYOUTS[:-1]),
    st.sampled_from([np.float32, np.float64]),
)
def test_the_row_of_a_missing_value_is_named(dtype, row, layout, real):
    for value, word in ((np.nan, "NaN"), (np.inf, "infinite"), (-np.inf, "infinite")):
        x = np.ones((ROWS, *SHAPE), dtype)
        x[row, 1, 2] = value
        with pytest.raises(ValueError, match=rf"^x has {word}.* values, the first in row {row}:"):
            data.in_form(layout(x), np.dtype(real), "x")


def test_a_sum_that_overflows_is_no_reason_to_refuse():
    for real in (np.float32, np.float64):
        x = np.full((ROWS, 3), np.finfo(real).max)
        assert data.in_form(x, np.dtype(real), "x") is x


@pytest.mark.parametrize("dtype", ["f8", "g"])
def test_numbers_too_large_for_the_model_are_refused(dtype):
    """1e39 is finite, but infinite in float32: the weights would be NaN after one batch."""
    x = np.ones((ROWS, 3), dtype)
    x[4] = 1e39
    with pytest.raises(ValueError, match=r"x has .*row 4"):
        data.in_form(x, real32, "x")
    assert np.isfinite(data.in_form(x, np.dtype(np.float64), "x")).all()


@pytest.mark.parametrize("given", [np.array([1, 1e39]), [1.0, np.nan]])
def test_weights_that_are_no_numbers_of_the_model(given):
    with pytest.raises(ValueError, match=r"sample_weight has .*row 1"):
        targets.weights(given, (2,), real32)


def test_class_weights_that_are_too_large():
    with pytest.raises(ValueError, match="class 0 must be a finite number"):
        data.class_weights({0: 1e39}, np.array([0, 1]), real32)


def test_a_mask_is_not_lost():
    x = np.ma.masked_greater(np.arange(6.0).reshape(3, 2), 4)
    with pytest.raises(ValueError, match="x has masked values"):
        data.array(x, "x")
    assert data.array(x[:2], "x").shape == (2, 2)


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_bad_value_is_seen_wherever_it_stands(dtype, workers):
    """Many blocks, shared among workers, the last of them short; and a few values, which are one block."""
    before, most = get_num_threads(), np.finfo(np.float32).max
    limit = np.asarray(most, dtype).tobytes()
    set_num_threads(workers)
    try:
        for rows in (7, 70_001, 1_000_003):
            x = np.full(rows, -most, dtype)
            assert within(x, limit)
            for at in {0, 3, rows // 2, rows - 63, rows - 1} & set(range(rows)):
                for bad in (np.nan, -np.inf, np.inf, *([-3.5e38] if dtype == np.float64 else [])):
                    x[at] = bad
                    assert not within(x, limit)
                x[at] = most
            assert within(x, limit)
    finally:
        set_num_threads(before)


def test_the_first_bad_row_of_many_is_named():
    x = np.ones((60_001, 12), np.float32)
    x[[50_000, 60_000], 7] = np.nan
    with pytest.raises(ValueError, match="x has NaN values, the first in row 50000:"):
        data.in_form(x, real32, "x")
