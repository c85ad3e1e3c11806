"""Formulas of one element, as plain Python functions, written once for every target that compiles Python.

A function bears the name of its op and computes one element: ``tanh_forward(x)``, ``tanh_backward(y, dy)``,
``adam_update(g, w, m, v, …) -> (w, m, v)``.  It takes numbers, calls functions of `math` by their names, and spells
constants as floats (``1.0``): `specialised` makes them those of the table's element type.  Called as it is, it
computes in double.

Formulas, domains and sources: the NumPy definition of the op, in the family of the same name (kernels/reference).
"""

from __future__ import annotations
