"""Write into docs/mistakes.md what pynn says to each mistake on it.

    python tools/mistakes.py [--check]

A mistake is a heading, a block of Python that makes it, a block of text with the message, a word why, and a block of
Python that mends it.  The first block of the page comes before each of them.
"""

from __future__ import annotations

import re
import sys
import textwrap
import warnings
from pathlib import Path
from typing import Any, NamedTuple

PAGE = Path(__file__).resolve().parents[1] / "docs" / "mistakes.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILL = textwrap.TextWrapper(110, break_long_words=False, break_on_hyphens=False)


class Mistake(NamedTuple):
    """What one section shows."""

    name: str
    wrong: str
    message: str
    right: str


def before(page: str) -> str:
    """The block that comes before each of the others."""
    return BLOCK.findall(page.partition("\n### ")[0])[0][1]


def sections(page: str) -> list[str]:
    """The text of each mistake, heading first."""
    return re.split(r"^### ", page, flags=re.MULTILINE)[1:]


def read(section: str) -> Mistake:
    """The parts of a section; ValueError if it is not Python, text, Python."""
    name, _, rest = section.partition("\n")
    blocks = BLOCK.findall(rest)
    if [language for language, _ in blocks] != ["python", "text", "python"]:
        raise ValueError(f"{name}: expected blocks of python, text, python")
    wrong, message, right = (block for _, block in blocks)
    return Mistake(name, wrong, message, right)


def started(page: str) -> dict[str, Any]:
    """What the block before each of the others leaves behind; automatic names begin anew."""
    namespace: dict[str, Any] = {}
    exec(before(page), namespace)
    namespace["keras"].utils.clear_session()
    return namespace


def said_by(code: str, namespace: dict[str, Any]) -> Exception | Warning | None:
    """The exception that the code raises, or else the first warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            exec(compile(code, "docs/mistakes.md", "exec"), namespace)
        except Exception as error:
            return error
    return caught[0].message if caught else None  # type: ignore[return-value]


def shown(said: Exception | Warning | None) -> str:
    """A message as it stands on the page."""
    if said is None:
        return "(nothing)\n"
    lines = f"{type(said).__name__}: {said}".splitlines()
    return "\n".join(FILL.fill(line) for line in lines) + "\n"


def written(page: str) -> str:
    """The page with the messages of today."""
    for section in sections(page):
        mistake = read(section)
        message = shown(said_by(mistake.wrong, started(page)))
        old = f"```text\n{mistake.message}```"
        page = page.replace(section, section.replace(old, f"```text\n{message}```", 1), 1)
    return page


def main() -> int:
    """Rewrite the page, or with --check say whether it would change."""
    page = PAGE.read_text(encoding="utf-8")
    now = written(page)
    if sys.argv[1:] == ["--check"]:
        return int(now != page)
    PAGE.write_text(now, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
