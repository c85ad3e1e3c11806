"""Reuters: 11,228 news texts as lists of word numbers, of 46 topics."""

from __future__ import annotations

import numpy as np

from pynn import legacy
from pynn.datasets import words
from pynn.datasets.files import Remote, checked_name, load
from pynn.datasets.pickled import read_npz

URL = f"{words.FOLDER}reuters.npz"
SHA256 = "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"
INDEX_URL = f"{words.FOLDER}reuters_word_index.json"
INDEX_MD5 = "4d44cc38712099c9e383dc6e5f11a921"

# Topics of the collection, in the order of the labels.
TOPICS = (
    "cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves ship cotton carcass "
    "crude nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin strategic-metal livestock retail ipi "
    "iron-steel rubber heat jobs lei bop zinc orange pet-chem dlr gas silver wpi hog lead"
)

Pair = tuple[np.ndarray, np.ndarray]


@legacy.spellings(nb_words="num_words")
def load_data(
    path: str = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> tuple[Pair, Pair]:
    """Load Reuters: news texts, words numbered by how often they occur.

    Parameters
    ----------
    path : str, default "reuters.npz"
        Name of the file in the folder of data sets.
    num_words : int, optional
        Numbers from here on become `oov_char`.
    skip_top : int, default 0
        Numbers below become `oov_char`, too.
    maxlen : int, optional
        Only texts of fewer numbers are kept.
    test_split : float, default 0.2
        Share of the texts that are for testing.
    seed : int, default 113
        Of the shuffled order.
    start_char : int or None, default 1
        Put before each text.
    oov_char : int or None, default 2
        Stands for words left out; None drops them.
    index_from : int, default 3
        Added to every word's number.

    Returns
    -------
    tuple
        ``(x_train, y_train), (x_test, y_test)``: arrays of lists of int, and of labels, int64, 0 to 45.

    Raises
    ------
    ValueError
        If no text is shorter than `maxlen`, if the file in ``PYNN_DATA`` is damaged, or if a download has the wrong
        checksum.
    ConnectionError
        If the file is neither on this machine nor to be had from the network; says where to put it.

    Notes
    -----
    Source: Lewis 1997, "Reuters-21578 text categorization collection".

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = load_data(num_words=10_000)  # doctest: +SKIP
    >>> len(x_train), len(x_test)  # doctest: +SKIP
    (8982, 2246)
    """
    found = load(Remote(checked_name("reuters.load_data", path), URL, SHA256), read_npz)
    raw, labels = words.shuffled(found["x"], found["y"], np.random.RandomState(seed))
    texts = words.numbered(raw, start_char, index_from)
    if maxlen:
        texts, labels = words.shorter(texts, labels, maxlen)  # type: ignore[assignment]
    if not texts:
        raise ValueError(f"reuters.load_data: no text is shorter than maxlen={maxlen}. Increase maxlen.")
    texts = words.limited(texts, num_words, skip_top, oov_char)
    count = int(len(texts) * (1 - test_split))
    train = words.objects(texts[:count]), np.array(labels[:count])
    return train, (words.objects(texts[count:]), np.array(labels[count:]))


def get_word_index(path: str = "reuters_word_index.json") -> dict[str, int]:
    """Load each word's number; in `load_data` it is `index_from` more.

    Parameters
    ----------
    path : str, default "reuters_word_index.json"
        Name of the file in the folder of data sets.

    Examples
    --------
    >>> get_word_index()["the"]  # doctest: +SKIP
    1
    """
    return words.word_index(checked_name("reuters.get_word_index", path), INDEX_URL, INDEX_MD5)


def get_label_names() -> tuple[str, ...]:
    """Names of the 46 topics, in the order of the labels.

    Examples
    --------
    >>> get_label_names()[3:5]
    ('earn', 'acq')
    """
    return tuple(TOPICS.split())
