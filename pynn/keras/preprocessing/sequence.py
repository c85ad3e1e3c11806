"""`keras.preprocessing.sequence`: an older place of `keras.utils.pad_sequences`, which Keras 3 still has."""

from pynn.sequences import pad_sequences

__all__ = ["pad_sequences"]
