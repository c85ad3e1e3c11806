"""Functions of single numbers that a user wrote, as ops: followed, differentiated, checked, compiled.

`following` runs the function on expressions, `duals` differentiates them, `checks` compares with finite differences,
`text` writes them out as plain Python functions of one number, and `definitions` makes the ops.  A table that compiles
such ops takes ``op.own.value`` and ``op.own.slope``, functions as in kernels/scalar, and ``op.form``, which says what
the kernel does with them (`OwnOp`): kernels/numba/own.py is an example.
"""

from __future__ import annotations

from pynn.kernels.own.definitions import OwnFunction, OwnOp, define, latest
from pynn.kernels.own.expressions import Expression

__all__ = ["Expression", "OwnFunction", "OwnOp", "define", "latest"]
