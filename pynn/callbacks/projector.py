"""Files of TensorBoard's projector: vectors of embeddings as tables, and the settings that name them."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import numpy as np


def metadata_of(model: Any, metadata: Any) -> dict[Any, str | None]:
    """Return each embedding of a model with its file of labels, or None.

    Parameters
    ----------
    model : Model
    metadata : str or dict or None
        One file for all, or ``{layer name: file}``.

    Raises
    ------
    ValueError
        If `metadata` names a layer that is no embedding of the model.

    Examples
    --------
    >>> model = Sequential([Embedding(5, 2, name="words")])
    >>> metadata_of(model, {"words": "words.tsv"})[model.layers[0]]
    'words.tsv'
    """
    from pynn.layers import Embedding

    layers = [layer for layer in model.layers if isinstance(layer, Embedding)]
    if metadata is None or isinstance(metadata, str):
        return dict.fromkeys(layers, metadata)
    unknown = [name for name in metadata if name not in {layer.name for layer in layers}]
    if unknown:
        raise ValueError(
            "Unrecognized `Embedding` layer names passed to `keras.callbacks.TensorBoard` `embeddings_metadata` "
            f"argument: {unknown}; the model has {[layer.name for layer in layers]}"
        )
    return {layer: metadata.get(layer.name) for layer in layers}


def write(folder: str, model: Any, metadata: Any, epoch: int) -> None:
    """Write the vectors of an epoch as ``train/<layer>_embedding-<epoch>.tsv``, and let the projector show these.

    Parameters
    ----------
    folder : str
    model : Model
    metadata
        See `metadata_of`.
    epoch : int
    """
    entries = []
    for layer, labels in metadata_of(model, metadata).items():
        # Characters that Windows does not take in names of files, or that make folders.
        table = f"train/{re.sub(r'[^A-Za-z0-9_.-]', '_', layer.name)}_embedding-{epoch}.tsv"
        os.makedirs(os.path.join(folder, "train"), exist_ok=True)
        np.savetxt(os.path.join(folder, table), np.asarray(layer.embeddings), fmt="%.9g", delimiter="\t")
        fields = {"tensor_name": f"{layer.name}/embeddings", "tensor_path": table, "metadata_path": labels}
        lines = "".join(f"  {key}: {json.dumps(value)}\n" for key, value in fields.items() if value)
        entries.append(f"embeddings {{\n{lines}}}\n")
    with open(os.path.join(folder, "projector_config.pbtxt"), "w", encoding="utf-8") as file:
        file.write("".join(entries))
