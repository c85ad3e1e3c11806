"""`pynn summary`: the layers of a model in a file, and what the file says of its data."""

from __future__ import annotations

import argparse
import json
import os
from typing import Any

from pynn import keras


def load(path: str) -> tuple[Any, dict[str, Any]]:
    """A model with the notes that `train` left in its file, if it did."""
    if not os.path.exists(path):
        raise ValueError(f"{path}: no such file")
    if os.path.isfile(path) and not path.lower().endswith((".keras", ".h5", ".hdf5")):
        raise ValueError(f"{path}: expected a model, a .keras or .h5 file")
    try:
        model = keras.models.load_model(path)
    except TypeError as error:  # a class of somebody's own, which no command line can know
        raise ValueError(f"{path}: {str(error).partition(' Full object config:')[0]}") from None
    return model, json.loads(getattr(model, "_notes", "") or "{}")


def run(given: argparse.Namespace) -> None:
    """Print the table, then columns and classes."""
    model, notes = load(given.file)
    model.summary()
    if columns := notes.get("columns"):
        print("inputs: ", ", ".join(str(column["name"]) for column in columns))
    if "task" in notes:
        print("predicts:", notes.get("target", "y"), f"({notes['task']})")
    if classes := notes.get("classes"):
        print("classes:", ", ".join(classes))
