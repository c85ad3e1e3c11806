"""Signatures: what the parser reads, what it refuses, and the checks at an op's door."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pynn.kernels import contract
from pynn.kernels.contract import MAX_DIMS, MAX_OPERANDS, MAX_SCALARS, Op
from pynn.kernels.tables import all_tables

OPS = contract.OPS


def make(signature, **facts):
    scalars = signature.partition(";")[2].split(",") if ";" in signature else ()
    return Op("thing", signature, lambda *args, **kwargs: None, **({"scalars": (0.5,) * len(scalars)} | facts))


# --- The parser


def test_a_signature_of_everything():
    op = make("x(n,i), t(n):i32, e(3,2):f64 -> y(n,i), ~w(i,4):u8, z(o,n):i64; rate, step")
    assert [(a.name, a.dims, a.role, a.dtype) for a in op.operands] == [
        ("x", ("n", "i"), "in", None),
        ("t", ("n",), "in", np.int32),
        ("e", (3, 2), "in", np.float64),
        ("y", ("n", "i"), "out", None),
        ("w", ("i", 4), "inout", np.uint8),
        ("z", ("o", "n"), "out", np.int64),
    ]
    assert op.scalars == ("rate", "step")
    assert op.dims == ("n", "i", "o")
    assert [a.name for a in op.inputs] == ["x", "t", "e"]
    assert [a.name for a in op.outputs] == ["y", "w", "z"]
    assert repr(op) == f"thing: {op.signature}"
    assert [repr(a) for a in op.outputs] == ["y(n,i)", "~w(i,4)", "z(o,n)"]


@pytest.mark.parametrize(("signature", "facts", "dims", "cut", "extent", "axes"), [
    ("x(n,i) -> y(n,i)", {}, ("n", "i"), "n", 5, [0, 0]),
    ("dy(n,o), w(i,o) -> dx(i,n)", {}, ("n", "o", "i"), "i", 7, [None, 0, 0]),
    ("dy(n,o), w(i,o) -> dx(n,i)", {"cut": "i"}, ("n", "o", "i"), "i", 7, [None, 0, 1]),
    ("x(n,i), w(n) -> y(n,i)", {"across": ("x",)}, ("n", "i"), "n", 5, [None, 0, 0]),
    ("v(n) -> ~total(1):f64", {}, ("n",), None, 1, [None, None]),
    (" -> y(n)", {}, ("n",), "n", 5, [0]),
])  # fmt: skip
def test_workers_share_out_the_rows_of_the_first_output_or_what_is_said(signature, facts, dims, cut, extent, axes):
    op = Op("thing", signature, lambda: None, **facts)
    assert (op.dims, op.cut) == (dims, cut)
    assert op.extent({"n": 5, "i": 7, "o": 9}) == extent
    assert [op.axis(operand) for operand in op.operands] == axes


def test_spaces_do_not_matter():
    tight, wide = make("x(n,i),w(i,o)->y(n,o),~z(o);a,b"), make("  x( n , i ) , w(i, o)  ->  y(n ,o), ~z( o ) ; a , b ")
    assert list(map(repr, tight.operands)) == list(map(repr, wide.operands))
    assert tight.scalars == wide.scalars


@pytest.mark.parametrize(("signature", "words"), [
    ("x(n,k), y(n,k)", "needs '->' and an output"),
    ("x(n,k) ->", "needs '->' and an output"),
    ("x(n,k) -> ; rate", "needs '->' and an output"),
    ("", "needs '->' and an output"),
    ("~x(n) -> y(n)", "cannot read operand at '~x(n) "),
    ("x(n -> y(n)", r"cannot read operand at 'x(n "),
    ("x -> y(n)", "cannot read operand at 'x "),
    ("x() -> y(n)", "cannot read operand at 'x() "),
    ("x(n),, z(n) -> y(n)", "cannot read operand at ', z(n) "),
    ("x(n) z(n) -> y(n)", "expected ',' at 'z(n) "),
    ("x(n):f16 -> y(n)", "unknown element type 'f16', expected one of ['f32', 'f64', 'i32', 'i64', 'u8']"),
    ("x(n) -> y(n):real", "unknown element type 'real'"),
])  # fmt: skip
def test_bad_signatures(signature, words):
    with pytest.raises(ValueError, match=f"^thing: .*{re.escape(words)}"):
        make(signature)


@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize(("most", "signature"), [
    (MAX_OPERANDS, lambda count: ", ".join(f"x{i}(n)" for i in range(count - 1)) + " -> y(n)"),
    (MAX_DIMS, lambda count: f"x({','.join('abcdefgh'[:count])}) -> y(a)"),
    (MAX_SCALARS, lambda count: "x(n) -> y(n); " + ", ".join(f"s{i}" for i in range(count))),
], ids=["operands", "dimensions", "scalars"])  # fmt: skip
def test_a_step_holds_so_many(most, signature, count):
    if count == 0:
        make(signature(most))
    else:
        with pytest.raises(ValueError, match="more operands, dimensions or scalars than a step holds"):
            make(signature(most + 1))


def test_facts():
    with pytest.raises(ValueError, match=r"scalars \('rate',\) need as many samples"):
        make("x(n) -> y(n); rate", scalars=())
    with pytest.raises(ValueError, match=r"unknown facts \['speed'\]"):
        make("x(n) -> y(n)", speed=3)
    assert make("x(n,k) -> y(n,k)", cost=lambda n, k: 7 * n * k).cost(n=2, k=3) == 42
    # By default the work counts the elements that are read or written.
    assert make("x(n,k), b(k) -> y(n,1)").cost(n=2, k=3) == contract.COST_OF_AN_ELEMENT * (6 + 3 + 2)


def test_names_are_taken_once(monkeypatch):
    monkeypatch.setattr(contract, "OPS", {})

    @contract.op("x(n) -> y(n)")
    def twice(x, y, lo, hi):
        y[lo:hi] = 2 * x[lo:hi]

    assert contract.OPS["twice"].reference is twice
    with pytest.raises(ValueError, match="op twice is defined twice"):
        contract.define("twice", "x(n) -> y(n)", twice)


# --- Shapes


@st.composite
def bound(draw):
    """An op, sizes of its dimensions, and the shapes of its operands."""
    op = OPS[draw(st.sampled_from(sorted(OPS)))]
    sizes = {letter: draw(st.integers(1, 9)) for letter in op.dims}
    return op, sizes, [shape for _, shape in op.shapes(sizes)]


@given(bound())
def test_shapes_that_fit_bind(case):
    op, sizes, shapes = case
    assert op.bind(shapes) == sizes


def test_sizes_that_no_input_has():
    op = OPS["multi_hot"]
    assert op.bind([(3, 2)], op.inputs, {"k": 5}) == {"n": 3, "m": 2, "k": 5}
    for more in ({}, {"q": 5}, {"k": 5, "q": 5}):
        with pytest.raises(ValueError, match=r"multi_hot.*needs sizes for n, m, k, got"):
            op.bind([(3, 2)], op.inputs, more)
    with pytest.raises(ValueError, match="multi_hot: x has m=2, expected m=4"):
        op.bind([(3, 2)], op.inputs, {"m": 4, "k": 5})


@given(bound(), st.data())
def test_one_other_size_raises(case, data):
    op, _, shapes = case
    fixed = [d for a in op.operands for d in a.dims]
    places = [
        (i, j)
        for i, a in enumerate(op.operands)
        for j, d in enumerate(a.dims)
        if isinstance(d, int) or fixed.count(d) > 1
    ]
    assume(places)  # one operand of sizes that nothing else has fits whatever it is
    i, j = data.draw(st.sampled_from(places))
    size = data.draw(st.integers(1, 12).filter(lambda size: size != shapes[i][j]))
    shapes[i] = (*shapes[i][:j], size, *shapes[i][j + 1 :])
    with pytest.raises(ValueError, match=rf"^{op.name}: \w+ has {op.operands[i].dims[j]}=\d+, expected") as caught:
        op.bind(shapes)
    assert str(size) in str(caught.value)


@given(bound(), st.data())
def test_another_rank_raises(case, data):
    op, _, shapes = case
    i = data.draw(st.integers(0, len(shapes) - 1))
    shapes[i] = data.draw(st.sampled_from([(*shapes[i], 1), shapes[i][:-1]]))
    operand = op.operands[i]
    words = f"{op.name}: {operand!r} needs {len(operand.dims)} dimensions, got shape {shapes[i]}"
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        op.bind(shapes)


def test_some_operands_bind_alone():
    op = OPS["dense_forward"]
    assert op.bind([(2, 3), (3, 4)], op.operands[:2]) == {"n": 2, "i": 3, "o": 4}


# --- The door of a kernel, compiled or not

TABLES = all_tables()


@pytest.fixture(params=TABLES)
def dense(request):
    return TABLES[request.param]["dense_forward", np.float32]


def arrays(**other):
    given = {"x": (2, 3), "w": (3, 4), "b": (4,), "y": (2, 4)}
    return [other.get(name, np.zeros(shape, np.float32)) for name, shape in given.items()]


def read_only(array):
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(("other", "words"), [
    ({"w": np.zeros((5, 4), np.float32)}, "dense_forward: w has i=5, expected i=3"),
    ({"b": np.zeros((1, 4), np.float32)}, "dense_forward: b(o) needs 1 dimensions, got shape (1, 4)"),
    ({"x": np.zeros((2, 3))}, "dense_forward: x has dtype float64, expected float32"),
    ({"y": np.zeros((2, 4), np.int32)}, "dense_forward: y has dtype int32, expected float32"),
    ({"w": np.zeros((4, 3), np.float32).T}, "dense_forward: w must be C-contiguous, got strides (4, 12)"),
    ({"b": np.zeros(8, np.float32)[::2]}, "dense_forward: b must be C-contiguous, got strides (8,)"),
    ({"y": read_only(np.zeros((2, 4), np.float32))}, "dense_forward: y is written to, but the array is read-only"),
], ids=["size", "rank", "dtype in", "dtype out", "Fortran", "strides", "read-only"])  # fmt: skip
def test_arrays_that_do_not_fit(dense, other, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        dense(*arrays(**other))


def test_arrays_that_fit(dense):
    given = arrays(x=read_only(np.ones((2, 3), np.float32)), b=np.array([1, 2, 3, 4], np.float32))
    dense(*given)
    np.testing.assert_array_equal(given[3], [[1, 2, 3, 4]] * 2)


def test_number_of_arrays(dense):
    signature = r"x\(n,i\), w\(i,o\), b\(o\) -> y\(n,o\)"
    with pytest.raises(ValueError, match=rf"dense_forward: needs 4 arrays \({signature}\), got 3"):
        dense(*arrays()[:3])


@pytest.mark.parametrize("label", [label for label in TABLES if label != "reference"])
def test_rows_and_scalars_of_a_compiled_kernel(label):
    table = TABLES[label]
    for lo, hi in ((-1, 2), (0, 3), (2, 1)):
        with pytest.raises(ValueError, match=rf"dense_forward: rows \[{lo}, {hi}\) are not within \[0, 2\)"):
            table["dense_forward", np.float32](*arrays(), lo=lo, hi=hi)
    g, w = np.ones(3), np.ones(3)
    with pytest.raises(ValueError, match=r"sgd_update: needs scalars \('lr',\), got \(\)"):
        table["sgd_update", np.float64](g, w)
    table["sgd_update", np.float64](g, w, scalars=(0.25,))
    np.testing.assert_array_equal(w, [0.75] * 3)


@pytest.mark.parametrize(
    "signature", ["x(n,) -> y(n)", "x(n k) -> y(n)", "x(n), x(n) -> y(n)", "x(n), -> y(n)", "x(n) -> y(n); a b"]
)
def test_a_slip_of_the_pen_is_not_read_as_something_else(signature):
    with pytest.raises(ValueError, match="odd"):
        Op("odd", signature, lambda *a: None)
