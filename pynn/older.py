"""Where things stood in Keras 1 and 2 and in older TensorFlow, and where they stand today."""

from __future__ import annotations

# Older module → the namespace that has its names today.
MODULES = {
    "keras.api": "keras",
    "keras.callbacks.callbacks": "keras.callbacks",
    "keras.engine": "keras",
    "keras.engine.base_layer": "keras.layers",
    "keras.engine.input_layer": "keras.layers",
    "keras.engine.sequential": "keras.models",
    "keras.engine.topology": "keras.layers",
    "keras.engine.training": "keras.models",
    "keras.initializations": "keras.initializers",
    "keras.layers.advanced_activations": "keras.layers",
    "keras.layers.convolutional": "keras.layers",
    "keras.layers.core": "keras.layers",
    "keras.layers.embeddings": "keras.layers",
    "keras.layers.experimental": "keras.layers",
    "keras.layers.experimental.preprocessing": "keras.layers",
    "keras.layers.merge": "keras.layers",
    "keras.layers.noise": "keras.layers",
    "keras.layers.normalization": "keras.layers",
    "keras.layers.pooling": "keras.layers",
    "keras.layers.preprocessing": "keras.layers",
    "keras.layers.recurrent": "keras.layers",
    "keras.layers.wrappers": "keras.layers",
    "keras.objectives": "keras.losses",
    "keras.optimizer_v1": "keras.optimizers",
    "keras.optimizer_v2": "keras.optimizers",
    "keras.optimizers.adadelta_v2": "keras.optimizers",
    "keras.optimizers.adagrad_v2": "keras.optimizers",
    "keras.optimizers.adam_v2": "keras.optimizers",
    "keras.optimizers.experimental": "keras.optimizers",
    "keras.optimizers.gradient_descent_v2": "keras.optimizers",
    "keras.optimizers.legacy": "keras.optimizers",
    "keras.optimizers.nadam_v2": "keras.optimizers",
    "keras.optimizers.rmsprop_v2": "keras.optimizers",
    "keras.saving.hdf5_format": "keras.saving",
    "keras.utils.data_utils": "keras.utils",
    "keras.utils.generic_utils": "keras.utils",
    "keras.utils.layer_utils": "keras.utils",
    "keras.utils.np_utils": "keras.utils",
    "keras.utils.vis_utils": "keras.utils",
    "keras.utils.visualize_util": "keras.utils",
    "keras.wrappers.scikit_learn": "keras.wrappers",
    "tf.python": "tf",
    "tf.python.framework": "tf",
    "tf.python.ops": "tf",
}

# Modules that were functions in Keras 1: `merge([a, b], mode="concat")`.
CALLS = {"keras.layers.merge": "keras.layers._older.merge"}

_LOSSES = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "MSE": "mean_squared_error",
    "MAE": "mean_absolute_error",
    "MAPE": "mean_absolute_percentage_error",
    "MSLE": "mean_squared_logarithmic_error",
    "kld": "kl_divergence",
    "KLD": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "bce": "binary_crossentropy",
    "BCE": "binary_crossentropy",
    "logcosh": "log_cosh",
    "cosine_proximity": "cosine_similarity",
    "cosine": "cosine_similarity",
}

# Functions of `keras.backend` that are functions of `keras.ops` today, with the same name and arguments …
_SAME_OPS = (
    "abs all any arange cast cos elu equal exp greater greater_equal less less_equal log logsumexp max maximum mean "
    "min minimum ndim not_equal one_hot prod reshape round shape sigmoid sign sin softmax softplus softsign sqrt "
    "square squeeze stack std stop_gradient sum tanh tile transpose var"
)
# … and with arguments or meanings of their own: pynn.older_backend has them.
_OWN = (
    "argmax argmin batch_flatten batch_get_value batch_normalization batch_set_value bias_add binary_crossentropy "
    "cast_to_floatx categorical_crossentropy clip concatenate constant count_params cumprod cumsum dot dropout dtype "
    "eval expand_dims eye flatten foldl foldr function gather get_value gradients hard_sigmoid identity "
    "image_dim_ordering in_top_k int_shape is_sparse is_tensor l2_normalize learning_phase map_fn "
    "moving_average_update ones ones_like permute_dimensions pow print_tensor random_bernoulli random_binomial "
    "random_normal random_normal_variable random_uniform random_uniform_variable relu repeat repeat_elements reverse "
    "set_image_dim_ordering set_learning_phase set_value sparse_categorical_crossentropy switch to_dense "
    "truncated_normal update update_add update_sub variable zeros zeros_like"
)

# Namespace → {older name: path of today}.
NAMES: dict[str, dict[str, str]] = {
    "keras": {"Sequence": "keras.utils.Sequence"},
    "keras.backend": {
        **{name: f"keras.ops.{name}" for name in _SAME_OPS.split()},
        **{name: f"keras.backend._older.{name}" for name in _OWN.split()},
    },
    "keras.layers": {
        "Merge": "keras.layers._older.Merge",
        "ThresholdedReLU": "keras.layers._older.ThresholdedReLU",
        "TimeDistributedDense": "keras.layers.Dense",
    },
    "keras.losses": {name: f"keras.losses.{today}" for name, today in _LOSSES.items()}
    | {"Reduction": "keras.losses._older.Reduction"},
    "keras.models": {"model_from_config": "keras.saving.deserialize_keras_object"},
    "keras.metrics": {name: f"keras.metrics.{today}" for name, today in _LOSSES.items() if today != "cosine_similarity"}
    | dict.fromkeys(("cosine", "cosine_proximity", "cosine_similarity"), "keras.losses.cosine_similarity"),
    "keras.constraints": {"maxnorm": "keras.constraints.MaxNorm", "nonneg": "keras.constraints.NonNeg"}
    | {"unitnorm": "keras.constraints.UnitNorm", "UnitNormConstraint": "keras.constraints.UnitNorm"},
    "keras.initializers": {
        "normal": "keras.initializers.RandomNormal",
        "one": "keras.initializers.Ones",
        "uniform": "keras.initializers.RandomUniform",
        "zero": "keras.initializers.Zeros",
    },
    "keras.regularizers": {"WeightRegularizer": "keras.regularizers.L1L2"}
    | {name: f"keras.regularizers._older.{name}" for name in ("activity_l1", "activity_l1l2", "activity_l2", "l1l2")},
    "keras.wrappers": {name: f"keras.wrappers._older.{name}" for name in ("KerasClassifier", "KerasRegressor")},
    "keras.utils": {"plot": "keras.utils.plot_model"},
    "tf": {
        "VERSION": "tf.version.VERSION",
        "ceil": "tf.math.ceil",
        "confusion_matrix": "tf.math.confusion_matrix",
        "constant_initializer": "keras.initializers.Constant",
        "div": "tf.math.divide",
        "enable_eager_execution": "tf.compat.v1.enable_eager_execution",
        "erf": "tf.math.erf",
        "glorot_normal_initializer": "keras.initializers.GlorotNormal",
        "glorot_uniform_initializer": "keras.initializers.GlorotUniform",
        "is_nan": "tf.math.is_nan",
        "log": "tf.math.log",
        "log1p": "tf.math.log1p",
        "logging": "tf.compat.v1.logging",
        "mod": "tf.math.floormod",
        "ones_initializer": "keras.initializers.Ones",
        "random_normal": "tf.random.normal",
        "random_normal_initializer": "keras.initializers.RandomNormal",
        "random_uniform_initializer": "keras.initializers.RandomUniform",
        "random_shuffle": "tf.random.shuffle",
        "random_uniform": "tf.random.uniform",
        "rsqrt": "tf.math.rsqrt",
        "set_random_seed": "tf.random.set_seed",
        "truncated_normal": "tf.random.truncated_normal",
        "truncated_normal_initializer": "keras.initializers.TruncatedNormal",
        "variance_scaling_initializer": "keras.initializers.VarianceScaling",
        "zeros_initializer": "keras.initializers.Zeros",
    },
    "tf.compat.v1": {"keras": "keras"},
}
