"""Names of tools and authors that a vendor refuses are sent under others, and given back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
)
from langchain_core.tools import StructuredTool
from pydantic import BaseModel, create_model

from langchain_cometapi.exceptions import CometAPIStreamTruncatedError
from tests.support import (
    Gateway,
    all_ways,
    answer,
    ask,
    call_item,
    chunk,
    completion,
    respond,
    stream,
)
from tests.unit_tests.chat.request.histories import (
    CLAUDE,
    GEMINI,
    GPT,
    GROK,
    KIMI,
    result,
    sent,
    turn_with_calls,
)

# -- authors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("planner", "planner"),
        ("Research Agent", "Research_Agent"),
        ("a/b\\c<d>|e\n", "a_b_c_d_e"),
        ("Jörg 天気", "Jörg_天気"),
        ("", None),
        (" / ", None),
    ],
)
def test_name_of_an_author_is_sent_as_the_vendor_takes_it(name: str, expected: str | None) -> None:
    history: list[Any] = [
        SystemMessage("Hi", name=name),
        HumanMessage("Hi", name=name),
        AIMessage("Hi", name=name),
        HumanMessage("Hi", additional_kwargs={"name": name}),
    ]
    assert [message.get("name") for message in sent(GPT, history)] == [expected] * 4


def test_name_of_an_author_that_is_too_long_or_taken_is_another() -> None:
    names = ["x" * 65, "x" * 66, "a b", "a_b", "a/b", "a b", "a|b"]
    history: list[Any] = [HumanMessage("Hi", name=name) for name in names]
    given = [message["name"] for message in sent(GPT, history)]
    assert all(re.fullmatch(r"[^\s<|\\/>]{1,64}", name) for name in given)
    assert len(set(given)) == 6
    assert given[2] == given[5]
    # An author has the same name before the conversation went on.
    assert [message["name"] for message in sent(GPT, history[:-1])] == given[:-1]


def test_rewritten_name_of_an_author_is_explained() -> None:
    model = Gateway(answer(completion())).model(GPT, strict_params=True)
    (change,) = model.explain([HumanMessage("Hi", name="Research Agent")]).changes
    assert (change.parameter, change.action) == ("name", "rewritten")
    assert "'Research Agent' as 'Research_Agent'" in change.reason
    (change,) = model.explain([AIMessage("Hi", name="a")], model=GROK).changes
    assert (change.parameter, change.action) == ("name", "left out")


# -- tools ---------------------------------------------------------------------------------------

LONG = "mcp__" + "server-" * 12
NAMES = ["ok", "files.read", "files_read", "2nd", "_x", "天気", "天候", LONG]


def tool(name: str) -> StructuredTool:
    def run(city: str) -> str:
        return city

    return StructuredTool.from_function(run, name=name, description="Do it.")


def sent_names(model_id: str, names: list[str]) -> list[str]:
    """Return the names that these tools are sent under."""
    bound: Any = Gateway().model(model_id).bind_tools([tool(name) for name in names])
    return [one["function"]["name"] for one in bound.explain("Hi").body["tools"]]


@pytest.mark.parametrize(
    ("model_id", "pattern"),
    [
        (GPT, r"[a-zA-Z0-9_-]{1,64}"),
        (GEMINI, r"[a-zA-Z_][a-zA-Z0-9_.-]{0,63}"),
        (KIMI, r"[a-zA-Z][a-zA-Z0-9_-]{0,63}"),
    ],
)
def test_names_of_tools_are_sent_as_the_vendor_takes_them(model_id: str, pattern: str) -> None:
    sent = sent_names(model_id, NAMES)
    assert all(re.fullmatch(pattern, name) for name in sent)
    assert len(set(sent)) == len(NAMES)
    for name, other in zip(NAMES, sent, strict=True):
        assert (other == name) is bool(re.fullmatch(pattern, name))
    assert sent_names(model_id, NAMES) == sent


def call_of(name: str, arguments: str = '{"city": "Oslo"}') -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"id": "call_1", "type": "function", "function": function}


def responses(name: str, arguments: str = '{"city": "Oslo"}') -> Any:
    """Return what answers any request with a call, in odd fragments if it is streamed."""
    whole = {"role": "assistant", "content": None, "tool_calls": [call_of(name, arguments)]}
    head, tail = name[:3], name[3:]
    first = {"id": "call_1", "type": "function", "function": {"name": head}}
    deltas: list[dict[str, Any]] = [
        {"index": 0, **first},
        {"index": 0, "function": {"name": tail}},
        {"index": 0, "function": {"arguments": arguments[:3]}},
        {"index": 0, "function": {"arguments": arguments[3:]}},
    ]
    events = [chunk({"tool_calls": [delta]}) for delta in deltas]

    def respond(request: Any) -> Any:
        if b'"stream":true' in request.content:
            return stream(*events, chunk(finish_reason="tool_calls"))
        return answer(completion(whole))

    return respond


@all_ways
async def test_call_of_a_renamed_tool_has_the_own_name_of_the_tool(way: str) -> None:
    names = ["ok", "a.b", "a_b", LONG]
    tools = [tool(name) for name in names]
    for name, other in zip(names, sent_names(GPT, names), strict=True):
        served = Gateway(responses(other))
        model = served.model(GPT).bind_tools(tools)
        message = await ask(model, way)
        (call,) = message.tool_calls
        assert (call["name"], call["args"], call["id"]) == (name, {"city": "Oslo"}, "call_1")
        # The history is sent with the other name again.
        await ask(model, way, ["Hi", message, result("call_1")])
        assert served.bodies[1]["messages"][1]["tool_calls"][0]["function"]["name"] == other


@all_ways
@pytest.mark.parametrize("arguments", ['{"city": ', ""])
async def test_any_call_of_a_renamed_tool_has_the_own_name_of_the_tool(
    arguments: str, way: str
) -> None:
    model = Gateway(responses("files_read", arguments)).model(GPT)
    message = await ask(model.bind_tools([tool("files.read")]), way)
    (call,) = message.invalid_tool_calls if arguments else message.tool_calls
    assert call["name"] == "files.read"


def test_call_of_a_broken_stream_has_the_own_name_of_the_tool() -> None:
    first = {"index": 0, **call_of("files_read", '{"ci')}
    model = Gateway(stream(chunk({"tool_calls": [first]}), done=False)).model(GPT)
    with pytest.raises(CometAPIStreamTruncatedError) as caught:
        list(model.bind_tools([tool("files.read")]).stream("Hi"))
    assert caught.value.partial_message is not None
    (call,) = caught.value.partial_message.invalid_tool_calls
    assert call["name"] == "files.read"


SENT_CHOICE = {"type": "function", "function": {"name": "files_read"}}


def allow(name: str) -> dict[str, Any]:
    tools = [{"type": "function", "function": {"name": name}}]
    return {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": tools}}


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("files.read", SENT_CHOICE),
        ({"type": "function", "function": {"name": "files.read"}}, SENT_CHOICE),
        ({"type": "tool", "name": "files.read"}, SENT_CHOICE),
        (allow("files.read"), allow("files_read")),
        ("any", "required"),
    ],
)
def test_tool_choice_of_a_renamed_tool_names_it_as_it_is_sent(choice: Any, expected: Any) -> None:
    bound: Any = Gateway().model(GPT).bind_tools([tool("files.read")])
    explained = bound.explain("Hi", tool_choice=choice)
    assert explained.body["tool_choice"] == expected
    assert any("'files.read' as 'files_read'" in one.reason for one in explained.changes)
    assert all(one.action == "rewritten" for one in explained.changes)


@pytest.mark.parametrize("model_id", [GPT, GEMINI])
def test_calls_of_tools_that_are_not_offered_are_renamed(model_id: str) -> None:
    history: list[Any] = [turn_with_calls("call_1", name="a b!c"), result("call_1")]
    assert sent(model_id, history)[0]["tool_calls"][0]["function"]["name"] == "a_b_c"


def test_call_with_the_name_that_another_tool_is_sent_under_is_renamed() -> None:
    history: list[Any] = ["Hi", turn_with_calls("call_1", name="files_read"), result("call_1")]
    bound: Any = Gateway().model(GPT).bind_tools([tool("files.read")])
    body = bound.explain(history).body
    assert body["tools"][0]["function"]["name"] == "files_read"
    name = body["messages"][1]["tool_calls"][0]["function"]["name"]
    assert re.fullmatch("files_read_[0-9a-f]{8}", name)


def test_raw_call_is_renamed_in_the_request_alone() -> None:
    raw = {"tool_calls": [call_of("files.read")]}
    history = [AIMessage("", additional_kwargs=raw), result("call_1")]
    (turn, _) = sent(GPT, history)  # it asserts that the history is as before
    assert turn["tool_calls"][0]["function"]["name"] == "files_read"


def test_older_form_of_calls_is_renamed() -> None:
    call = {"name": "files.read", "arguments": "{}"}
    turn = AIMessage("", additional_kwargs={"function_call": call})
    asking, answering = sent(GPT, [turn, FunctionMessage(content="Ok", name="files.read")])
    assert asking["function_call"] == {"name": "files_read", "arguments": "{}"}
    assert answering["name"] == "files_read"


class Box(BaseModel):
    """A box."""

    city: str


Odd: Any = create_model("Box[int] of cities", __base__=Box, __doc__="A box.")


@all_ways
async def test_structured_output_of_a_schema_with_an_odd_name_is_parsed(way: str) -> None:
    served = Gateway(responses("Box_int_of_cities"))
    model = served.model(CLAUDE).with_structured_output(Odd, method="function_calling")
    assert await ask(model, way) == Odd(city="Oslo")
    assert served.bodies[0]["tool_choice"]["function"]["name"] == "Box_int_of_cities"


def test_name_of_a_response_format_is_sent_as_the_vendor_takes_it() -> None:
    structured: Any = Gateway().model(GPT).with_structured_output(Odd, method="json_schema")
    explained = structured.first.explain("Hi")
    assert explained.body["response_format"]["json_schema"]["name"] == "Box_int_of_cities"
    (change,) = (one for one in explained.changes if one.parameter == "response_format")
    assert "takes 'Box[int] of cities' as 'Box_int_of_cities'" in change.reason


@all_ways
async def test_tool_with_an_odd_name_is_renamed_on_the_responses_route_and_back(way: str) -> None:
    served = Gateway(lambda request: respond(request, call_item("files_read", '{"city": "Oslo"}')))
    model = served.model(GPT, endpoint="responses").bind_tools([tool("files.read")])
    message = await ask(model, way)
    assert [call["name"] for call in message.tool_calls] == ["files.read"]
    assert served.bodies[0]["tools"][0]["name"] == "files_read"
    await ask(model, way, ["Hi", message, result("call_1")])
    (call,) = [item for item in served.bodies[1]["input"] if item["type"] == "function_call"]
    assert call["name"] == "files_read"
