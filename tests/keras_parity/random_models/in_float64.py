"""Program: train drawn models in float64 in pynn and in real Keras; one line of JSON for each seed on the command line.

A process of its own, since JAX reads JAX_ENABLE_X64 when it starts.  Keras on JAX turns float64 into float32 in its
operations even when `floatx` is float64 (`keras.src.backend.common.dtypes.BIT64_TO_BIT32_DTYPE`, which follows
JAX's defaults); here that is taken back, so that the oracle computes in float64 throughout.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback


def main(seeds: list[int]) -> None:
    os.environ.update(KERAS_BACKEND="jax", JAX_ENABLE_X64="1", JAX_PLATFORMS="cpu")
    import keras as theirs
    from keras.src.backend.common import dtypes

    from pynn import keras as ours

    from .drawing import draw
    from .twins import deviations

    dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"
    for keras in (ours, theirs):
        keras.config.set_floatx("float64")
    for seed in seeds:
        drawn, start = draw(seed), time.process_time()
        line: dict[str, object] = {"seed": seed, "drawn": str(drawn)}
        try:
            line["deviations"] = deviations((ours, theirs), drawn, seed, "float64")
        except Exception:
            line["error"] = traceback.format_exc()
        print(json.dumps(line | {"seconds": round(time.process_time() - start, 2)}), flush=True)


if __name__ == "__main__":
    main([int(seed) for seed in sys.argv[1:]])
