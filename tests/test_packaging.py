"""What is installed is what was meant to be: names, files, licences."""

from __future__ import annotations

import os
from importlib import metadata
from pathlib import Path

import pytest

import pynn

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(pynn.__file__).resolve().parent
installed = pytest.mark.skipif(
    "PYNN_TEST_INSTALLED" not in os.environ, reason="for the installed wheel; `make test` sets PYNN_TEST_INSTALLED"
)


@installed
def test_tests_run_on_the_installed_wheel():
    assert PACKAGE != ROOT / "pynn"
    assert PACKAGE.parent.name == "site-packages"


@installed
def test_wheel_holds_what_it_needs_and_no_sources():
    names = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*") if path.is_file()}
    assert {"py.typed", "datasets/digits.npz", "datasets/digits.txt"} <= names
    assert not [name for name in names if name.endswith((".c", ".h", ".pyx", ".pxd"))]
    tracked = {path.relative_to(ROOT / "pynn").as_posix() for path in (ROOT / "pynn").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == tracked


def test_distribution_is_not_the_other_pynn():
    about = metadata.metadata("pynn-kernels")
    assert about["Name"] == "pynn-kernels"
    assert about["Requires-Python"] == ">=3.11"
    always = [line for line in metadata.requires("pynn-kernels") or [] if "extra ==" not in line]
    assert [line.split(">")[0].strip() for line in always] == ["numpy"]


def test_licence_is_installed():
    files = metadata.files("pynn-kernels") or []
    assert any(file.name == "LICENSE" for file in files)
