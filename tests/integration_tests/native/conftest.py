"""Tests of the native classes, which need the extras `anthropic` and `google`."""

from __future__ import annotations

from importlib.util import find_spec

# Environments without the extras cannot import them; `make test_native` has both.
collect_ignore_glob = [] if find_spec("langchain_anthropic") else ["*test_*.py"]
