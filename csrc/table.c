/* The table of this build's element type and instruction set: one line an op. */
#include "real.h"

#define BOTH(X, name) X(name##_forward) X(name##_backward)

#define OPS(X)                                                                                                         \
    X(matmul_nn)                                                                                                       \
    X(matmul_tn)                                                                                                       \
    X(matmul_nt)                                                                                                       \
    BOTH(X, bias)                                                                                                      \
    X(dense_forward)                                                                                                   \
    X(dense_sigmoid_forward)                                                                                           \
    X(dense_tanh_forward)                                                                                              \
    X(dense_relu_forward)                                                                                              \
    X(dense_leaky_relu_forward)                                                                                        \
    X(dense_elu_forward)                                                                                               \
    X(dense_backward_input)                                                                                            \
    X(dense_backward_input_sigmoid)                                                                                    \
    X(dense_backward_input_tanh)                                                                                       \
    X(dense_backward_input_relu)                                                                                       \
    X(dense_backward_input_leaky_relu)                                                                                 \
    X(dense_backward_input_elu)                                                                                        \
    X(dense_backward_input_dropped_relu)                                                                               \
    X(dense_backward_weights)                                                                                          \
    X(dense_chunks)                                                                                                    \
    X(dense_sum)                                                                                                       \
    X(dense_sum_sigmoid)                                                                                               \
    X(dense_sum_tanh)                                                                                                  \
    X(dense_sum_relu)                                                                                                  \
    X(dense_sum_leaky_relu)                                                                                            \
    X(dense_sum_elu)                                                                                                   \
    BOTH(X, sigmoid)                                                                                                   \
    BOTH(X, tanh)                                                                                                      \
    BOTH(X, relu)                                                                                                      \
    X(dropped_relu_backward)                                                                                           \
    BOTH(X, step)                                                                                                      \
    BOTH(X, softmax)                                                                                                   \
    BOTH(X, leaky_relu)                                                                                                \
    X(leaky_relu_backward_at)                                                                                          \
    BOTH(X, elu)                                                                                                       \
    X(elu_backward_at)                                                                                                 \
    BOTH(X, celu)                                                                                                      \
    BOTH(X, relu6)                                                                                                     \
    BOTH(X, threshold)                                                                                                 \
    BOTH(X, clipped_relu)                                                                                              \
    BOTH(X, prelu)                                                                                                     \
    X(prelu_backward_alpha)                                                                                            \
    BOTH(X, silu)                                                                                                      \
    BOTH(X, hard_silu)                                                                                                 \
    BOTH(X, mish)                                                                                                      \
    BOTH(X, gelu)                                                                                                      \
    BOTH(X, gelu_tanh)                                                                                                 \
    BOTH(X, glu)                                                                                                       \
    BOTH(X, exponential)                                                                                               \
    BOTH(X, softplus)                                                                                                  \
    BOTH(X, log_sigmoid)                                                                                               \
    BOTH(X, softsign)                                                                                                  \
    BOTH(X, squareplus)                                                                                                \
    BOTH(X, tanh_shrink)                                                                                               \
    BOTH(X, hard_sigmoid)                                                                                              \
    BOTH(X, hard_tanh)                                                                                                 \
    BOTH(X, hard_shrink)                                                                                               \
    BOTH(X, soft_shrink)                                                                                               \
    BOTH(X, sparse_plus)                                                                                               \
    BOTH(X, sparse_sigmoid)                                                                                            \
    BOTH(X, log_softmax)                                                                                               \
    BOTH(X, sparsemax)                                                                                                 \
    X(mean_squared_error)                                                                                              \
    X(sum_squared_error)                                                                                               \
    X(mean_absolute_error)                                                                                             \
    X(mean_absolute_percentage_error)                                                                                  \
    X(mean_squared_logarithmic_error)                                                                                  \
    X(huber)                                                                                                           \
    X(log_cosh)                                                                                                        \
    X(poisson)                                                                                                         \
    X(exponential_error)                                                                                               \
    X(cosine_similarity)                                                                                               \
    X(hinge_targets)                                                                                                   \
    X(hinge)                                                                                                           \
    X(squared_hinge)                                                                                                   \
    X(categorical_hinge)                                                                                               \
    X(kl_divergence)                                                                                                   \
    X(kullback_leibler)                                                                                                \
    X(generalized_kullback_leibler)                                                                                    \
    X(hellinger)                                                                                                       \
    X(itakura_saito)                                                                                                   \
    X(binary_focal_crossentropy)                                                                                       \
    X(categorical_focal_crossentropy)                                                                                  \
    X(generalized_crossentropy)                                                                                        \
    X(tversky)                                                                                                         \
    X(circle)                                                                                                          \
    X(circle_backward)                                                                                                 \
    X(weights_of_sum)                                                                                                  \
    X(weights_of_mean)                                                                                                 \
    X(weights_of_others)                                                                                               \
    X(weights_of_positive)                                                                                             \
    X(replace_label)                                                                                                   \
    X(weigh)                                                                                                           \
    X(mean_of_rows)                                                                                                    \
    X(repeat_for_rows)                                                                                                 \
    X(categorical_crossentropy)                                                                                        \
    X(sparse_categorical_crossentropy)                                                                                 \
    X(softmax_crossentropy)                                                                                            \
    X(sparse_softmax_crossentropy)                                                                                     \
    X(binary_crossentropy)                                                                                             \
    X(sigmoid_binary_crossentropy)                                                                                     \
    X(accumulate)                                                                                                      \
    X(accumulate_mean)                                                                                                 \
    X(accumulate_weighted_mean)                                                                                        \
    X(weights_without_label)                                                                                           \
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
    X(softmax_log_loss)                                                                                                \
    X(logistic_log_loss)                                                                                               \
    X(half_squared_error)                                                                                              \
    X(half_poisson_deviance)                                                                                           \
    X(sgd_update)                                                                                                      \
    X(momentum_update)                                                                                                 \
    X(rmsprop_update)                                                                                                  \
    X(rmsprop_momentum_update)                                                                                         \
    X(rmsprop_centered_update)                                                                                         \
    X(rmsprop_centered_momentum_update)                                                                                \
    X(adam_update)                                                                                                     \
    X(amsgrad_update)                                                                                                  \
    X(adamw_update)                                                                                                    \
    X(adamax_update)                                                                                                   \
    X(nadam_update)                                                                                                    \
    X(adagrad_update)                                                                                                  \
    X(adadelta_update)                                                                                                 \
    X(lion_update)                                                                                                     \
    X(l2_momentum_update)                                                                                              \
    X(l2_adam_update)                                                                                                  \
    X(ftrl_update)                                                                                                     \
    X(schedule_free_update)                                                                                            \
    X(dense_weights_sgd)                                                                                               \
    X(dense_weights_momentum)                                                                                          \
    X(dense_weights_rmsprop)                                                                                           \
    X(dense_weights_adam)                                                                                              \
    X(dense_weights_adamw)                                                                                             \
    X(dense_weights_adamax)                                                                                            \
    X(dense_weights_nadam)                                                                                             \
    X(dense_weights_adagrad)                                                                                           \
    X(dense_weights_adadelta)                                                                                          \
    X(dense_weights_lion)                                                                                              \
    X(dense_weights_l2_momentum)                                                                                       \
    X(dense_weights_l2_adam)                                                                                           \
    X(bias_sgd)                                                                                                        \
    X(bias_momentum)                                                                                                   \
    X(bias_rmsprop)                                                                                                    \
    X(bias_adam)                                                                                                       \
    X(bias_adamw)                                                                                                      \
    X(bias_adamax)                                                                                                     \
    X(bias_nadam)                                                                                                      \
    X(bias_adagrad)                                                                                                    \
    X(bias_adadelta)                                                                                                   \
    X(bias_lion)                                                                                                       \
    X(gradient_add)                                                                                                    \
    X(gradient_mean)                                                                                                   \
    X(clip_value)                                                                                                      \
    X(clip_norm)                                                                                                       \
    X(clip_global_norm)                                                                                                \
    X(multiply_by)                                                                                                     \
    X(weight_decay)                                                                                                    \
    X(moving_average)                                                                                                  \
    X(overwrite)                                                                                                       \
    X(sum_squares)                                                                                                     \
    X(add_squares)                                                                                                     \
    X(lamb_direction)                                                                                                  \
    X(lamb_update)                                                                                                     \
    X(adafactor_rows)                                                                                                  \
    X(adafactor_columns)                                                                                               \
    X(adafactor_outer)                                                                                                 \
    X(adafactor_vector)                                                                                                \
    X(adafactor_direction)                                                                                             \
    X(adafactor_update)                                                                                                \
    X(muon_momentum)                                                                                                   \
    X(divide_by_norm)                                                                                                  \
    X(linear_combination)                                                                                              \
    BOTH(X, dropout)                                                                                                   \
    X(l1l2_penalty)                                                                                                    \
    X(l1l2_gradient)                                                                                                   \
    X(square_sums)                                                                                                     \
    X(add_scaled)                                                                                                      \
    X(perceptron_pass)                                                                                                 \
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
    X(affine)                                                                                                          \
    X(swap_blocks)                                                                                                     \
    X(repeat_axis)                                                                                                     \
    X(sum_axis)                                                                                                        \
    X(copy_columns_in)                                                                                                 \
    X(copy_columns_out)                                                                                                \
    BOTH(X, max_axis)                                                                                                  \
    X(moments)                                                                                                         \
    X(inverse_deviation)                                                                                               \
    X(scale_shift)                                                                                                     \
    X(deviation)                                                                                                       \
    X(mask_rows)                                                                                                       \
    X(mask_of_rows)                                                                                                    \
    BOTH(X, masked_mean)                                                                                               \
    X(replace_masked)                                                                                                  \
    X(batch_norm_backward_weights)                                                                                     \
    X(batch_norm_backward_input)                                                                                       \
    X(layer_norm_forward)                                                                                              \
    X(layer_norm_backward_input)                                                                                       \
    X(layer_norm_backward_weights)                                                                                     \
    BOTH(X, unit)                                                                                                      \
    X(add_forward)                                                                                                     \
    X(subtract_forward)                                                                                                \
    X(multiply_forward)                                                                                                \
    X(maximum_forward)                                                                                                 \
    X(minimum_forward)                                                                                                 \
    X(maximum_backward)                                                                                                \
    X(inner_products)                                                                                                  \
    X(random_normal)                                                                                                   \
    X(random_keep)                                                                                                     \
    X(keep_or_replace)                                                                                                 \
    BOTH(X, embedding)                                                                                                 \
    X(multi_hot)                                                                                                       \
    X(count_hot)                                                                                                       \
    X(weighted_count_hot)                                                                                              \
    X(bins)

#define DECLARE(name) void PN_NAME(name)(PN_ARGUMENTS);
#define LINE(name) {#name, PN_NAME(name)},
OPS(DECLARE)

extern const pn_entry PN_NAME(table)[];
const pn_entry PN_NAME(table)[] = {OPS(LINE){NULL, NULL}};
