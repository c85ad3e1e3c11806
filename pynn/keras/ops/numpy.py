"""`keras.ops.numpy`: a part of `keras.ops`, which Keras gives a namespace of its own."""

from pynn.ops import like_numpy as _names

globals().update(_names)

__all__ = sorted(_names)
