/* Kernels that compute each element from the one at its place: the value is an expression in x (or y) and dy.
 * `constants` are declarations that take the op's scalars out of the loop: SCALAR(slope, 0); */
#ifndef PYNN_ELEMENTWISE_H
#define PYNN_ELEMENTWISE_H

#include "vmath.h"

#define SCALAR(name, index) const real name = (real)s[index];
#define NO_SCALARS

#define FORWARD(op, constants, value)                                                                                  \
    PN_KERNEL(op) /* x(n,k) -> y(n,k) */                                                                               \
    {                                                                                                                  \
        const real *restrict from = p[0];                                                                              \
        real *restrict to = p[1];                                                                                      \
        constants for (int64_t i = lo * d[1]; i < hi * d[1]; i++)                                                      \
        {                                                                                                              \
            const real x = from[i];                                                                                    \
            to[i] = value;                                                                                             \
        }                                                                                                              \
    }

#define BACKWARD(op, at, constants, value)                                                                             \
    PN_KERNEL(op) /* at(n,k), dy(n,k) -> dx(n,k) */                                                                    \
    {                                                                                                                  \
        const real *restrict from = p[0], *restrict slopes = p[1];                                                     \
        real *restrict to = p[2];                                                                                      \
        constants for (int64_t i = lo * d[1]; i < hi * d[1]; i++)                                                      \
        {                                                                                                              \
            const real at = from[i], dy = slopes[i];                                                                   \
            to[i] = value;                                                                                             \
        }                                                                                                              \
    }

#endif
