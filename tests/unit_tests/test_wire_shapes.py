"""Every shape of a whole answer, and the message it must become."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_cometapi.exceptions import (
    CometAPIError,
    CometAPIOverloadedError,
    CometAPIRateLimitError,
    CometAPIServerError,
    CometAPIUnexpectedResponseError,
)
from tests.support import (
    MADE_UP,
    Fails,
    Gateway,
    Said,
    ask,
    check_error,
    check_message,
    fixture_names,
    recorded,
)

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import ChatGeneration

    from langchain_cometapi import ChatCometAPI

WAYS = ("invoke", "ainvoke")
PARIS, ROME = {"city": "Paris"}, {"city": "Rome"}


@dataclass(frozen=True)
class Case:
    fixture: str
    said: Said
    headers: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.fixture


def tools(*calls: tuple[str, dict[str, Any], str], **kwargs: Any) -> Said:
    """A message that says nothing but calls tools."""
    return Said("", calls, finish_reason=kwargs.pop("finish_reason", "tool_calls"), **kwargs)


THOUGHT = {"reasoning_content": "Two and two."}
DETAILS = [
    {
        "type": "reasoning.text",
        "format": "anthropic-claude-v1",
        "index": 0,
        "text": "Two and two.",
        "signature": "c2lnLWRldGFpbHM=",
    }
]
BLOCKS = [{"type": "thinking", "thinking": "Two and two.", "signature": "c2lnLWJsb2Nrcw=="}]
IMAGES = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,aW1hZ2U="}}]
ANNOTATIONS = [
    {
        "type": "url_citation",
        "url_citation": {
            "url": "https://weather.example/paris",
            "title": "Paris",
            "start_index": 0,
            "end_index": 9,
        },
    }
]


def signed(id_: str, vendor: str, signature: str) -> dict[str, Any]:
    """What is kept of a thought signature."""
    return {"tool_call_extra_content": {id_: {vendor: {"thought_signature": signature}}}}


CASES = [
    Case(
        "normal.json",
        Said(
            "Four",
            tokens=(29, 2, 31),
            input_details={"cache_read": 0, "audio": 0},
            output_details={"reasoning": 0, "audio": 0},
            model="gpt-4.1-nano-2025-04-14",
            id="chatcmpl-DNA27",
            metadata={
                "service_tier": "default",
                "system_fingerprint": "fp_490a4ad033",
                "request_id": "20260617165550885561292gJBlzjtp",
            },
        ),
        {"x_cometapi_request_id": "20260617165550885561292gJBlzjtp", "x_request_id": "other"},
    ),
    Case("minimal.json", Said(tokens=None)),
    Case("usage_null.json", Said(tokens=None)),
    Case("content_list.json", Said()),
    Case("no_role.json", Said()),
    Case("structured_plain.json", Said('{"setup": "Why?", "punchline": "Because."}')),
    Case(
        "structured_fenced.json",
        Said('```json\n{"setup": "Why?", "punchline": "Because."}\n```'),
    ),
    # reasoning
    Case(
        "reasoning_content.json",
        Said(
            "It is 4.",
            extras={"reasoning_content": "Two and two."},
            tokens=(9, 40, 49),
            output_details={"reasoning": 30},
            model="glm-5.2",
        ),
    ),
    Case(
        "reasoning_details.json",
        Said(
            "It is 4.",
            extras={**THOUGHT, "reasoning_details": DETAILS},
            model="claude-sonnet-5-5",
        ),
    ),
    Case(
        "thinking_blocks.json",
        Said("It is 4.", extras={**THOUGHT, "thinking_blocks": BLOCKS}, model="claude-sonnet-5-5"),
    ),
    Case("think_tags.json", Said("<think>Two and two.</think>It is 4.", model="qwen3.8-max")),
    # what vendors add
    Case("images.json", Said("Here it is.", extras={"images": IMAGES}, model="gemini-3.8-flash")),
    Case("annotations.json", Said("It rains.", extras={"annotations": ANNOTATIONS})),
    Case(
        "tool_signature_google.json",
        tools(
            ("get_weather", PARIS, "call_g"),
            extras=signed("call_g", "google", "c2lnLWdvb2dsZQ=="),
            model="gemini-3.8-flash",
        ),
    ),
    Case(
        "tool_signature_vertex.json",
        tools(
            ("get_weather", PARIS, "call_v"),
            extras=signed("call_v", "vertex", "c2lnLXZlcnRleA=="),
            model="gemini-3.8-flash",
        ),
    ),
    Case(
        "tool_signature_first_of_two.json",
        tools(
            ("get_weather", PARIS, "call_1"),
            ("get_weather", ROME, "call_2"),
            extras=signed("call_1", "google", "c2lnLWZpcnN0"),
            model="gemini-3.8-flash",
        ),
    ),
    # tool calls
    *(
        Case(f"tool_arguments_{name}.json", tools(("ping", {}, "call_1")))
        for name in ("empty", "null", "null_text")
    ),
    Case("tool_arguments_object.json", tools(("remove", {"path": "/data/a"}, "call_1"))),
    Case("tool_without_id.json", tools(("ping", {}, MADE_UP))),
    Case(
        "tool_arguments_cut.json",
        tools(
            finish_reason="length",
            invalid=(
                (
                    "remove",
                    '{"path":"/data/a","dry_ru',
                    "call_1",
                    "cut off by the token limit (finish_reason 'length'): the arguments are no",
                ),
            ),
        ),
    ),
    Case(
        "tool_arguments_broken.json",
        tools(
            ("ping", {}, "call_2"),
            invalid=(("remove", '{"path":"/data/a"', "call_1", "the arguments are no JSON: "),),
        ),
    ),
    Case(
        "tool_arguments_no_object.json",
        tools(
            invalid=(
                ("remove", '["/data/a"]', "call_1", "the arguments are no JSON object but list"),
            )
        ),
    ),
    Case(
        "tool_without_name.json",
        tools(("ping", {}, "call_2"), invalid=((None, "{}", "call_1", "the call names no tool"),)),
    ),
    # usage
    Case(
        "usage_cost.json",
        Said(
            tokens=(1200, 80, 1280),
            input_details={"cache_read": 1024, "cache_creation": 100, "audio": 7},
            output_details={"reasoning": 64, "audio": 5},
            model="deepseek-v4-flash-vision-exp",
            metadata={"cost": 0.00042},
        ),
    ),
    Case(
        "usage_anthropic.json",
        Said(
            tokens=(2012, 5, 2017),
            input_details={"cache_read": 1500, "cache_creation": 500},
            model="claude-sonnet-5-5",
        ),
    ),
    Case(  # Anthropic's own route does not count the cache as input; LangChain does
        "usage_anthropic_native.json",
        Said(
            tokens=(2012, 5, 2017),
            input_details={"cache_read": 1500, "cache_creation": 500},
            model="claude-sonnet-5-5",
        ),
    ),
    Case(
        "usage_cache_hit.json",
        Said(tokens=(100, 5, 105), input_details={"cache_read": 64}, model="glm-5.2"),
    ),
    Case(
        "usage_claude.json",
        Said(
            tokens=(8669, 20, 8689),
            input_details={"cache_read": 0, "cache_creation": 4600},
            model="claude-haiku-5-5",
        ),
    ),
    Case("usage_floats.json", Said(input_details={"cache_read": 2}, model="grok-4.5")),
    Case("usage_empty_details.json", Said()),
    Case(
        "usage_reasoning_apart.json",
        Said(tokens=(10, 13, 23), output_details={"reasoning": 8}, model="grok-4.5"),
    ),
]

BUDGET: dict[str, Any] = {
    "tokens": (9, 32, 41),
    "output_details": {"reasoning": 32},
    "finish_reason": "length",
}
EMPTY = [
    Case(
        "length_empty.json",
        Said("", extras={"reasoning_content": "Hmm."}, model="glm-5.2", **BUDGET),
    ),
    Case("length_null.json", Said("", model="gpt-5.4-mini", **BUDGET)),
]


HTML = "An HTML page instead of a completion: <!doctype html>"
FAILURES = [
    (
        "error_with_200.json",
        Fails(
            CometAPIOverloadedError,
            "Error with HTTP 200: The model is currently busy, please try again later "
            "(model gpt-5.4-mini).",
            code="bad_response_status_code",
            type="bad_response_status_code",
            request_id="20261101120000000000000abcdefgh",
            retryable=True,
        ),
    ),
    (
        "error_in_choice.json",
        Fails(
            CometAPIRateLimitError,
            "Error with HTTP 200: Rate limit reached (model gpt-5.4-mini).",
            code="rate_limit_exceeded",
            type="rate_limit_error",
            retryable=True,
        ),
    ),
    ("finish_error.json", Fails(CometAPIServerError, "Error with HTTP 200: ", retryable=True)),
    *(
        (
            f"choices_{name}.json",
            Fails(
                CometAPIUnexpectedResponseError, "The response has no `choices`: {", retryable=True
            ),
        )
        for name in ("null", "empty", "missing")
    ),
    ("page.html", Fails(CometAPIUnexpectedResponseError, HTML)),
    (
        "cut.txt",
        Fails(
            CometAPIUnexpectedResponseError,
            'The response is not JSON: {"id":"chatcmpl-1",',
            retryable=True,
        ),
    ),
    (
        "empty.txt",
        Fails(
            CometAPIUnexpectedResponseError,
            "The response is not JSON: an empty body (model gpt-5.4-mini).",
            retryable=True,
        ),
    ),
    (
        "text.txt",
        Fails(
            CometAPIUnexpectedResponseError,
            "The response is not JSON: upstream connect error or disconnect/reset before headers",
            retryable=True,
        ),
    ),
    (
        "list.json",
        Fails(
            CometAPIUnexpectedResponseError,
            "The response is JSON, but not an object: [ 1, 2 ]",
            retryable=True,
        ),
    ),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_message(case: Case, way: str) -> None:
    gateway = Gateway(recorded(f"chat/{case.fixture}", **case.headers))
    message = await ask(gateway.model(), way)
    check_message(message, case.said)
    assert [call["error"] for call in message.invalid_tool_calls] == list(
        message.response_metadata.get("tool_call_errors", {}).values()
    )
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", EMPTY, ids=str)
async def test_empty_answer_warns_of_the_token_limit(case: Case, way: str) -> None:
    gateway = Gateway(recorded(f"chat/{case.fixture}"))
    with pytest.warns(UserWarning, match=r"answer is empty.*Raise `max_tokens`") as caught:
        message = await ask(gateway.model(), way)
    check_message(message, case.said)
    assert len(caught) == 1


async def ask_for_two(model: ChatCometAPI, way: str) -> list[AIMessage]:
    batch: list[list[BaseMessage]] = [[HumanMessage("Hi")]]
    result = model.generate(batch) if way == "invoke" else await model.agenerate(batch)
    messages = [cast("ChatGeneration", choice).message for choice in result.generations[0]]
    return [message for message in messages if isinstance(message, AIMessage)]


@pytest.mark.parametrize("way", WAYS)
async def test_two_choices_count_usage_once(way: str) -> None:
    model = Gateway(recorded("chat/two_choices.json")).model(n=2)
    first, second = await ask_for_two(model, way)
    assert (first.content, second.content) == ("Heads", "Tails")
    assert first.additional_kwargs == {}
    assert second.additional_kwargs == {"reasoning_content": "A coin."}
    assert first.usage_metadata == {"input_tokens": 9, "output_tokens": 6, "total_tokens": 15}
    assert second.usage_metadata is None
    assert first.response_metadata["finish_reason"] == "stop"
    assert second.response_metadata["finish_reason"] == "length"


@pytest.mark.parametrize("way", WAYS)
async def test_two_choices_have_their_metadata_once(way: str) -> None:
    model = Gateway(recorded("chat/two_choices.json", x_request_id="req-1")).model(n=2)
    first, second = await ask_for_two(model, way)
    assert first.response_metadata["cost"] == 0.001
    assert first.response_metadata["id"] == "chatcmpl-1"
    assert first.response_metadata["model_name"] == "gpt-5.4-mini-2026-03-17"
    assert first.response_metadata["request_id"] == "req-1"
    assert "cost" not in second.response_metadata
    assert "token_usage" not in second.response_metadata


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("fixture", "fails"), FAILURES, ids=[name for name, _ in FAILURES])
async def test_no_answer(fixture: str, fails: Fails, way: str) -> None:
    gateway = Gateway(recorded(f"chat/{fixture}"))
    with pytest.raises(CometAPIError) as caught:
        await ask(gateway.model(), way)
    check_error(caught.value, fails)
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("method", ["json_schema", "json_mode"])
@pytest.mark.parametrize("fixture", ["structured_plain.json", "structured_fenced.json"])
async def test_structured_output(fixture: str, method: Any, way: str) -> None:
    model = Gateway(recorded(f"chat/{fixture}")).model()
    structured = model.with_structured_output(JOKE, method=method)
    joke = structured.invoke("Hi") if way == "invoke" else await structured.ainvoke("Hi")
    assert joke == {"setup": "Why?", "punchline": "Because."}


JOKE = {
    "title": "Joke",
    "description": "A joke.",
    "type": "object",
    "properties": {"setup": {"type": "string"}, "punchline": {"type": "string"}},
    "required": ["setup", "punchline"],
}


def test_every_fixture_is_in_a_table() -> None:
    tables = {case.fixture for case in (*CASES, *EMPTY)} | {name for name, _ in FAILURES}
    errors = {name for name in fixture_names("chat") if name.startswith(("error_4", "error_5"))}
    assert tables | {"two_choices.json"} | errors == fixture_names("chat")
