/* The perceptron's rule, one row after another.  Formulas and sources: pynn/kernels/reference/perceptron.py. */
#include "sums.h"

PN_SUM_OVER_ROW(product_of, (const real *restrict w, const real *restrict x, int64_t k), (double)w[j] * (double)x[j])
PN_SUM_OVER_ROW(magnitude_of, (const real *restrict w, int64_t k), w[j] < 0 ? -(double)w[j] : (double)w[j])

/* What w loses of a penalty of |w| that has come to u; q is what it has lost so far. */
PN_INLINE void truncate_weights(real *restrict w, real *restrict q, int64_t k, real u)
{
    for (int64_t j = 0; j < k; j++) {
        const real before = w[j], down = before - (u + q[j]), up = before + (u - q[j]);
        const real positive = down > 0 ? down : 0, negative = up < 0 ? up : 0;
        w[j] = before > 0 ? positive : before < 0 ? negative : 0;
        q[j] += w[j] - before;
    }
}

typedef struct {
    double eta, alpha, l1_ratio;
    int with_bias;
} rule;

/* One row, of class t and weight a; returns the loss before the step. */
PN_INLINE double learn(const rule *how, const real *restrict x, double t, double a, real *restrict w, double *b,
                       int64_t k)
{
    const double z = t * (product_of(w, x, k) + *b), l1 = how->l1_ratio;
    const double step = z <= 0 ? how->eta * a * t : 0, shrunk = 1 - (1 - l1) * how->eta * how->alpha;
    double loss = z <= 0 ? -z : 0;
    if (how->alpha > 0) {
        loss += how->alpha * (l1 * magnitude_of(w, k) + (1 - l1) * 0.5 * product_of(w, w, k));
        for (int64_t j = 0; j < k; j++)
            w[j] *= (real)(shrunk > 0 ? shrunk : 0);
    }
    if (step != 0)
        for (int64_t j = 0; j < k; j++)
            w[j] += (real)step * x[j];
    if (how->with_bias)
        *b += step;
    return loss;
}

PN_KERNEL(perceptron_pass) /* x(m,i), t(c,m), a(c,m), order(c,p):i64 -> ~w(c,i), ~q(c,i), ~b(c):f64, loss(c,p):f64 */
{
    const int64_t m = d[0], i = d[1], count = d[3];
    const rule how = {s[0], s[1], s[2], s[4] != 0};
    const double growth = s[2] * s[0] * s[1];
    for (int64_t c = lo; c < hi; c++) {
        const real *const t = (const real *)p[1] + c * m, *const a = (const real *)p[2] + c * m;
        const int64_t *const order = (const int64_t *)p[3] + c * count;
        real *const w = (real *)p[4] + c * i, *const q = (real *)p[5] + c * i;
        double *const b = (double *)p[6] + c, *const loss = (double *)p[7] + c * count, u = s[3];
        for (int64_t k = 0; k < count; k++) {
            const int64_t r = order[k];
            loss[k] = learn(&how, (const real *)p[0] + r * i, (double)t[r], (double)a[r], w, b, i);
            if (growth > 0) {
                u += growth;
                truncate_weights(w, q, i, (real)u);
            }
        }
    }
}
