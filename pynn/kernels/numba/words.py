"""What a kernel in Python says beside plain Python: typed pointers, memory on the stack, the bits of a number.

These are names only, so that the kernels can be imported without numba; `intrinsics` gives them their meaning.
"""

from __future__ import annotations

from typing import Any, NoReturn


def _compiled_only(name: str) -> NoReturn:
    raise TypeError(f"pynn.kernels.numba: {name} means something to compiled kernels only")


def real(number: Any) -> Any:
    """The number in the table's element type."""
    _compiled_only("real")


def reals(pointer: Any, at: int) -> Any:
    """Where element `at` of an array of the table's type stands: ``reals(p[0], 3)[1]`` is its element 4."""
    _compiled_only("reals")


def singles(pointer: Any, at: int) -> Any:
    """The same for float32, whatever the table's type."""
    _compiled_only("singles")


def doubles(pointer: Any, at: int) -> Any:
    """The same for float64."""
    _compiled_only("doubles")


def ints(pointer: Any, at: int) -> Any:
    """The same for int32."""
    _compiled_only("ints")


def longs(pointer: Any, at: int) -> Any:
    """The same for int64."""
    _compiled_only("longs")


def octets(pointer: Any, at: int) -> Any:
    """The same for uint8."""
    _compiled_only("octets")


def onward(pointer: Any, by: int) -> Any:
    """A typed pointer, `by` elements on."""
    _compiled_only("onward")


def to_bits(x: Any) -> Any:
    """The bits of a real as an integer of its width."""
    _compiled_only("to_bits")


def from_bits(bits: int) -> Any:
    """The real with these bits."""
    _compiled_only("from_bits")


def fma(x: Any, y: Any, z: Any) -> Any:
    """x y + z, rounded once where the processor does that in one instruction: the same in every loop."""
    _compiled_only("fma")
