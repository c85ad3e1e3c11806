"""A dense layer summed over in chunks: a layer of blocks for each chunk of w's rows.  Their sums: `dense`."""

from __future__ import annotations

from pynn.kernels.cuda.forms import tiles
from pynn.kernels.reference.chunks import begin_of_part

tiles(
    "dense_chunks", ("n", "o", "end - begin"), "x[begin:], i, 1, w[begin * o:], o, 1",
    "if row + chunk * n < m:\n    sums[chunk * n * o + index] = found",
    """chunk, chunks = cuda.blockIdx.z, (m + n - 1) // n
begin, end = begin_of_part(i, chunk, chunks), begin_of_part(i, chunk + 1, chunks)""",
    layers="(m + n - 1) // n", begin_of_part=begin_of_part,
)  # fmt: skip
