"""Print the size of a wheel and of what weighs most in it; fail if the wheel is larger than 4 MB or holds C sources."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

LIMIT = 4_000_000  # bytes
SOURCES = (".c", ".h", ".pyx", ".pxd")


def main(path: Path) -> int:
    """Report on one wheel; return the exit status."""
    size = path.stat().st_size
    members = sorted(zipfile.ZipFile(path).infolist(), key=lambda member: -member.compress_size)
    print(f"{path}: {size:,} bytes in {len(members)} files")
    for member in members[:5]:
        print(f"{member.compress_size:12,}  {member.filename}")
    sources = [member.filename for member in members if member.filename.endswith(SOURCES)]
    if sources:
        print(f"a wheel holds no C sources, this one has {sources}", file=sys.stderr)
    if size > LIMIT:
        print(f"larger than {LIMIT:,} bytes", file=sys.stderr)
    return int(size > LIMIT or bool(sources))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: wheel_size.py WHEEL (exactly one)")
    raise SystemExit(main(Path(sys.argv[1])))
