/* Zeros that stand side by side: where they are, and whether they may be left out. */
#include "needed.h"
#include "lanes.h"

#if PN_BITS == 32
typedef uint32_t word;
#else
typedef uint64_t word;
#endif
typedef word words __attribute__((vector_size(PN_VECTOR_BYTES)));

/* Bits of some numbers in eight bytes but for their signs. */
#define MAGNITUDES (PN_BITS == 32 ? UINT64_C(0x7fffffff7fffffff) : UINT64_C(0x7fffffffffffffff))
/* Looks at an a that may have no zeros at all, before every element is looked at. */
#define LOOKS 3
/* Elements from one line of the cache to the next. */
#define NEXT ((int64_t)(64 / sizeof(real)))

/* Whether one of MR adjacent numbers is not 0. */
PN_INLINE int any_of_adjacent(const real *a)
{
    uint64_t part[MR * sizeof(real) / 8], any = 0;
    memcpy(part, a, sizeof part);
#pragma GCC unroll 8
    for (size_t q = 0; q < sizeof part / 8; q++)
        any |= part[q];
    return (any & MAGNITUDES) != 0;
}

static int64_t list_adjacent(const real *a, int64_t a_col, int64_t depth, int32_t *list)
{
    int64_t count = 0;
    for (int64_t k = 0; k < depth; k++, a += a_col) {
        list[count] = (int32_t)k;
        count += any_of_adjacent(a);
        __builtin_prefetch(a + NEXT);
    }
    return count;
}

/* For each lane, not 0 where one of MR numbers below one another is not. */
PN_INLINE words any_of_column(const real *a, int64_t a_row, lane_mask mask, const int whole)
{
    words any = {0};
#pragma GCC unroll 8
    for (int r = 0; r < MR; r++)
        any |= (words)(whole ? load(a + r * a_row) : load_first(a + r * a_row, mask));
    return any << 1;
}

/* The lanes that are not 0, counted from k. */
PN_INLINE int64_t list_lanes(words any, int64_t k, int32_t *list)
{
#if PN_COUNT == 16
    const __mmask16 found = _mm512_test_epi32_mask((__m512i)any, (__m512i)any);
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i at = _mm512_add_epi32(_mm512_set1_epi32((int)k), lane);
    _mm512_storeu_si512(list, _mm512_maskz_compress_epi32(found, at));
    return __builtin_popcount(found);
#else
    int64_t count = 0;
#pragma GCC unroll 8
    for (int q = 0; q < PN_COUNT; q++) {
        list[count] = (int32_t)(k + q);
        count += any[q] != 0;
    }
    return count;
#endif
}

static int64_t list_columns(const real *a, int64_t a_row, int64_t depth, int32_t *list)
{
    const lane_mask rest = first_lanes(depth % PN_LANES);
    int64_t count = 0, k = 0;
    for (; k + PN_LANES <= depth; k += PN_LANES)
        count += list_lanes(any_of_column(a + k, a_row, rest, 1), k, list + count);
    if (k < depth)
        count += list_lanes(any_of_column(a + k, a_row, rest, 0), k, list + count);
    return count;
}

int PN_NAME(has_zeros)(const real *a, int64_t rows, int64_t a_col, int64_t depth)
{
    int32_t list[PN_COUNT + SLACK];
    words zero = {0};
    for (int64_t r = 0; r + PN_LANES <= rows; r += PN_LANES)
        zero |= (words)(load(a + r) == 0) | (words)(load(a + depth / 2 * a_col + r) == 0);
    return list_lanes(zero, 0, list) > 0;
}

/* Whether there seem to be zeros side by side. */
static int has_adjacent_zeros(const real *a, int64_t a_col, int64_t depth)
{
    int any = 1;
#pragma GCC unroll 4
    for (int64_t look = 0; look < LOOKS; look++)
        any &= any_of_adjacent(a + look * depth / LOOKS * a_col);
    return !any;
}

/* Whether there seem to be zeros below one another. */
static int has_zeros_below(const real *a, int64_t a_row, int64_t depth)
{
    int32_t list[PN_COUNT + SLACK];
    const int64_t count = at_most(depth, PN_LANES);
    const lane_mask mask = first_lanes(count);
    int64_t found = 0;
#pragma GCC unroll 2
    for (int64_t look = 0; look < 2; look++)
        found += list_lanes(any_of_column(a + look * (depth - count) / 2, a_row, mask, 0), 0, list);
    return found < 2 * count;
}

int64_t PN_NAME(list_needed)(const real *a, int64_t a_row, int64_t a_col, int64_t depth, int32_t *list)
{
    if (a_row == 1 ? !has_adjacent_zeros(a, a_col, depth) : !has_zeros_below(a, a_row, depth))
        return ALL_ROWS;
    const int64_t count = a_row == 1 ? list_adjacent(a, a_col, depth, list) : list_columns(a, a_row, depth, list);
    return 4 * count <= 3 * depth ? count : ALL_ROWS;
}

void PN_NAME(find_needed)(const real *a, int64_t a_row, int64_t a_col, int64_t rows, int64_t depth, needs *of)
{
    int64_t all = 0, needed = 0;
    for (int64_t q = 0; (q + 1) * MR <= rows; q++, all += depth) {
        of->count[q] = PN_NAME(list_needed)(a + q * MR * a_row, a_row, a_col, depth, of->list[q]);
        needed += of->count[q] != ALL_ROWS ? of->count[q] : depth;
    }
    of->some = 4 * needed <= 3 * all;
}

/* 0 times each of so many rows: all lanes stay 0 where b is finite.  With a panel, it gets a copy. */
PN_INLINE vector zeros_of(const real *b, int64_t b_row, int64_t rows, const int wide, lane_mask last, real *panel)
{
    vector sum[MOST_WIDE] = {{0}};
    for (int64_t r = 0; r < rows; r++, b += b_row)
#pragma GCC unroll 3
        for (int v = 0; v < wide; v++) {
            const vector x = v + 1 < wide ? load(b + v * PN_LANES) : load_first(b + v * PN_LANES, last);
            sum[v] += x * 0;
            if (panel != NULL) {
                store(panel + (r * wide + v) * PN_LANES, x);
                __builtin_prefetch(b + AHEAD * b_row + v * PN_LANES);
            }
        }
    vector all = sum[0];
#pragma GCC unroll 3
    for (int v = 1; v < wide; v++)
        all += sum[v];
    return all;
}

int PN_NAME(copy_finite)(const real *b, int64_t b_row, int64_t rows, int64_t columns, real *panel)
{
    const int64_t wide = (columns + PN_LANES - 1) / PN_LANES;
    const lane_mask last = first_lanes(columns - (wide - 1) * PN_LANES);
    vector zeros;
    if (wide == 1)
        zeros = zeros_of(b, b_row, rows, 1, last, panel);
    else if (MOST_WIDE == 2 || wide == 2)
        zeros = zeros_of(b, b_row, rows, 2, last, panel);
    else
        zeros = zeros_of(b, b_row, rows, MOST_WIDE, last, panel);
    real all = 0;
    for (int q = 0; q < PN_COUNT; q++)
        all += zeros[q];
    return all == 0;
}

int PN_NAME(are_finite)(const real *b, int64_t b_row, int64_t rows, int64_t columns)
{
    const int64_t most = MOST_WIDE * PN_LANES;
    for (int64_t j = 0; j < columns; j += most)
        if (!PN_NAME(copy_finite)(b + j, b_row, rows, at_most(columns - j, most), NULL))
            return 0;
    return 1;
}
