"""The table "cuda": kernels for NVIDIA devices, compiled by numba-cuda when they are first launched.

A kernel here computes a whole op in one launch.  It gets the operands as flat arrays, for each of them the element at
which this batch begins, the op's dimensions, and its scalars with `when` before them::

    kernel(x, w, b, y, at, n, i, o, scalars)

`forms` says how threads share the work, a family's file what each of them computes.  Sums have a fixed order: that of
the rows, or of a tree over the threads of a block, whose number is fixed.
"""

from __future__ import annotations
