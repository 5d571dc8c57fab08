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
from langchain_core.messages import messages_from_dict, messages_to_dict
from langchain_openai import ChatOpenAI
from langchain_openai.chat_models import base

from langchain_cometapi._client.sdk import httpx
from tests.support import KEY, Gateway, answer, ask_sync, merge, raw

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.messages import AIMessage

pytestmark = pytest.mark.skipif(
    tuple(int(n) for n in version("langchain-openai").split(".")[:2]) < (1, 7),
    reason="older releases know fewer items",
)

PAGE = Path(__file__).parents[4] / "docs" / "responses.md"
VERSIONS = (None, "responses/v1", "v0", "v1")
Block = dict[str, Any]


# -- responses ----------------------------------------------------------------------------------

_ANNOTATIONS = [
    {
        "type": "url_citation",
        "url": "https://example.com",
        "title": "A",
        "start_index": 0,
        "end_index": 5,
    },
    {"type": "file_citation", "file_id": "file_1", "filename": "a.txt", "index": 3},
    {
        "type": "container_file_citation",
        "container_id": "cntr_1",
        "file_id": "cfile_1",
        "filename": "b.csv",
        "start_index": 0,
        "end_index": 5,
    },
    {"type": "file_path", "file_id": "file_2", "index": 1},
]


def _message(*parts: Block, **fields: Any) -> Block:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "content": list(parts),
        **fields,
    }


def _text(text: str = "Hello there", annotations: list[Block] | None = None) -> Block:
    return {"type": "output_text", "text": text, "annotations": annotations or [], "logprobs": []}


_REFUSAL = {"type": "refusal", "refusal": "I cannot help."}
_CALL = {
    "id": "fc_1",
    "type": "function_call",
    "call_id": "call_1",
    "name": "get_weather",
    "arguments": '{"city": "Paris"}',
    "status": "completed",
}
_CUSTOM = {
    "id": "ctc_1",
    "type": "custom_tool_call",
    "call_id": "call_9",
    "name": "run_code",
    "input": "print(1)",
    "status": "completed",
}
_REASONING = {
    "id": "rs_1",
    "type": "reasoning",
    "summary": [
        {"type": "summary_text", "text": "Two and two."},
        {"type": "summary_text", "text": "It is four."},
    ],
    "encrypted_content": "ZW5j",
}
_ITEMS: list[Block] = [
    {"type": "compaction", "encrypted_content": "ZW5j"},
    {
        "type": "web_search_call",
        "status": "completed",
        "action": {
            "type": "search",
            "query": "weather",
            "sources": [{"type": "url", "url": "https://example.com"}],
        },
    },
    {
        "type": "file_search_call",
        "status": "completed",
        "queries": ["weather"],
        "results": [{"file_id": "file_1", "filename": "a.txt", "score": 0.9, "text": "rain"}],
    },
    {
        "type": "computer_call",
        "call_id": "call_2",
        "status": "completed",
        "action": {"type": "click", "button": "left", "x": 1, "y": 2},
        "pending_safety_checks": [],
    },
    {
        "type": "code_interpreter_call",
        "status": "completed",
        "code": "1+1",
        "container_id": "cntr_1",
        "outputs": [{"type": "logs", "logs": "2"}],
    },
    {
        "type": "mcp_call",
        "server_label": "crm",
        "name": "find",
        "arguments": '{"q": 1}',
        "output": "found",
        "error": None,
    },
    {
        "type": "mcp_list_tools",
        "server_label": "crm",
        "tools": [{"name": "find", "input_schema": {"type": "object"}}],
    },
    {"type": "mcp_approval_request", "server_label": "crm", "name": "drop", "arguments": "{}"},
    {"type": "image_generation_call", "status": "completed", "result": "QUJD"},
    {
        "type": "tool_search_call",
        "call_id": "call_3",
        "execution": "server",
        "status": "completed",
        "arguments": {"paths": ["crm"]},
    },
    {
        "type": "tool_search_output",
        "call_id": "call_3",
        "execution": "server",
        "status": "completed",
        "tools": [],
    },
    {
        "type": "apply_patch_call",
        "call_id": "call_4",
        "status": "completed",
        "operation": {"type": "delete_file", "path": "a.py"},
    },
    {
        "type": "apply_patch_call_output",
        "call_id": "call_4",
        "status": "completed",
        "output": "done",
    },
]

OUTPUTS: dict[str, list[Block]] = {
    "text": [_message(_text())],
    "annotations": [_message(_text(annotations=_ANNOTATIONS))],
    "two texts": [_message(_text("One"), _text("Two")), _message(_text("Three"), id="msg_2")],
    "phases": [_message(_text(), phase="commentary"), _CALL],
    "refusal": [_message(_REFUSAL)],
    "text and refusal": [_message(_text(), _REFUSAL, phase="final_answer")],
    "reasoning": [_REASONING, _message(_text())],
    "reasoning without a summary": [{**_REASONING, "summary": []}, _message(_text())],
    "reasoning with its text": [
        {
            "id": "rs_1",
            "type": "reasoning",
            "summary": [],
            "content": [{"type": "reasoning_text", "text": "Two and two."}],
        },
        _message(_text()),
    ],
    "reasoning with a status": [{**_REASONING, "status": "completed"}, _CALL],
    "call": [_CALL],
    "calls": [
        _message(_text()),
        _CALL,
        {**_CALL, "id": "fc_2", "call_id": "call_2", "arguments": '{"city": "Rome"}'},
    ],
    "call of a namespace": [{**_CALL, "namespace": "crm", "async": True}],
    "custom call": [_CUSTOM],
    **{item["type"]: [{"id": "item_1", **item}, _message(_text())] for item in _ITEMS},
    "everything": [
        _REASONING,
        *({"id": f"item_{n}", **item} for n, item in enumerate(_ITEMS)),
        _message(_text(annotations=_ANNOTATIONS), _REFUSAL),
        _CALL,
        _CUSTOM,
    ],
    "unknown item": [{"id": "tp_1", "type": "telepathy_call", "thought": "x"}, _message(_text())],
    "nothing": [],
}


def _response(output: list[Block], **fields: Any) -> Block:
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1790000000,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": "gpt-6-astra",
        "output": output,
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "service_tier": "flex",
        "usage": {
            "input_tokens": 10,
            "input_tokens_details": {"cached_tokens": 2, "cache_write_tokens": 0},
            "output_tokens": 20,
            "output_tokens_details": {"reasoning_tokens": 5},
            "total_tokens": 30,
        },
        **fields,
    }


# -- streams ------------------------------------------------------------------------------------


def _cut(text: str) -> tuple[str, str]:
    return text[: len(text) // 2], text[len(text) // 2 :]


class _Stream:
    """The events of a response, as OpenAI sends them."""

    def __init__(self, output: list[Block]) -> None:
        self.events: list[Block] = []
        begun = _response([], status="in_progress", usage=None)
        self._add("response.created", response=begun)
        self._add("response.in_progress", response=begun)
        for place, item in enumerate(output):
            self._add_item(place, item)
        self._add("response.completed", response=_response(output))

    def _add(self, kind: str, **fields: Any) -> None:
        self.events.append({"type": kind, "sequence_number": len(self.events), **fields})

    def _add_item(self, place: int, item: Block) -> None:
        begun = {k: v for k, v in item.items() if k != "encrypted_content"}
        emptied = {"content": [], "summary": [], "arguments": "", "input": ""}
        begun |= {k: v for k, v in emptied.items() if k in item and isinstance(item[k], type(v))}
        if "status" in begun:
            begun["status"] = "in_progress"
        where = {"item_id": item["id"], "output_index": place}
        self._add("response.output_item.added", output_index=place, item=begun)
        if item["type"] == "message":
            for number, part in enumerate(item["content"]):
                self._add_part(part, {**where, "content_index": number})
        elif item["type"] == "reasoning":
            self._add_reasoning(item, where)
        elif item["type"] in ("function_call", "custom_tool_call"):
            self._add_arguments(item, where)
        elif item["type"] == "image_generation_call":
            self._add(
                "response.image_generation_call.partial_image",
                **where,
                partial_image_index=0,
                partial_image_b64="QQ==",
            )
        self._add("response.output_item.done", output_index=place, item=item)

    def _add_part(self, part: Block, where: Block) -> None:
        kind, name = ("refusal", "refusal") if "refusal" in part else ("output_text", "text")
        empty = {**part, name: "", **({"annotations": []} if "annotations" in part else {})}
        self._add("response.content_part.added", **where, part=empty)
        for piece in _cut(part[name]):
            self._add(f"response.{kind}.delta", **where, delta=piece, logprobs=[])
        for number, annotation in enumerate(part.get("annotations", ())):
            self._add(
                "response.output_text.annotation.added",
                **where,
                annotation_index=number,
                annotation=annotation,
            )
        self._add(f"response.{kind}.done", **where, logprobs=[], **{name: part[name]})
        self._add("response.content_part.done", **where, part=part)

    def _add_reasoning(self, item: Block, where: Block) -> None:
        for number, part in enumerate(item["summary"]):
            place = {**where, "summary_index": number}
            empty = {**part, "text": ""}
            self._add("response.reasoning_summary_part.added", **place, part=empty)
            for piece in _cut(part["text"]):
                self._add("response.reasoning_summary_text.delta", **place, delta=piece)
            self._add("response.reasoning_summary_text.done", **place, text=part["text"])
            self._add("response.reasoning_summary_part.done", **place, part=part)
        for number, part in enumerate(item.get("content", ())):
            place = {**where, "content_index": number}
            for piece in _cut(part["text"]):
                self._add("response.reasoning_text.delta", **place, delta=piece)
            self._add("response.reasoning_text.done", **place, text=part["text"])

    def _add_arguments(self, item: Block, where: Block) -> None:
        is_custom = item["type"] == "custom_tool_call"
        event = "custom_tool_call_input" if is_custom else "function_call_arguments"
        field = "input" if is_custom else "arguments"
        for piece in _cut(item[field]):
            self._add(f"response.{event}.delta", **where, delta=piece)
        name = {} if is_custom else {"name": item["name"]}
        self._add(f"response.{event}.done", **where, **name, **{field: item[field]})


STREAMS = {name: _Stream(output).events for name, output in OUTPUTS.items()}


# -- both models on the same bytes --------------------------------------------------------------


def _reply(name: str, way: str) -> httpx.Response:
    if way == "invoke":
        return answer(_response(OUTPUTS[name]))
    events = (f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in STREAMS[name])
    return raw("".join(events).encode(), content_type="text/event-stream")


def _describe(message: AIMessage) -> str:
    """Return what the two models are compared by, as JSON."""
    id_ = message.id or ""
    return json.dumps(
        {
            "content": message.content,
            "content_blocks": message.content_blocks,
            "additional_kwargs": message.additional_kwargs,
            "id": id_.partition("--")[0],  # a run has another one each time
            "tool_calls": message.tool_calls,
            "invalid_tool_calls": message.invalid_tool_calls,
            "usage_metadata": message.usage_metadata,
            "response_metadata": message.response_metadata,
        }
    )


@cache
def _ask_ours(name: str, way: str, output_version: str | None) -> str:
    model = Gateway(_reply(name, way)).model("gpt-6-astra", output_version=output_version)
    return _describe(ask_sync(model, way))


@cache
def _ask_theirs(name: str, way: str, output_version: str | None) -> str:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: _reply(name, way)))
    model = ChatOpenAI(
        model="gpt-6-astra",
        api_key=KEY,
        http_client=client,
        use_responses_api=True,
        output_version=output_version,
    )
    if way == "invoke":
        return _describe(model.invoke("Hi"))
    return _describe(merge(model.stream("Hi")))


# -- differences --------------------------------------------------------------------------------


def _blocks_of(described: dict[str, Any]) -> list[Block]:
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
        blocks[:] = [b for b in blocks if b.get("value", b).get("type") != "telepathy_call"]


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
    "What is kept has an `index`, so blocks after it have higher ones.": _drop("", "index"),
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
    model = Gateway(_reply("everything", "stream")).model(
        "gpt-6-astra", output_version=output_version
    )
    so_far = None
    for chunk in model.stream("Hi"):
        so_far = chunk if so_far is None else so_far + chunk
        for blocks in (chunk.content_blocks, so_far.content_blocks):
            texts = [block["text"] for block in blocks if block["type"] == "text"]
            assert "Hello there".startswith("".join(texts)) or texts == [" there"]
    assert so_far is not None
    assert so_far.text == "Hello there"
