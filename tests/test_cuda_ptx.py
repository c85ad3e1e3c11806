"""Every kernel of the table "cuda" becomes PTX, for three architectures: numba-cuda needs no driver for that."""

from __future__ import annotations

import re
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("numba_cuda", reason="what is compiled here")

from pynn.kernels.contract import OPS

ARCHITECTURES = [(7, 5), (8, 0), (9, 0)]


def compiled(kernel, function, architectures, monkeypatch):
    """PTX for each architecture, from one typing of the kernel; no driver is asked."""
    from numba.cuda import codegen, compile_ptx, dispatcher

    found = {}
    assembled = codegen.CUDACodeLibrary.get_asm_strs

    def for_all(library, cc=None):
        found.update({one: "".join(assembled(library, cc=one)) for one in architectures})
        return assembled(library, cc=cc)

    monkeypatch.setattr(codegen.CUDACodeLibrary, "get_asm_strs", for_all)
    monkeypatch.setattr(dispatcher, "get_current_device", lambda: SimpleNamespace(compute_capability=architectures[0]))
    compile_ptx(function, kernel.types(), cc=architectures[0])
    monkeypatch.undo()
    return found


@pytest.mark.parametrize("part", range(6))
def test_every_kernel_becomes_ptx(part, monkeypatch):
    """In float32 for each architecture; in float64, from the same text, an eighth of them for one in turn."""
    from pynn.kernels.cuda.kernel import CudaKernel
    from pynn.kernels.cuda.table import kernels

    names = sorted({name for name, _ in kernels()})
    for number in range(part, len(names), 6):
        quarter = [ARCHITECTURES[number // 48 % 3]] if number // 6 % 8 == 0 else []
        for real, architectures in ((np.float32, ARCHITECTURES), (np.float64, quarter)):
            if not architectures:
                continue
            kernel = CudaKernel(OPS[names[number]], real)
            for function in kernel.functions():
                for (major, minor), text in compiled(kernel, function, architectures, monkeypatch).items():
                    assert f".target sm_{major}{minor}" in text, names[number]
                    assert ".visible .entry" in text


def test_what_moves_between_batches_becomes_ptx(monkeypatch):
    from pynn.kernels.cuda import feeding

    found = compiled(feeding, feeding._feed, ARCHITECTURES, monkeypatch)
    assert sorted(found) == ARCHITECTURES


def test_single_precision_stays_single(monkeypatch):
    """No constant makes a double of what is computed for each element."""
    from pynn.kernels.cuda.kernel import CudaKernel

    for name in ("gelu_forward", "dense_elu_forward", "softmax_forward", "mean_squared_error"):
        kernel = CudaKernel(OPS[name], np.float32)
        text = compiled(kernel, kernel.functions()[0], [(8, 0)], monkeypatch)[8, 0]
        assert not re.findall(r"\b(?:add|mul|fma|div)\S*\.f64", text), name
