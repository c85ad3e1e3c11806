/* Activations and derivatives of one element, for the kernels here and those that fuse them (dense.c). */
#ifndef PYNN_ACTIVATIONS_H
#define PYNN_ACTIVATIONS_H

#include "elementwise.h"
#include "lanes.h"

/* y_j = value, an expression in x = sum, which is written for a whole vector and for the lanes that end the row: they are
 * computed as a whole vector, too, of which a part is kept. */
#define FINISH_LANES(y, count, value, sum, last_sum)                                                                   \
    {                                                                                                                  \
        const lane_mask last = first_lanes((count) % PN_LANES);                                                        \
        for (int64_t at = 0; at < (count); at += PN_LANES) {                                                           \
            real lane[PN_VECTOR_BYTES / sizeof(real)];                                                                 \
            const int whole = (count) - at >= PN_LANES;                                                                \
            store(lane, whole ? sum : last_sum);                                                                       \
            _Pragma("GCC unroll 1") for (int64_t l = 0; l < PN_LANES; l++)                                             \
            {                                                                                                          \
                const real x = lane[l];                                                                                \
                lane[l] = value;                                                                                       \
            }                                                                                                          \
            if (whole)                                                                                                 \
                store((y) + at, load(lane));                                                                           \
            else                                                                                                       \
                store_first((y) + at, load(lane), last);                                                               \
        }                                                                                                              \
    }

/* x = y_j + b_j. */
#define FINISH_ROW(y, b, count, value)                                                                                 \
    FINISH_LANES(y, count, value, load((y) + at) + load((b) + at),                                                     \
                 load_first((y) + at, last) + load_first((b) + at, last))
/* x = y_j. */
#define FINISH(y, count, value) FINISH_LANES(y, count, value, load((y) + at), load_first((y) + at, last))

PN_INLINE real relu(real x)
{
    /* NaN passes, as in NumPy's maximum. */
    return x < 0 ? 0 : x;
}

PN_INLINE real leaky_relu(real x, real slope)
{
    return x >= 0 ? x : slope * x;
}

PN_INLINE real elu(real x, real alpha, real scale)
{
    return scale * ((x > 0 ? x : 0) + alpha * pn_expm1_below(x));
}

/* Derivatives by the output. */
PN_INLINE real sigmoid_slope(real y)
{
    return y * (1 - y);
}

PN_INLINE real tanh_slope(real y)
{
    return 1 - y * y;
}

PN_INLINE real relu_slope(real y)
{
    return y > 0 ? 1 : 0;
}

PN_INLINE real leaky_relu_slope(real y, real slope)
{
    return y >= 0 ? 1 : slope;
}

PN_INLINE real elu_slope(real y, real alpha, real scale)
{
    return y > 0 ? scale : y + alpha * scale;
}

#endif
