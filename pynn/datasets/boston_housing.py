"""Boston housing: prices of houses in 506 districts."""

from __future__ import annotations

from pynn.datasets import housing
from pynn.datasets.files import Remote, checked_name

URL = f"{housing.FOLDER}boston_housing.npz"
SHA256 = "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"


def load_data(
    path: str = "boston_housing.npz", test_split: float = 0.2, seed: int = 113
) -> tuple[housing.Pair, housing.Pair]:
    """Load Boston housing: thirteen numbers for a district, and the median value of its houses in 1000 dollars.

    Parameters
    ----------
    path : str, default "boston_housing.npz"
        Name of the file in the folder of data sets.
    test_split : float, default 0.2
        Share of the districts that are for testing, in [0, 1).
    seed : int, default 113
        Of the shuffled order.

    Returns
    -------
    tuple
        ``(x_train, y_train), (x_test, y_test)``: float arrays of shape (n, 13) and (n,).

    Raises
    ------
    ValueError
        If `test_split` is out of range, if the file in ``PYNN_DATA`` is damaged, or if a download has the wrong
        checksum.
    ConnectionError
        If the file is neither on this machine nor to be had from the network; says where to put it.

    Notes
    -----
    One column, "B", is made from the share of Black inhabitants on the assumption that prices rise with segregation.
    scikit-learn dropped the data set for that; use `california_housing` unless this is the lesson.
    Source: Harrison & Rubinfeld 1978, "Hedonic housing prices and the demand for clean air".

    Examples
    --------
    >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
    >>> x_train.shape  # doctest: +SKIP
    (404, 13)
    """
    housing.checked_split(test_split)
    return housing.read(Remote(checked_name("boston_housing.load_data", path), URL, SHA256), None, test_split, seed)
