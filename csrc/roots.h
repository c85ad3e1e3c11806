/* Square roots and quotients of vectors.
 *
 * The root and the quotient of 16 floats keep a processor's divider busy for 18 cycles, longer than all else in a step of
 * Adam.  An estimate of 14 bits and one Newton step are quicker; one of 12 bits needs a step on the remainder, too.  A
 * quotient by a root is within 3 ulp (tests/test_vmath.py), 1.5 with the exact instructions, which doubles and instruction
 * sets without an estimate use.
 */
#ifndef PYNN_ROOTS_H
#define PYNN_ROOTS_H

#include "lanes.h"
#include <float.h>
#include <math.h>

#if PN_BITS == 32 && PN_VECTOR_BYTES == 64 && defined(__AVX512F__)
#define PN_BITS_OF_ESTIMATE 14
#define PN_MAX(x, y) (vector) _mm512_max_ps((native)(x), (native)(y)) /* y, if one of them is no number */
#define PN_MIN(x, y) (vector) _mm512_min_ps((native)(x), (native)(y))
#define PN_ESTIMATE_INVERSE_ROOT(x) (vector) _mm512_rsqrt14_ps((native)(x))
#define PN_ESTIMATE_INVERSE(x) (vector) _mm512_rcp14_ps((native)(x))
#elif PN_BITS == 32 && PN_VECTOR_BYTES == 32 && defined(__AVX2__)
#define PN_BITS_OF_ESTIMATE 12
#define PN_MAX(x, y) (vector) _mm256_max_ps((native)(x), (native)(y))
#define PN_MIN(x, y) (vector) _mm256_min_ps((native)(x), (native)(y))
#define PN_ESTIMATE_INVERSE_ROOT(x) (vector) _mm256_rsqrt_ps((native)(x))
#define PN_ESTIMATE_INVERSE(x) (vector) _mm256_rcp_ps((native)(x))
#elif PN_BITS == 64 && PN_VECTOR_BYTES == 64 && defined(__AVX512F__)
#define PN_EXACT_ROOTS(x) (vector) _mm512_sqrt_pd((native)(x))
#elif PN_BITS == 64 && PN_VECTOR_BYTES == 32 && defined(__AVX2__)
#define PN_EXACT_ROOTS(x) (vector) _mm256_sqrt_pd((native)(x))
#endif

typedef integer lanes_of_bits __attribute__((vector_size(PN_VECTOR_BYTES)));

PN_INLINE vector splat(real x)
{
    return x - (vector){0};
}

#ifdef PN_BITS_OF_ESTIMATE

/* √x for x >= 0.  Zero becomes the smallest normal number (its root is 1e-19), infinity the largest. */
PN_INLINE vector roots(vector x)
{
    x = PN_MAX(splat(FLT_MIN), PN_MIN(splat(FLT_MAX), x));
    const vector y = PN_ESTIMATE_INVERSE_ROOT(x), half = y * (real)0.5;
    const vector root = x * y, better = root + root * ((real)0.5 - root * half);
    return PN_BITS_OF_ESTIMATE < 14 ? better + (x - better * better) * half : better;
}

/* x / y for y > 0. */
PN_INLINE vector quotients(vector x, vector y)
{
    const vector estimate = PN_ESTIMATE_INVERSE(y), inverse = estimate + estimate * (1 - y * estimate);
    const vector quotient = x * inverse;
    return PN_BITS_OF_ESTIMATE < 14 ? quotient + (x - y * quotient) * inverse : quotient;
}

/* The larger of x and y lane by lane; y, if one of them is no number. */
PN_INLINE vector larger(vector x, vector y)
{
    return PN_MAX(x, y);
}

#else

PN_INLINE vector larger(vector x, vector y)
{
    const lanes_of_bits which = x > y;
    return (vector)((which & (lanes_of_bits)x) | (~which & (lanes_of_bits)y));
}

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

PN_INLINE vector quotients(vector x, vector y)
{
    return x / y;
}

#endif

/* The smaller of x and y lane by lane; y, if one of them is no number. */
PN_INLINE vector smaller(vector x, vector y)
{
    const lanes_of_bits which = x < y;
    return (vector)((which & (lanes_of_bits)x) | (~which & (lanes_of_bits)y));
}

#endif
