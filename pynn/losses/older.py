"""What `keras.losses` had in Keras 2 beside losses."""

from __future__ import annotations


class Reduction:
    """Names of the reductions."""

    __today__ = 'a word: reduction="sum_over_batch_size", "sum" or "none"'
    AUTO = SUM_OVER_BATCH_SIZE = "sum_over_batch_size"
    SUM = "sum"
    NONE = "none"
