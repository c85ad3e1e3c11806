"""`tf.version`: the TensorFlow release whose names `pynn.tf` follows."""

VERSION = "2.19.0"

__all__ = ["VERSION"]
