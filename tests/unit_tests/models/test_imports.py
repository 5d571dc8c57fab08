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


def _run(code: str) -> set[str]:
    """Return the modules that code has imported, run in a Python of its own."""
    code += "\nimport sys; print(*sys.modules)"
    command = [sys.executable, "-W", "error", "-c", code]
    run = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    return set(run.stdout.split())


def test_import_loads_nothing_heavy() -> None:
    loaded = _run("import langchain_cometapi; dir(langchain_cometapi)") - _run("")
    names = {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names
    assert names == {"langchain_cometapi"}


def test_model_sends_nothing_and_loads_no_emulator_tokenizer_prices_or_command_line() -> None:
    """The HTTP library has commands of its own, and imports click and rich where they are there."""
    loaded = _run(
        "import socket, sys; socket.socket.connect = socket.getaddrinfo = None; "
        "sys.modules.update(click=None, rich=None); "
        "from langchain_cometapi import ChatCometAPI, callbacks, catalog; "
        "ChatCometAPI(model='m', api_key='k').get_num_tokens('one two')"
    )
    assert not loaded & {"starlette", "uvicorn", "tiktoken_ext.openai_public", "genai_prices"}
    assert not {name for name in loaded if name.startswith("langchain_cometapi._cli.")}


EXTRAS = ("anthropic", "langchain_anthropic", "google.genai", "langchain_google_genai")
"""What the extras of the native classes bring."""

USE_ALL = """
import importlib, pkgutil
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
explain_choice("claude-haiku-5-5"), explain_choice("gemini-3.8-flash")
cometapi_chat_model("gpt-5.4-mini", api_key="k")
CostCallbackHandler()
CometAPIEmulator()
for name in [name for name in package.__all__ if name.endswith("Error")]:
    getattr(package, name)("Message")
register()
unregister()
"""
"""Imports each module that needs no extra, and constructs everything that is public."""


def test_nothing_but_the_native_classes_imports_what_the_extras_bring() -> None:
    """So all of it works without them; `test_choice.py` has what is said where they are missing."""
    assert not _run(USE_ALL) & set(EXTRAS)


@pytest.mark.parametrize("module", ["langchain_cometapi", "langchain_cometapi.native"])
@pytest.mark.parametrize(
    ("name", "extra"), [("ChatCometAPIAnthropic", "anthropic"), ("ChatCometAPIGoogle", "google")]
)
def test_native_class_without_its_extra_says_what_to_install(
    name: str, extra: str, module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for missing in EXTRAS:
        monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.delitem(sys.modules, f"langchain_cometapi.native.{extra}", raising=False)
    monkeypatch.delitem(vars(importlib.import_module(module)), name, raising=False)
    monkeypatch.delitem(vars(importlib.import_module("langchain_cometapi.native")), name, False)
    with pytest.raises(ImportError, match=rf'pip install "langchain-cometapi\[{extra}\]"'):
        getattr(importlib.import_module(module), name)
    assert name not in langchain_cometapi.__all__  # `import *` works without it
