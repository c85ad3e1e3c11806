"""Optional packages: imported on use, and a missing one says how to get it."""

from __future__ import annotations

import json.decoder
import sys

import pytest

from pynn import extras


def test_returns_the_module_named():
    assert extras.require("json.decoder", extra="plot") is json.decoder


@pytest.mark.parametrize("extra", sorted(extras.EXTRAS))
def test_missing_package_names_the_pip_line(extra):
    with pytest.raises(ImportError, match=rf'pip install "pynn-kernels\[{extra}\]"') as error:
        extras.require("no_such_module.inner", extra=extra)
    assert extras.EXTRAS[extra] in str(error.value)


def test_broken_package_raises_its_own_error(tmp_path, monkeypatch):
    (tmp_path / "broken_extra.py").write_text("import no_such_dependency")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_dependency") as error:
        extras.require("broken_extra", extra="plot")
    assert "pip install" not in str(error.value)


def test_blocked_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match="pip install"):
        extras.require("matplotlib", extra="plot")


def test_unknown_extra():
    with pytest.raises(KeyError, match="no_such_extra"):
        extras.require("json", extra="no_such_extra")
