# Two commands to know: `make demo` and `make test`.  Everything is kept below this folder, but pip's own cache.
# Another Python: make test PYTHON=python3.12

PYTHON ?= python3
VENV   := .venv
# -P: the folder at hand is not searched for modules, so that `pynn` is the installed wheel and not the sources.
PY     := $(VENV)/bin/python -P
# What is installed is compiled by all cores afterwards, not by pip's one.
PIP    := $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-compile
COMPILE = $(VENV)/bin/python -W ignore -m compileall -qq -j 0 $(VENV)/lib || true
SOURCE := pyproject.toml CMakeLists.txt README.md LICENSE $(shell find csrc pynn -type f ! -name '*.pyc' ! -path '*/.*')
BUILT  := build/wheel.stamp

# All of MNIST, where it is at hand already: a folder that PYNN_DATA names, one beside the checkout, Keras's cache.
PYNN_DATA ?= $(firstword $(patsubst %/mnist.npz,%,$(wildcard $(abspath ../shared/data)/mnist.npz $(HOME)/.keras/datasets/mnist.npz)))

# What tools would write into the home folder goes to build/ instead.
RUN = env PYTHONSAFEPATH=1 PYNN_DATA='$(PYNN_DATA)' KERAS_HOME='$(CURDIR)/build/keras' \
      XDG_CACHE_HOME='$(CURDIR)/build/cache' MPLCONFIGDIR='$(CURDIR)/build/matplotlib' \
      NUMBA_CACHE_DIR='$(CURDIR)/build/numba' HYPOTHESIS_STORAGE_DIRECTORY='$(CURDIR)/build/hypothesis'

.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test bench profile lint format dev wheel clean

help:
	@echo 'make demo    train on handwritten digits, show the accuracy, draw build/demo/digits.png'
	@echo 'make test    run every test; make test TESTS=tests/test_datasets.py runs one file'
	@echo 'make bench   run the benchmarks with their peers, print the table'
	@echo 'make profile W=W1   where the time of a batch goes, step by step, in a workload of bench/workloads.py'
	@echo 'make lint    check style and types; make format rewrites what can be rewritten'
	@echo 'make dev     make .venv-dev, where the library is used in place and compiles itself anew'
	@echo 'make wheel   build dist/*.whl'
	@echo 'make clean   remove everything that was built or installed here'

demo: $(VENV)/plot.stamp
	$(RUN) $(PY) examples/digits.py --picture build/demo/digits.png $(ARGS)

PYTEST = pytest -o cache_dir='$(CURDIR)/build/pytest' --basetemp='$(CURDIR)/build/tmp'
TESTS ?= tests
# Files of tests run side by side, a process for each core up to four: each may take 2 GB.  PROCESSES=0: one after another.
PROCESSES ?= auto
test: $(VENV)/test.stamp
	@mkdir -p build
	$(RUN) PYNN_TEST_INSTALLED=1 $(PY) -m $(PYTEST) -n $(PROCESSES) --maxprocesses=4 --dist=loadfile --no-loadscope-reorder $(TESTS) $(ARGS)

BENCH ?= bench
bench: $(VENV)/bench.stamp
	@mkdir -p build
	$(RUN) $(PY) -m $(PYTEST) -q $(BENCH) $(ARGS)

W ?= W1
profile:
	$(RUN) PYTHONPATH=bench $(PY) bench/steps.py $(W) $(ARGS)

C_FILES = $(wildcard csrc/*.c csrc/*.h)
PY_DIRS = pynn tests tools examples $(wildcard bench)
lint: $(VENV)/lint.stamp
	$(VENV)/bin/ruff check --cache-dir build/ruff $(PY_DIRS)
	$(VENV)/bin/ruff format --cache-dir build/ruff --check $(PY_DIRS)
	$(VENV)/bin/mypy --strict --cache-dir build/mypy pynn
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" cython-lint --max-line-length=120 csrc/_core.pyx csrc/_core.pxd
	$(VENV)/bin/clang-format --dry-run -Werror $(C_FILES)

format: $(VENV)/lint.stamp
	$(VENV)/bin/ruff check --cache-dir build/ruff --fix $(PY_DIRS)
	$(VENV)/bin/ruff format --cache-dir build/ruff $(PY_DIRS)
	$(VENV)/bin/clang-format -i $(C_FILES)

# For work on the library: Python files are used in place, changed C files compile at the next import.
dev:
	$(MAKE) VENV=.venv-dev .venv-dev/build.stamp .venv-dev/plot.stamp .venv-dev/test.stamp .venv-dev/lint.stamp
	PATH="$(CURDIR)/.venv-dev/bin:$$PATH" .venv-dev/bin/python -m pip install --quiet --disable-pip-version-check \
	    --no-build-isolation --no-deps --config-settings build-dir=build/dev --config-settings cmake.define.PYNN_WERROR=ON \
	    --config-settings editable.rebuild=true --config-settings editable.verbose=false --editable .
	@echo 'Now: source .venv-dev/bin/activate'

wheel: $(BUILT)
	@$(VENV)/bin/python tools/wheel_size.py dist/*.whl

clean:
	rm -rf build dist .venv .venv-dev .venv-lint .ruff_cache .mypy_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Set-up.  A stamp is as new as what it stands for; a second run finds nothing to do.

$(VENV)/made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo 'pynn needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	    { echo 'This Python cannot make a virtual environment. Debian, Ubuntu: apt install python3-venv' >&2; exit 1; }
	@command -v $(or $(CC),cc) >/dev/null || \
	    { echo 'pynn needs a C compiler. Debian, Ubuntu: apt install gcc; macOS: xcode-select --install' >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

# Build tools stay installed here, not in pip's throw-away environment, so that only changed C files compile again.
$(VENV)/build.stamp: pyproject.toml tools/requirements.py $(VENV)/made.stamp
	$(PIP) $$($(VENV)/bin/python tools/requirements.py build) cmake ninja
	@touch $@

$(BUILT): $(SOURCE) $(VENV)/build.stamp
	@mkdir -p dist build
	rm -f dist/*.whl
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(VENV)/bin/python -m pip wheel --quiet --disable-pip-version-check \
	    --no-build-isolation --no-deps --wheel-dir dist --config-settings build-dir=build/wheel \
	    --config-settings cmake.define.PYNN_WERROR=ON .
	@touch $@

$(VENV)/installed.stamp: $(BUILT)
	$(PIP) --force-reinstall --no-deps dist/*.whl
	$(PIP) dist/*.whl
	@$(COMPILE)
	@touch $@

$(VENV)/plot.stamp $(VENV)/test.stamp $(VENV)/bench.stamp $(VENV)/lint.stamp: \
$(VENV)/%.stamp: pyproject.toml tools/requirements.py $(VENV)/made.stamp
	$(PIP) $$($(VENV)/bin/python tools/requirements.py $*)
	@$(COMPILE)
	@touch $@

demo test bench profile: $(VENV)/installed.stamp
