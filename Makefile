# The index of commands. `make demo` and `make test` do all of their own set-up.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
