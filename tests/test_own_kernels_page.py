"""The page docs/own_kernels.md runs, and what it shows as output or error is what comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parent.parent / "docs" / "own_kernels.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
BLOCKS = BLOCK.findall(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else []


@pytest.mark.skipif(not BLOCKS, reason="the page is only in the source tree")
def test_the_page_runs(capsys):
    namespace: dict[str, object] = {"__name__": "page"}
    for number, (text, shown) in enumerate(BLOCKS):
        code = compile(text, f"{PAGE.name}, block {number + 1}", "exec")
        if shown.startswith("ValueError: "):
            with pytest.raises(ValueError) as caught:  # noqa: PT011  (the whole text is compared)
                exec(code, namespace)
            assert str(caught.value) == " ".join(shown.split()).removeprefix("ValueError: ")
            continue
        exec(code, namespace)
        assert capsys.readouterr().out == shown
