"""Responses of the Responses route with every item and event that langchain-openai knows."""

from __future__ import annotations

from typing import Any

Block = dict[str, Any]


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


def create_response(output: list[Block], **fields: Any) -> Block:
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


class ResponseStream:
    """The events of a response, as OpenAI sends them."""

    def __init__(self, output: list[Block]) -> None:
        self.events: list[Block] = []
        begun = create_response([], status="in_progress", usage=None)
        self._add("response.created", response=begun)
        self._add("response.in_progress", response=begun)
        for place, item in enumerate(output):
            self._add_item(place, item)
        self._add("response.completed", response=create_response(output))

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


STREAMS = {name: ResponseStream(output).events for name, output in OUTPUTS.items()}
