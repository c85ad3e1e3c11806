/* The element type and the vector of this build.  Every kernel source is compiled once per element type (PN_BITS) and
 * instruction set (PN_ISA, PN_VECTOR_BYTES): see CMakeLists.txt. */
#ifndef PYNN_REAL_H
#define PYNN_REAL_H

#include "pynn.h"
#include <string.h>

#if PN_BITS == 32
typedef float real;
typedef int32_t integer; /* as wide as real */
#define PN_TYPE f32
#define PN_ABS __builtin_fabsf
#define PN_COPYSIGN __builtin_copysignf
#else
typedef double real;
typedef int64_t integer;
#define PN_TYPE f64
#define PN_ABS __builtin_fabs
#define PN_COPYSIGN __builtin_copysign
#endif

#define PN_PASTE_(name, type, isa) pn_##name##_##type##_##isa
#define PN_PASTE(name, type, isa) PN_PASTE_(name, type, isa)
#define PN_NAME(name) PN_PASTE(name, PN_TYPE, PN_ISA)

#define PN_ARGUMENTS void *const *p, const int64_t *d, const double *s, int64_t lo, int64_t hi
#define PN_KERNEL(name)                                                                                                \
    void PN_NAME(name)(PN_ARGUMENTS);                                                                                  \
    void PN_NAME(name)(PN_ARGUMENTS)

#define PN_INLINE static inline __attribute__((always_inline))

typedef real vector __attribute__((vector_size(PN_VECTOR_BYTES)));
#define PN_LANES ((int64_t)(PN_VECTOR_BYTES / sizeof(real)))
#define PN_COUNT (PN_VECTOR_BYTES * 8 / PN_BITS) /* PN_LANES for the preprocessor */

/* Elements of two vectors in a new order; GCC before 12 spells it differently. */
#if defined(__clang__) || __GNUC__ >= 12
#define PN_SHUFFLE(x, y, a, b, c, d) __builtin_shufflevector(x, y, a, b, c, d)
#else
typedef integer quad_index __attribute__((vector_size(4 * sizeof(integer))));
#define PN_SHUFFLE(x, y, a, b, c, d) __builtin_shuffle(x, y, (quad_index){a, b, c, d})
#endif

/* The same for whole vectors. */
#if defined(__clang__) || __GNUC__ >= 12
#define PN_PICK(x, y, ...) __builtin_shufflevector(x, y, __VA_ARGS__)
#else
typedef integer index_vector __attribute__((vector_size(PN_VECTOR_BYTES)));
#define PN_PICK(x, y, ...) __builtin_shuffle(x, y, (index_vector){__VA_ARGS__})
#endif

PN_INLINE vector splat(real x)
{
    return x - (vector){0};
}

/* memcpy is how C spells an unaligned load; it compiles to one instruction. */
PN_INLINE vector load(const real *x)
{
    vector v;
    memcpy(&v, x, sizeof v);
    return v;
}

PN_INLINE void store(real *x, vector v)
{
    memcpy(x, &v, sizeof v);
}

#endif
