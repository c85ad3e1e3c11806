"""Element types and policies against real Keras."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

TYPES = ["bool", "uint8", "uint16", "uint32", "uint64", "int8", "int16", "int32", "int64"]
TYPES += ["bfloat16", "float16", "float32", "float64", "complex64", "complex128", int, float]
NARROW = {"int64": "int32", "uint64": "uint32", "float64": "float32", "complex128": "complex64"}  # as Keras on JAX


def test_result_type(keras, real_keras):
    for count in (1, 2, 3):
        for types in itertools.product(TYPES, repeat=count):
            ours, theirs = (side.backend.result_type(*types) for side in (keras, real_keras))
            assert NARROW.get(ours, ours) == theirs, types
    assert keras.backend.result_type() == real_keras.backend.result_type()


def test_result_type_refuses(keras, real_keras):
    for side in (keras, real_keras):
        with pytest.raises(ValueError, match="not a valid dtype for Keras type promotion"):
            side.backend.result_type("string", "int32")
        with pytest.raises(ValueError, match="no implicit conversions from float8"):
            side.backend.result_type("float8_e5m2", "int32")


GIVEN = [None, "float64", "int", int, float, bool, str, complex, np.float32, np.dtype("int8"), "string"]


@pytest.mark.parametrize("given", GIVEN, ids=repr)
def test_names_of_types(keras, real_keras, given):
    for name in ("standardize_dtype", "is_float_dtype", "is_int_dtype"):
        assert getattr(keras.backend, name)(given) == getattr(real_keras.backend, name)(given), name
    assert keras.utils.standardize_dtype(given) == keras.backend.standardize_dtype(given)


@pytest.mark.parametrize("given", ["float31", "Float32", 3, np.ones(1).dtype.str], ids=repr)
def test_no_type(keras, real_keras, given):
    for side in (keras, real_keras):
        with pytest.raises(ValueError, match="Invalid dtype"):
            side.backend.standardize_dtype(given)


NAMES = ["float32", "float64", "float16", "bfloat16", "mixed_float16", "mixed_bfloat16", "int32"]


@pytest.mark.parametrize("name", NAMES)
def test_policies(sides, name):
    ours, theirs = (side.DTypePolicy(name) for side in sides)
    for attribute in ("name", "compute_dtype", "variable_dtype", "quantization_mode"):
        assert getattr(ours, attribute) == getattr(theirs, attribute)
    assert repr(ours) == repr(theirs)
    configs = [side.dtype_policies.serialize(made) for side, made in zip(sides, (ours, theirs), strict=True)]
    assert configs[0] == configs[1]
    for side, made, config in zip(sides, (ours, theirs), reversed(configs), strict=True):
        assert side.dtype_policies.deserialize(config) == made
        assert side.dtype_policies.get(config) == made
        assert side.dtype_policies.get(name) == made
        assert side.FloatDTypePolicy(name) == made
        assert made != name


def test_policies_refuse(sides):
    for side in sides:
        with pytest.raises(ValueError, match="Cannot convert 'quick' to a mixed precision DTypePolicy"):
            side.DTypePolicy("quick")
        with pytest.raises(TypeError, match="'name' must be a string"):
            side.DTypePolicy(3)
        with pytest.raises(ValueError, match="Invalid `policy` argument"):
            side.config.set_dtype_policy(3)
        with pytest.raises(ValueError, match="Cannot interpret `dtype` argument"):
            side.dtype_policies.get(3)


def test_global_policy(sides):
    for side in sides:
        assert side.config.dtype_policy().name == "float32"
        side.config.set_dtype_policy("float64")
        try:
            assert side.mixed_precision.global_policy().name == "float64"
            assert side.DTypePolicy().name == "float64"
            assert side.config.floatx() == "float32"
        finally:
            side.utils.clear_session()
        assert side.config.dtype_policy().name == "float32"


def test_what_the_core_cannot_compute(keras, is_oracle):
    if is_oracle:
        pytest.skip("about pynn alone")
    for name in ("mixed_float16", "float16", "int32"):
        with pytest.raises(ValueError, match="Cannot compute with the dtype policy"):
            keras.config.set_dtype_policy(name)


def test_convert_input(sides):
    found = []
    for side in sides:
        policy = side.DTypePolicy("float32")
        given = (np.ones(2, "float16"), np.arange(2, dtype="int32"), "text")
        found.append([getattr(policy.convert_input(x, True, "float32"), "dtype", x) for x in given])
        found[-1].append(policy.convert_input(given[0], False, "float32").dtype)
    assert [str(x) for x in found[0]] == [str(x) for x in found[1]]
