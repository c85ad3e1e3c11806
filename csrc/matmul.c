/* Matrix product in the three forms that training needs. */
#include "gemm.h"

PN_KERNEL(matmul_nn) /* a(m,k), b(k,n) -> c(m,n) */
{
    const int64_t k = d[1], n = d[2];
    const product f = {p[0], k, 1, p[1], n, 1, k, n, 1};
    PN_NAME(gemm)(&f, p[2], n, lo, hi);
}

PN_KERNEL(matmul_tn) /* a(k,m), b(k,n) -> c(m,n) */
{
    const int64_t k = d[0], m = d[1], n = d[2];
    const product f = {p[0], 1, m, p[1], n, 1, k, n, n == 1};
    PN_NAME(gemm)(&f, p[2], n, lo, hi);
}

PN_KERNEL(matmul_nt) /* a(m,k), b(n,k) -> c(m,n) */
{
    const int64_t k = d[1], n = d[2];
    const product f = {p[0], k, 1, p[1], 1, k, k, n, 0};
    PN_NAME(gemm)(&f, p[2], n, lo, hi);
}
