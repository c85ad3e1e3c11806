"""keras.Variable against real Keras: what it is made of, what changes it, and every operator."""

from __future__ import annotations

import operator

import numpy as np
import pytest

VALUES = np.array([[1.5, -2.0, 3.0], [0.5, 4.0, -1.0]], "float32")

MADE = {
    "list": lambda side: side.Variable([1.0, 2.0]),
    "integers": lambda side: side.Variable([1, 2]),
    "flags": lambda side: side.Variable([True, False]),
    "number": lambda side: side.Variable(3.0),
    "array": lambda side: side.Variable(VALUES),
    "float64 array": lambda side: side.Variable(np.ones(2)),
    "dtype": lambda side: side.Variable([1, 2], dtype="float32"),
    "name of an initializer": lambda side: side.Variable("ones", shape=(2, 3)),
    "initializer": lambda side: side.Variable(side.initializers.Constant(2.0), shape=(3,)),
    "integer initializer": lambda side: side.Variable(side.initializers.Ones(), shape=(3,), dtype="int32"),
    "function": lambda side: side.Variable(lambda shape, dtype: np.full(shape, 7, dtype), shape=(1, 2)),
    "variable": lambda side: side.Variable(side.Variable([5.0])),
    "empty": lambda side: side.Variable("zeros", shape=()),
}


@pytest.mark.parametrize("name", MADE)
def test_made(on_both, name):
    ours, theirs = on_both(MADE[name])
    for attribute in ("shape", "dtype", "ndim", "name", "path", "trainable", "aggregation", "synchronization"):
        assert getattr(ours, attribute) == getattr(theirs, attribute), attribute
    for attribute in ("regularizer", "constraint", "overwrite_with_gradient"):
        assert getattr(ours, attribute) == getattr(theirs, attribute), attribute
    np.testing.assert_array_equal(ours.numpy(), theirs.numpy())
    np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))
    np.testing.assert_array_equal(np.asarray(ours.value), np.asarray(theirs.value))
    assert ours.numpy().dtype == theirs.numpy().dtype
    assert repr(ours) == repr(theirs)


def test_options(on_both):
    options = {"trainable": False, "aggregation": None, "synchronization": None, "name": "mine", "autocast": False}
    ours, theirs = on_both(lambda side: side.Variable(1.0, **options))
    for attribute in ("trainable", "aggregation", "synchronization", "name", "path"):
        assert getattr(ours, attribute) == getattr(theirs, attribute)


def test_refusals(sides):
    for side in sides:
        for options, words in (
            ({"initializer": 1.0, "name": "a/b"}, "cannot contain character `/`"),
            ({"initializer": 1.0, "name": 3}, "must be a string"),
            ({"initializer": 1.0, "aggregation": "max"}, "Invalid value for argument `aggregation`"),
            ({"initializer": 1.0, "synchronization": "now"}, "Invalid value for argument `synchronization`"),
            ({"initializer": "ones"}, "the `shape` argument should be specified"),
            ({"initializer": "ones", "shape": (2, None)}, "must be fully-defined"),
        ):
            with pytest.raises(ValueError, match=words):
                side.Variable(**options)
        v = side.Variable([1.0, 2.0])
        with pytest.raises(ValueError, match="must match"):
            v.assign([1.0])
        for attribute in ("regularizer", "constraint"):
            with pytest.raises(ValueError, match=f"Invalid value for attribute `{attribute}`"):
                setattr(v, attribute, 3)
        with pytest.raises(TypeError, match="must be a boolean"):
            v.overwrite_with_gradient = 1
        with pytest.raises(TypeError, match="cannot be used as a boolean"):
            bool(v)


def test_attributes_that_can_be_set(sides):
    for side in sides:
        v = side.Variable([1.0])
        v.trainable = 0
        assert v.trainable is False
        v.regularizer, v.constraint = side.regularizers.L2(0.1), side.constraints.NonNeg()
        assert float(v.regularizer(v)) == pytest.approx(0.1)
        v.constraint = None
        v.overwrite_with_gradient = True
        assert v.overwrite_with_gradient


def test_changes(sides):
    found = []
    for side in sides:
        v = side.Variable(VALUES)
        kept = v.numpy()
        results = [v.assign(VALUES * 2), v.assign_add(np.ones((2, 3))), v.assign_sub(VALUES)]
        results += [v.assign(np.ones((2, 3), "int32")), v.assign(side.Variable(VALUES))]
        np.testing.assert_array_equal(kept, VALUES)
        assert {str(r.dtype) for r in results} == {"float32"}
        found.append([np.asarray(r) for r in (*results, v)])
        counter = side.Variable(0, dtype="int32")
        counter.assign_add(3)
        counter.assign_sub(1)
        assert (int(counter), str(counter.dtype)) == (2, "int32")
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_what_is_made_of_it_stays(sides):
    for side in sides:
        v = side.Variable([1.0, 2.0])
        total, part = v + 1, side.ops.convert_to_tensor(v)
        v.assign([5.0, 5.0])
        assert np.asarray(total).tolist() == [2.0, 3.0]
        assert np.asarray(part).tolist() == [1.0, 2.0]


BINARY = [operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow]
BINARY += [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]
OTHERS = [2, 0.5, np.float32(2), np.array([1.0, 2.0, 4.0], "float32"), np.array([1, 2, 3], "int32")]
WHOLE = [operator.and_, operator.or_, operator.xor]


@pytest.mark.parametrize("operation", BINARY, ids=lambda f: f.__name__)
def test_operators(sides, operation):
    for dtype in ("float32", "int32"):
        first = 2 * (np.abs(VALUES) if operation is operator.pow else VALUES)  # no 0 among the integers
        ours, theirs = (side.Variable(first.astype(dtype)) for side in sides)
        for other in (*OTHERS, "itself"):
            for swapped in (False, True):
                pairs = [(v, v if isinstance(other, str) else other) for v in (ours, theirs)]
                if swapped and isinstance(other, np.ndarray | np.generic):
                    continue  # NumPy decides, not the variable
                a, b = (operation(*(pair[::-1] if swapped else pair)) for pair in pairs)
                np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=1e-6, err_msg=f"{other} {swapped}")
                assert str(a.dtype) == str(b.dtype), (dtype, other, swapped)


@pytest.mark.parametrize("operation", WHOLE, ids=lambda f: f.__name__)
def test_operators_of_flags(sides, operation):
    for values, other in (([True, False], [True, True]), ([1, 0], [1, 1])):
        dtype = "bool" if values[0] is True else "int32"
        ours, theirs = (operation(side.Variable(values, dtype=dtype), np.array(other, dtype)) for side in sides)
        np.testing.assert_array_equal(ours, theirs)


def test_the_rest(sides):
    found = []
    for side in sides:
        v, n = side.Variable(VALUES), side.Variable([3, -1], dtype="int32")
        results = [-v, +v, abs(v), round(v), v @ VALUES.T, VALUES.T @ v.numpy(), ~n, v[0], v[:, 1:], v[..., 0], n[-1]]
        results += [v.numpy(), np.asarray(v, "float64"), np.sum(np.asarray(v)), np.asarray(side.Variable(2.5))]
        found.append([np.asarray(r) for r in results])
        assert (float(side.Variable(2.5)), int(side.Variable(2.0))) == (2.5, 2)
        assert [np.asarray(row).tolist() for row in v[:1]] == VALUES[:1].tolist()
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-6)
        assert ours.dtype == theirs.dtype


def test_numpy_sees_it(keras, is_oracle):
    """The array itself: what NumPy writes into it is the variable's value."""
    if is_oracle:
        pytest.skip("Keras copies")
    v = keras.Variable([1.0, 2.0])
    np.asarray(v)[0] = 7.0
    assert v.numpy().tolist() == [7.0, 2.0]
    assert np.exp(v).dtype == np.float32
    assert np.shares_memory(np.asarray(v), v.value)
    assert not np.shares_memory(np.array(v), v.value)
