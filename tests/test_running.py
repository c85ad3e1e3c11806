"""`pynn run`, Ctrl-C and broken pipes: in processes of their own, since they change what `import keras` gives."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from pynn.command_line import notebooks

COMMAND = [sys.executable, "-P", "-W", "ignore", "-m", "pynn"]


def notebook(path, *cells, **more):
    found = [{"cell_type": "markdown", "source": ["# Lesson"]}]
    found += [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    path.write_text(json.dumps({"cells": found, "nbformat": 4, "metadata": {}} | more), encoding="utf-8")
    return path


def run(tmp_path, *given, **settings):
    env = os.environ | {"IPYTHONDIR": str(tmp_path / "ipython"), "MPLCONFIGDIR": str(tmp_path / "matplotlib")}
    return subprocess.run(
        [*COMMAND, *map(str, given)], capture_output=True, text=True, timeout=120, cwd=tmp_path, env=env, check=False
    )


def test_scripts(tmp_path):
    script = tmp_path / "lesson.py"
    script.write_text(
        "import sys\nfrom tensorflow import keras\nprint(keras.__name__, sys.argv[1:])\n"
        "def wrong():\n    raise KeyError('no')\nwrong()\n"
    )
    done = run(tmp_path, "run", script, "--help", "-x")
    assert done.returncode == 1
    assert done.stdout == "pynn.keras ['--help', '-x']\n"
    assert done.stderr.splitlines()[1].endswith('lesson.py", line 6, in <module>')
    assert "runpy" not in done.stderr
    script.write_text("import sys\nsys.exit(5)")
    assert run(tmp_path, "lesson.py").returncode == 5
    done = run(tmp_path, "nothing.py")
    assert (done.returncode, done.stderr) == (1, "pynn run: nothing.py: no such file\n")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    done = run(tmp_path, "run", "table.csv")
    message = "pynn run: table.csv: expected a script (.py) or a notebook (.ipynb)\n"
    assert (done.returncode, done.stderr) == (1, message)


def test_notebooks_in_ipython(tmp_path):
    pytest.importorskip("IPython", reason="the extra notebook")
    pytest.importorskip("matplotlib", reason="draws the figure")
    path = notebook(
        tmp_path / "lesson.ipynb",
        "%matplotlib inline\nimport numpy as np, matplotlib.pyplot as plt\nimport tensorflow as tf",
        "",
        "model = tf.keras.Sequential([tf.keras.layers.Dense(1)])\nmodel.compile('sgd', 'mse')\n"
        "history = model.fit(np.ones((8, 2)), np.ones(8), verbose=0).history\nlist(history)",
        "plt.plot(history['loss'])\nplt.show()",
        "%who_ls list",
        "def f():\n    return 1 / 0\nf()",
        "print('not reached')",
    )
    done = run(tmp_path, "run", path, "--figures", "pictures")
    assert done.returncode == 1
    assert "['loss']" in done.stdout
    assert "return 1 / 0" in done.stdout
    assert "not reached" not in done.stdout
    assert done.stderr.splitlines()[-1] == "pynn run: lesson.ipynb, cell 6: ZeroDivisionError: division by zero"
    assert os.listdir(tmp_path / "pictures") == ["cell_04_1.png"]


@pytest.fixture
def without_ipython(monkeypatch, tmp_path):
    monkeypatch.setattr(notebooks, "_ipython", lambda: None)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_notebooks_without_ipython(without_ipython, capsys):
    path = notebook(without_ipython / "a.ipynb", "%matplotlib inline\nx = 20", "x + 1", "x;", "import os\nos.getcwd()")
    assert notebooks.run(str(path), None) == 0
    assert capsys.readouterr().out == f"21\n{str(without_ipython)!r}\n"
    assert sys.modules["__main__"].x == 20
    path = notebook(without_ipython / "b.ipynb", "x = 1", "x = 2\n%timeit x")
    assert notebooks.run(str(path), None) == 1
    message = (
        "b.ipynb, cell 2: '%timeit x' is IPython's, which is not installed: pip install \"pynn-kernels[notebook]\"\n"
    )
    assert capsys.readouterr().err == f"pynn run: {message}"
    path = notebook(without_ipython / "c.ipynb", "x = 1", "def f():\n    return 1 / 0", "f()")
    assert notebooks.run(str(path), None) == 1
    err = capsys.readouterr().err
    assert 'File "c.ipynb, cell 2", line 2, in f\n    return 1 / 0' in err
    assert err.endswith("pynn run: c.ipynb, cell 3: ZeroDivisionError: division by zero\n")
    assert "notebooks.py" not in err
    for code, expected in (
        ("exit(4)", 4),
        ("raise SystemExit('done')", 1),
        ("raise SystemExit", 0),
        ("(", 1),
    ):
        assert notebooks.run(str(notebook(without_ipython / "d.ipynb", code)), None) == expected


def test_figures(without_ipython, capsys):
    pytest.importorskip("matplotlib", reason="draws the figure")
    draw = "import matplotlib.pyplot as plt\nfor _ in range(2):\n    plt.figure()\n    plt.plot([1, 2]);"
    path = notebook(without_ipython / "a.ipynb", draw)
    assert notebooks.run(str(path), None) == 0
    assert capsys.readouterr().err == "2 figures not shown; --figures FOLDER saves them\n"
    assert notebooks.run(str(path), "pictures") == 0
    assert sorted(os.listdir("pictures")) == ["cell_01_1.png", "cell_01_2.png"]


def test_files_that_are_no_notebooks(without_ipython, capsys):
    for text in ("hello", "[]", "{}", '{"cells": 3}'):
        (without_ipython / "a.ipynb").write_text(text)
        assert notebooks.run("a.ipynb", None) == 1
        assert "pynn run: a.ipynb: no Jupyter notebook" in capsys.readouterr().err
    path = notebook(without_ipython / "r.ipynb", "1", metadata={"kernelspec": {"language": "R"}})
    assert notebooks.run(str(path), None) == 1
    assert "a notebook of R, expected Python" in capsys.readouterr().err


def test_older_notebooks(tmp_path):
    path = tmp_path / "old.ipynb"
    cells = [{"cell_type": "code", "input": ["x = 1\n", "x"]}]
    path.write_text(json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": cells}]}))
    assert notebooks.code_cells(str(path)) == [(1, "x = 1\nx")]


@pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")
def test_nobody_reads(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run([*COMMAND, "info"], stdout=writer, stderr=subprocess.PIPE, timeout=120, check=False)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(os.name == "nt", reason="pipes and signals of POSIX")
def test_ctrl_c(tmp_path):
    command = [*COMMAND, "train", "digits", "--epochs", "100000", "--layers", "8"]
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # where it is ignored, as in background jobs
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    signal.signal(signal.SIGINT, before)
    with process:
        try:
            for line in process.stdout:
                if line.startswith("network"):
                    break
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=300)
        finally:
            process.kill()
    assert process.returncode == 130
    assert err == "\npynn: interrupted\n"
    assert os.listdir(tmp_path) == []
