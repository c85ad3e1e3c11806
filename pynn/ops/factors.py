"""Factors of matrices that need not be square, and what is solved with them.

Gradients: Giles 2008, "Collected matrix derivative results for forward and reverse mode algorithmic differentiation";
Walter & Lehmann 2018, "Algorithmic differentiation of linear algebra functions with application in optimum experimental
design" (QR); Golub & Pereyra 1973, "The differentiation of pseudo-inverses and nonlinear least squares problems whose
variables separate" (pseudoinverses).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.operation import operation
from pynn.ops.dtypes import promoted, real


def _t(x: Any) -> Any:
    return np.swapaxes(x, -1, -2)


def _filled(gradients: Any, parts: Any) -> list[Any]:
    """Zeros for the parts that nobody used."""
    return [np.zeros_like(y) if g is None else np.asarray(g) for y, g in zip(parts, gradients, strict=True)]


def _apart(s: Any) -> Any:
    """1 / (s_j² - s_i²), 0 on the diagonal and where two are equal."""
    gaps = np.expand_dims(s**2, -2) - np.expand_dims(s**2, -1)
    return np.where(gaps == 0, 0, 1 / np.where(gaps == 0, 1, gaps))


def _svd_back(g: Any, y: Any, x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Giles 2008, section 3.2, with the parts outside the spaces of u and v; singular values must differ."""
    if not compute_uv:
        u, s, vt = np.linalg.svd(np.asarray(x), False)
        return np.matmul(u * np.expand_dims(g, -2), vt)
    u, s, vt = (np.asarray(part) for part in y)
    du, ds, dvt = _filled(g, (u, s, vt))
    k = s.shape[-1]
    if (u.shape[-1] > k or vt.shape[-2] > k) and (du.any() or dvt.any()):
        raise ValueError(
            "svd: there is no gradient through u and v of a matrix that is not square with full_matrices=True, as in "
            "JAX: vectors outside the space of the matrix can be any. Use svd(x, full_matrices=False)."
        )
    u, du, vt, dvt = u[..., :k], du[..., :k], vt[..., :k, :], dvt[..., :k, :]
    v, dv, row, column = _t(vt), _t(dvt), np.expand_dims(s, -2), np.expand_dims(s, -1)
    inside = np.matmul(_t(u), du) * _apart(s)
    inside_v = np.matmul(vt, dv) * _apart(s)
    middle = (inside + _t(inside)) * row + column * (inside_v + _t(inside_v)) + np.expand_dims(ds, -1) * np.eye(k)
    made = np.matmul(np.matmul(u, middle), vt)
    if u.shape[-2] > k:
        made = made + np.matmul((du - np.matmul(u, np.matmul(_t(u), du))) / row, vt)
    if v.shape[-2] > k:
        made = made + np.matmul(u, _t((dv - np.matmul(v, np.matmul(vt, dv))) / row))
    return made


@operation(_svd_back)
def svd(x: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Singular values s, falling, with u and vᵀ in x = u·diag(s)·vᵀ; or s alone.

    >>> svd([[2.0]], compute_uv=False)
    Tensor([2.], dtype=float32)
    """
    found: Any = np.linalg.svd(real(x), full_matrices, compute_uv)  # type: ignore[call-overload]
    return tuple(found) if compute_uv else found


def _qr_back(g: Any, y: Any, x: Any, mode: str = "reduced") -> Any:
    """Walter & Lehmann 2018, eq. 3.20 for tall matrices; what lies right of a square part of a wide one is linear."""
    q, r = (np.asarray(part) for part in y)
    dq, dr = _filled(g, (q, r))
    m, n = np.shape(x)[-2:]
    if m < n:  # x = [x₁ x₂], r = [r₁ r₂], r₂ = qᵀ x₂
        right, dright = np.asarray(x)[..., m:], dr[..., m:]
        left = _tall((dq + np.matmul(right, _t(dright)), dr[..., :m]), (q, r[..., :m]))
        return np.concatenate([left, np.matmul(q, dright)], -1)
    if mode == "complete" and m > n:
        raise ValueError(
            'qr: there is no gradient through mode="complete" of a matrix with more rows than columns, as in JAX: the '
            'columns of q outside its space can be any. Use mode="reduced".'
        )
    return _tall((dq, dr), (q, r))


def _tall(g: tuple[Any, Any], y: tuple[Any, Any]) -> Any:
    (dq, dr), (q, r) = g, y
    middle = np.matmul(r, _t(dr)) - np.matmul(_t(dq), q)
    symmetric = np.tril(middle) + _t(np.tril(middle, -1))
    return _t(np.linalg.solve(r, _t(dq + np.matmul(q, symmetric))))


@operation(_qr_back)
def qr(x: Any, mode: str = "reduced") -> Any:
    """q with orthonormal columns and upper triangular r, with q·r = x.

    >>> [part.shape for part in qr([[3.0], [4.0]])]
    [(2, 1), (1, 1)]
    """
    if mode not in ("reduced", "complete"):
        raise ValueError(
            f"`mode` argument value not supported. Expected one of {{'reduced', 'complete'}}. Received: {mode}"
        )
    return tuple(np.linalg.qr(real(x), mode))  # type: ignore[call-overload]


def _pinv_back(g: Any, y: Any, x: Any, rcond: Any = None) -> Any:
    """Golub & Pereyra 1973, eq. 4.12, read backwards; the rank must not change."""
    p, g, x = np.asarray(y), np.asarray(g), np.asarray(x)
    pt, gt = _t(p), _t(g)
    made = -np.matmul(pt, np.matmul(g, pt))
    outside = gt - np.matmul(x, np.matmul(p, gt))  # (1 - x p) gᵀ
    made = made + np.matmul(outside, np.matmul(p, pt))
    left = gt - np.matmul(np.matmul(gt, p), x)  # gᵀ (1 - p x)
    return made + np.matmul(np.matmul(pt, p), left)


@operation(_pinv_back)
def pinv(x: Any, rcond: Any = None) -> Any:
    """The pseudoinverse of Moore and Penrose.

    >>> pinv([[2.0]])
    Tensor([[0.5]], dtype=float32)
    """
    x = real(x)
    return np.linalg.pinv(x, 10 * max(x.shape[-2:]) * float(np.finfo(x.dtype).eps) if rcond is None else rcond)


def _columns(b: Any) -> Any:
    return b[..., None] if np.ndim(b) == 1 else np.asarray(b)


def _lstsq_a(g: Any, y: Any, a: Any, b: Any, rcond: Any = None) -> Any:
    """x = pinv(a) b."""
    a = np.asarray(a)
    return _pinv_back(np.matmul(_columns(np.asarray(g)), _t(_columns(b))), np.linalg.pinv(a, _limit(a, rcond)), a)


def _lstsq_b(g: Any, y: Any, a: Any, b: Any, rcond: Any = None) -> Any:
    a = np.asarray(a)
    return np.matmul(_t(np.linalg.pinv(a, _limit(a, rcond))), np.asarray(g))


def _limit(a: np.ndarray, rcond: Any) -> float:
    return float(np.finfo(a.dtype).eps) * max(a.shape) if rcond is None else float(rcond)


@operation(_lstsq_a, _lstsq_b)
def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    """The x for which Σ (a·x - b)² is smallest.

    >>> lstsq([[2.0]], [6.0])
    Tensor([3.], dtype=float32)
    """
    a, b = promoted(real(a), real(b))
    return np.linalg.lstsq(a, b, _limit(a, rcond))[0]
