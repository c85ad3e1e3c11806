"""Make pynn/datasets/digits.npz, the digits that ship, from mnist.npz.

    python tools/make_digits.py path/to/mnist.npz [output.npz]

The same bytes come out each time: members have a fixed date and order and .npy headers of version 1.0, and zopfli
(`pip install zopfli`, half a minute) compresses them: 5 % smaller than zlib's, and read by every zlib.
"""

from __future__ import annotations

import hashlib
import io
import sys
import zipfile
from pathlib import Path

import numpy as np

from pynn.datasets.digits import pack

OUTPUT = Path(__file__).resolve().parent.parent / "pynn" / "datasets" / "digits.npz"
ROWS = {"train": 10_000, "test": 2_000}
DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip archive can say
# SHA-256 of the arrays' bytes in all of MNIST: the archive around them may have been compressed anew.
SHA256 = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}


def subset(path: Path) -> dict[str, np.ndarray]:
    """First rows of each array of `path`, packed, after a check that it is MNIST and nothing else."""
    arrays: dict[str, np.ndarray] = {}
    with np.load(path, allow_pickle=False) as mnist:
        for name, expected in SHA256.items():
            array = np.ascontiguousarray(mnist[name])
            if hashlib.sha256(array).hexdigest() != expected:
                raise SystemExit(f"{path}: {name} is not MNIST's")
            letter, _, part = name.partition("_")
            rows = array[: ROWS[part]]
            if letter == "y":
                arrays[name] = rows
            else:
                arrays[f"where_{part}"], arrays[f"values_{part}"] = pack(rows)
    return arrays


class Zopfli:
    """What zipfile asks of a compressor."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def compress(self, data: bytes) -> bytes:
        """Keep the data: zopfli wants all of them at once."""
        self.parts.append(data)
        return b""

    def flush(self) -> bytes:
        """The deflated data, without zlib's two bytes before them and its checksum behind."""
        from zopfli import zlib as zopfli

        return zopfli.compress(b"".join(self.parts), numiterations=15)[2:-4]


def write(arrays: dict[str, np.ndarray], path: Path) -> None:
    """An .npz archive whose bytes depend on the arrays and the compressor alone."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            data = io.BytesIO()
            np.lib.format.write_array(data, array, version=(1, 0), allow_pickle=False)
            member = zipfile.ZipInfo(f"{name}.npy", DATE)
            member.create_system = 3  # Unix, on every system
            archive.writestr(member, data.getvalue(), zipfile.ZIP_DEFLATED, 9)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    zipfile._get_compressor = lambda *_: Zopfli()  # type: ignore[attr-defined]  # the only door for another compressor
    target = Path(sys.argv[2]) if len(sys.argv) == 3 else OUTPUT
    write(subset(Path(sys.argv[1])), target)
    print(f"{target}: {target.stat().st_size:,} bytes")
