"""A model from a configuration that stands in a file, which may ask for anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pynn import saving
from pynn.saving import room, sharing
from pynn.saving.reading import is_of_the_user
from pynn.saving.refused import RefusedFileError

# Bytes of weights that a configuration may ask for, for each byte of the file that is to fill them: most optimizers
# keep two numbers beside a weight, which the file of a model that was never trained lacks.
_MOST_WEIGHTS = 8
# Bytes that they may ask for in any case: metrics keep counts that no file holds.
_ALWAYS_FINE = 2**26


def made(config: Mapping[str, Any], safe_mode: bool, size: int) -> Any:
    """A model from a configuration that may be damaged, for weights of so many bytes."""
    try:
        with sharing.reading(), room.at_most(_MOST_WEIGHTS * size + _ALWAYS_FINE):
            model = saving.deserialize_keras_object(config, safe_mode=safe_mode)
    except (RefusedFileError, ImportError, NotImplementedError):
        raise
    except Exception as error:  # a configuration can name any class with any arguments
        if is_of_the_user(error):
            raise
        raise RefusedFileError(f"the configuration makes no model: {error}") from error
    if not hasattr(model, "load_weights"):
        raise RefusedFileError(f"the configuration makes no model, but {model!r}")
    return model
