# Two commands: `make demo` grades a sample class, `make test` proves the platform and the course.
PYTHON ?= python3
VENV := .venv
GUEST := .guest
PIP := -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test test-slow coverage benchmark install labextension webclient system clean

demo: install
	$(VENV)/bin/deepgrade demo

test: install
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check graders tests benchmarks
	$(VENV)/bin/mypy
	$(VENV)/bin/python -m pytest -n 2 --dist loadgroup -m 'not slow'
	$(VENV)/bin/deepgrade verify

# Whole applications: JupyterLab and its panel in a browser, an nbgrader course with its formgrader, the service and its
# workers when they are killed, containers, every notebook in a kernel.
test-slow: install
	$(VENV)/bin/python -m pytest -n 2 --dist loadgroup -m slow

coverage: install
	$(VENV)/bin/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered

benchmark: install
	$(VENV)/bin/python benchmarks/other_tools.py
	$(VENV)/bin/python benchmarks/backends.py
	$(VENV)/bin/python benchmarks/spread.py

install: $(VENV)/.made $(GUEST)/.made system
	@$(VENV)/bin/python hatch_build.py webclient >/dev/null || echo 'Until then the service shows plain text fields.' >&2

# The platform's environment.
$(VENV)/.made: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python $(PIP) torch
	$(VENV)/bin/python $(PIP) --editable '.[dev,torch]'
	$(VENV)/bin/python -m compileall -q graders
	touch $@

# The environment that students' code sees: nothing of the platform in it.
$(GUEST)/.made: constraints.txt
	$(PYTHON) -m venv $(GUEST)
	$(GUEST)/bin/python $(PIP) numpy torch
	touch $@

# The panel for JupyterLab, which wheels and tests build by themselves: built by npm, and shown by the environment's JupyterLab.
labextension: install
	$(VENV)/bin/python hatch_build.py labextension
	mkdir -p $(VENV)/share/jupyter/labextensions
	ln -sfn $(CURDIR)/labextension/build/lab $(VENV)/share/jupyter/labextensions/deepgrade

# The editor and the formulas of the service's pages, which wheels and tests build by themselves; the pages work without
# them, more plainly.
webclient: $(VENV)/.made
	$(VENV)/bin/python hatch_build.py webclient

# bubblewrap is the one thing that pip cannot install.
system:
	@command -v bwrap >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends bubblewrap >/dev/null; \
	  else \
	    echo 'bubblewrap is missing. Install it and run make again: sudo apt-get install bubblewrap' >&2; exit 1; \
	  fi; }

clean:
	rm -rf $(VENV) $(GUEST) build dist *.egg-info labextension/build labextension/node_modules \
	  webclient/build webclient/node_modules graders/server/web/static/bundle
