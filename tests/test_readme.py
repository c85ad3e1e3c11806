"""The README's Python runs, and what it shows as output is what comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

README = Path(__file__).resolve().parent.parent / "README.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?(?:[mu]?s(?=/step))?")  # whatever the unit of a time is


@pytest.fixture(scope="module")
def blocks():
    return BLOCK.findall(README.read_text(encoding="utf-8"))


def test_python_blocks_run_in_order(blocks, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYNN_DATA", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    namespace: dict[str, object] = {}
    programs = [text for language, text in blocks if language == "python"]
    assert programs
    for number, text in enumerate(programs):
        exec(compile(text, f"README.md, Python block {number + 1}", "exec"), namespace)

    shown = next(text for language, text in blocks if language == "text")
    out = capsys.readouterr().out
    for line in shown.splitlines():
        if line.strip() and not line.startswith("…"):
            words = NUMBER.sub("#", line)
            assert words in NUMBER.sub("#", out), f"README shows a line that is not printed: {line}"


def test_links_lead_somewhere():
    text = README.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        if "://" not in target:
            assert (README.parent / target).exists(), target


def test_picture_is_small():
    assert (README.parent / "docs" / "digits.png").stat().st_size < 200_000
