/* Square roots and quotients of vectors.
 *
 * The root and the quotient of 16 floats in AVX-512 keep a processor's divider busy for 20 cycles, longer than all else in a
 * step of Adam.  There a quotient is an estimate of 14 bits and one Newton step, and one by a root needs no other: it is
 * within 2 ulp (tests/test_vmath.py), 1.5 with the exact instructions.  With AVX2, whose estimates have 12 bits, the root is
 * exact, and a quotient is an estimate and one step on the remainder: within 4 ulp.
 */
#ifndef PYNN_ROOTS_H
#define PYNN_ROOTS_H

#include "lanes.h"
#include <float.h>
#include <math.h>

#if PN_BITS == 32 && PN_VECTOR_BYTES == 64 && defined(__AVX512F__)
#define PN_ESTIMATES
#define PN_MAX(x, y) (vector) _mm512_max_ps((native)(x), (native)(y)) /* y, if one of them is no number */
#define PN_MIN(x, y) (vector) _mm512_min_ps((native)(x), (native)(y))
#define PN_EXACT_ROOTS(x) (vector) _mm512_sqrt_ps((native)(x))
#elif PN_BITS == 32 && PN_VECTOR_BYTES == 32 && defined(__AVX2__)
#define PN_ESTIMATED_INVERSES(x) (vector) _mm256_rcp_ps((native)(x))
#define PN_MAX(x, y) (vector) _mm256_max_ps((native)(x), (native)(y))
#define PN_MIN(x, y) (vector) _mm256_min_ps((native)(x), (native)(y))
#define PN_EXACT_ROOTS(x) (vector) _mm256_sqrt_ps((native)(x))
#elif PN_BITS == 64 && PN_VECTOR_BYTES == 64 && defined(__AVX512F__)
#define PN_EXACT_ROOTS(x) (vector) _mm512_sqrt_pd((native)(x))
#elif PN_BITS == 64 && PN_VECTOR_BYTES == 32 && defined(__AVX2__)
#define PN_EXACT_ROOTS(x) (vector) _mm256_sqrt_pd((native)(x))
#endif

typedef integer lanes_of_bits __attribute__((vector_size(PN_VECTOR_BYTES)));

PN_INLINE vector roots(vector x)
{
#ifdef PN_EXACT_ROOTS
    return PN_EXACT_ROOTS(x); /* GCC makes no vector instruction of the loop: 8 roots in a row took 110 cycles */
#else
    for (int64_t l = 0; l < PN_LANES; l++)
#if PN_BITS == 32
        x[l] = sqrtf(x[l]);
#else
        x[l] = sqrt(x[l]);
#endif
    return x;
#endif
}

#ifdef PN_ESTIMATES

/* x / y for y > 0. */
PN_INLINE vector quotients(vector x, vector y)
{
    y = PN_MIN(splat(FLT_MAX), y); /* infinity times its inverse would be no number */
    const vector estimate = (vector)_mm512_rcp14_ps((native)y);
    return x * (estimate + estimate * (1 - y * estimate));
}

/* x / √y for y > 0. */
PN_INLINE vector over_roots(vector x, vector y)
{
    const vector estimate = (vector)_mm512_rsqrt14_ps((native)y), half = estimate * (real)0.5;
    /* Infinity times its inverse is no number: then it is the other one. */
    const vector root = PN_MIN(y * estimate, splat(FLT_MAX));
    return x * (estimate + estimate * ((real)0.5 - root * half));
}

#else

PN_INLINE vector quotients(vector x, vector y)
{
#ifdef PN_ESTIMATED_INVERSES
    y = PN_MIN(splat(FLT_MAX), y); /* infinity times its inverse would be no number */
    const vector estimate = PN_ESTIMATED_INVERSES(y), quotient = x * estimate;
    return quotient + (x - quotient * y) * estimate;
#else
    return x / y;
#endif
}

PN_INLINE vector over_roots(vector x, vector y)
{
    return quotients(x, roots(y));
}

#endif

/* The larger of x and y lane by lane; y, if one of them is no number. */
PN_INLINE vector larger(vector x, vector y)
{
#ifdef PN_MAX
    return PN_MAX(x, y);
#else
    const lanes_of_bits which = x > y;
    return (vector)((which & (lanes_of_bits)x) | (~which & (lanes_of_bits)y));
#endif
}

/* The smaller of x and y lane by lane; y, if one of them is no number. */
PN_INLINE vector smaller(vector x, vector y)
{
    const lanes_of_bits which = x < y;
    return (vector)((which & (lanes_of_bits)x) | (~which & (lanes_of_bits)y));
}

#endif
