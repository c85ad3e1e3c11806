"""`tf.errors`: what pynn raises in the places where TensorFlow raises these."""

# Wrong shapes and values raise ValueError here; a program that catches TensorFlow's error catches that.
OpError = InvalidArgumentError = ValueError
NotFoundError = FileNotFoundError
OutOfRangeError = StopIteration
ResourceExhaustedError = MemoryError
UnimplementedError = NotImplementedError

__all__ = [
    "InvalidArgumentError",
    "NotFoundError",
    "OpError",
    "OutOfRangeError",
    "ResourceExhaustedError",
    "UnimplementedError",
]
