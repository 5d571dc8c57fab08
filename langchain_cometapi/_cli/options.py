"""Options that several commands have, and the model that they describe."""

from __future__ import annotations

import contextlib
import math
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from langchain_cometapi._json import load_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from langchain_core.messages import BaseMessage

_SECRETS = frozenset({"api_key", "cometapi_api_key", "openai_api_key"})
_OPTIONS = {
    "base_url": "--base-url",
    "cometapi_api_base": "--base-url",
    "openai_api_base": "--base-url",
    "model": "the argument MODEL",
    "model_name": "the argument MODEL",
    "timeout": "--timeout",
    "request_timeout": "--timeout",
    "messages": "the argument PROMPT",
    "input": "the argument PROMPT",
    "stream": "`explain --stream`; `ask` always streams",
}
_OF_PROGRAMS = frozenset({"self", "config", "run_manager"})
"""Arguments of the methods that the commands call: no request has them."""

_NO_PROXY = ("no_proxy", "NO_PROXY")

json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, for programs. No colours."
)
base_url_option = click.option(
    "--base-url", metavar="URL", help="The base URL; by default COMETAPI_BASE_URL."
)
emulator_option = click.option(
    "--emulator",
    is_flag=True,
    help="Use a local emulator in place of CometAPI: no key, no network, no cost, and no model.",
)
parameter_option = click.option(
    "--param",
    "-p",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the model or of the request; the value is JSON, else text. Repeatable.",
)
native_option = click.option(
    "--native",
    is_flag=True,
    help="Call Claude and Gemini over their own protocols (extras `anthropic` and `google`).",
)
system_option = click.option("--system", "-s", metavar="TEXT", help="A system message.")


def check_seconds(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    """Return the value of an option that is a number of seconds.

    Raises:
        BadParameter: If it is not positive, or has no end.
    """
    if value is not None and not (value > 0 and math.isfinite(value)):
        msg = f"{value} is not a positive number of seconds."
        raise click.BadParameter(msg)
    return value


@dataclass(frozen=True)
class Service:
    """Where requests go.

    Attributes:
        base_url: What the user or the emulator says; the environment decides where it is `None`.
        api_key: The emulator's; that of the environment where it is `None`.
        is_emulator: Whether it is a local emulator.
    """

    base_url: str | None = None
    api_key: str | None = None
    is_emulator: bool = False

    def arguments(self) -> dict[str, Any]:
        """Return the arguments of a model."""
        both = {"base_url": self.base_url, "api_key": self.api_key}
        return {name: value for name, value in both.items() if value is not None}


@contextlib.contextmanager
def open_service(base_url: str | None, *, emulator: bool) -> Iterator[Service]:
    """Start the emulator, if it is asked for.

    Raises:
        UsageError: If its extra is not installed, or a base URL is passed as well.
    """
    if not emulator:
        yield Service(base_url)
        return
    if base_url is not None:
        msg = "--emulator and --base-url exclude each other."
        raise click.UsageError(msg)
    try:
        from langchain_cometapi.emulator import CometAPIEmulator
    except ModuleNotFoundError as error:
        if "[emulator]" not in str(error):
            raise
        raise click.UsageError(str(error)) from None
    with _without_proxies(), CometAPIEmulator() as running:
        yield Service(running.base_url, running.api_key, is_emulator=True)


@contextlib.contextmanager
def _without_proxies() -> Iterator[None]:
    """Reach this machine directly: a proxy has no way to it."""
    before = {name: os.environ.get(name) for name in _NO_PROXY}
    os.environ.update(dict.fromkeys(_NO_PROXY, "127.0.0.1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def read_text(text: str) -> str:
    """Return a text of the command line, or what the standard input has if it is `-`.

    Raises:
        UsageError: If it is blank, or not UTF-8.
    """
    if text == "-":
        data = sys.stdin.buffer.read()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            msg = f"The standard input is not UTF-8 (byte {error.start})."
            raise click.UsageError(msg) from None
    if not text.strip():
        msg = "The prompt is blank."
        raise click.UsageError(msg)
    return text


def read_parameters(texts: Sequence[str]) -> dict[str, Any]:
    """Return the values of `--param`.

    Raises:
        UsageError: If one has no name, is a key, has an option of its own, or is for programs.
    """
    parameters: dict[str, Any] = {}
    for text in texts:
        name, separator, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if not separator or not name:
            msg = f"--param {name}: expected NAME=VALUE, such as temperature=0.2."
            raise click.UsageError(msg)
        if name in _SECRETS:
            msg = f"--param {name}: other users can see a command line. Set COMETAPI_KEY instead."
            raise click.UsageError(msg)
        if name in _OPTIONS:
            msg = f"--param {name}: use {_OPTIONS[name]}."
            raise click.UsageError(msg)
        if name in _OF_PROGRAMS:
            msg = f"--param {name}: neither a model nor a request has it."
            raise click.UsageError(msg)
        try:
            parameters[name] = load_json(value)
        except ValueError:
            parameters[name] = value
    return parameters


def read_tools(file: Any) -> list[Any]:
    """Return the tools of a file.

    Raises:
        UsageError: If it does not have a JSON list of tools.
    """
    name = getattr(file, "name", "-")
    try:
        tools = load_json(file.read().decode("utf-8-sig"))
    except ValueError as error:
        msg = f"--tools {name}: not JSON: {error}"
        raise click.UsageError(msg) from None
    if not isinstance(tools, list) or not all(isinstance(tool, dict) for tool in tools):
        msg = f"--tools {name}: expected a JSON list of tools, each an object."
        raise click.UsageError(msg)
    return tools


def create_messages(prompt: str, system: str | None) -> list[BaseMessage]:
    """Return the messages of a request."""
    from langchain_core.messages import HumanMessage, SystemMessage

    first: list[BaseMessage] = [SystemMessage(system)] if system else []
    return [*first, HumanMessage(prompt)]


def create_model(
    model: str, parameters: dict[str, Any], *, native: bool, **arguments: Any
) -> tuple[Any, dict[str, Any]]:
    """Return a model, and the parameters that belong to its calls.

    Args:
        model: Its id.
        parameters: Fields of the model and parameters of the request.
        native: Whether it is of the class that calls the vendor's own protocol.
        **arguments: Further fields of the model.

    Raises:
        UsageError: If there is no such class, or its extra is not installed.
    """
    kind = _find_native_class(model) if native else _load_class()
    fields = kind.model_fields
    names = fields.keys() | {field.alias for field in fields.values() if field.alias}
    own = {name: value for name, value in parameters.items() if name in names}
    rest = {name: value for name, value in parameters.items() if name not in names}
    return kind(model=model, **own, **arguments), rest


def _load_class() -> Any:
    from langchain_cometapi.chat_models import ChatCometAPI

    return ChatCometAPI


def _find_native_class(model: str) -> Any:
    import langchain_cometapi
    from langchain_cometapi.native import explain_choice

    choice = explain_choice(model)
    if choice.endpoint in {"chat", "responses"}:
        msg = f"--native: {choice}"
        raise click.UsageError(msg)
    try:
        return getattr(langchain_cometapi, choice.class_name)
    except ImportError as error:  # packages that do not fit each other
        raise click.UsageError(str(error)) from None
