"""The public names, and what importing them costs."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import langchain_cometapi

ROOT = Path(__file__).parents[3]


def test_every_name_in_all_can_be_imported() -> None:
    assert langchain_cometapi.__all__ == sorted(langchain_cometapi.__all__)
    for name in langchain_cometapi.__all__:
        assert getattr(langchain_cometapi, name) is not None
    assert set(langchain_cometapi.__all__) <= set(dir(langchain_cometapi))
    with pytest.raises(AttributeError, match="no attribute 'ChatCometApi'"):
        _ = langchain_cometapi.ChatCometApi


def test_public_class_of_a_module_is_exported() -> None:
    for module_name in ("callbacks", "chat_models", "embeddings", "exceptions", "llms"):
        module = importlib.import_module(f"langchain_cometapi.{module_name}")
        public = {
            name
            for name, value in vars(module).items()
            if isinstance(value, type)
            and value.__module__ == module.__name__
            and not name.startswith("_")
        }
        assert public <= set(langchain_cometapi.__all__)


def test_import_loads_nothing_heavy() -> None:
    code = (
        "import sys; before = set(sys.modules); import langchain_cometapi; "
        "dir(langchain_cometapi); print(*sorted(set(sys.modules) - before))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    loaded = {name.partition(".")[0] for name in run.stdout.split()} - sys.stdlib_module_names
    assert loaded == {"langchain_cometapi"}


def test_import_of_a_model_sends_nothing_and_loads_no_emulator_tokenizer_or_prices() -> None:
    code = (
        "import socket, sys; socket.socket.connect = socket.getaddrinfo = None; "
        "from langchain_cometapi import ChatCometAPI, callbacks, catalog; "
        "ChatCometAPI(model='m', api_key='k').get_num_tokens('one two'); "
        "heavy = {'starlette', 'uvicorn', 'tiktoken_ext.openai_public', 'genai_prices'}; "
        "print(*heavy & sys.modules.keys())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert run.stdout.split() == []


EXTRAS = ("anthropic", "langchain_anthropic", "google.genai", "langchain_google_genai")
"""What the extras of the native classes bring."""

NATIVE = {"ChatCometAPIAnthropic": "anthropic", "ChatCometAPIGoogle": "google"}
"""The extra of each class."""

UNINSTALL = """
import sys
from importlib.machinery import PathFinder
find_spec = PathFinder.find_spec
def find(name, *arguments):
    return None if name in sys.argv[1:] else find_spec(name, *arguments)
PathFinder.find_spec = find
"""
"""Finds none of the modules that the command line names, as if they were not installed."""

USE_ALL = """
import importlib, pkgutil, sys
import langchain_cometapi as package
from langchain_cometapi import *
from langchain_cometapi import catalog, native, rate_limiters
from langchain_cometapi.emulator import CometAPIEmulator

SKIPPED = ("__main__", "native.anthropic", "native.google", "anthropic_clients", "google_clients",
           "aiohttp_transport")
for module in pkgutil.walk_packages(package.__path__, "langchain_cometapi."):
    if not module.name.endswith(SKIPPED):
        importlib.import_module(module.name)
for name in package.__all__:
    getattr(package, name)
for kind, model in (
    (ChatCometAPI, "gpt-5.4-mini"),
    (ChatCometAPI, "claude-haiku-5-5"),
    (CometAPILLM, "claude-haiku-5-5"),
    (CometAPIEmbeddings, "text-embedding-3-small"),
):
    made = kind(model=model, api_key="k")
    repr(made), dir(made)
ChatCometAPI(model="claude-haiku-5-5", api_key="k").explain("Hi")
CostCallbackHandler()
CometAPIEmulator()
for name in [name for name in package.__all__ if name.endswith("Error")]:
    getattr(package, name)("Message")
register()
unregister()
"""
"""Imports each module that needs none of them, and constructs everything that is public."""


def _run(code: str, *arguments: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_everything_but_the_native_classes_works_without_the_extras() -> None:
    _run(UNINSTALL + USE_ALL, *EXTRAS)


def test_nothing_but_the_native_classes_imports_what_the_extras_bring() -> None:
    loaded = _run(USE_ALL + "print(*sys.modules)").split()
    assert not set(EXTRAS) & set(loaded)


@pytest.mark.parametrize("module", ["langchain_cometapi", "langchain_cometapi.native"])
@pytest.mark.parametrize("name", NATIVE)
def test_native_class_without_its_extra_says_what_to_install(name: str, module: str) -> None:
    code = (
        f"{UNINSTALL}\ntry: from {module} import {name}\nexcept ImportError as error: print(error)"
    )
    assert f'pip install "langchain-cometapi[{NATIVE[name]}]"' in _run(code, *EXTRAS)
    assert name not in langchain_cometapi.__all__  # `import *` works without it
