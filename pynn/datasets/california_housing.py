"""California housing: prices of houses in 20,640 districts."""

from __future__ import annotations

from pynn.datasets import housing
from pynn.datasets.files import Remote, checked_name

URL = f"{housing.FOLDER}california_housing.npz"
SHA256 = "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f"
_SIZES = {"small": 600, "large": None}


def load_data(
    version: str = "large", path: str = "california_housing.npz", test_split: float = 0.2, seed: int = 113
) -> tuple[housing.Pair, housing.Pair]:
    """Load California housing: eight numbers for a district, and the median value of its houses in dollars.

    Parameters
    ----------
    version : {"large", "small"}
        All 20,640 districts or the first 600.
    path : str, default "california_housing.npz"
        Name of the file in the folder of data sets.
    test_split : float, default 0.2
        Share of the districts that are for testing, in [0, 1).
    seed : int, default 113
        Of the shuffled order.

    Returns
    -------
    tuple
        ``(x_train, y_train), (x_test, y_test)``: float arrays of shape (n, 8) and (n,).  What Keras's documentation
        says of the columns: median income, age of the houses, rooms and bedrooms (means for a household), people,
        people in a household (mean), latitude, longitude.

    Raises
    ------
    ValueError
        If `version` or `test_split` is out of range, if the file in ``PYNN_DATA`` is damaged, or if a download has the
        wrong checksum.
    ConnectionError
        If the file is neither on this machine nor to be had from the network; says where to put it.

    Notes
    -----
    Source: Pace & Barry 1997, "Sparse spatial autoregressions".

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = load_data(version="small")  # doctest: +SKIP
    >>> x_train.shape  # doctest: +SKIP
    (480, 8)
    """
    housing.checked_split(test_split)
    if version not in _SIZES:
        raise ValueError(f"Argument `version` must be one of 'small', 'large'. Received: version={version}")
    remote = Remote(checked_name("california_housing.load_data", path), URL, SHA256)
    return housing.read(remote, _SIZES[version], test_split, seed)
