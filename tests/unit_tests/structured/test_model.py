"""The method, the schema and the parser are those of the model that is called."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.runnables import ConfigurableField, RunnableLambda
from pydantic import BaseModel

from langchain_cometapi._structured.methods import OutputRequest, choose_method
from langchain_cometapi._vendors.base import Vendor
from langchain_cometapi._vendors.registry import UNKNOWN
from langchain_cometapi.exceptions import CometAPIUnsentRequestError
from tests.support import Gateway, all_ways, answer, ask, get_weather
from tests.support.replies import Call, reply

OSLO = '{"name": "Oslo"}'


class City(BaseModel):
    """A city."""

    name: str


def _respond(request: Any) -> Any:
    """Reply as a model does that is asked in one way or another."""
    body = json.loads(request.content)
    if body["model"] == "broken":
        return answer({"error": {"message": "no such model"}}, 404)
    has_tool = bool(body.get("tools")) and "response_format" not in body and "text" not in body
    return reply(request, Call(OSLO) if has_tool else OSLO)


def _name_method(body: dict[str, Any]) -> str:
    kind = (body.get("response_format") or body.get("text", {}).get("format") or {}).get("type")
    if body.get("tools"):
        return "function_calling"
    stated = "JSON Schema" in json.dumps(body.get("messages") or body.get("input"))
    return f"{kind} stated" if stated else str(kind)


_METHODS = {
    "gpt-5.4-mini": "json_schema",
    "gpt-6-astra": "json_schema",
    "claude-sonnet-5-5": "function_calling",
    "deepseek-v4-pro": "function_calling",
    "glm-5.3": "json_object stated",
    "qwq-plus": "None stated",
}


@pytest.mark.parametrize("bound", ["gpt-5.4-mini", "claude-sonnet-5-5", "glm-5.3"])
@pytest.mark.parametrize("called", _METHODS)
@all_ways
async def test_call_with_another_model_goes_by_its_rules(bound: str, called: str, way: str) -> None:
    gateway = Gateway(_respond)
    structured = gateway.model(bound).with_structured_output(City)
    assert await ask(structured, way, "Hi", model=called) == City(name="Oslo")
    assert await ask(structured.bind(model=called), way) == City(name="Oslo")
    assert await ask(structured | RunnableLambda(lambda city: city), way, model=called) == City(
        name="Oslo"
    )
    assert await ask(structured, way) == City(name="Oslo")
    *others, own = gateway.bodies
    assert [body["model"] for body in others] == [called] * 3
    assert {_name_method(body) for body in others} == {_METHODS[called]}
    assert (own["model"], _name_method(own)) == (bound, _METHODS[bound])


async def test_batch_with_another_model_goes_by_its_rules() -> None:
    gateway = Gateway(_respond)
    structured = gateway.model().with_structured_output(City)
    assert structured.batch(["a", "b"], model="glm-5.3") == [City(name="Oslo")] * 2
    assert await structured.abatch(["a", "b"], model="glm-5.3") == [City(name="Oslo")] * 2
    assert [_name_method(body) for body in gateway.bodies] == [_METHODS["glm-5.3"]] * 4


@all_ways
async def test_fallback_goes_by_the_rules_of_its_own_model(way: str) -> None:
    gateway = Gateway(_respond)
    model = gateway.model("broken").with_fallbacks([gateway.model("glm-5.3")])
    structured: Any = model.with_structured_output(City)
    assert await ask(structured, way) == City(name="Oslo")
    assert [_name_method(body) for body in gateway.bodies] == [
        "function_calling",
        "json_object stated",
    ]


def test_model_that_is_changed_later_goes_by_its_new_rules() -> None:
    gateway = Gateway(_respond)
    model = gateway.model()
    structured = model.with_structured_output(City)
    model.model_name = "glm-5.3"
    structured.invoke("Hi")
    assert _name_method(gateway.bodies[0]) == "json_object stated"


def test_configured_model_keeps_what_its_default_was_bound_to() -> None:
    gateway = Gateway(_respond)
    model = gateway.model().configurable_fields(temperature=ConfigurableField("temperature"))
    structured: Any = model.with_structured_output(City)
    assert structured.invoke("Hi") == City(name="Oslo")


def test_sequence_of_model_and_parser_is_shown() -> None:
    structured: Any = Gateway(_respond).model().with_structured_output(City)
    assert structured.steps == [structured.first, structured.last]
    assert structured.OutputType is City
    assert structured.get_output_schema().__name__ == "City"
    assert "StructuredOutputParser" in structured.get_graph().draw_mermaid()
    assert structured.get_input_schema() is not None
    assert "sk-test" not in repr(structured)


# -- the choice of the method ------------------------------------------------------------------

_UNKNOWN = Vendor("some", "")
_CHOICES: list[tuple[Vendor, dict[str, Any] | None, str]] = [
    (UNKNOWN, None, "function_calling"),
    (UNKNOWN, {"structured_output": True}, "json_schema"),
    (_UNKNOWN, None, "function_calling"),
    (_UNKNOWN, {"structured_output": True}, "json_schema"),
    (_UNKNOWN, {"structured_output": True, "tool_calling": False}, "json_schema"),
    (_UNKNOWN, {"tool_calling": False}, "prompt"),
    (Vendor("some", "", json_object=True), {"tool_calling": False}, "json_mode"),
    (Vendor("some", "", json_schema=False), {"structured_output": True}, "function_calling"),
    (Vendor("some", "", structured_output="json_schema"), None, "json_schema"),
    (
        Vendor("some", "", structured_output="json_schema"),
        {"structured_output": False},
        "function_calling",
    ),
    (Vendor("some", "", structured_output="prompt"), {"structured_output": True}, "prompt"),
    (
        Vendor("some", "", structured_output="function_calling"),
        {"structured_output": True},
        "function_calling",
    ),
]


@pytest.mark.parametrize(("vendor", "profile", "method"), _CHOICES)
def test_method_follows_row_and_profile(
    vendor: Vendor, profile: dict[str, Any] | None, method: str
) -> None:
    assert choose_method(OutputRequest(schema=City), vendor, profile) == method


@pytest.mark.parametrize(
    ("profile", "method"),
    [
        ({"structured_output": False}, "function_calling"),
        ({"structured_output": False, "tool_calling": False}, "json_object stated"),
    ],
)
def test_profile_that_the_user_passes_decides(profile: dict[str, Any], method: str) -> None:
    gateway = Gateway(_respond)
    model = gateway.model(profile=profile)
    assert model.with_structured_output(City).invoke("Hi") == City(name="Oslo")
    assert _name_method(gateway.bodies[0]) == method


@pytest.mark.parametrize("model_id", ["grok-4.7", "gemini-3.8-flash", "gpt-6-astra"])
def test_tools_beside_a_schema_choose_the_method_that_takes_them(model_id: str) -> None:
    gateway = Gateway(_respond)
    structured = gateway.model(model_id).with_structured_output(City, tools=[get_weather])
    structured.invoke("Hi")
    body = gateway.bodies[0]
    assert body.get("tools")
    assert "json_schema" in json.dumps(body.get("response_format") or body["text"])
    with pytest.raises(CometAPIUnsentRequestError, match="`tools` go with"):
        structured.invoke("Hi", model="deepseek-v4-pro")


def test_tool_of_the_vendor_goes_beside_a_schema() -> None:
    gateway = Gateway(_respond)
    structured = gateway.model("gpt-6-astra").with_structured_output(
        City, tools=[{"type": "web_search"}]
    )
    assert structured.invoke("Hi") == City(name="Oslo")
    assert gateway.bodies[0]["tools"] == [{"type": "web_search"}]
