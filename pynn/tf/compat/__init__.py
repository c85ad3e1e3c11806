"""`tf.compat`: the few names of TensorFlow 1 that programs of today still call."""

from pynn.tf.compat import v1

__all__ = ["v1"]
