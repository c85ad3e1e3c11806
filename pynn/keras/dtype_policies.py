"""`keras.dtype_policies`: the names students import; each is defined in `pynn.dtype_policies`."""

from pynn.dtype_policies import (
    DTypePolicy,
    FloatDTypePolicy,
    deserialize,
    get,
    serialize,
)

__all__ = [
    "DTypePolicy",
    "FloatDTypePolicy",
    "deserialize",
    "get",
    "serialize",
]
