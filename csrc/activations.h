/* Activations and derivatives on one run of elements; activations.c and dense.c both loop over these. */
#ifndef PYNN_ACTIVATIONS_H
#define PYNN_ACTIVATIONS_H

#include "vmath.h"

PN_INLINE real relu(real x)
{
    /* NaN passes, as in NumPy's maximum. */
    return x < 0 ? 0 : x;
}

PN_INLINE real step(real x)
{
    return x >= 0 ? 1 : 0;
}

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

#endif
