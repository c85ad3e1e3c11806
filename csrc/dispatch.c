/* Which instruction sets does this build have, and which of them does this CPU run?  Compiled for the baseline. */
#include "pynn.h"

#if defined(__x86_64__) || defined(_M_X64)
#define PN_X86 1
#include <cpuid.h>
#endif

#define BUILD(isa)                                                                                                     \
    extern const pn_entry pn_table_f32_##isa[], pn_table_f64_##isa[];                                                  \
    double pn_peak_f32_##isa(int64_t count, float *sink);                                                              \
    double pn_peak_f64_##isa(int64_t count, double *sink);

#ifdef PN_X86
BUILD(base)
BUILD(avx2)
BUILD(avx512)

/* Which register sets the operating system saves on a task switch (XCR0): a CPU flag alone is no permission. */
static unsigned saved_registers(void)
{
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE))
        return 0;
    __asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
    return a;
}

static int has_avx2(void)
{
    unsigned a, b, c, d, b7, c7;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_FMA) || !(c & bit_POPCNT) || (saved_registers() & 0x6) != 0x6)
        return 0;
    return __get_cpuid_count(7, 0, &a, &b7, &c7, &d) && (b7 & bit_AVX2) && (b7 & bit_BMI);
}

static int has_avx512(void)
{
    unsigned a, b, c, d;
    const unsigned want = bit_AVX512F | bit_AVX512DQ | bit_AVX512BW | bit_AVX512VL;
    if (!has_avx2() || (saved_registers() & 0xe6) != 0xe6)
        return 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & want) == want;
}
#else
/* Any other CPU: the one build is the baseline of its architecture (NEON on arm64). */
BUILD(base)
#endif

int pn_isa_count(void)
{
#ifdef PN_X86
    return !has_avx2() ? 1 : !has_avx512() ? 2 : 3;
#else
    return 1;
#endif
}

const char *pn_isa_name(int index)
{
    static const char *const names[] = {"base", "avx2", "avx512"};
    return names[index];
}

const pn_entry *pn_isa_table(int index, int bits)
{
#ifdef PN_X86
    if (index == 2)
        return bits == 32 ? pn_table_f32_avx512 : pn_table_f64_avx512;
    if (index == 1)
        return bits == 32 ? pn_table_f32_avx2 : pn_table_f64_avx2;
#endif
    (void)index;
    return bits == 32 ? pn_table_f32_base : pn_table_f64_base;
}

static double multiply_adds(int index, int bits, int64_t count)
{
    float single = 1e-30f;
    double twice = 1e-30;
#ifdef PN_X86
    if (index == 2)
        return bits == 32 ? pn_peak_f32_avx512(count, &single) : pn_peak_f64_avx512(count, &twice);
    if (index == 1)
        return bits == 32 ? pn_peak_f32_avx2(count, &single) : pn_peak_f64_avx2(count, &twice);
#endif
    (void)index;
    return bits == 32 ? pn_peak_f32_base(count, &single) : pn_peak_f64_base(count, &twice);
}

double pn_isa_peak(int index, int bits, double seconds)
{
    double best = 0;
    const double end = pn_now() + seconds;
    do {
        const double start = pn_now();
        const double rate = multiply_adds(index, bits, 200000) / (pn_now() - start);
        best = rate > best ? rate : best;
    } while (pn_now() < end);
    return best;
}
