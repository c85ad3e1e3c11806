"""Regularizers and constraints on arrays are real Keras's: numbers, configs both ways, strings, errors."""

from __future__ import annotations

import numpy as np
import pytest

REGULARIZERS = {
    "l1": lambda k: k.regularizers.L1(0.03),
    "l2": lambda k: k.regularizers.l2(0.2),
    "l2 of nothing": lambda k: k.regularizers.l2(0),
    "l1 and l2": lambda k: k.regularizers.L1L2(l1=0.1, l2=0.2),
    "l1_l2 without arguments": lambda k: k.regularizers.l1_l2(),
    "only l1": lambda k: k.regularizers.l1_l2(0.1),
    "rows": lambda k: k.regularizers.OrthogonalRegularizer(0.3),
    "columns": lambda k: k.regularizers.orthogonal_regularizer(factor=0.3, mode="columns"),
    "base": lambda k: k.regularizers.Regularizer(),
}
CONSTRAINTS = {
    "max": lambda k: k.constraints.MaxNorm(1.5),
    "max over columns": lambda k: k.constraints.max_norm(1.5, axis=1),
    "max over everything": lambda k: k.constraints.MaxNorm(1.5, axis=[0, 1]),
    "not negative": lambda k: k.constraints.non_neg(),
    "unit": lambda k: k.constraints.UnitNorm(),
    "unit from behind": lambda k: k.constraints.unit_norm(axis=-1),
    "range": lambda k: k.constraints.MinMaxNorm(1.8, 2.2, rate=0.7, axis=1),
    "range by default": lambda k: k.constraints.min_max_norm(),
    "base": lambda k: k.constraints.Constraint(),
}


def weights(dtype="float32"):
    return np.random.default_rng(3).normal(size=(5, 7)).astype(dtype)


@pytest.mark.parametrize("name", REGULARIZERS)
def test_penalties(keras, real_keras, name):
    ours = REGULARIZERS[name](keras)(weights())
    # A tensor: Keras takes another way for NumPy's arrays, which fails for columns.
    theirs = REGULARIZERS[name](real_keras)(real_keras.ops.convert_to_tensor(weights()))
    np.testing.assert_allclose(ours, theirs, rtol=2e-6)
    assert np.shape(ours) == np.shape(theirs)


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_projections(keras, real_keras, name):
    ours, theirs = (np.asarray(CONSTRAINTS[name](side)(weights())) for side in (keras, real_keras))
    np.testing.assert_allclose(ours, theirs, rtol=2e-6)
    assert ours.dtype == theirs.dtype


@pytest.mark.parametrize(
    ("folder", "name"), [("regularizers", n) for n in REGULARIZERS] + [("constraints", n) for n in CONSTRAINTS]
)
def test_configs_both_ways(keras, real_keras, folder, name):
    make = (REGULARIZERS if folder == "regularizers" else CONSTRAINTS)[name]
    if name == "base" and folder == "regularizers":
        for side in (keras, real_keras):
            with pytest.raises(NotImplementedError, match="get_config"):
                make(side).get_config()
        return
    ours, theirs = (getattr(side, folder) for side in (keras, real_keras))
    written = ours.serialize(make(keras)), theirs.serialize(make(real_keras))
    assert written[0] == written[1]
    assert theirs.deserialize(written[0]).get_config() == ours.deserialize(written[1]).get_config()
    assert ours.get(written[1]).get_config() == written[0]["config"]


STRINGS = {
    "regularizers": ["l1", "l2", "L1", "L2", "L1L2", "l1l2", "OrthogonalRegularizer", "orthogonal_regularizer"],
    "constraints": ["max_norm", "MaxNorm", "non_neg", "NonNeg", "unit_norm", "UnitNorm", "min_max_norm", "MinMaxNorm"],
}


@pytest.mark.parametrize(("folder", "string"), [(f, s) for f, strings in STRINGS.items() for s in strings])
def test_strings(keras, real_keras, folder, string):
    ours, theirs = (getattr(side, folder).get(string) for side in (keras, real_keras))
    assert type(ours).__name__ == type(theirs).__name__
    assert ours.get_config() == theirs.get_config()


@pytest.mark.parametrize("folder", ["regularizers", "constraints"])
def test_get(keras, real_keras, folder):
    def own(w):
        return w

    for side in (keras, real_keras):
        get = getattr(side, folder).get
        assert get(None) is None
        assert get(own) is own
        for wrong in ("nothing like it", 3, {"class_name": "Unheard", "config": {}}):
            with pytest.raises(ValueError, match=f"Could not interpret {folder[:-1]} identifier"):
                get(wrong)
    made = getattr(keras, folder).get(type(getattr(keras, folder).get(STRINGS[folder][0])))
    assert made.get_config() == getattr(keras, folder).get(STRINGS[folder][0]).get_config()


@pytest.mark.parametrize("wrong", [-0.1, float("nan"), float("inf"), "0.1", [0.1]])
def test_wrong_factors(keras, real_keras, wrong):
    for side in (keras, real_keras):
        for make in (side.regularizers.L1, side.regularizers.L2, side.regularizers.OrthogonalRegularizer):
            with pytest.raises(ValueError, match="expected a non-negative float"):
                make(wrong)
    for side in (keras, real_keras):
        with pytest.raises(ValueError, match="mode"):
            side.regularizers.OrthogonalRegularizer(mode="diagonal")
        with pytest.raises(ValueError, match="rank 2"):
            side.regularizers.OrthogonalRegularizer()(np.ones((2, 2, 2), "float32"))


def test_none_means_the_default(keras, real_keras):
    for side in (keras, real_keras):
        assert side.regularizers.L2(None).l2 == 0.01
        assert side.regularizers.L1L2(None, 0.5).l1 == 0


def test_wrong_constraints(keras, is_oracle):
    if is_oracle:
        pytest.skip("Keras finds out while training, or never")
    with pytest.raises(ValueError, match="max_value"):
        keras.constraints.MaxNorm(-1)
    with pytest.raises(ValueError, match="min_value"):
        keras.constraints.MinMaxNorm("small")


def test_older_spellings(keras, is_oracle):
    if is_oracle:
        pytest.skip("Keras 3 refuses them")
    with pytest.warns(FutureWarning, match=r"l2=…"):
        assert keras.regularizers.l2(l=0.1).l2 == 0.1
    with pytest.warns(FutureWarning, match="MaxNorm"):
        assert keras.constraints.get("maxnorm").max_value == 2
    with pytest.warns(FutureWarning, match="max_value"):
        assert keras.constraints.maxnorm(m=3).max_value == 3
