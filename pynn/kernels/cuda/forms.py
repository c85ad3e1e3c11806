"""Forms of kernels: how the threads of a launch share the work; a family says what each of them computes.

A kernel is written as a few lines of Python over the op's operands, dimensions and scalars, by their names.  They are
put into the loop of a form, as macros are in C: what differs between ops of a form is a line or a function.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

from pynn.kernels import reference  # noqa: F401  (its modules register the ops)
from pynn.kernels.contract import OPS, Op
from pynn.kernels.cuda import tensor_cores, tile
from pynn.kernels.cuda.device import BLOCKS, THREADS, TILE, WIDE, cuda, double, in_double, real
from pynn.kernels.scalar import losses

Shape = Callable[[Mapping[str, int]], tuple[Any, int]]


class Source(NamedTuple):
    """A kernel before it is compiled: a plain function, and the launch for given dimensions, (blocks, threads)."""

    function: Any
    shape: Shape
    wide: Source | None = None  # for products of many elements
    tensor: Source | None = None  # the same for tensor cores


SOURCES: dict[str, Source] = {}
# Names in kernels' texts, beside those of the op.
_NAMES: dict[str, Any] = {"cuda": cuda, "real": real, "double": double, "THREADS": THREADS}
_NAMES |= {name: getattr(math, name) for name in ("exp", "floor", "log", "log1p", "sqrt", "tanh")}
_NAMES |= {"above": losses.above, "clip": losses.clip, "inside": losses.inside}
_NAMES |= tile.SIZES | tensor_cores.SIZES

_EACH = "for index in range(cuda.grid(1), {count}, cuda.gridsize(1)):"
_ROWS = """shared = cuda.shared.array(THREADS, {kind})
thread = cuda.threadIdx.x
for line in range(cuda.blockIdx.x, {count}, cuda.gridDim.x):"""
# e^(x - top) of a row of k, where top is its largest element, and their sum.
EXPONENTIALS = """top = {x}[line * k]
for j in columns:
    top = {x}[j] if {x}[j] > top else top
top = block_max(top, shared)
found = real(0)
for j in columns:
    {y}[j] = exp({x}[j] - top)
    found += {y}[j]
found = block_sum(found, shared)
"""
_TILES = """tile_left = cuda.shared.array(LEFT, real)
tile_right = cuda.shared.array(RIGHT, real)
{before}
row, column = cuda.blockIdx.y * TILE, cuda.blockIdx.x * TILE
found = product({factors}, {rows}, {columns}, {depth}, row, column, tile_left, tile_right)
row, column = row + cuda.threadIdx.x // TILE, column + cuda.threadIdx.x % TILE
index = row * {columns} + column
if row < {rows} and column < {columns}:"""
_WIDE = """strip_left = cuda.shared.array(STRIP, real)
strip_right = cuda.shared.array(STRIP, real)
{before}
sixteen = cuda.local.array(16, real)
first_row, first_column = cuda.blockIdx.y * WIDE, cuda.blockIdx.x * WIDE
product({factors}, {rows}, {columns}, {depth}, first_row, first_column, strip_left, strip_right, sixteen)
for part in range(16):
    row = first_row + cuda.threadIdx.x // TILE + part // 4 * TILE
    column = first_column + cuda.threadIdx.x % TILE + part % 4 * TILE
    index, found = row * {columns} + column, sixteen[part]
    if row < {rows} and column < {columns}:"""

_TENSOR = """strip_left = cuda.shared.array(TENSOR_LEFT, real)
strip_right = cuda.shared.array(TENSOR_RIGHT, real)
{before}
sixteen = cuda.local.array(16, real)
first_row, first_column, thread = cuda.blockIdx.y * ROWS, cuda.blockIdx.x * COLUMNS, cuda.threadIdx.x
product({factors}, {rows}, {columns}, {depth}, first_row, first_column, strip_left, strip_right, sixteen)
for part in range(16):
    row = first_row + thread // 32 // ACROSS * 32 + thread % 32 // 4 + part // 8 * 16 + part % 4 // 2 * 8
    column = first_column + thread // 32 % ACROSS * 16 + thread % 4 * 2 + part // 4 % 2 * 8 + part % 2
    index, found = row * {columns} + column, sixteen[part]
    if row < {rows} and column < {columns}:"""


def _define(name: str | Op, loop: str, lines: str, names: Mapping[str, Any], shape: Shape) -> Source:
    """Make the kernel of an op from its loop, whose last line is the head of a block, and the lines inside."""
    op = OPS[name] if isinstance(name, str) else name
    operands = [operand.name for operand in op.operands]
    body = [f"{operand} = _{operand}[starts[{j}]:]" for j, operand in enumerate(operands)]
    body += [f"{scalar} = real(scalars[{j + 1}])" for j, scalar in enumerate(op.scalars)]
    head = loop.rpartition("\n")[2]
    indent = (len(head) - len(head.lstrip()) + 4) * " "
    body += loop.splitlines() + [indent + line for line in lines.splitlines()]
    parameters = [f"_{operand}" for operand in operands] + ["starts", *op.dims, "scalars"]
    text = [f"def kernel({', '.join(parameters)}):", "    if scalars[0] != 0:", *("        " + line for line in body)]
    scope: dict[str, Any] = {**_NAMES, **names, "__name__": __name__}
    exec("\n".join(text), scope)
    scope["kernel"].__name__ = scope["kernel"].__qualname__ = op.name.replace(":", "_")
    made = SOURCES[op.name] = Source(scope["kernel"], shape)
    return made


def _counter(count: str) -> Callable[[Mapping[str, int]], int]:
    code = compile(count, "count", "eval")
    return lambda dims: int(eval(code, {}, dict(dims)))


def each(name: str | Op, count: str, lines: str, before: str = "", **names: Any) -> None:
    """A kernel of which each thread computes number `index` of `count`, one after another: an element, a row, a column.

    Parameters
    ----------
    name : str or Op
    count : str
        How many there are, in the op's dimensions: ``"n * k"``.
    lines, before : str
        What is done for number `index`, and before the first.
    **names
        Functions and numbers in the lines, beside those of `device`.
    """
    number = _counter(count)

    def shape(dims: Mapping[str, int]) -> tuple[int, int]:
        return max(1, min(BLOCKS, -(-number(dims) // THREADS))), THREADS

    _define(name, before + "\n" * bool(before) + _EACH.format(count=count), lines, names, shape)


def rows(name: str | Op, count: str, lines: str, kind: str = "real", **names: Any) -> None:
    """A kernel of which each block computes row `line` of `count`, its threads together, over `shared`.

    Parameters
    ----------
    name, count, lines, **names
        As for `each`; `thread` is the number of the thread, ``columns`` are those of the row's k elements that are
        its own.
    kind : {"real", "double"}
        Element type of `shared`.
    """
    number = _counter(count)

    def shape(dims: Mapping[str, int]) -> tuple[int, int]:
        return max(1, min(BLOCKS, number(dims))), THREADS

    loop = _ROWS.format(count=count, kind=kind)
    lines = lines.replace("in columns:", "in range(line * k + thread, line * k + k, THREADS):")
    _define(name, loop, lines, {"block_sum": block_sum, "block_max": block_max} | names, shape)


def tiles(
    name: str, size: tuple[str, str, str], factors: str, lines: str, before: str = "", layers: str = "1", **names: Any
) -> None:
    """A kernel whose blocks compute tiles of a product.

    Parameters
    ----------
    name : str
    size : tuple of str
        Rows and columns of the product, and the dimension summed over.
    factors : str
        ``"a, a_row, a_column, b, b_row, b_column"``, see `product`.
    lines, before, **names
        As for `each`: what becomes of `found`, element `index` of the product, in `row` and `column`.
    layers : str
        How many products there are, each of a layer of blocks.
    """
    m, n, k = size
    numbers = _counter(n), _counter(m), _counter(layers)

    def shape(wide: int, high: int, threads: int, dims: Mapping[str, int]) -> tuple[tuple[int, ...], int]:
        across, down, deep = (max(1, number(dims)) for number in numbers)
        return (-(-across // wide), -(-down // high), deep), threads

    def defined(text: str, product: Any, wide: int, high: int, threads: int = TILE * TILE) -> Source:
        loop = text.format(factors=factors, rows=m, columns=n, depth=k, before=before)
        return _define(name, loop, lines, {"product": product} | names, partial(shape, wide, high, threads))

    tensor = defined(
        _TENSOR, tensor_cores.tensor_product, tensor_cores.COLUMNS, tensor_cores.ROWS, tensor_cores.THREADS
    )
    wide = defined(_WIDE, tile.wide_product, WIDE, WIDE)
    plain = defined(_TILES, tile.product, TILE, TILE)
    SOURCES[name] = plain._replace(wide=wide, tensor=tensor)


class Update(NamedTuple):
    """An update of `pynn.kernels.scalar` as lines of a kernel: see `each`."""

    lines: str
    before: str
    names: dict[str, Any]


def update(op: Op, function: Any, given: list[str], scalars: Any = None) -> Update:
    """Element `index` of the outputs of an op, by a function of one element.

    Parameters
    ----------
    op : Op
    function : callable
        Takes what is given and scalars; returns a number, or the outputs as a tuple if it is an optimizer's update.
    given : list of str
    scalars : callable, optional
        Makes the function's scalars of the op's, in double; without it they are the same.
    """
    outputs = ", ".join(f"{operand.name}[index]" for operand in op.outputs)
    many = "," if function.__name__.endswith(("_update", "_direction")) else ""
    taken, before = list(op.scalars), ""
    if scalars is not None:
        count = len(inspect.signature(function).parameters) - len(given)
        taken = [f"made_{j}" for j in range(count)]
        before = f"made = made_of({', '.join(f'scalars[{j + 1}]' for j in range(len(op.scalars)))})\n"
        before += "\n".join(f"made_{j} = real(made[{j}])" for j in range(count))
    lines = f"{outputs}{many} = update({', '.join(given + taken)})"
    return Update(lines, before, {"update": function} | ({"made_of": in_double(scalars)} if scalars else {}))


def elements(op: Op, function: Any, scalars: Any = None) -> None:
    """A kernel that computes each element of its outputs from the same element of the other operands; see `update`."""
    given = [f"{operand.name}[index]" for operand in op.operands if operand.role != "out"]
    made = update(op, function, given, scalars)
    each(op.name, " * ".join(map(str, op.outputs[0].dims)), made.lines, made.before, **made.names)


def block_sum(value: Any, shared: Any) -> Any:
    """The sum of what the threads of a block have: halves added, until one number is left."""
    t = cuda.threadIdx.x
    shared[t] = value
    cuda.syncthreads()
    half = THREADS // 2
    while half > 0:
        if t < half:
            shared[t] += shared[t + half]
        cuda.syncthreads()
        half //= 2
    found = shared[0]
    cuda.syncthreads()  # nobody writes `shared` again before all have read
    return found


def block_max(value: Any, shared: Any) -> Any:
    """The largest of what the threads of a block have."""
    t = cuda.threadIdx.x
    shared[t] = value
    cuda.syncthreads()
    half = THREADS // 2
    while half > 0:
        if t < half and shared[t] < shared[t + half]:
            shared[t] = shared[t + half]
        cuda.syncthreads()
        half //= 2
    found = shared[0]
    cuda.syncthreads()
    return found
