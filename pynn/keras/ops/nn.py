"""`keras.ops.nn`: a part of `keras.ops`, which Keras gives a namespace of its own."""

from pynn.ops import in_nn as _names

globals().update(_names)

__all__ = sorted(_names)
