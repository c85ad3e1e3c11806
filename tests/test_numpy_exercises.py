"""The page docs/numpy_exercises.md runs, and what it shows as output is what comes out."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "numpy_exercises.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_runs(capsys):
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    namespace: dict[str, object] = {}
    for number, text in enumerate(text for language, text in blocks if language == "python"):
        exec(compile(text, f"{PAGE.name}, block {number + 1}", "exec"), namespace)
    shown = [text for language, text in blocks if language == "text"]
    assert capsys.readouterr().out == "".join(shown)


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)", PAGE.read_text(encoding="utf-8")):
        assert (PAGE.parent / target).exists(), target
