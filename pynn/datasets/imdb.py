"""IMDB: 50,000 film reviews as lists of word numbers, good or bad."""

from __future__ import annotations

from typing import Any

import numpy as np

from pynn import legacy
from pynn.datasets import words
from pynn.datasets.files import Remote, checked_name, load
from pynn.datasets.pickled import read_npz

URL = f"{words.FOLDER}imdb.npz"
SHA256 = "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"
INDEX_URL = f"{words.FOLDER}imdb_word_index.json"
INDEX_MD5 = "bfafd718b763782e994055a2d397834f"

Pair = tuple[np.ndarray, np.ndarray]


def load_data(
    path: str = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
    **kwargs: Any,
) -> tuple[Pair, Pair]:
    """Load IMDB: 25,000 training and 25,000 test reviews, words numbered by how often they occur.

    Parameters
    ----------
    path : str, default "imdb.npz"
        Name of the file in the folder of data sets.
    num_words : int, optional
        Numbers from here on become `oov_char`.
    skip_top : int, default 0
        Numbers below become `oov_char`, too.
    maxlen : int, optional
        Only reviews of fewer numbers are kept.
    seed : int, default 113
        Of the shuffled order.
    start_char : int or None, default 1
        Put before each review.
    oov_char : int or None, default 2
        Stands for words left out; None drops them.
    index_from : int, default 3
        Added to every word's number.
    **kwargs
        ``nb_words``, the older name of `num_words`.

    Returns
    -------
    tuple
        ``(x_train, y_train), (x_test, y_test)``: arrays of lists of int, and of labels, int64, 1 for good.

    Raises
    ------
    ValueError
        If no review is shorter than `maxlen`, if the file in ``PYNN_DATA`` is damaged, or if a download has the wrong
        checksum.
    ConnectionError
        If the file is neither on this machine nor to be had from the network; says where to put it.

    Notes
    -----
    Source: Maas, Daly, Pham, Huang, Ng & Potts 2011, "Learning word vectors for sentiment analysis".

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = load_data(num_words=10_000)  # doctest: +SKIP
    >>> x_train[0][:4]  # doctest: +SKIP
    [1, 14, 22, 16]
    """
    legacy.renamed("imdb.load_data", kwargs, {"nb_words": "num_words"})
    num_words = kwargs.pop("num_words", num_words)
    if kwargs:
        raise TypeError(f"Unrecognized keyword arguments: {kwargs}. (imdb.load_data)")
    found = load(Remote(checked_name("imdb.load_data", path), URL, SHA256), read_npz)
    rng, parts = np.random.RandomState(seed), []
    for part in ("train", "test"):
        raw, labels = words.shuffled(found[f"x_{part}"], found[f"y_{part}"], rng)
        texts = words.numbered(raw, start_char, index_from)
        parts.append(words.shorter(texts, labels, maxlen) if maxlen else (texts, labels))
    if not (parts[0][0] and parts[1][0]):
        raise ValueError(
            f"After filtering for sequences shorter than maxlen={maxlen}, no sequence was kept. Increase maxlen."
        )
    count = len(parts[0][0])
    texts = words.limited(parts[0][0] + parts[1][0], num_words, skip_top, oov_char)
    labels = np.concatenate([parts[0][1], parts[1][1]])
    return (words.objects(texts[:count]), labels[:count]), (words.objects(texts[count:]), labels[count:])


def get_word_index(path: str = "imdb_word_index.json") -> dict[str, int]:
    """Load each word's number; in `load_data` it is `index_from` more.

    Parameters
    ----------
    path : str, default "imdb_word_index.json"
        Name of the file in the folder of data sets.

    Examples
    --------
    >>> get_word_index()["the"]  # doctest: +SKIP
    1
    """
    return words.word_index(checked_name("imdb.get_word_index", path), INDEX_URL, INDEX_MD5)
