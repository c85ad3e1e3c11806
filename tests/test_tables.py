"""Which table and which instruction set: the default, the environment, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from pynn.backends import has_device, has_numba
from pynn.kernels import tables
from pynn.kernels.tables import default_isa, isas, table


@pytest.fixture(autouse=True)
def no_choice(monkeypatch):
    monkeypatch.delenv("PYNN_ISA", raising=False)


@pytest.mark.usefixtures("walked_in_c")
def test_the_best_instruction_set_is_the_default():
    assert default_isa() == isas()[-1]
    assert table().isa == isas()[-1]


@pytest.mark.usefixtures("walked_in_c")
@pytest.mark.parametrize("isa", isas())
def test_the_environment_forces_one(isa, monkeypatch):
    monkeypatch.setenv("PYNN_ISA", f" {isa.upper()} ")
    assert table().isa == isa
    assert table("cython")["matmul_nn", np.float32].address == table("cython", isa)["matmul_nn", np.float32].address


def test_instruction_sets_have_kernels_of_their_own():
    assert len({table("cython", isa)["matmul_nn", np.float32].address for isa in isas()}) == len(isas())


@pytest.mark.usefixtures("walked_in_c")
def test_what_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("PYNN_ISA", "avx9")
    with pytest.raises(ValueError, match=r"PYNN_ISA='avx9'.*base"):
        table()
    with pytest.raises(ValueError, match="no instruction set 'avx9'"):
        table("cython", "avx9")
    with pytest.raises(ValueError, match=r"no backend 'fortran' here; backends are reference, cython"):
        table("fortran")
    with pytest.raises(KeyError, match="there is no such op"):
        table("reference")["no_such_op", np.float32]


def test_a_table_is_made_once():
    assert table("reference") is table("reference")
    several = {"numba"} if has_numba() else set()
    several |= {"cuda"} if has_device() else set()
    assert set(tables.all_tables()) == {"reference", *(f"cython-{isa}" for isa in isas())} | several
