"""TF32 on tensor cores: what is rounded, how far sums may be off, when it is used.

In the simulator each instruction is a function that does the same for a warp.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

import pynn
from pynn.backends import has_device
from pynn.kernels.contract import OPS
from pynn.kernels.reference.draws import operands
from pynn.kernels.tables import table

needs_device = pytest.mark.skipif(not has_device(), reason="there is neither an NVIDIA device nor its simulator")
PRODUCTS = [name for name in OPS if has_device() and table("cuda")[name, np.float32].wide]
FORMS = {"matmul_nn": "mk,kn->mn", "matmul_tn": "km,kn->mn", "matmul_nt": "mk,nk->mn"}


@pytest.fixture(autouse=True)
def highest():
    yield
    pynn.set_float32_matmul_precision("highest")


@pytest.fixture
def tensor_cores(monkeypatch):
    """Every product of float32 is computed there, however small."""
    monkeypatch.setattr("pynn.kernels.cuda.kernel.WIDE_BLOCKS", 0)
    pynn.set_float32_matmul_precision("high")


def rounded(array):
    """To 10 bits behind the point: to the nearest, of two the one further from zero."""
    _, exponents = np.frexp(array)
    unit = np.ldexp(1.0, exponents - 11)
    return (np.sign(array) * np.floor(np.abs(array) / unit + 0.5) * unit).astype(array.dtype)


def test_the_words():
    assert pynn.get_float32_matmul_precision() == "highest"
    with pytest.raises(ValueError, match="precision must be 'highest' or 'high', got 'medium'"):
        pynn.set_float32_matmul_precision("medium")
    pynn.set_float32_matmul_precision("high")
    assert pynn.get_float32_matmul_precision() == "high"


def test_what_the_cpu_computes_stays_the_same():
    x = np.random.default_rng(0).normal(size=(70, 70)).astype(np.float32)
    before = pynn.kernels.matmul(x, x, backend="cython")
    pynn.set_float32_matmul_precision("high")
    np.testing.assert_array_equal(pynn.kernels.matmul(x, x, backend="cython"), before)


@needs_device
def test_numbers_are_rounded_as_cuda_does():
    from pynn.kernels.cuda.tensor_cores import _rounded

    x = (
        np.random.default_rng(0).normal(size=1000).astype(np.float32)
        * np.float32(10) ** np.arange(-30, 30).repeat(17)[:1000]
    )
    ties = np.array([1 + 2.0**-11, -1 - 2.0**-11, 1 + 3 * 2.0**-11, 2 - 2.0**-12, 0, -0.0], np.float32)
    for values in (x, ties):
        np.testing.assert_array_equal([_rounded(value) for value in values], rounded(values))
    np.testing.assert_array_equal(rounded(ties), [1 + 2.0**-10, -1 - 2.0**-10, 1 + 2 * 2.0**-10, 2, 0, 0])
    assert abs(rounded(x) / x - 1).max() <= 2.0**-11
    assert _rounded(np.float32(np.inf)) == np.inf
    assert np.isnan(_rounded(np.float32(np.nan)))


@needs_device
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("size", [(1, 1, 1), (35, 19, 34)], ids=str)
def test_cuda_products_of_rounded_numbers(name, size, tensor_cores):
    """They are those of the definition, and off from exact ones by no more than is promised."""
    op, real = OPS[name], np.float32
    dims = dict(zip("mkn", size, strict=True))
    a, b, c = (np.random.default_rng(i).normal(size=shape).astype(real) for i, (_, shape) in enumerate(op.shapes(dims)))
    table("cuda")[name, real](a, b, c)
    depth, unit = dims["k"], 2.0**-22
    size_of = np.einsum(FORMS[name], abs(a), abs(b), dtype=np.float64)
    product = np.einsum(FORMS[name], rounded(a), rounded(b), dtype=np.float64)
    exact = np.einsum(FORMS[name], a, b, dtype=np.float64)
    assert (abs(c - product) <= depth * unit * size_of).all()
    assert (abs(c - exact) <= (2.0**-10 + unit + depth * unit) * size_of).all()
    assert (abs(c - exact) > depth * unit * size_of).any()


@needs_device
@pytest.mark.parametrize("name", PRODUCTS)
def test_every_cuda_product_agrees_with_its_definition(name, tensor_cores):
    """Of numbers that rounding leaves as they are."""
    op = OPS[name]
    dims = dict(zip(op.dims, (11, 9, 10, 3), strict=False))
    drawn = [rounded(a) if a.dtype == np.float32 else a for a in operands(op, dims, np.float32)]
    want = [a.astype(np.float64) if a.dtype == np.float32 else a.copy() for a in drawn]
    op.reference(*want, *op.sample_scalars, lo=0, hi=op.extent(dims))
    table("cuda")[name, np.float32](*drawn, scalars=op.sample_scalars)
    for operand, w, g in zip(op.operands, want, drawn, strict=True):
        np.testing.assert_allclose(g, w, rtol=op.rtol, atol=op.atol, err_msg=operand.name)


@needs_device
def test_large_cuda_products_of_float32_are_computed_there_when_asked_for():
    dims = {"m": 64 * 48, "n": 64, "k": 1}
    for precision, real, found in [
        ("highest", np.float32, "wide"), ("high", np.float32, "tensor"), ("high", np.float64, "wide"),
    ]:  # fmt: skip
        pynn.set_float32_matmul_precision(precision)
        kernel = table("cuda")["matmul_nn", real]
        assert kernel._chosen(dims)[0] == found
        assert kernel._chosen({"m": 2, "n": 2, "k": 1})[0] == "plain"


@needs_device
def test_an_older_cuda_device_is_an_error(monkeypatch, tensor_cores):
    from pynn.kernels.cuda import tensor_cores as module

    device = SimpleNamespace(compute_capability=(7, 5))
    monkeypatch.setattr(module, "SIMULATED", False)
    monkeypatch.setattr(module, "numba_cuda", SimpleNamespace(get_current_device=lambda: device))
    with pytest.raises(RuntimeError, match=r"compute capability 8\.0 or later, this one has 7\.5"):
        table("cuda")["matmul_nn", np.float32](*(np.ones((2, 2), np.float32) for _ in range(3)))


@needs_device
def test_cuda_graphs_are_captured_anew_for_another_precision(monkeypatch):
    from pynn import device_runner

    before = pynn.get_backend()
    pynn.set_backend("cuda")
    try:
        model = pynn.keras.Sequential([pynn.keras.Input((3,)), pynn.keras.layers.Dense(2)])
        model.compile("sgd", "mse")
        model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0)
    finally:
        pynn.set_backend(before)
    (runner,) = (work.runner(4) for key, work in model._works.items() if key[0] == "train")
    made = []
    monkeypatch.setattr(device_runner.feeding.Recorded, "_capture", lambda recorded, launches: made.append(launches))
    monkeypatch.setattr(runner, "_graphs", True)
    for precision, captured in [("highest", 1), ("highest", 1), ("high", 2), ("high", 2), ("highest", 3)]:
        pynn.set_float32_matmul_precision(precision)
        assert runner._recorded()
        assert len(made) == captured
