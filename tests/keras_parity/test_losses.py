"""Every loss of Keras on arrays: values under all reductions, shapes, weights and options, and slopes by jax.grad."""

from __future__ import annotations

import numpy as np
import pytest

RANDOM = np.random.default_rng(31)


def unit_rows(shape):
    x = RANDOM.normal(size=shape)
    return x / np.sqrt((x**2).sum(-1, keepdims=True))


def numbers(shape):
    return RANDOM.normal(size=shape), RANDOM.normal(size=shape)


def counts(shape):
    return RANDOM.integers(0, 5, shape).astype("float64"), RANDOM.uniform(0.1, 4, shape)


def bits(shape):
    return RANDOM.integers(0, 2, shape).astype("float64"), RANDOM.uniform(0.01, 0.99, shape)


def scores(shape):
    return RANDOM.integers(0, 2, shape).astype("float64"), 2 * RANDOM.normal(size=shape)


def signs(shape):
    return RANDOM.integers(0, 2, shape) * 2.0 - 1, 2 * RANDOM.normal(size=shape)


def shares(shape):
    y = RANDOM.uniform(0.1, 1, (2, *shape))
    return tuple(y / y.sum(-1, keepdims=True))


def classes(shape):
    return np.eye(shape[-1])[RANDOM.integers(0, shape[-1], shape[:-1])], RANDOM.uniform(0.05, 1, shape)


def class_scores(shape):
    return classes(shape)[0], 2 * RANDOM.normal(size=shape)


def labels(shape):
    return RANDOM.integers(0, shape[-1], shape[:-1]), RANDOM.uniform(0.05, 1, shape)


def label_scores(shape):
    return labels(shape)[0], 2 * RANDOM.normal(size=shape)


CASES = [
    ("MeanSquaredError", {}, numbers),
    ("MeanAbsoluteError", {}, numbers),
    ("MeanAbsolutePercentageError", {}, numbers),
    ("MeanSquaredLogarithmicError", {}, numbers),
    ("MeanSquaredLogarithmicError", {}, counts),
    ("Huber", {}, numbers),
    ("Huber", {"delta": 0.3}, numbers),
    ("LogCosh", {}, numbers),
    ("Poisson", {}, counts),
    ("CosineSimilarity", {}, numbers),
    ("KLDivergence", {}, shares),
    ("KLDivergence", {}, bits),
    ("Hinge", {}, signs),
    ("Hinge", {}, scores),
    ("Hinge", {}, numbers),
    ("SquaredHinge", {}, signs),
    ("SquaredHinge", {}, scores),
    ("CategoricalHinge", {}, class_scores),
    ("CategoricalHinge", {}, numbers),
    ("BinaryCrossentropy", {}, bits),
    ("BinaryCrossentropy", {"label_smoothing": 0.2}, bits),
    ("BinaryCrossentropy", {"from_logits": True, "label_smoothing": 0.2}, scores),
    ("BinaryFocalCrossentropy", {}, bits),
    ("BinaryFocalCrossentropy", {"gamma": 1.0, "apply_class_balancing": True, "alpha": 0.3}, bits),
    ("BinaryFocalCrossentropy", {"gamma": 0.5, "label_smoothing": 0.1}, bits),
    ("BinaryFocalCrossentropy", {"gamma": 0.0}, bits),
    ("BinaryFocalCrossentropy", {"from_logits": True}, scores),
    ("CategoricalCrossentropy", {}, classes),
    ("CategoricalCrossentropy", {"label_smoothing": 0.2}, classes),
    ("CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.2}, class_scores),
    ("CategoricalFocalCrossentropy", {}, classes),
    ("CategoricalFocalCrossentropy", {"gamma": 1.5, "alpha": 0.7, "label_smoothing": 0.1}, classes),
    ("CategoricalFocalCrossentropy", {"from_logits": True}, class_scores),
    ("SparseCategoricalCrossentropy", {}, labels),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, label_scores),
    ("SparseCategoricalCrossentropy", {"ignore_class": 1}, labels),
    ("SparseCategoricalCrossentropy", {"ignore_class": 0, "from_logits": True}, label_scores),
    ("CategoricalGeneralizedCrossEntropy", {}, labels),
    ("CategoricalGeneralizedCrossEntropy", {"q": 0.8}, labels),
    ("Dice", {}, bits),
    ("Dice", {"axis": -1}, bits),
    ("Tversky", {}, bits),
    ("Tversky", {"alpha": 0.3, "beta": 0.7, "axis": -1}, bits),
]
IDS = [f"{name}-{'-'.join(map(str, options))}-{draw.__name__}" for name, options, draw in CASES]
REDUCTIONS = ["sum_over_batch_size", "sum", "mean", "mean_with_sample_weight", "none", None]
SHAPES = [(7,), (7, 1), (7, 4), (3, 5, 4)]
NEED_CLASSES = (classes, class_scores, labels, label_scores)


def drawn(draw, shape):
    target, y = draw(shape)
    target = target.astype("int32" if draw in (labels, label_scores) else "float32")
    return np.asarray(target), np.asarray(y, "float32")


def values_of(sides, name, settings, reduction, arguments, **more):
    return [np.asarray(getattr(k.losses, name)(reduction=reduction, **settings)(*arguments, **more)) for k in sides]


def assert_same(ours, theirs, rtol=2e-5, atol=2e-6, **more):
    assert ours.shape == theirs.shape, more
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=atol, **more)


@pytest.mark.filterwarnings("ignore:.*expected y_pred.shape:SyntaxWarning")
@pytest.mark.parametrize(("name", "settings", "draw"), CASES, ids=IDS)
def test_values(sides, name, settings, draw):
    for shape in SHAPES:
        if draw in NEED_CLASSES and (len(shape) < 2 or shape[-1] < 2):
            continue
        arguments = drawn(draw, shape)
        whole = name in ("Dice", "Tversky") and settings.get("axis") is None
        for reduction in REDUCTIONS:
            assert_same(*values_of(sides, name, settings, reduction, arguments), err_msg=f"{shape} {reduction}")
            if len(shape) == 1 or whole:
                continue
            for weights in (RANDOM.uniform(0, 2, shape[:-1]), np.zeros(shape[:-1])):
                pair = values_of(sides, name, settings, reduction, arguments, sample_weight=weights.astype("float32"))
                assert_same(*pair, err_msg=f"{shape} {reduction} weighted")


@pytest.mark.parametrize(("name", "settings", "draw"), CASES, ids=IDS)
def test_slopes(sides, real_keras, name, settings, draw):
    """The slope of every element, by Keras's own differentiation; and at kinks and clipped values."""
    import jax

    shape = (6, 4)
    target, y = drawn(draw, shape)
    if draw in (numbers, bits, signs, scores, shares):
        y[0], y[1] = target[0], [0.0, 1.0, 1e-7, 1 - 1e-7]
    if draw in (bits, shares):
        y[2] = [0.0, 0.0, 0.0, 1.0]
    theirs_of = getattr(real_keras.losses, name)(reduction="sum", **settings)
    weights = np.ones((), "float32") if name in ("Dice", "Tversky") and "axis" not in settings else None
    theirs = np.asarray(jax.jit(jax.grad(lambda p: theirs_of(target, p, weights)))(y))
    ours = slopes(getattr(sides[0].losses, name)(reduction="sum", **settings), target, y)
    finite = np.isfinite(theirs)  # Keras's slope is NaN at a power of 0 and at the cosine of a zero vector
    assert finite.all() or name in ("BinaryFocalCrossentropy", "CosineSimilarity")
    np.testing.assert_allclose(ours[finite], theirs[finite], rtol=1e-4, atol=1e-5)


def slopes(loss, target, y):
    """What training uses: the same lowering, run on arrays."""
    from pynn.immediate import ImmediatePlan

    plan = ImmediatePlan("float32")
    given = plan.given(target, "int32" if loss.target == "labels" else None)
    _, dy = loss.lower(plan, plan.given(y), given, plan.ones(len(y)))
    return plan.value(dy)


def test_circle(sides, real_keras):
    import jax

    target, y = RANDOM.integers(0, 3, 9), unit_rows((9, 4)).astype("float32")
    for settings in ({}, {"gamma": 3.0, "margin": 0.1}, {"remove_diagonal": False, "gamma": 10.0}):
        for reduction in REDUCTIONS:
            for weights in (None, RANDOM.uniform(0, 2, 9).astype("float32")):
                pair = values_of(sides, "Circle", settings, reduction, (target, y), sample_weight=weights)
                assert_same(*pair, rtol=1e-4)
        loss = real_keras.losses.Circle(**settings)
        theirs = np.asarray(jax.jit(jax.grad(lambda p, loss=loss: loss(target, p)))(y))
        ours = slopes(sides[0].losses.Circle(**settings), target, y)
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-3)
    alone = np.arange(9)
    assert_same(*values_of(sides, "Circle", {}, "sum_over_batch_size", (alone, y)))
    assert not slopes(sides[0].losses.Circle(), alone, y).any()


def test_circle_with_others(sides):
    y, others = unit_rows((4, 3)).astype("float32"), unit_rows((6, 3)).astype("float32")
    target, known = np.array([0, 1, 0, 2]), np.array([0, 1, 2, 0, 1, 2])
    for apart in (True, False):
        ours, theirs = (np.asarray(k.losses.circle(target, y, known, others, apart, 5.0)) for k in sides)
        assert_same(ours, theirs, rtol=1e-4)


@pytest.mark.parametrize(
    ("name", "settings", "draw"),
    [
        ("CosineSimilarity", {"axis": 1}, numbers),
        ("CosineSimilarity", {"axis": 0}, numbers),
        ("BinaryCrossentropy", {"axis": 1}, bits),
        ("CategoricalCrossentropy", {"axis": 1}, bits),
        ("Dice", {"axis": (1, 2)}, bits),
        ("Dice", {"axis": 0}, bits),
        ("Tversky", {"axis": 1}, bits),
    ],
)
def test_other_axes(sides, name, settings, draw):
    arguments = drawn(draw, (5, 3, 4))
    for reduction in ("sum_over_batch_size", "sum", None):
        assert_same(*values_of(sides, name, settings, reduction, arguments))


def test_class_weights_of_focal_crossentropy(sides):
    arguments = drawn(classes, (6, 3))
    assert_same(*values_of(sides, "CategoricalFocalCrossentropy", {"alpha": [0.2, 0.3, 0.5]}, None, arguments))


RANKS = [((3, 2, 1), (3, 2)), ((3, 2), (3, 2, 1)), ((3,), (3, 1)), ((3, 1), (3,)), ((3, 1), (3, 4))]


@pytest.mark.parametrize(("target", "y"), RANKS, ids=str)
def test_ranks_that_differ(sides, target, y):
    arguments = RANDOM.normal(size=target), RANDOM.normal(size=y)
    assert_same(*values_of(sides, "MeanSquaredError", {}, None, arguments))
    assert_same(*values_of(sides, "MeanAbsoluteError", {}, None, arguments))


def test_float64(keras):
    """Keras on JAX computes in float32 alone, so the formula itself is the judge."""
    target, y = numbers((5, 3))
    found = keras.losses.LogCosh(dtype="float64", reduction=None)(target, y)
    assert found.dtype == "float64"
    np.testing.assert_allclose(found, np.log(np.cosh(y - target)).mean(-1), rtol=1e-13)


FUNCTIONS = [
    ("mean_squared_error", numbers, ()),
    ("mean_absolute_error", numbers, ()),
    ("mean_absolute_percentage_error", numbers, ()),
    ("mean_squared_logarithmic_error", counts, ()),
    ("huber", numbers, (0.4,)),
    ("log_cosh", numbers, ()),
    ("poisson", counts, ()),
    ("cosine_similarity", numbers, ()),
    ("kl_divergence", shares, ()),
    ("hinge", scores, ()),
    ("squared_hinge", signs, ()),
    ("categorical_hinge", class_scores, ()),
    ("binary_crossentropy", bits, ()),
    ("binary_crossentropy", scores, (True, 0.1)),
    ("binary_focal_crossentropy", bits, (True, 0.4, 1.5)),
    ("categorical_crossentropy", classes, ()),
    ("categorical_crossentropy", class_scores, (True, 0.1)),
    ("categorical_focal_crossentropy", classes, (0.4, 1.5)),
    ("categorical_generalized_cross_entropy", labels, (0.6,)),
    ("sparse_categorical_crossentropy", labels, ()),
    ("sparse_categorical_crossentropy", label_scores, (True, 2)),
    ("dice", bits, ()),
    ("dice", bits, (-1,)),
    ("tversky", bits, (0.2, 0.9)),
]


@pytest.mark.parametrize(("name", "draw", "more"), FUNCTIONS)
def test_functions(sides, name, draw, more):
    for shape in ((6, 4), (2, 3, 4)):
        target, y = drawn(draw, shape)
        assert_same(*(np.asarray(getattr(k.losses, name)(target, y, *more)) for k in sides))
