"""Print what pyproject.toml asks for, one requirement a line: `requirements.py build`, or the name of a group.

A group is an extra or a dependency group; what the library itself needs is printed with it, for tools that only read
the sources.  A group may include another, or name an extra of ours (`pynn-kernels[plot]`): its lines then follow.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def requirements(settings: dict, name: str) -> list[str]:
    """Requirements of the extra or dependency group `name`."""
    groups = settings["project"].get("optional-dependencies", {}) | settings.get("dependency-groups", {})
    if name not in groups:
        raise SystemExit(f"pyproject.toml has no extra and no dependency group {name!r}; it has {sorted(groups)}")
    lines: list[str] = []
    for line in groups[name]:
        if isinstance(line, dict):
            lines += requirements(settings, line["include-group"])
        elif own := re.fullmatch(rf"{re.escape(settings['project']['name'])}\s*\[(.+)\]", line):
            for extra in own[1].split(","):
                lines += requirements(settings, extra.strip())
        else:
            lines.append(line)
    return lines


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    with PROJECT.open("rb") as file:
        settings = tomllib.load(file)
    if sys.argv[1] == "build":
        lines = settings["build-system"]["requires"]
    else:
        lines = settings["project"]["dependencies"] + requirements(settings, sys.argv[1])
    print("\n".join(line.replace(" ", "") for line in lines))
