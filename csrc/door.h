/* Arrays as NumPy shows them, and the quick way from them to a step: what fits as it stands. */
#ifndef PYNN_DOOR_H
#define PYNN_DOOR_H

#include "pynn.h"

#define PN_MOST_AXES 8

/* What the attribute __array_struct__ holds (NumPy, "The array interface protocol", version 3). */
typedef struct {
    int two, nd;
    char kind;
    int itemsize, flags;
    const intptr_t *shape, *strides;
    void *data;
} pn_array;

enum { PN_IN, PN_INOUT, PN_OUT };

typedef struct {
    int role, rank, letters[PN_MAX_DIMS]; /* which of the op's dimensions */
    int leads;                            /* any number of axes stand for the first: an operand (n,k) takes (…,k) */
    int whole;                            /* 1: int32, 0: of the table's type */
    int turns;                            /* a matrix that another form of the kernel takes transposed */
} pn_operand;

typedef struct {
    pn_operand operands[PN_MAX_OPERANDS];
    int count, cut;       /* cut: a dimension, -1: none */
    int product;          /* 2 operations for each combination of indices; else `share` for each element */
    int64_t share, worth; /* operations a part must have to be worth a worker, and most parts */
    int64_t most_parts;
} pn_door;

/* A call while its operands come in. */
typedef struct {
    pn_step step;
    int64_t lead[PN_MOST_AXES], bytes[PN_MAX_OPERANDS];
    int lead_count, width; /* bytes of an element; 0: not known yet */
    int asked,
        turned; /* bit o: operand o counts as its transpose; lies in memory as that of the matrix which is meant */
} pn_call;

void pn_call_begin(pn_call *call, int asked);
/* Operand `o`: 1 if the array is plain (C-contiguous, aligned, of native float32 or float64, as all others), fits in shape
 * and overlaps nothing that is written; 0 if it needs a closer look. */
int pn_call_take(const pn_door *door, pn_call *call, int o, const pn_array *array);
/* The shape of an operand whose dimensions are known; returns the number of axes. */
int pn_call_shape(const pn_door *door, const pn_call *call, int o, int64_t *shape);
/* All operands are there: the parts worth cutting the work into. */
int64_t pn_call_ready(const pn_door *door, pn_call *call);

#endif
