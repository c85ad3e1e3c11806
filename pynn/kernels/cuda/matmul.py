"""The matrix product in its three forms."""

from __future__ import annotations

from pynn.kernels.cuda.forms import tiles

tiles("matmul_nn", ("m", "n", "k"), "a, k, 1, b, n, 1", "c[index] = found")
tiles("matmul_tn", ("m", "n", "k"), "a, 1, m, b, n, 1", "c[index] = found")
tiles("matmul_nt", ("m", "n", "k"), "a, k, 1, b, 1, k", "c[index] = found")
