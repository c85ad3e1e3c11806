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

# Functions of `keras.backend` that are functions of `keras.ops` today, where the name is another one …
_RENAMED_OPS = {"pow": "power", "permute_dimensions": "transpose", "switch": "where"}
# … and the same one.
_SAME_OPS = (
    "abs all any arange cast clip cos elu equal exp expand_dims eye greater greater_equal less less_equal log "
    "logsumexp max maximum mean min minimum ndim not_equal one_hot ones ones_like prod reshape round shape sigmoid "
    "sign sin softmax softplus softsign sqrt square squeeze stack std stop_gradient sum tanh tile transpose var zeros "
    "zeros_like"
)
# These have arguments or meanings of their own; they are defined in pynn.older_backend.
_OWN = (
    "argmax argmin batch_get_value batch_set_value binary_crossentropy cast_to_floatx categorical_crossentropy "
    "concatenate constant count_params cumprod cumsum dot eval flatten get_value int_shape is_tensor learning_phase "
    "random_normal random_uniform relu set_learning_phase set_value sparse_categorical_crossentropy variable"
)

# Namespace → {older name: path of today}.
NAMES: dict[str, dict[str, str]] = {
    "keras": {"Sequence": "keras.utils.Sequence"},
    "keras.backend": {
        **{name: f"keras.ops.{name}" for name in _SAME_OPS.split()},
        **{name: f"keras.ops.{today}" for name, today in _RENAMED_OPS.items()},
        **{name: f"keras.backend._older.{name}" for name in _OWN.split()},
    },
    "keras.losses": {name: f"keras.losses.{today}" for name, today in _LOSSES.items()},
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
    "keras.regularizers": {"WeightRegularizer": "keras.regularizers.L1L2"},
    "keras.wrappers": {name: f"keras.wrappers._older.{name}" for name in ("KerasClassifier", "KerasRegressor")},
    "keras.utils": {"plot": "keras.utils.plot_model"},
}
