"""The page docs/scikit_learn.md runs, and what it shows is what comes out; its last program starts a cluster."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sklearn", reason="about pynn.sklearn")

PAGE = Path(__file__).resolve().parent.parent / "docs" / "scikit_learn.md"
BLOCK = re.compile(r"^```python\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
BLOCKS = BLOCK.findall(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else []
needs_page = pytest.mark.skipif(not BLOCKS, reason="the page is only in the source tree")


@needs_page
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_the_page_runs(capsys):
    namespace: dict[str, object] = {"__name__": "page"}
    for number, (text, shown) in enumerate(BLOCKS[:-1]):
        exec(compile(text, f"{PAGE.name}, block {number + 1}", "exec"), namespace)
        assert capsys.readouterr().out == shown


@needs_page
@pytest.mark.skipif(os.name != "posix", reason="ends what it started as a group")
def test_a_search_on_a_dask_cluster(tmp_path):
    pytest.importorskip("distributed", reason="about Dask")
    program = tmp_path / "search.py"
    program.write_text(BLOCKS[-1][0], encoding="utf-8")
    environment = os.environ | {"DASK_TEMPORARY_DIRECTORY": str(tmp_path), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-P", str(program)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path, env=environment,
        start_new_session=True,
    ) as running:  # fmt: skip
        try:
            out, err = running.communicate(timeout=150)
        finally:
            with contextlib.suppress(ProcessLookupError):  # nothing of it is left
                os.killpg(running.pid, signal.SIGKILL)
    assert running.returncode == 0, err[-3000:]
    assert re.fullmatch(r"0\.9\d with \{'alpha': [\d.]+\}\n", out), out + err
