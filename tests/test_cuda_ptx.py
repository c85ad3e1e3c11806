"""Every kernel of the table "cuda" becomes PTX, for three architectures: numba-cuda needs no driver for that."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path
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
            functions = kernel.functions()
            functions.pop("tensor", None)  # not for all architectures; below
            for function in functions.values():
                for (major, minor), text in compiled(kernel, function, architectures, monkeypatch).items():
                    assert f".target sm_{major}{minor}" in text, names[number]
                    assert ".visible .entry" in text


def test_what_moves_between_batches_becomes_ptx(monkeypatch):
    from pynn.kernels.cuda import feeding

    found = compiled(feeding, feeding._feed, ARCHITECTURES, monkeypatch)
    assert sorted(found) == ARCHITECTURES


def test_single_precision_stays_single(monkeypatch):
    """No constant makes a double of what is computed for each element."""
    from pynn.kernels.cuda.table import kernels

    for name in ("gelu_forward", "dense_elu_forward", "softmax_forward", "mean_squared_error"):
        kernel = kernels()[name, np.float32]
        text = compiled(kernel, kernel.functions()["plain"], [(8, 0)], monkeypatch)[8, 0]
        assert not re.findall(r"\b(?:add|mul|fma|div)\S*\.f64", text), name


def assembler():
    """The program ptxas of a toolkit: of the package that compiles here, else of the system."""
    spec = importlib.util.find_spec("nvidia")
    folders = [Path(folder) / "cuda_nvcc" / "bin" for folder in spec.submodule_search_locations or ()] if spec else []
    found = [folder / "ptxas" for folder in folders if (folder / "ptxas").exists()]
    return found[0] if found else shutil.which("ptxas")


@pytest.mark.parametrize("name", ["matmul_nn", "matmul_tn", "matmul_nt", "dense_weights_adam"])
def test_instructions_of_tensor_cores_are_assembled(name, tmp_path, monkeypatch):
    """They stand in the PTX as text, which only an assembler reads.  Other products differ in what becomes of a sum."""
    from pynn.kernels.cuda.table import kernels

    if assembler() is None:
        pytest.skip("there is no ptxas")
    kernel = kernels()[name, np.float32]
    found = compiled(kernel, kernel.functions()["tensor"], [(8, 0), (9, 0)], monkeypatch)
    for (major, minor), text in found.items():
        assert text.count("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32") == 8
        assert "cvt.rna.tf32.f32" in text
        # An older assembler refuses text of a newer version, whatever stands in it; all of this is in 8.0.
        (tmp_path / "kernel.ptx").write_text(re.sub(r"(?m)^\.version .*$", ".version 8.0", text))
        command = [
            assembler(),
            f"-arch=sm_{major}{minor}",
            "-v",
            "-o",
            tmp_path / "kernel.cubin",
            tmp_path / "kernel.ptx",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert " 0 bytes spill stores" in done.stdout + done.stderr
