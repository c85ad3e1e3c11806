"""The fully connected layer and its gradients: tiles of products, and what becomes of them while in registers."""

from __future__ import annotations

from pynn.kernels.contract import OPS
from pynn.kernels.cuda.forms import each, tiles, update
from pynn.kernels.reference.dense import FUSED_ACTIVATIONS, FUSED_SLOPES
from pynn.kernels.reference.optimizers_fused import FUSED_UPDATES, FUSED_WITH_PENALTY
from pynn.kernels.scalar import activations, optimizers, optimizers_adaptive, rectifiers

_FORWARD = ("n", "o", "i"), "x, i, 1, w, o, 1"
_INPUT = ("n", "i", "o"), "dy, o, 1, w, 1, o"
_WEIGHTS = ("i", "o", "n"), "x, 1, i, dy, o, 1"
# Sum of column `index` of the rows that dy has, first to last.
_COLUMN = "found = real(0)\nfor r in range(n):\n    found += dy[r * o + index]\n"
_CHUNKS = (
    "found = real(0)\nfor q in range(index // o, m, n):\n    found += sums[q * o + index % o]\nfound += b[index % o]\n"
)

tiles("dense_forward", *_FORWARD, "y[index] = found + b[column]")
tiles("dense_backward_input", *_INPUT, "dx[index] = found")
tiles("dense_backward_weights", *_WEIGHTS, "dw[index] = found")
each("dense_sum", "n * o", _CHUNKS + "y[index] = found")

_FORMULAS = vars(activations) | vars(rectifiers)
for _name in FUSED_SLOPES:
    _op = OPS[f"dense_backward_input_{_name}"]
    _made = update(_op, _FORMULAS[f"{_name}_backward"], ["y[index]", "found"])
    tiles(_op.name, *_INPUT, _made.lines, **_made.names)

for _name in FUSED_ACTIVATIONS:
    _value = _FORMULAS[f"{_name}_forward"]
    _op = OPS[f"dense_{_name}_forward"]
    _made = update(_op, _value, ["found + b[column]"])
    tiles(_op.name, *_FORWARD, _made.lines, **_made.names)
    _op = OPS[f"dense_sum_{_name}"]
    _made = update(_op, _value, ["found"])
    each(_op.name, "n * o", _CHUNKS + _made.lines, **_made.names)

for _name in FUSED_UPDATES + FUSED_WITH_PENALTY:
    _family = optimizers if hasattr(optimizers, f"{_name}_update") else optimizers_adaptive
    _value, _scalars = getattr(_family, f"{_name}_update"), getattr(_family, f"{_name}_update_scalars", None)
    for _op in [OPS[n] for n in (f"dense_weights_{_name}", f"bias_{_name}") if n in OPS]:
        _made = update(_op, _value, ["found", *(f"{out.name}[index]" for out in _op.outputs)], _scalars)
        if _op.name.startswith("bias"):
            each(_op.name, "o", _COLUMN + _made.lines, _made.before, **_made.names)
        else:
            tiles(_op.name, *_WEIGHTS, _made.lines, _made.before, **_made.names)
