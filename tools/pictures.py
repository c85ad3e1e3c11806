"""Draw the pictures of docs/pictures.md by running the page.

python tools/pictures.py
"""

from __future__ import annotations

import os
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "pictures.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(folder: Path) -> None:
    """Run the page's programs; they write their pictures into the folder."""
    before = Path.cwd()
    os.chdir(folder)
    namespace: dict[str, object] = {"__name__": "page"}
    try:
        for number, text in enumerate(BLOCK.findall(PAGE.read_text(encoding="utf-8")), 1):
            exec(compile(text, f"{PAGE.name}, block {number}", "exec"), namespace)
    finally:
        os.chdir(before)


def main() -> None:
    """Small files, the same ones each time."""
    import matplotlib as mpl
    from PIL import Image

    mpl.use("agg")
    folder = PAGE.parent / "pictures"
    folder.mkdir(exist_ok=True)
    run(folder)
    for file in folder.glob("*.png"):
        Image.open(file).convert("RGB").quantize(96).save(file, optimize=True)


if __name__ == "__main__":
    main()
