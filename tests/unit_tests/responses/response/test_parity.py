"""Messages of the Responses route are those that `ChatOpenAI` makes of the same wire.

The reference is `ChatOpenAI(use_responses_api=True)` itself, on the same bytes. Where the two
differ on purpose, a row of `DIFFERENCES` says why; a row that no message needs fails, and so does
an event or an item that langchain-openai learns and no response here has.
"""

from __future__ import annotations

import inspect
import json
import pickle
import re
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import content, messages_from_dict, messages_to_dict
from langchain_openai import ChatOpenAI
from langchain_openai.chat_models import base

from langchain_cometapi._client.sdk import httpx
from tests.support import KEY, Gateway, answer, ask_sync, merge, raw, whole_response
from tests.unit_tests.responses.items import ITEMS, Item, bare, list_events

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.messages import AIMessage

pytestmark = pytest.mark.skipif(
    tuple(int(n) for n in version("langchain-openai").split(".")[:2]) < (1, 7)
    or not hasattr(content, "RefusalContentBlock"),
    reason="older releases know fewer items and blocks",
)

PAGE = Path(__file__).parents[4] / "docs" / "responses.md"
VERSIONS = (None, "responses/v1", "v0", "v1")


# -- the responses ------------------------------------------------------------------------------

REASONING, CALL, SEARCH = (ITEMS[k] for k in ("reasoning", "function_call", "web_search_call"))
SOURCES = {"action": {**SEARCH["action"], "sources": [{"url": "https://a.example"}]}}
REFUSAL = {"type": "refusal", "refusal": "I cannot help."}
PLACE = {"start_index": 0, "end_index": 5}
FILE = {"file_id": "file_1", "filename": "a.txt"}
ANNOTATIONS = [
    {"type": "url_citation", "url": "https://a.example", "title": "A", **PLACE},
    {"type": "file_citation", **FILE, "index": 3},
    {"type": "container_file_citation", "container_id": "cntr_1", **FILE, **PLACE},
    {"type": "file_path", "file_id": "file_2", "index": 1},
]


def _text(text: str = "Hello there", annotations: list[Item] | None = None) -> Item:
    return {"type": "output_text", "text": text, "annotations": annotations or [], "logprobs": []}


def _message(*parts: Item, **fields: Any) -> Item:
    message = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed"}
    return {**message, "content": list(parts or [_text()]), **fields}


OTHERS = [kind for kind in ITEMS if kind not in ("message", "reasoning", "function_call")]
OUTPUTS: dict[str, list[Item]] = {
    "text": [_message()],
    "annotations": [_message(_text(annotations=ANNOTATIONS))],
    "two texts": [_message(_text("One"), _text("Two")), _message(_text("Three"), id="msg_2")],
    "phases": [_message(phase="commentary"), CALL],
    "refusal": [_message(REFUSAL)],
    "text and refusal": [_message(_text(), REFUSAL, phase="final_answer")],
    "reasoning": [REASONING, _message()],
    "reasoning without a summary": [{**REASONING, "summary": []}, _message()],
    "reasoning with its text": [
        {
            **bare(REASONING, "encrypted_content"),
            "summary": [],
            "content": [{"type": "reasoning_text", "text": "Two and two."}],
        },
        _message(),
    ],
    "reasoning with a status": [{**REASONING, "status": "completed"}, CALL],
    "call": [CALL],
    "calls": [_message(), CALL, {**CALL, "id": "fc_2", "call_id": "call_2", "arguments": "{}"}],
    "call of a namespace": [{**CALL, "namespace": "crm", "async": True}],
    **{kind: [ITEMS[kind], _message()] for kind in OTHERS},
    "sources": [{**SEARCH, **SOURCES}],
    "everything": [
        REASONING,
        *(ITEMS[kind] for kind in OTHERS if kind != "item_of_the_future"),
        _message(_text(annotations=ANNOTATIONS), REFUSAL),
        CALL,
    ],
    "nothing": [],
}


def _respond_with(output: list[Item]) -> Item:
    usage = {
        "input_tokens": 10,
        "input_tokens_details": {"cached_tokens": 2, "cache_write_tokens": 0},
        "output_tokens": 20,
        "output_tokens_details": {"reasoning_tokens": 5},
        "total_tokens": 30,
    }
    return whole_response(output=output, usage=usage, service_tier="flex", metadata={}, error=None)


STREAMS = {name: list_events(_respond_with(output)) for name, output in OUTPUTS.items()}


# -- both models on the same bytes --------------------------------------------------------------


def _reply(name: str, way: str) -> httpx.Response:
    if way == "invoke":
        return answer(_respond_with(OUTPUTS[name]))
    events = (f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in STREAMS[name])
    return raw("".join(events).encode(), content_type="text/event-stream")


def _describe(message: AIMessage) -> str:
    """Return what the two models are compared by, as JSON."""
    names = ["content", "content_blocks", "additional_kwargs", "tool_calls", "invalid_tool_calls"]
    names += ["usage_metadata", "response_metadata"]
    id_ = (message.id or "").partition("--")[0]  # a run has another one each time
    return json.dumps({"id": id_, **{name: getattr(message, name) for name in names}})


@cache
def _ask_ours(name: str, way: str, output_version: str | None) -> str:
    model = Gateway(_reply(name, way)).model("gpt-6-astra", output_version=output_version)
    return _describe(ask_sync(model, way))


@cache
def _ask_theirs(name: str, way: str, output_version: str | None) -> str:
    settings: dict[str, Any] = {"use_responses_api": True, "output_version": output_version}
    client = httpx.Client(transport=httpx.MockTransport(lambda _: _reply(name, way)))
    model = ChatOpenAI(model="gpt-6-astra", api_key=KEY, http_client=client, **settings)
    return _describe(ask_sync(model, way))


# -- differences --------------------------------------------------------------------------------


def _blocks_of(described: dict[str, Any]) -> list[Item]:
    """Return all blocks of a message, also those that `output_version="v0"` has elsewhere."""
    extras = described["additional_kwargs"]
    if "reasoning" in extras:
        extras["reasoning"] = {"type": "reasoning", **extras["reasoning"]}
    elsewhere = [extras["reasoning"]] if "reasoning" in extras else []
    return [
        *described["content"],
        *described["content_blocks"],
        *extras.get("tool_outputs", ()),
        *elsewhere,
    ]


def _drop(kinds: str, *fields: str) -> Callable[[dict[str, Any]], None]:
    """Take fields out of blocks of some types, and out of their extras."""

    def level(described: dict[str, Any]) -> None:
        for block in _blocks_of(described):
            if kinds and block["type"] not in kinds.split():
                continue
            extras = block.get("extras", {})
            for name in fields:
                block.pop(name, None)
                extras.pop(name, None)
            if not extras:
                block.pop("extras", None)

    return level


def _drop_metadata(described: dict[str, Any]) -> None:
    for name in ("finish_reason", "token_usage", "reasoning_origin", "model_provider"):
        described["response_metadata"].pop(name, None)


def _drop_unknown(described: dict[str, Any]) -> None:
    for blocks in (described["content"], described["content_blocks"]):
        blocks[:] = [b for b in blocks if b.get("value", b).get("type") != "item_of_the_future"]


DIFFERENCES: dict[str, Callable[[dict[str, Any]], None]] = {
    "The finish reason, the raw usage and the origin of reasoning stand in `response_metadata`, as "
    "on the chat route.": _drop_metadata,
    "An item of an unknown type is passed on; `ChatOpenAI` drops it.": _drop_unknown,
    "A streamed call or piece of reasoning has the status of its end; with `ChatOpenAI` it has "
    "none or stays `in_progress`.": _drop("function_call tool_call reasoning", "status"),
    "A streamed refusal has its id, its phase and an `index` of its own, so that it is never "
    "joined with another block.": _drop("refusal", "id", "phase"),
    "A streamed text keeps its phase in the form `v0`, too.": _drop("text", "phase"),
    "Reasoning that is streamed as `reasoning_text` is kept; `ChatOpenAI` drops it.": _drop(
        "reasoning", "content"
    ),
    "Blocks that only we keep have an `index`, so later ones are higher.": _drop("", "index"),
}
"""What is different on purpose -> takes it out of the description of a message, whoever made it."""


def _level(described: str, without: str | None = None) -> dict[str, Any]:
    """Return a description without the differences, but for one."""
    copied: dict[str, Any] = json.loads(described)
    for reason, level in DIFFERENCES.items():
        if reason != without:
            level(copied)
    return copied


CASES = [(name, way, form) for name in OUTPUTS for way in ("invoke", "stream") for form in VERSIONS]


@pytest.mark.parametrize(("name", "way", "output_version"), CASES)
def test_message_is_that_of_chat_openai(name: str, way: str, output_version: str | None) -> None:
    ours = _level(_ask_ours(name, way, output_version))
    assert ours == _level(_ask_theirs(name, way, output_version))


@pytest.mark.parametrize("reason", DIFFERENCES)
def test_difference_is_one_still_and_is_documented(reason: str) -> None:
    cases = [case for case in CASES if case[1] == "stream" and case[2] in (None, "v0")]
    assert any(
        _level(_ask_ours(*case), reason) != _level(_ask_theirs(*case), reason) for case in cases
    )
    assert reason in " ".join(PAGE.read_text(encoding="utf-8").split())


def test_all_events_and_items_of_langchain_openai_are_compared() -> None:
    source = inspect.getsource(base._convert_responses_chunk_to_generation_chunk)
    events = set(re.findall(r'"(response\.[a-z_.]+)"', source))
    compared = {event["type"] for events in STREAMS.values() for event in events}
    # These end a stream otherwise; `tests/wire` has them.
    assert events - compared == {"response.failed", "response.incomplete"}
    items = set(re.findall(r'"([a-z_]+_(?:call|output|tools|request))"', source))
    assert len(items) > 10
    assert items - {item["type"] for output in OUTPUTS.values() for item in output} == set()


# -- stored messages ----------------------------------------------------------------------------


@pytest.mark.parametrize("output_version", VERSIONS)
@pytest.mark.parametrize("way", ["invoke", "stream"])
def test_blocks_of_a_stored_message_are_the_same(way: str, output_version: str | None) -> None:
    gateway = Gateway(_reply("everything", way))
    message = ask_sync(gateway.model("gpt-6-astra", output_version=output_version), way)
    assert message.content_blocks
    assert pickle.loads(pickle.dumps(message)).content_blocks == message.content_blocks  # noqa: S301
    [loaded] = messages_from_dict(json.loads(json.dumps(messages_to_dict([message]))))
    assert loaded.content_blocks == message.content_blocks


@pytest.mark.parametrize("output_version", VERSIONS)
def test_chunks_so_far_have_blocks(output_version: str | None) -> None:
    gateway = Gateway(_reply("everything", "stream"))
    model = gateway.model("gpt-6-astra", output_version=output_version)
    so_far = None
    for chunk in model.stream("Hi"):
        so_far = chunk if so_far is None else so_far + chunk
        for blocks in (chunk.content_blocks, so_far.content_blocks):
            texts = [block["text"] for block in blocks if block["type"] == "text"]
            assert "Hello there".startswith("".join(texts)) or texts == [" there"]
    assert so_far is not None
    assert so_far.text == "Hello there"


@pytest.mark.parametrize("output_version", VERSIONS)
def test_calls_so_far_are_no_calls_yet(output_version: str | None) -> None:
    model = Gateway(_reply("calls", "stream")).model("gpt-6-astra", output_version=output_version)
    so_far = merge(list(model.stream("Hi"))[:-1])
    texts = [block.get("args") for block in so_far.content_blocks]
    assert texts == [None, CALL["arguments"], "{}"]
    kinds = [block["type"] for block in so_far.content_blocks]
    assert kinds == ["text", "tool_call_chunk", "tool_call_chunk"]
