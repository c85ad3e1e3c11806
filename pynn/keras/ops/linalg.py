"""`keras.ops.linalg`: a part of `keras.ops`, which Keras gives a namespace of its own."""

from pynn.ops import in_linalg as _names

globals().update(_names)

__all__ = sorted(_names)
