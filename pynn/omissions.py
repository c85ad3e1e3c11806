"""What Keras has and pynn leaves out, each with its reason: for error messages, the tests and a page of the docs."""

from __future__ import annotations

from typing import NamedTuple


class Omission(NamedTuple):
    """Names that are left out for one reason.

    Attributes
    ----------
    topic : str
        Heading in the docs.
    reason : str
        Continues the sentence "… is not in pynn:".
    nearest : str
        What to use instead.
    names : dict of str to str
        Namespace to patterns of names, separated by spaces.
    """

    topic: str
    reason: str
    nearest: str
    names: dict[str, str]


OMISSIONS = (
    Omission(
        "Convolution and pooling",
        "convolution and pooling are left out (pynn is for dense networks)",
        "keras.layers.Dense after keras.layers.Flatten",
        {
            "keras.layers": "*Conv[123]D *Conv[123]DTranspose *Convolution[123]D *Convolution[123]DTranspose "
            "AvgPool[123]D MaxPool[123]D AveragePooling[123]D MaxPooling[123]D Adaptive*Pooling[123]D Global*Pool[23]D "
            "Global*Pooling[23]D Cropping[123]D UpSampling[123]D ZeroPadding[123]D SpatialDropout[23]D",
            "keras.ops": "conv conv_transpose depthwise_conv separable_conv average_pool max_pool "
            "adaptive_average_pool adaptive_max_pool fold unfold space_to_depth depth_to_space",
            "tf.nn": "conv* depthwise_conv* *pool*",
            "keras.backend": "conv[123]d* depthwise_conv* separable_conv* pool[23]d resize_* spatial_* "
            "temporal_padding",
        },
    ),
    Omission(
        "Recurrence",
        "recurrent layers are left out (pynn is for dense networks)",
        "keras.layers.Dense on a window of past values, made with keras.layers.Flatten",
        {
            "keras.layers": "RNN LSTM GRU SimpleRNN *RNNCell *RNNCells LSTMCell GRUCell ConvLSTM[123]D Bidirectional "
            "TimeDistributed",
            "keras.backend": "rnn",
        },
    ),
    Omission(
        "Attention",
        "attention is left out (pynn is for dense networks)",
        "keras.layers.Dot with keras.layers.Softmax",
        {
            "keras.layers": "Attention AdditiveAttention MultiHeadAttention GroupQueryAttention ReversibleEmbedding",
            "keras.ops": "dot_product_attention",
            "keras.config": "*flash_attention*",
        },
    ),
    Omission(
        "Products over named axes",
        "layers that multiply along axes named in a formula are left out",
        "keras.layers.Dense, which works on the last axis of inputs of any rank, with keras.layers.Permute",
        {"keras.layers": "EinsumDense"},
    ),
    Omission(
        "Spectral normalization",
        "dividing weights by their largest singular value is left out (it belongs to generative networks)",
        "keras.constraints.MaxNorm",
        {"keras.layers": "SpectralNormalization"},
    ),
    Omission(
        "Images",
        "image processing and ready-made image networks are left out",
        "NumPy or Pillow for the pictures, keras.layers.Rescaling for their values",
        {
            "keras": "applications visualization",
            "keras.layers": "Random* AugMix AutoContrast CenterCrop CutMix MixUp Equalization RandAugment Resizing "
            "Solarization ContrastLimitedAdaptiveHistogramEqualization MaxNumBoundingBoxes Pipeline",
            "keras.ops": "image psnr",
            "keras.utils": "array_to_img img_to_array load_img save_img image_dataset_from_directory bounding_boxes",
            "keras.preprocessing": "image image_dataset_from_directory",
            "tf": "image",
        },
    ),
    Omission(
        "Sound",
        "sound processing is left out",
        "keras.layers.Dense on features computed with NumPy's fft",
        {
            "keras.layers": "MelSpectrogram STFTSpectrogram",
            "keras.ops": "stft istft extract_sequences fft fft2 ifft2 rfft irfft",
            "keras.initializers": "STFT stft STFTInitializer",
            "keras.utils": "audio_dataset_from_directory",
            "keras.losses": "CTC ctc",
            "keras.backend": "ctc_*",
            "tf": "audio signal",
        },
    ),
    Omission(
        "Text and lookup tables",
        "layers that read text or look values up are left out",
        "a Python dict for the numbers of words, keras.layers.CategoryEncoding or keras.layers.Embedding for numbers",
        {
            "keras.layers": "TextVectorization StringLookup IntegerLookup Hashing HashedCrossing",
            "keras.utils": "FeatureSpace text_dataset_from_directory",
            "keras.preprocessing": "text text_dataset_from_directory",
            "keras.ops": "ctc_decode ctc_loss",
            "tf": "feature_column lookup strings ragged sparse RaggedTensor SparseTensor",
        },
    ),
    Omission(
        "Complex numbers",
        "functions of complex numbers are left out (pynn computes with real ones)",
        "NumPy's functions",
        {"keras.ops": "polar view_as_complex view_as_real"},
    ),
    Omission(
        "Quantisation",
        "quantisation is left out (pynn computes in float32 and float64)",
        'keras.config.set_floatx("float32")',
        {
            "keras": "quantizers Quantizer",
            "keras.dtype_policies": "*Quantized* AWQ* GPTQ* Int[48]* DTypePolicyMap",
        },
    ),
    Omission(
        "Distribution",
        "distribution over devices is left out (pynn runs on the cores of one processor)",
        "pynn.set_num_threads",
        {"keras": "distribution device", "keras.utils": "multi_gpu_model training_utils", "tf": "distribute tpu"},
    ),
    Omission(
        "Other frameworks",
        "layers that wrap another framework are left out",
        "keras.layers.Lambda, or a subclass of keras.layers.Layer",
        {
            "keras.layers": "JaxLayer FlaxLayer TorchModuleWrapper TFSMLayer",
            "keras.config": "is_nnx_enabled",
            "keras.callbacks": "OrbaxCheckpoint",
        },
    ),
    Omission(
        "Graphs of TensorFlow 1",
        "sessions, placeholders and functions of a graph are left out, as in Keras 3",
        "keras.Model(inputs, outputs), which is called with arrays; keras.Input in the place of a placeholder",
        {
            "keras.backend": "get_session set_session placeholder is_placeholder get_graph name_scope "
            "manual_variable_initialization reset_uids is_variable",
            "tf": "Session InteractiveSession ConfigProto GPUOptions Graph Operation placeholder "
            "placeholder_with_default get_default_graph get_default_session get_variable get_collection "
            "add_to_collection GraphKeys variable_scope assign assign_add assign_sub gradients layers contrib "
            "global_variables_initializer initialize_all_variables local_variables_initializer global_variables "
            "trainable_variables Summary summaries",
            "tf.summary": "FileWriter FileWriterCache merge merge_all initialize tensor_summary",
            "tf.compat.v1": "Session InteractiveSession ConfigProto GPUOptions Graph placeholder get_variable "
            "disable_eager_execution disable_v2_behavior global_variables_initializer layers get_default_graph "
            "variable_scope get_collection assign gradients",
        },
    ),
    Omission(
        "Models and layers that Keras has given up",
        "models and layers that Keras itself has given up are left out",
        "keras.Model(inputs, outputs) of keras.layers.Dense and the merging layers",
        {"keras": "experimental", "keras.models": "Graph", "keras.layers": "MaxoutDense Highway"},
    ),
    Omission(
        "TensorFlow's own data sets",
        "TensorFlow 1's examples are left out, as in TensorFlow 2",
        "tf.keras.datasets.mnist.load_data()",
        {"tf": "examples"},
    ),
    Omission(
        "TensorFlow's own files and data types",
        "TensorFlow's own files, queues and containers are left out",
        "Python's open and NumPy's files for data, tf.data.Dataset over arrays",
        {
            "tf": "io gfile TensorArray queue raw_ops types nest experimental __internal__",
            "tf.data": "TFRecordDataset TextLineDataset FixedLengthRecordDataset experimental",
        },
    ),
    Omission(
        "An editor of files",
        "an editor of models' files is left out",
        "keras.models.load_model, model.get_weights() and model.set_weights()",
        {"keras.saving": "KerasFileEditor"},
    ),
    Omission(
        "Keras's own workings",
        "what Keras's engines need for compiled and stateless functions is left out, as are its older file formats",
        "keras.Layer and keras.Model, keras.saving.serialize_keras_object for configs",
        {
            "keras": "StatelessScope SymbolicScope RematScope remat name_scope legacy Function Operation",
            "keras.utils": "legacy",
        },
    ),
    Omission(
        "Monitoring servers",
        "callbacks that send to a server, and TensorFlow's profiler, are left out",
        "keras.callbacks.TensorBoard or keras.callbacks.CSVLogger, and model.profile(x, y)",
        {"keras.callbacks": "RemoteMonitor", "tf": "profiler", "tf.summary": "experimental graph trace_* write"},
    ),
    Omission(
        "Optimizers of other settings",
        "loss scaling for half precision and one optimizer for each group of weights are left out, as are Keras 2's "
        "legacy optimizers, which Keras 3 refuses, too",
        "any other optimizer of keras.optimizers",
        {
            "keras.optimizers": "LossScaleOptimizer MultiOptimizer OptimizerMap legacy",
            "keras.mixed_precision": "LossScaleOptimizer",
        },
    ),
    Omission(
        "Export and distillation",
        "serving formats and distillation are left out",
        "model.to_json() and model.get_weights()",
        {"keras": "export distillation", "tf": "saved_model lite"},
    ),
    Omission(
        "TensorFlow's estimators",
        "estimators are left out: TensorFlow itself has removed them",
        "keras.Sequential with compile and fit, or the estimators of pynn.sklearn",
        {"tf": "estimator", "tf.compat.v1": "estimator"},
    ),
)


# What is left out of keras.ops is left out of its parts.
_PARTS_OF_OPS = ("keras.ops.linalg", "keras.ops.nn", "keras.ops.numpy")


def omission_of(path: str, name: str) -> Omission | None:
    """Return why a name of Keras or TensorFlow is left out, or None.

    Parameters
    ----------
    path : str
        The namespace, such as ``"keras.layers"``; what lies in a namespace that is left out is left out, too.
    name : str

    Examples
    --------
    >>> omission_of("keras.layers", "LSTM").topic
    'Recurrence'
    >>> omission_of("keras.layers", "Dense") is None
    True
    """
    import fnmatch

    path = "keras.ops" if path in _PARTS_OF_OPS else path
    while path:
        for omission in OMISSIONS:
            if any(fnmatch.fnmatchcase(name, pattern) for pattern in omission.names.get(path, "").split()):
                return omission
        path, _, name = path.rpartition(".")
    return None
