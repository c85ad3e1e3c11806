/* From arrays to a step, where nothing has to be converted, copied or refused. */
#include "door.h"
#include <string.h>

/* NumPy's flags. */
#define C_CONTIGUOUS 0x1
#define F_CONTIGUOUS 0x2
#define ALIGNED_NOTSWAPPED 0x300
#define WRITEABLE 0x400
#define UNKNOWN (-1)

void pn_call_begin(pn_call *call, int asked)
{
    for (int i = 0; i < PN_MAX_DIMS; i++)
        call->step.d[i] = UNKNOWN;
    call->step.rows = NULL;
    call->lead_count = UNKNOWN;
    call->width = call->turned = 0;
    call->asked = asked;
}

static int sized(pn_call *call, int letter, int64_t size)
{
    if (call->step.d[letter] == UNKNOWN)
        call->step.d[letter] = size;
    return call->step.d[letter] == size;
}

/* The axes before the last `rest` are those of the first operand that leads. */
static int led(pn_call *call, int letter, const intptr_t *shape, int count)
{
    int64_t rows = 1;
    if (count < 0 || count > PN_MOST_AXES)
        return 0;
    for (int i = 0; i < count; i++) {
        if (call->lead_count != UNKNOWN && (count != call->lead_count || call->lead[i] != shape[i]))
            return 0;
        call->lead[i] = shape[i];
        rows *= shape[i];
    }
    if (call->lead_count == UNKNOWN)
        call->lead_count = count;
    return count == call->lead_count && sized(call, letter, rows);
}

static int typed(const pn_operand *operand, pn_call *call, const pn_array *array)
{
    if (operand->whole)
        return array->kind == 'i' && array->itemsize == 4;
    if (array->kind != 'f' || (array->itemsize != 4 && array->itemsize != 8))
        return 0;
    if (!call->width)
        call->width = array->itemsize;
    return call->width == array->itemsize;
}

static int laid(const pn_operand *operand, pn_call *call, int o, const pn_array *array)
{
    const int meant = call->asked >> o & 1, plain = array->flags & C_CONTIGUOUS;
    const int matrix = operand->turns && array->nd == 2;
    if (!matrix)
        return plain && !meant;
    call->turned |= (meant ^ !plain) << o;
    return plain || array->flags & F_CONTIGUOUS;
}

static int apart(const pn_door *door, const pn_call *call, int o, const char *data, int64_t bytes)
{
    for (int other = 0; other < o; other++) {
        const char *const there = call->step.p[other];
        const int written = door->operands[o].role != PN_IN || door->operands[other].role != PN_IN;
        if (written && data < there + call->bytes[other] && there < data + bytes)
            return 0;
    }
    return 1;
}

int pn_call_take(const pn_door *door, pn_call *call, int o, const pn_array *array)
{
    const pn_operand *const operand = &door->operands[o];
    const int need = ALIGNED_NOTSWAPPED | (operand->role == PN_IN ? 0 : WRITEABLE);
    if ((array->flags & need) != need || !typed(operand, call, array) || !laid(operand, call, o, array))
        return 0;
    const int meant = call->asked >> o & 1, rest = operand->rank - operand->leads, count = array->nd - rest;
    const intptr_t swapped[] = {meant ? array->shape[1] : 0, meant ? array->shape[0] : 0};
    const intptr_t *const shape = meant ? swapped : array->shape;
    if (operand->leads ? !led(call, operand->letters[0], shape, count) : count != 0)
        return 0;
    int64_t bytes = array->itemsize;
    for (int i = 0; i < rest; i++)
        if (!sized(call, operand->letters[operand->leads + i], shape[count + i]))
            return 0;
    for (int i = 0; i < operand->rank; i++)
        bytes *= call->step.d[operand->letters[i]];
    call->step.p[o] = array->data;
    call->bytes[o] = bytes;
    return bytes && apart(door, call, o, array->data, bytes);
}

int pn_call_shape(const pn_door *door, const pn_call *call, int o, int64_t *shape)
{
    const pn_operand *const operand = &door->operands[o];
    const int lead = operand->leads ? call->lead_count : 0;
    if (lead)
        memcpy(shape, call->lead, (size_t)lead * sizeof *shape);
    for (int i = operand->leads; i < operand->rank; i++)
        shape[lead + i - operand->leads] = call->step.d[operand->letters[i]];
    return lead + operand->rank - operand->leads;
}

int64_t pn_call_ready(const pn_door *door, pn_call *call)
{
    int64_t largest = 0, cost = 2;
    for (int o = 0; o < door->count; o++)
        largest = call->bytes[o] > largest ? call->bytes[o] : largest;
    for (int i = 0; i < PN_MAX_DIMS && door->product; i++)
        cost *= call->step.d[i] == UNKNOWN ? 1 : call->step.d[i];
    if (!door->product)
        cost = door->share * door->count * (largest / call->width);
    call->step.extent = door->cut < 0 ? 1 : call->step.d[door->cut];
    call->step.when = 1;
    const int64_t parts = cost / door->worth;
    return parts < 1 ? 1 : parts < door->most_parts ? parts : door->most_parts;
}
