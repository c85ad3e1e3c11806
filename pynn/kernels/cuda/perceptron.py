"""The perceptron's rule: a thread a neuron, since each step needs the weights of the one before."""

from __future__ import annotations

from pynn.kernels.cuda.forms import each

each(
    "perceptron_pass", "c",
    """come_to, lost = scalars[4], scalars[3] * scalars[1] * scalars[2]
shrunk = max(double(0), 1 - (1 - scalars[3]) * scalars[1] * scalars[2])
for place in range(index * p, index * p + p):
    row, mine = order[place], index * m + order[place]
    sum, size, square = double(0), double(0), double(0)
    for j in range(i):
        own = double(w[index * i + j])
        sum += own * double(x[row * i + j])
        size += abs(own)
        square += own * own
    z = double(t[mine]) * (sum + b[index])
    loss[place] = max(double(0), -z)
    loss[place] += scalars[2] * (scalars[3] * size + (1 - scalars[3]) * square / 2)
    step = scalars[1] * double(a[mine]) * double(t[mine]) if z <= 0 else double(0)
    b[index] += step if scalars[5] != 0 else double(0)
    come_to += lost
    for j in range(index * i, index * i + i):
        before = w[j] * real(shrunk) + real(step) * x[row * i + j - index * i]
        after = before
        if lost > 0:
            after = real(0)
            if before > 0:
                after = max(real(0), before - (real(come_to) + q[j]))
            if before < 0:
                after = min(real(0), before + (real(come_to) - q[j]))
            q[j] += after - before
        w[j] = after""",
)  # fmt: skip
