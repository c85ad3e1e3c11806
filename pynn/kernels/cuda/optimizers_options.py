"""What stands around an optimizer's update: accumulation, clipping, decay, moving averages."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each

for _name, _line in (
    ("gradient_add", "a[index] += g[index]"),
    ("gradient_mean", "y[index] = a[index] / steps\na[index] = real(0)"),
    ("clip_value", "y[index] = clip(g[index], -limit, limit)"),
    ("multiply_by", "x[index] *= factor"),
    ("weight_decay", "w[index] -= shrink * w[index]"),
    ("moving_average", "a[index] = momentum * a[index] + real(1 - scalars[1]) * w[index]"),
    ("overwrite", "w[index] = x[index]"),
    ("add_to", "y[index] += x[index]"),
    ("non_negative", "w[index] = real(0) if w[index] < 0 else w[index]"),
    ("l1l2_gradient", "g[index] += l1 * (real(1) if w[index] >= 0 else real(-1)) + (l2 + l2) * w[index]"),
    ("linear_combination", "z[index] = a * x[index] + b * y[index]"),
    ("adafactor_vector", "v[index] = beta * v[index] + real(1 - scalars[1]) * (g[index] * g[index] + epsilon)"),
    ("adafactor_direction", "u[index] = g[index] / real(sqrt(v[index]))"),
):
    each(_name, "k", _line)
# Norms are taken in double: a sum of squares is one.
each("clip_norm", "k", "y[index] = real(g[index] * (scalars[1] / norm))", "norm = max(sqrt(total[0]), scalars[1])")
each(
    "clip_global_norm", "k", "y[index] = real(g[index] * share)",
    "norm = sqrt(total[0])\nshare = scalars[1] / max(norm, scalars[1]) + (norm - norm)",
)  # fmt: skip
each("divide_by_norm", "k", "y[index] = real(x[index] / norm)", "norm = sqrt(total[0]) + scalars[1]")
