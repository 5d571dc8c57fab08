"""Annotations that can be resolved: LangChain asks for what a method returns at run time."""

from __future__ import annotations

import inspect
import pkgutil
import typing
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

import langchain_cometapi
from langchain_cometapi import emulator
from langchain_cometapi._base import signatures
from langchain_cometapi._base.arguments import _request_parameters
from langchain_cometapi._base.other_arguments import UNUSED_BY_EMBEDDINGS, UNUSED_BY_LLM
from tests.support import City, Gateway, all_ways, answer, ask, completion, get_weather
from tests.support.replies import Call, reply

MODEL: dict[str, Any] = {"model": "gpt-5.4-mini", "api_key": "sk-test"}


def public_objects() -> list[Any]:
    """Return the public classes and functions of the public modules."""
    needs_extras = {"native"} if find_spec("langchain_anthropic") is None else set()
    names = [
        name
        for _, name, _ in pkgutil.iter_modules(langchain_cometapi.__path__)
        if not name.startswith("_") and name not in needs_extras
    ]
    modules: list[Any] = [import_module(f"langchain_cometapi.{name}") for name in names]
    modules += [import_module("langchain_cometapi.emulator.pytest_plugin")]
    found: dict[str, Any] = {}
    for module in modules:
        for name in getattr(module, "__all__", dir(module)):
            value = getattr(module, name)
            home = str(getattr(value, "__module__", ""))
            is_own = home == module.__name__ or home.startswith(f"{emulator.__name__}.")
            if is_own and not name.startswith("_") and callable(value):
                found[f"{home}.{name}"] = value
    bound = langchain_cometapi.ChatCometAPI(**MODEL).bind_tools([get_weather])
    return [*found.values(), type(bound)]


def own_functions(value: Any) -> dict[str, Any]:
    """Return the functions of this package in a class, inherited ones too, or the function."""
    if not inspect.isclass(value):
        return {value.__name__: getattr(value, "_get_wrapped_function", lambda: value)()}
    functions = {}
    for name in dir(value):
        member: Any = inspect.getattr_static(value, name, None)
        member = getattr(member, "__func__", getattr(member, "fget", member))
        if str(getattr(member, "__module__", "")).startswith("langchain_cometapi"):
            functions[name] = member
    return {name: member for name, member in functions.items() if inspect.isroutine(member)}


@pytest.mark.parametrize("value", public_objects(), ids=lambda value: value.__name__)
def test_annotations_of_public_functions_resolve(value: Any) -> None:
    for function in own_functions(value).values():
        typing.get_type_hints(function)


def test_the_public_classes_are_among_those_checked() -> None:
    names = {value.__name__ for value in public_objects()}
    assert names >= {
        "ChatCometAPI",
        "CometAPIEmbeddings",
        "CometAPILLM",
        "CometAPIEmulator",
        "CometAPIError",
        "Fault",
        "ModelBinding",
        "RecordedRequest",
        "SharedRateLimiter",
        "create_app",
    }
    checked = own_functions(langchain_cometapi.ChatCometAPI)
    assert {"abatch", "aclose", "bind_tools", "explain", "with_structured_output"} <= set(checked)


@all_ways
async def test_tools_and_schemas_bound_after_fallbacks_are_those_of_each_model(way: str) -> None:
    failing = Gateway(answer({"error": {"message": "down", "code": "x"}}, 500))
    working = Gateway(lambda request: reply(request, Call('{"name": "Oslo"}')))
    model: Any = failing.model().with_fallbacks([working.model("claude-sonnet-5-5")])
    assert (await ask(model.bind_tools([get_weather]), way)).tool_calls
    for gateway in (failing, working):
        assert gateway.bodies[0]["tools"][0]["function"]["name"] == "get_weather"
    assert await ask(model.with_structured_output(City), way) == City(name="Oslo")
    assert failing.bodies[1]["response_format"]["type"] == "json_schema"
    assert working.bodies[1]["tools"][0]["function"]["name"] == "City"


def test_other_attributes_after_fallbacks_are_those_of_the_model() -> None:
    gateway = Gateway(answer(completion()))
    model: Any = gateway.model().with_fallbacks([gateway.model("claude-sonnet-5-5")])
    assert model.model_name == "gpt-5.4-mini"
    assert model.explain("Hi").body["model"] == "gpt-5.4-mini"
    assert model.get_num_tokens("Hi") == 1
    llm: Any = gateway.make(langchain_cometapi.CometAPILLM, model="gpt-5.4-mini").with_fallbacks([])
    assert llm.get_num_tokens("Hi") == 1


@pytest.mark.parametrize(
    ("kind", "arguments", "others"),
    [
        (langchain_cometapi.ChatCometAPI, signatures.ChatArguments, set()),
        (langchain_cometapi.CometAPILLM, signatures.LLMArguments, set(UNUSED_BY_LLM)),
        (
            langchain_cometapi.CometAPIEmbeddings,
            signatures.EmbeddingsArguments,
            {*UNUSED_BY_EMBEDDINGS, "headers"},
        ),
    ],
)
def test_type_checkers_see_the_arguments_that_the_constructor_takes(
    kind: Any, arguments: Any, others: set[str]
) -> None:
    hints = typing.get_type_hints(arguments)
    refused = {"openai_api_key", "openai_api_base"}
    classes = [base for base in kind.__mro__ if base.__module__.startswith("langchain_cometapi")]
    own = set().union(*(vars(base).get("__annotations__", {}) for base in classes))
    for name, field in kind.model_fields.items():
        if name in refused:
            continue
        for each in {name, field.alias or name}:
            hint = hints.pop(each)
            if name in own:  # the types of other fields are LangChain's, of any version
                assert hint == (signatures.Key if "api_key" in each else field.annotation), each
    if kind is not langchain_cometapi.CometAPIEmbeddings:
        others = others | {name for name in hints if name in _request_parameters()}
        assert {"user", "tool_choice", "parallel_tool_calls"} <= others
    assert set(hints) == others
