/* Subnormal numbers count as zero while kernels run: a weight's momentum decays into them, and a processor takes
 * 14 to 26 times as long for such an update.  Every thread that runs kernels sets this, so that all compute alike. */
#ifndef PYNN_FLOAT_MODE_H
#define PYNN_FLOAT_MODE_H

#include <stdint.h>

#if defined(__x86_64__) || defined(_M_X64)

/* MXCSR: flush results to zero (bit 15), read operands as zero (bit 6). */
#define PN_FLUSH (1u << 15 | 1u << 6)

static inline uint64_t pn_flush_subnormals(void)
{
    const unsigned before = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(before | PN_FLUSH);
    return before;
}

static inline void pn_restore_float_mode(uint64_t before)
{
    __builtin_ia32_ldmxcsr((unsigned)before);
}

#elif defined(__aarch64__)

/* FPCR: flush to zero (bit 24). */
static inline uint64_t pn_flush_subnormals(void)
{
    uint64_t before;
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    __asm__ volatile("msr fpcr, %0" : : "r"(before | (uint64_t)1 << 24));
    return before;
}

static inline void pn_restore_float_mode(uint64_t before)
{
    __asm__ volatile("msr fpcr, %0" : : "r"(before));
}

#else

static inline uint64_t pn_flush_subnormals(void)
{
    return 0;
}

static inline void pn_restore_float_mode(uint64_t before)
{
    (void)before;
}

#endif

#endif
