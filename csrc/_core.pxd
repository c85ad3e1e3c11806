# cython: language_level=3
"""What the bridge takes from pynn.h."""

from libc.stdint cimport int64_t, uint32_t


cdef extern from "pynn.h" nogil:
    enum:
        PN_MAX_OPERANDS
        PN_MAX_DIMS
        PN_MAX_SCALARS
    ctypedef void (*pn_kernel)(void *const *p, const int64_t *d, const double *s, int64_t lo, int64_t hi)
    ctypedef struct pn_entry:
        const char *name
        pn_kernel kernel
    ctypedef struct pn_rows:
        int64_t dim, whole
        int64_t bytes[8]
    ctypedef struct pn_step:
        pn_kernel run
        void *p[8]
        int64_t d[4]
        double s[8]
        int64_t extent
        const pn_rows *rows
        double when
    ctypedef struct pn_group:
        pn_step *const *steps
        int64_t count, parts
    ctypedef struct pn_pointer_feed:
        int64_t step, operand, stride, turn, ahead
        char *base
    ctypedef struct pn_scalar_feed:
        int64_t step, scalar, column
    ctypedef struct pn_ways:
        int alone
    void pn_ways_begin(pn_ways *ways)
    void pn_ways_note(pn_ways *ways, double seconds, int64_t batches, int64_t workers)
    ctypedef struct pn_sum:
        double *at
        int64_t size
    ctypedef struct pn_plan:
        pn_step *steps
        pn_group *groups
        pn_group in_turn, ahead
        int64_t beside
        pn_pointer_feed *pointers
        pn_scalar_feed *scalars
        int64_t n_steps, n_groups, n_pointers, n_scalars
        const double *table
        int64_t columns, table_first
        const double *watched
        double *spent
        pn_ways ways
        int64_t period
        const pn_plan *last
        pn_sum *sums
        int64_t n_sums, width
        double *ends
    int64_t pn_plan_run(pn_plan *plan, int64_t first, int64_t last, double seconds)
    void pn_set_workers(int64_t count)
    int64_t pn_get_workers()
    void pn_team_forget()
    void pn_step_run(pn_step *step, int64_t lo, int64_t hi, int64_t parts)
    int pn_isa_count()
    const char *pn_isa_name(int index)
    const pn_entry *pn_isa_table(int index, int bits)
    bint pn_within(const void *x, int64_t size, const void *limit, int64_t width)
    double pn_isa_peak(int index, int bits, double seconds)
    bint pn_twister_is(const void *generator, const uint32_t *key, int position)
    void pn_permute(void *generator, int64_t *order, int64_t n)
