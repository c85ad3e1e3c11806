"""Settings that hold for the whole library: float type, fuzz factor, image layout, logging."""

from __future__ import annotations

_FLOATS = ("float32", "float64")
_DATA_FORMATS = ("channels_first", "channels_last")

_floatx = "float32"
_epsilon = 1e-7
_image_data_format = "channels_last"
_interactive_logging = True
_layer_dtype: str | None = None


def floatx() -> str:
    """Return the name of the float type that new weights and data get.

    Returns
    -------
    str
        ``"float32"`` (the default) or ``"float64"``.

    Examples
    --------
    >>> floatx()
    'float32'
    """
    return _floatx


def set_floatx(value: str) -> None:
    """Choose the float type that new weights and data get.

    Models that exist already keep theirs.

    Parameters
    ----------
    value : {"float32", "float64"}
        The compiled core is built for these two.

    Raises
    ------
    ValueError
        If `value` is anything else, Keras's ``"float16"`` and ``"bfloat16"`` included.

    Examples
    --------
    >>> set_floatx("float64")
    >>> floatx()
    'float64'
    >>> set_floatx("float32")
    """
    global _floatx
    if value not in _FLOATS:
        raise ValueError(
            f"Unknown `floatx` value: {value!r}. Expected 'float32' or 'float64': pynn's core computes in these two."
        )
    _floatx = str(value)


def layer_dtype() -> str:
    """Return the float type of layers that are not told one.

    Returns
    -------
    str
        `floatx` unless `keras.config.set_dtype_policy` has chosen one.

    Examples
    --------
    >>> layer_dtype()
    'float32'
    """
    return _layer_dtype or _floatx


def set_layer_dtype(value: str | None) -> None:
    """Choose the float type of layers that are not told one.

    Parameters
    ----------
    value : {"float32", "float64"} or None
        None for `floatx`.

    Raises
    ------
    ValueError
        If `value` is another type.

    Examples
    --------
    >>> set_layer_dtype(None)
    """
    global _layer_dtype
    if value not in (None, *_FLOATS):
        raise ValueError(
            f"Cannot compute with the dtype policy {value!r}. Expected 'float32' or 'float64': pynn's core computes in "
            "these two."
        )
    _layer_dtype = value


def dtype_policy(dtype: str) -> dict[str, object]:
    """The form in which Keras's configs write a float type.

    Parameters
    ----------
    dtype : str

    Examples
    --------
    >>> dtype_policy("float32")["config"]
    {'name': 'float32'}
    """
    return {"module": "keras", "class_name": "DTypePolicy", "config": {"name": dtype}, "registered_name": None}


def epsilon() -> float:
    """Return the small number that keeps logarithms and divisions away from zero.

    Returns
    -------
    float
        1e-7 unless changed.

    Examples
    --------
    >>> epsilon()
    1e-07
    """
    return _epsilon


def set_epsilon(value: float) -> None:
    """Change the small number that `epsilon` returns.

    Parameters
    ----------
    value : float
        Positive and finite.

    Raises
    ------
    ValueError
        If `value` is zero, negative, infinite or NaN.

    Examples
    --------
    >>> set_epsilon(1e-5)
    >>> epsilon()
    1e-05
    >>> set_epsilon(1e-7)
    """
    global _epsilon
    if not 0.0 < value < float("inf"):
        raise ValueError(f"`epsilon` must be a positive, finite number. Received: value={value}")
    _epsilon = value


def image_data_format() -> str:
    """Return where images carry their channels when a layer is not told.

    Returns
    -------
    str
        ``"channels_last"`` (rows, columns, channels; the default) or ``"channels_first"``.

    Examples
    --------
    >>> image_data_format()
    'channels_last'
    """
    return _image_data_format


def set_image_data_format(data_format: str) -> None:
    """Choose where images carry their channels when a layer is not told.

    Parameters
    ----------
    data_format : {"channels_last", "channels_first"}

    Raises
    ------
    ValueError
        If `data_format` is neither.

    Examples
    --------
    >>> set_image_data_format("channels_last")
    """
    global _image_data_format
    data_format = str(data_format).lower()
    if data_format not in _DATA_FORMATS:
        raise ValueError(
            "The `data_format` argument must be one of {'channels_first', 'channels_last'}. "
            f"Received: data_format={data_format}"
        )
    _image_data_format = data_format


def backend() -> str:
    """Return the name of the engine, where Keras answers "tensorflow", "jax" or "torch".

    Returns
    -------
    str
        Always ``"pynn"``.

    Examples
    --------
    >>> backend()
    'pynn'
    """
    return "pynn"


def enable_interactive_logging() -> None:
    """Print progress and messages to standard output (the default).

    Examples
    --------
    >>> enable_interactive_logging()
    """
    global _interactive_logging
    _interactive_logging = True


def disable_interactive_logging() -> None:
    """Send progress and messages to the logger named "pynn" instead of standard output.

    Fit for jobs that run unattended.  Messages have level INFO, which Python's `logging`
    hides until it is told otherwise.

    Examples
    --------
    >>> disable_interactive_logging()
    >>> is_interactive_logging_enabled()
    False
    >>> enable_interactive_logging()
    """
    global _interactive_logging
    _interactive_logging = False


def is_interactive_logging_enabled() -> bool:
    """Tell whether progress and messages go to standard output.

    Returns
    -------
    bool
        False after `disable_interactive_logging`.

    Examples
    --------
    >>> is_interactive_logging_enabled()
    True
    """
    return _interactive_logging
