/* The table of this build's element type and instruction set: one line an op. */
#include "real.h"

#define OPS(X)                                                                                                         \
    X(matmul_nn)                                                                                                       \
    X(matmul_tn)                                                                                                       \
    X(matmul_nt)                                                                                                       \
    X(bias_forward)                                                                                                    \
    X(bias_backward)                                                                                                   \
    X(dense_forward)                                                                                                   \
    X(dense_sigmoid_forward)                                                                                           \
    X(dense_tanh_forward)                                                                                              \
    X(dense_relu_forward)                                                                                              \
    X(dense_backward_input)                                                                                            \
    X(dense_backward_input_sigmoid)                                                                                    \
    X(dense_backward_input_tanh)                                                                                       \
    X(dense_backward_input_relu)                                                                                       \
    X(dense_backward_weights)                                                                                          \
    X(sigmoid_forward)                                                                                                 \
    X(sigmoid_backward)                                                                                                \
    X(tanh_forward)                                                                                                    \
    X(tanh_backward)                                                                                                   \
    X(relu_forward)                                                                                                    \
    X(relu_backward)                                                                                                   \
    X(step_forward)                                                                                                    \
    X(step_backward)                                                                                                   \
    X(softmax_forward)                                                                                                 \
    X(softmax_backward)                                                                                                \
    X(mean_squared_error)                                                                                              \
    X(categorical_crossentropy)                                                                                        \
    X(sparse_categorical_crossentropy)                                                                                 \
    X(softmax_crossentropy)                                                                                            \
    X(sparse_softmax_crossentropy)                                                                                     \
    X(binary_crossentropy)                                                                                             \
    X(sigmoid_binary_crossentropy)                                                                                     \
    X(accumulate)                                                                                                      \
    X(accumulate_mean)                                                                                                 \
    X(accumulate_weighted_mean)                                                                                        \
    X(categorical_accuracy)                                                                                            \
    X(sparse_categorical_accuracy)                                                                                     \
    X(top_k_categorical_accuracy)                                                                                      \
    X(sparse_top_k_categorical_accuracy)                                                                               \
    X(sorted_top_k_accuracy)                                                                                           \
    X(equal_share)                                                                                                     \
    X(binary_accuracy)                                                                                                 \
    X(squared_error)                                                                                                   \
    X(absolute_error)                                                                                                  \
    X(percentage_error)                                                                                                \
    X(squared_logarithmic_error)                                                                                       \
    X(log_cosh_error)                                                                                                  \
    X(cosine_similarity_rows)                                                                                          \
    X(hinge_rows)                                                                                                      \
    X(squared_hinge_rows)                                                                                              \
    X(categorical_hinge_rows)                                                                                          \
    X(categorical_crossentropy_rows)                                                                                   \
    X(sparse_categorical_crossentropy_rows)                                                                            \
    X(softmax_crossentropy_rows)                                                                                       \
    X(sparse_softmax_crossentropy_rows)                                                                                \
    X(binary_crossentropy_rows)                                                                                        \
    X(sigmoid_binary_crossentropy_rows)                                                                                \
    X(kl_divergence_rows)                                                                                              \
    X(poisson_rows)                                                                                                    \
    X(sgd_update)                                                                                                      \
    X(momentum_update)                                                                                                 \
    X(rmsprop_update)                                                                                                  \
    X(rmsprop_momentum_update)                                                                                         \
    X(rmsprop_centered_update)                                                                                         \
    X(rmsprop_centered_momentum_update)                                                                                \
    X(adam_update)                                                                                                     \
    X(amsgrad_update)                                                                                                  \
    X(dense_weights_sgd)                                                                                               \
    X(dense_weights_momentum)                                                                                          \
    X(dense_weights_rmsprop)                                                                                           \
    X(dense_weights_adam)                                                                                              \
    X(bias_sgd)                                                                                                        \
    X(bias_momentum)                                                                                                   \
    X(bias_rmsprop)                                                                                                    \
    X(bias_adam)                                                                                                       \
    X(dropout_forward)                                                                                                 \
    X(dropout_backward)                                                                                                \
    X(l1l2_penalty)                                                                                                    \
    X(l1l2_gradient)                                                                                                   \
    X(l1l2_activity_gradient)                                                                                          \
    X(unit_rows)                                                                                                       \
    X(unit_rows_backward)                                                                                              \
    X(orthogonal_penalty)                                                                                              \
    X(orthogonal_slope)                                                                                                \
    X(transpose)                                                                                                       \
    X(add_to)                                                                                                          \
    X(non_negative)                                                                                                    \
    X(norm_range)                                                                                                      \
    X(add_rows)                                                                                                        \
    X(gather_u8)                                                                                                       \
    X(gather_f32)                                                                                                      \
    X(gather_f64)                                                                                                      \
    X(gather_labels)                                                                                                   \
    X(convert_u8)                                                                                                      \
    X(convert_f32)                                                                                                     \
    X(convert_f64)                                                                                                     \
    X(add_forward)                                                                                                     \
    X(affine)

#define DECLARE(name) void PN_NAME(name)(PN_ARGUMENTS);
#define LINE(name) {#name, PN_NAME(name)},

OPS(DECLARE)

extern const pn_entry PN_NAME(table)[];
const pn_entry PN_NAME(table)[] = {OPS(LINE){NULL, NULL}};
