"""Where pynn's time goes: ``python bench/steps.py W1 [rows]`` prints the profile of a workload."""

from __future__ import annotations

import sys

import arrays
from peers.keras_api import Pynn
from workloads import WORKLOADS


def main(name: str = "W1", rows: str = "0") -> None:
    """Print the tables of `Model.profile`.

    Parameters
    ----------
    name : str
        A key of `WORKLOADS`.
    rows : str
        How many rows to take, "0" for all.
    """
    if name not in WORKLOADS:
        raise SystemExit(f"there is no workload {name!r}; there are {', '.join(WORKLOADS)}")
    workload = WORKLOADS[name]
    data = getattr(arrays, workload.data)().first(int(rows))
    print(f"{name}: {workload.describe(data.x.shape[1])}; {data.source}")
    model = Pynn(workload, data, workload.initial_weights(data.x.shape[1])).model
    model.profile(data.x, data.y, batch_size=workload.batch)
    print()
    model.profile(data.x, batch_size=workload.batch)


if __name__ == "__main__":
    main(*sys.argv[1:])
