"""What IMDB and Reuters share: texts as lists of word numbers, and how they are prepared."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn.datasets.files import Remote, load

FOLDER = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

Texts = list[list[int]]


def shuffled(texts: np.ndarray, labels: np.ndarray, rng: np.random.RandomState) -> tuple[np.ndarray, np.ndarray]:
    """Texts and labels in one new order."""
    order = np.arange(len(texts))
    rng.shuffle(order)
    return texts[order], labels[order]


def numbered(texts: Any, start_char: int | None, index_from: int | None) -> Texts:
    """Texts with their numbers moved up by `index_from`, after a number that marks the start.

    Without a start mark and without an offset they are copied.
    """
    if start_char is not None:
        return [[start_char, *(w + index_from for w in text)] for text in texts]
    return [[w + (index_from or 0) for w in text] for text in texts]


def shorter(texts: Texts, labels: Any, maxlen: int) -> tuple[Texts, list[Any]]:
    """Those of fewer than `maxlen` numbers."""
    kept = [(text, label) for text, label in zip(texts, labels, strict=True) if len(text) < maxlen]
    return [text for text, _ in kept], [label for _, label in kept]


def limited(texts: Texts, num_words: int | None, skip_top: int, oov_char: int | None) -> Texts:
    """Texts of the numbers from `skip_top` to below `num_words`; others become `oov_char`, or go if that is None."""
    top = num_words or max(max(text) for text in texts)
    if oov_char is None:
        return [[w for w in text if skip_top <= w < top] for text in texts]
    return [[w if skip_top <= w < top else oov_char for w in text] for text in texts]


def objects(texts: Texts) -> np.ndarray:
    """An array of lists, as Keras makes it: of numbers, if all texts are equally long."""
    return np.array(texts, dtype="object")


def word_index(name: str, url: str, checksum: str) -> dict[str, int]:
    """Each word's number, from a JSON file."""

    import json

    def read(path: str) -> Any:
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    found: dict[str, int] = load(Remote(name, url, checksum), read)
    return found
