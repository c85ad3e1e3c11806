"""The bias: one vector added to every row, and sums of columns, first row to last."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each

each("bias_forward", "n * k", "y[index] = x[index] + b[index % k]")
each("bias_backward", "k", "found = real(0)\nfor r in range(n):\n    found += dy[r * k + index]\ndb[index] = found")
