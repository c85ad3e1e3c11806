/* exp, expm1, tanh, sigmoid, log, log1p and the tail of the normal distribution, without branches or tables, so that loops over them vectorise.
 *
 * Each function is a range reduction and a Taylor series with as many terms as the element type resolves.  Bounds
 * against the correctly rounded value are tested (tests/test_vmath.py): 3 ulp, and 4 where one
 * of them feeds another; 8 for the normal distribution.
 */
#ifndef PYNN_VMATH_H
#define PYNN_VMATH_H

#include "real.h"
#include <math.h>

#if PN_BITS == 32
#define PN_MANTISSA 23
#define PN_BIAS 127
#define PN_LN2_HIGH 0.693359375f /* 9 bits: n * LN2_HIGH is exact for every exponent n */
#define PN_LN2_LOW (-2.12194440e-4f)
#define PN_ROUND 12582912.0f /* 1.5 * 2^23: adding it rounds to an integer and leaves that in the low bits */
#define PN_EXP_LOW (-86.6f)  /* below: 0; e^-86.6 = 2.4e-38, twice the smallest normal number */
#define PN_EXP_OVER 89.0f    /* e^x overflows from 88.7228 on, and so does 2^n q here */
#define PN_TANH_ONE 9.1f     /* tanh is 1 to half an ulp from here on */
#define PN_SQRT_HALF 0.70710678f
#define PN_TINY 1.17549435e-38f
#else
#define PN_MANTISSA 52
#define PN_BIAS 1023
#define PN_LN2_HIGH 0.693147180369123816490
#define PN_LN2_LOW 1.90821492927058770002e-10
#define PN_ROUND 6755399441055744.0 /* 1.5 * 2^52 */
#define PN_EXP_LOW (-707.7)
#define PN_EXP_OVER 710.0 /* from 709.7827 on */
#define PN_TANH_ONE 19.1
#define PN_SQRT_HALF 0.70710678118654752440
#define PN_TINY 2.2250738585072014e-308
#endif
#define PN_LOG2_E ((real)1.44269504088896340736)

PN_INLINE real from_bits(integer i)
{
    real x;
    memcpy(&x, &i, sizeof x);
    return x;
}

PN_INLINE integer to_bits(real x)
{
    integer i;
    memcpy(&i, &x, sizeof i);
    return i;
}

/* x = n ln 2 + r with |r| <= ln(2)/2: returns e^r - 1 and gives n as `n + PN_ROUND`.  Terms are taken in pairs, half as many
 * one after another. */
PN_INLINE real reduced_expm1(real x, real *rounded)
{
    *rounded = x * PN_LOG2_E + PN_ROUND;
    const real n = *rounded - PN_ROUND;
    const real r = (x - n * PN_LN2_HIGH) - n * PN_LN2_LOW, square = r * r;
#if PN_BITS == 32
    real q = (real)(1.0 / 5040) * r + (real)(1.0 / 720);
#else
    real q = (real)(1.0 / 6227020800.0) * r + (real)(1.0 / 479001600.0);
    q = q * square + ((real)(1.0 / 39916800.0) * r + (real)(1.0 / 3628800.0));
    q = q * square + ((real)(1.0 / 362880.0) * r + (real)(1.0 / 40320.0));
    q = q * square + ((real)(1.0 / 5040.0) * r + (real)(1.0 / 720.0));
#endif
    q = q * square + ((real)(1.0 / 120.0) * r + (real)(1.0 / 24.0));
    q = q * square + ((real)(1.0 / 6.0) * r + (real)0.5);
    return q * square + r;
}

/* 2^(n + shift) from `n + PN_ROUND`: the integer sits in the low bits and moves into the exponent's place. */
PN_INLINE real power_of_two(real rounded, integer shift)
{
    const uint64_t n = (uint64_t)(to_bits(rounded) - to_bits(PN_ROUND) + shift + PN_BIAS);
    return from_bits((integer)(n << PN_MANTISSA));
}

/* e^x; 0 below PN_EXP_LOW, infinity where it overflows, NaN for NaN. */
PN_INLINE real pn_exp(real x)
{
    real rounded;
    real t = x < PN_EXP_LOW ? PN_EXP_LOW : x;
    t = t > PN_EXP_OVER ? PN_EXP_OVER : t;
    const real q = reduced_expm1(t, &rounded);
    /* 2^n itself overflows for the largest x: use 2^(n-1) and double the other factor. */
    const real y = ((real)2 * q + (real)2) * power_of_two(rounded, -1);
    return x < PN_EXP_LOW ? (real)0 : y;
}

/* e^x - 1, with full relative precision near 0. */
PN_INLINE real pn_expm1(real x)
{
    real rounded;
    real t = x < PN_EXP_LOW ? PN_EXP_LOW : x;
    t = t > PN_EXP_OVER ? PN_EXP_OVER : t;
    const real q = reduced_expm1(t, &rounded);
    const real half = power_of_two(rounded, -1); /* as in pn_exp */
    return (real)2 * (half * q + (half - (real)0.5));
}

/* e^x - 1 for x <= 0, and 0 for x > 0. */
PN_INLINE real pn_expm1_below(real x)
{
    real rounded;
    real t = x < PN_EXP_LOW ? PN_EXP_LOW : x;
    t = t > 0 ? 0 : t;
    const real q = reduced_expm1(t, &rounded), scale = power_of_two(rounded, 0);
    return scale * q + (scale - 1);
}

/* tanh x = m / (m + 2), m = e^2|x| - 1 = 2^n q + (2^n - 1): exact near 0, where n = 0 and m = q. */
PN_INLINE real pn_tanh(real x)
{
    real rounded;
    const real a = PN_ABS(x);
    const real t = a > PN_TANH_ONE ? PN_TANH_ONE : a;
    const real q = reduced_expm1(t + t, &rounded);
    const real scale = power_of_two(rounded, 0);
    const real m = scale * q + (scale - 1);
    return PN_COPYSIGN(m / (m + 2), x);
}

/* 1 / (1 + e^-x). */
PN_INLINE real pn_sigmoid(real x)
{
    real rounded;
    real t = -x < PN_EXP_LOW ? PN_EXP_LOW : -x;
    t = t > PN_EXP_OVER ? PN_EXP_OVER : t;
    const real q = reduced_expm1(t, &rounded);
    return 1 / (1 + ((real)2 * q + (real)2) * power_of_two(rounded, -1));
}

/* atanh(s) / s = 1 + s²/3 + s⁴/5 + …, for |s| <= 1/3, up to the power `terms` of s². */
PN_INLINE real atanh_series(real s, const int terms)
{
    const real z = s * s;
    real q = 1 / (real)(2 * terms + 1);
#pragma GCC unroll 20
    for (int i = terms - 1; i >= 0; i--)
        q = q * z + 1 / (real)(2 * i + 1);
    return q;
}

/* ln x = e ln 2 + 2 atanh((m - 1)/(m + 1)), x = m 2^e, sqrt(1/2) <= m < sqrt(2); -infinity at 0, NaN below. */
PN_INLINE real pn_log(real x)
{
    const real lift = (real)((int64_t)1 << (PN_MANTISSA + 1)); /* brings subnormal numbers into the normal range */
    const int small = x < PN_TINY;
    const integer bits = to_bits(small ? x * lift : x);
    const integer base = to_bits(PN_SQRT_HALF);
    const integer exponent = (integer)((uint64_t)bits - (uint64_t)base) >> PN_MANTISSA;
    const real m = from_bits(bits - (integer)((uint64_t)exponent << PN_MANTISSA));
    const real e = (real)(exponent - (small ? PN_MANTISSA + 1 : 0));
    const real s = (m - 1) / (m + 1);
    real y = e * PN_LN2_HIGH + (2 * s * atanh_series(s, PN_BITS == 32 ? 5 : 11) + e * PN_LN2_LOW);
    y = x > 0 ? y : (x == 0 ? -(real)INFINITY : (real)NAN);
    return x == (real)INFINITY ? x : y;
}

/* ln(1 + x) for 0 <= x <= 1, with full relative precision near 0. */
PN_INLINE real pn_log1p(real x)
{
    const real s = x / (2 + x);
    return 2 * s * atanh_series(s, PN_BITS == 32 ? 8 : 17);
}

PN_INLINE real pn_sqrt(real x)
{
#if PN_BITS == 32
    return sqrtf(x);
#else
    return sqrt(x);
#endif
}

/* The largest of k >= 1 numbers, and their sum: one partial result a lane, then the lanes in order, then the rest.  The
 * order depends on k alone. */
PN_INLINE real row_max(const real *x, int64_t k)
{
    real top = x[0], lane[PN_VECTOR_BYTES / sizeof(real)];
    int64_t j = 0;
    if (k >= PN_LANES) {
        memcpy(lane, x, sizeof lane);
        for (j = PN_LANES; j + PN_LANES <= k; j += PN_LANES)
            for (int64_t l = 0; l < PN_LANES; l++)
                lane[l] = x[j + l] > lane[l] ? x[j + l] : lane[l];
        for (int64_t l = 0; l < PN_LANES; l++)
            top = lane[l] > top ? lane[l] : top;
    }
    for (; j < k; j++)
        top = x[j] > top ? x[j] : top;
    return top;
}

PN_INLINE real row_sum(const real *x, int64_t k)
{
    real sum = 0;
    int64_t j = 0;
    if (k >= PN_LANES) {
        vector v = load(x);
        for (j = PN_LANES; j + PN_LANES <= k; j += PN_LANES)
            v += load(x + j);
        for (int64_t l = 0; l < PN_LANES; l++)
            sum += v[l];
    }
    for (; j < k; j++)
        sum += x[j];
    return sum;
}

#endif
