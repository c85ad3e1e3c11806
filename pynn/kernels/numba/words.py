"""What a kernel in Python says beside plain Python: typed pointers, memory on the stack, the bits of a number.

These are names only, so that the kernels can be imported without numba; `intrinsics` gives them their meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn


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


def double(number: Any) -> Any:
    """The number in double: sums of many terms begin with ``double(0)``."""
    _compiled_only("double")


def exact_log(x: Any) -> Any:
    """ln x, in double."""
    _compiled_only("exact_log")


def exact_log1p(x: Any) -> Any:
    """ln(1 + x), in double."""
    _compiled_only("exact_log1p")


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


class Word(NamedTuple):
    """A word that is no function, or one made to measure."""

    name: str
    of: Any = None


# Of vector registers: elements in one, and how large a tile of sums they hold (`shape`); elements in a panel of b.
LANES: Any = Word("lanes")
TALLEST: Any = Word("tallest")
WIDEST: Any = Word("widest")
PANEL_SIZE: Any = Word("panel")
# See `tile`.
multiply: Any = Word("multiply")
lanes_square: Any = Word("transpose", LANES)
quad: Any = Word("transpose", 4)
# See `across`; the first two are functions of a pointer and a count.
row_sum: Any = Word("row_sum")
row_max: Any = Word("row_max")
shifted: Any = Word("shifted")
mixed: Any = Word("mixed")
inner: Any = Word("inner")
inner_square: Any = Word("inner_square")
# See `gemm.gemm`: compiled once, called by kernels.
product: Any = Word("product")


def product_name(real: str) -> str:
    """The name of that function's code, which is loaded before the kernels that call it."""
    return f"pn_product_{real}"


def stack(*sizes: Any) -> Any:
    """A function without arguments: memory for so many reals (a product), as long as the kernel runs."""
    return Word("stack", sizes)


def scalars(count: int) -> Any:
    """A function of s: its first numbers, as a tuple of reals."""
    return Word("scalars", count)


def prepared(count: int, function: Callable[..., Any]) -> Any:
    """A function of s: what `function` makes of its first numbers in double, as a tuple of reals."""
    return Word("prepared", (count, function))
