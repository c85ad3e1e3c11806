"""The page docs/pictures.md runs and draws the pictures that it shows."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHOWN = re.compile(r"!\[[^\]]*\]\(pictures/([^)]*)\)")


def test_the_page_draws_what_it_shows(tmp_path):
    pytest.importorskip("matplotlib", reason="draws with matplotlib")
    if not (ROOT / "tools" / "pictures.py").exists():
        pytest.skip("the page is only in the source tree")
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "tools" / "pictures.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    tool.run(tmp_path)
    shown = SHOWN.findall(tool.PAGE.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(file.name for file in tmp_path.iterdir())
    kept = ROOT / "docs" / "pictures"
    for name in shown if kept.exists() else ():
        assert 1_000 < (kept / name).stat().st_size < 30_000, name
