"""Every shape of a streamed answer, and the message it must become, however it is read."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests import support
from tests.support import (
    MADE_UP,
    Gateway,
    Said,
    check_message,
    fixture,
    fixture_names,
    merge,
    raw,
    recorded,
)

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

WAYS = ("stream", "astream", "invoke", "ainvoke")
STREAMING = ("invoke", "ainvoke")
"""These with `streaming=True`."""

PARIS, ROME = {"city": "Paris"}, {"city": "Rome"}
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


async def ask(gateway: Gateway, way: str) -> AIMessage:
    model = gateway.model(streaming=True) if way in STREAMING else gateway.model()
    message: AIMessage = await support.ask(model, way)
    assert gateway.bodies[0]["stream"] is True
    return message


@dataclass(frozen=True)
class Case:
    fixture: str
    said: Said

    def __str__(self) -> str:
        return self.fixture


def tools(*calls: tuple[str, dict[str, Any], str], **kwargs: Any) -> Said:
    """A message that says nothing but calls tools."""
    text = kwargs.pop("text", "")
    return Said(text, calls, finish_reason=kwargs.pop("finish_reason", "tool_calls"), **kwargs)


TWO_CALLS = tools(("get_weather", PARIS, "call_1"), ("get_weather", ROME, "call_2"))

CASES = [
    Case("normal", Said(metadata={"service_tier": "default", "system_fingerprint": "fp_1"})),
    Case("minimal", Said(tokens=None)),
    *(
        Case(name, Said())
        for name in (
            "choices_empty",
            "choices_null",
            "content_list",
            "delta_missing",
            "delta_null",
            "finish_twice",
            "keepalive_first",
            "message_at_end",
            "no_blank_lines",
            "no_role",
            "two_choices",
            "usage_after_finish",
            "usage_in_choice",
            "usage_with_finish",
        )
    ),
    # usage
    Case("usage_cumulative", Said("Hello!", tokens=(10, 3, 13), metadata={"cost": 0.0003})),
    Case(
        "usage_details",
        Said(
            tokens=(1200, 80, 1280),
            input_details={"cache_read": 1024, "audio": 7},
            output_details={"reasoning": 64, "audio": 5},
            metadata={"cost": 0.00042},
        ),
    ),
    Case("usage_cache_hit", Said(tokens=(100, 5, 105), input_details={"cache_read": 64})),
    Case(
        "usage_anthropic",
        Said(tokens=(2012, 5, 2017), input_details={"cache_read": 1500, "cache_creation": 500}),
    ),
    Case(
        "usage_claude",
        Said(tokens=(8669, 20, 8689), input_details={"cache_read": 0, "cache_creation": 4000}),
    ),
    # reasoning
    Case(
        "reasoning_content",
        Said("It is 4.", extras=THOUGHT, tokens=(9, 40, 49), output_details={"reasoning": 30}),
    ),
    Case("reasoning_both", Said("It is 4.", extras=THOUGHT)),
    Case("reasoning_details", Said("It is 4.", extras={**THOUGHT, "reasoning_details": DETAILS})),
    Case("thinking_blocks", Said("It is 4.", extras={**THOUGHT, "thinking_blocks": BLOCKS})),
    Case("think_tags", Said("<think>Two and two.</think>It is 4.")),
    # what vendors add
    Case("images", Said("Here it is.", extras={"images": IMAGES})),
    Case("annotations", Said("It rains.", extras={"annotations": ANNOTATIONS})),
    Case(
        "tool_signature_google",
        tools(
            ("get_weather", PARIS, "call_g"),
            extras=signed("call_g", "google", "c2lnLWdvb2dsZQ=="),
        ),
    ),
    Case(
        "tool_signature_vertex",
        tools(
            ("get_weather", PARIS, "call_v"),
            extras=signed("call_v", "vertex", "c2lnLXZlcnRleA=="),
        ),
    ),
    Case(
        "tool_signature_first_of_two",
        tools(
            ("get_weather", PARIS, "call_1"),
            ("get_weather", ROME, "call_2"),
            extras=signed("call_1", "google", "c2lnLWZpcnN0"),
        ),
    ),
    # tool calls
    Case("tool_normal", TWO_CALLS),
    Case("tool_first_chunk", TWO_CALLS),
    Case("tool_no_index", TWO_CALLS),
    Case("tool_same_index_whole", TWO_CALLS),
    Case("tool_same_index_fragmented", TWO_CALLS),
    Case("tool_index_null", tools(("get_weather", PARIS, "call_1"), ("ping", {}, "call_2"))),
    Case("tool_id_repeated", tools(("get_weather", PARIS, "call_1"))),
    Case("tool_without_id", tools(("get_weather", PARIS, MADE_UP))),
    Case("message_with_tools_at_end", tools(("get_weather", PARIS, "call_1"))),
    Case("message_with_tools_again", tools(("get_weather", PARIS, "call_1"))),
    *(
        Case(f"tool_arguments_{name}", tools(("ping", {}, "call_1")))
        for name in ("empty", "null", "null_split", "null_text")
    ),
    Case("tool_arguments_object", tools(("remove", {"path": "/data/a"}, "call_1"))),
    # Invalid arguments end in what keeps LangChain from completing them to an object.
    Case(
        "tool_arguments_cut",
        tools(
            finish_reason="length",
            invalid=(
                (
                    "remove",
                    '{"path":"/data/a","dry_ru"]',
                    "call_1",
                    "cut off by the token limit (finish_reason 'length'): the arguments are no",
                ),
            ),
        ),
    ),
    Case(
        "tool_arguments_broken",
        tools(
            ("ping", {}, "call_2"),
            invalid=(("remove", '{"path":"/data/a"]', "call_1", "the arguments are no JSON: "),),
        ),
    ),
    Case(
        "tool_arguments_no_object",
        tools(
            invalid=(
                ("remove", '["/data/a"]]', "call_1", "the arguments are no JSON object but list"),
            )
        ),
    ),
    Case(  # a fragment that says nothing is no call
        "tool_malformed_fragment",
        tools(("get_weather", PARIS, "call_1"), text="Wait. Done."),
    ),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_message(case: Case, way: str) -> None:
    gateway = Gateway(recorded(f"stream/{case.fixture}.sse"))
    check_message(await ask(gateway, way), case.said)
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("way", WAYS)
async def test_request_id(way: str) -> None:
    answer = recorded("stream/minimal.sse", x_cometapi_request_id="req-1", x_request_id="proxy")
    message = await ask(Gateway(answer), way)
    check_message(message, Said(tokens=None, metadata={"request_id": "req-1"}))


@pytest.mark.parametrize("way", WAYS)
async def test_empty_answer_warns_of_the_token_limit(way: str) -> None:
    gateway = Gateway(recorded("stream/length_empty.sse"))
    with pytest.warns(UserWarning, match=r"answer is empty.*Raise `max_tokens`") as caught:
        message = await ask(gateway, way)
    said = Said(
        "",
        extras={"reasoning_content": "Hmm."},
        tokens=(9, 32, 41),
        output_details={"reasoning": 32},
        finish_reason="length",
    )
    check_message(message, said)
    assert len(caught) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "reasoning_content",
            Said(
                "It is 4.",
                extras=THOUGHT,
                tokens=(9, 40, 49),
                output_details={"reasoning": 30},
                model="glm-5.2",
            ),
        ),
        (
            "tool_arguments_broken",
            tools(
                ("ping", {}, "call_2"),
                invalid=(("remove", '{"path":"/data/a"]', "call_1", "the arguments are no JSON"),),
            ),
        ),
        ("tool_without_id", tools(("ping", {}, MADE_UP))),
        (
            "tool_signature_google",
            tools(
                ("get_weather", PARIS, "call_g"),
                extras=signed("call_g", "google", "c2lnLWdvb2dsZQ=="),
                model="gemini-3.8-flash",
            ),
        ),
        (
            "thinking_blocks",
            Said(
                "It is 4.",
                extras={**THOUGHT, "thinking_blocks": BLOCKS},
                model="claude-sonnet-5-5",
            ),
        ),
        ("minimal", Said(tokens=None)),
    ],
)
async def test_completion_as_reply_to_a_stream_request(body: str, said: Said, way: str) -> None:
    check_message(await ask(Gateway(recorded(f"chat/{body}.json")), way), said)


def test_completion_as_reply_to_a_stream_request_is_one_chunk() -> None:
    chunks = list(Gateway(recorded("chat/minimal.json")).model().stream("Hi"))
    assert [chunk.content for chunk in chunks if chunk.content] == ["Hello"]


@pytest.mark.parametrize("way", WAYS)
async def test_completion_on_one_line_as_reply_to_a_stream_request(way: str) -> None:
    line = b"".join(part.strip() for part in fixture("chat/minimal.json").splitlines())
    for body in (line, line + b"\n"):
        message = await ask(Gateway(raw(body)), way)
        check_message(message, Said(tokens=None))


@pytest.mark.parametrize("way", ["stream", "astream"])
async def test_usage_stands_on_one_chunk(way: str) -> None:
    model = Gateway(recorded("stream/usage_cumulative.sse")).model()
    if way == "stream":
        chunks = list(model.stream("Hi"))
    else:
        chunks = [chunk async for chunk in model.astream("Hi")]
    with_usage = [chunk.usage_metadata for chunk in chunks if chunk.usage_metadata]
    assert with_usage == [{"input_tokens": 10, "output_tokens": 3, "total_tokens": 13}]
    for name in ("cost", "finish_reason", "id", "model_name", "token_usage"):
        assert sum(name in chunk.response_metadata for chunk in chunks) == 1, name
    assert "".join(chunk.text for chunk in chunks) == "Hello!"


def test_text_comes_in_the_pieces_it_was_sent_in() -> None:
    chunks = Gateway(recorded("stream/normal.sse")).model().stream("Hi")
    assert [chunk.text for chunk in chunks if chunk.text] == ["Hel", "lo"]


def test_made_up_id_is_the_same_in_every_chunk() -> None:
    chunks = list(Gateway(recorded("stream/tool_without_id.sse")).model().stream("Hi"))
    ids = {call["id"] for chunk in chunks for call in chunk.tool_call_chunks if call["id"]}
    assert ids == {merge(chunks).tool_calls[0]["id"]}


def test_an_answer_with_text_gives_no_warning() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        merge(Gateway(recorded("stream/normal.sse")).model().stream("Hi"))
    assert caught == []


def test_every_fixture_is_in_a_table() -> None:
    tables = {f"{case.fixture}.sse" for case in CASES}
    failures = {name for name in fixture_names("stream") if name.startswith(_FAILING)}
    assert tables | {"length_empty.sse"} | failures == fixture_names("stream")


_FAILING = ("cut_", "error_", "no_finish", "no_json", "nothing", "only_done")
"""These are in `client/test_streams.py`."""
