/* Activations with a derivative everywhere that are no gate: exponentials, logarithms, roots. */
#include "elementwise.h"

FORWARD(exponential_forward, NO_SCALARS, pn_exp(x))
BACKWARD(exponential_backward, y, NO_SCALARS, dy *y)

/* ln(1 + e^x).  The logarithm is positive as it is; fabs keeps compilers from contracting its last product with the sum
 * in some loops only, whereupon the last bit would depend on where a range is cut. */
PN_INLINE real softplus(real x)
{
    return (x < 0 ? 0 : x) + (real)fabs(pn_log1p(pn_exp(x < 0 ? x : -x)));
}

FORWARD(softplus_forward, NO_SCALARS, softplus(x))
BACKWARD(softplus_backward, x, NO_SCALARS, pn_sigmoid(x) * dy)

FORWARD(log_sigmoid_forward, NO_SCALARS, -softplus(-x))
BACKWARD(log_sigmoid_backward, x, NO_SCALARS, pn_sigmoid(-x) * dy)

PN_INLINE real softsign_size(real x)
{
    return 1 + (x < 0 ? -x : x);
}

FORWARD(softsign_forward, NO_SCALARS, x / softsign_size(x))
BACKWARD(softsign_backward, x, NO_SCALARS, dy / (softsign_size(x) * softsign_size(x)))

FORWARD(squareplus_forward, SCALAR(b, 0), (x + pn_sqrt(x * x + b)) / 2)
BACKWARD(squareplus_backward, x, SCALAR(b, 0), (1 + x / pn_sqrt(x * x + b)) / 2 * dy)

FORWARD(tanh_shrink_forward, NO_SCALARS, x - pn_tanh(x))

PN_INLINE real tanh_shrink_slope(real x)
{
    const real t = pn_tanh(x);
    return t * t;
}

BACKWARD(tanh_shrink_backward, x, NO_SCALARS, tanh_shrink_slope(x) * dy)
