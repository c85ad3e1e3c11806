"""Results of `pynn.kernels` go where they are wanted: contiguous or not, over the arguments, on every backend."""

from __future__ import annotations

import numpy as np
import pytest

from pynn import kernels
from pynn.kernels.tables import all_tables

BACKENDS = tuple(dict.fromkeys(table.name for table in all_tables().values()))


def drawn(shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def near(found, want):
    np.testing.assert_allclose(found, want, rtol=1e-11, atol=1e-11)


def test_out_is_written_wherever_it_lies():
    a, want = drawn((6, 6)), drawn((6, 6)) @ drawn((6, 6))
    for out in (np.empty((6, 6)), np.empty((6, 12))[:, ::2], np.empty((6, 6)).T, np.empty((6, 6))[::-1]):
        assert kernels.matmul(a, a, out=out) is out
        near(out, want)
    for out in (a.copy(), a.copy().T):
        kernels.matmul(out if out.flags.c_contiguous else out.T, out.T.T if out.flags.c_contiguous else out.T, out=out)
        near(out, want)
    x = a.copy()
    near(kernels.relu(x, out=x), np.maximum(a, 0))
    row = np.empty(7)
    near(kernels.tanh(a[0], out=row[1:]), np.tanh(a[0]))


@pytest.mark.parametrize("backend", BACKENDS)
def test_gradients_are_written_where_they_are_wanted(backend):
    x, w, dy, y = (drawn(s, k) for k, s in enumerate([(5, 4), (4, 3), (5, 3), (5, 3)]))
    y = np.tanh(y)
    plain = kernels.dense_backward(dy, x, w, y, "tanh", backend=backend)
    places = (np.empty((5, 8))[:, ::2], np.empty((3, 4)).T, np.empty(3))
    for out in (places, (x.copy(), w.copy(), None), (None, None, places[2])):
        own = [x, w] if out[0] is None else [out[0], out[1]]
        own[0][...], own[1][...] = x, w  # read and written
        found = kernels.dense_backward(dy, own[0], own[1], y, "tanh", out=out, backend=backend)
        for array, place, want in zip(found, out, plain, strict=True):
            assert place is None or array is place
            near(array, want)
    assert kernels.dense_backward(dy, x, w, input_gradient=False, out=places, backend=backend)[0] is None
    same = dy.copy()
    for given, out in ((dy, np.empty((5, 3))), (dy, np.empty((5, 6))[:, ::2]), (same, same)):
        assert kernels.activation_backward(given, "tanh", y=y, out=out, backend=backend) is out
        near(out, dy * (1 - y**2))
        z = dy.copy()
        assert kernels.softmax_crossentropy(z, [0, 1, 2, 1, 0], out=out, backend=backend)[1] is out
        near(out, kernels.softmax_crossentropy(z, [0, 1, 2, 1, 0])[1])
        assert kernels.derivative("sigmoid", z, out=out, backend=backend) is out
        near(out, kernels.derivative("sigmoid", z))
    assert kernels.activation_backward(dy, "linear", y=y, out=out) is out
    np.testing.assert_array_equal(out, dy)
