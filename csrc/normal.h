/* The normal distribution, without branches or tables: what exact GELU needs. */
#ifndef PYNN_NORMAL_H
#define PYNN_NORMAL_H

#include "vmath.h"

/* (1 + 2 a) e^(a²) erfc(a) for a >= 0 as a polynomial in t = (a - 3) / (a + 3): Chebyshev's series in the variable of
 * Shepherd & Laframboise 1981, "Chebyshev approximation of (1 + 2x) exp(x²) erfc x in 0 <= x < infinity", cut where
 * the rest is below 5e-9 and 1e-17, coefficients computed with 60 digits and multiplied out. */
#if PN_BITS == 32
#define PN_LOW_HALF 0xfff
static const real erfc_series[] = {1.25300806f,    -0.135621069f,    -0.0475621569f,  0.129644114f,
                                   -0.119275275f,  0.0683165678f,    -0.0237635764f,  0.00249911687f,
                                   0.00187507912f, -0.000726453679f, -9.25451669e-5f, 7.73102422e-5f};
#else
#define PN_LOW_HALF 0x7ffffff
static const real erfc_series[] = {
    1.253008058269729647,    -0.1356211061245811585,     -0.04756229435344919669,   0.1296451587027593923,
    -0.1192736634153863841,  0.0683080273440099038,      -0.0237705149171713368,    0.002529391815693969529,
    0.00188869034499917185,  -0.000779832269654330652,   -0.0001051597195844806484, 0.0001250993424583729094,
    4.949196649968345314e-6, -0.00002010054226852561094, -7.308281468783613929e-7,  3.47237094497716817e-6,
    3.557608668408059435e-7, -6.166011460398725931e-7,   -1.404765431542846233e-7,  1.018362060384273665e-7,
    4.106401366794035277e-8, -1.331291966103868771e-8,   -8.217595058711453856e-9,  9.862533510345587593e-10,
    8.39373485869087755e-10};
#endif
#define PN_FAR ((real)40) /* e^(-x²/2) is 0 from here on, in both types */

/* Φ(-|x|) = erfc(|x| / sqrt 2) / 2 and the density φ(x), with full relative precision far out: |x| = a + b, where a² is
 * exact, so e^(-x²/2) = e^(-a²/2) e^(-b (|x| + a)/2) and the rounding of x² does no harm. */
PN_INLINE real normal_tail(real x, real *density)
{
    const real size = x < 0 ? -x : x;
    const real r = size > PN_FAR ? PN_FAR : size;
    const real a = from_bits(to_bits(r) & ~(integer)PN_LOW_HALF);
    const real z = (real)-0.5 * (r - a) * (r + a); /* |z| < 0.06 */
    const real near = 1 + z * (1 + z * ((real)0.5 + z * ((real)(1.0 / 6) + z * ((real)(1.0 / 24) + z / 120))));
    const real e = pn_exp((real)-0.5 * a * a) * near;
    const real q = r * PN_SQRT_HALF;
    const real t = (q - 3) / (q + 3);
    const int terms = sizeof erfc_series / sizeof(real);
    real series = erfc_series[terms - 1];
#pragma GCC unroll 32
    for (int i = terms - 2; i >= 0; i--)
        series = series * t + erfc_series[i];
    *density = e * (real)0.39894228040143267794; /* 1 / sqrt(2 pi) */
    return (real)0.5 * e * series / (1 + 2 * q);
}

#endif
