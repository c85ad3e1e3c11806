/* Activations made of straight pieces and parabolas: cheap stand-ins for smooth ones, and shrinkage. */
#include "elementwise.h"

PN_INLINE real between(real x, real low, real high)
{
    /* NaN passes. */
    const real raised = x < low ? low : x;
    return raised > high ? high : raised;
}

FORWARD(hard_sigmoid_forward, NO_SCALARS, between(x + 3, 0, 6) / 6)
BACKWARD(hard_sigmoid_backward, x, NO_SCALARS, x + 3 > 0 && x + 3 < 6 ? dy / 6 : 0)

FORWARD(hard_tanh_forward, NO_SCALARS, between(x, -1, 1))
BACKWARD(hard_tanh_backward, x, NO_SCALARS, x > 1 || x < -1 ? 0 : dy)

FORWARD(hard_shrink_forward, SCALAR(threshold, 0), (x < 0 ? -x : x) > threshold ? x : 0)
BACKWARD(hard_shrink_backward, x, SCALAR(threshold, 0), (x < 0 ? -x : x) > threshold ? dy : 0)

FORWARD(soft_shrink_forward, SCALAR(threshold, 0), x > threshold ? x - threshold : (x < -threshold ? x + threshold : 0))
BACKWARD(soft_shrink_backward, x, SCALAR(threshold, 0), x > threshold || x < -threshold ? dy : 0)

FORWARD(sparse_plus_forward, NO_SCALARS, x <= -1 ? 0 : (x >= 1 ? x : (x + 1) * (x + 1) / 4))
BACKWARD(sparse_plus_backward, x, NO_SCALARS, x <= -1 ? 0 : (x >= 1 ? dy : (x + 1) / 2 * dy))

FORWARD(sparse_sigmoid_forward, NO_SCALARS, between(x + 1, 0, 2) / 2)
/* On both corners half the slope, as the derivative of a clipped number has it in JAX. */
BACKWARD(sparse_sigmoid_backward, x, NO_SCALARS,
         x + 1 > 0 && x + 1 < 2 ? dy / 2 : (x + 1 == 0 || x + 1 == 2 ? dy / 4 : 0))
