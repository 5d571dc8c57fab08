"""What chat models make of responses, and what LangChain asks about them."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from langchain_core.load import dumpd
from langchain_core.messages import HumanMessage

from scripts.differences.side import (
    USAGE,
    City,
    DownloadError,
    Side,
    chunk,
    completion,
    difference,
    refuse_downloads,
)

POINT = {
    "title": "Point",
    "type": "object",
    "properties": {"x": {"type": "integer"}},
    "required": ["x"],
}


@dataclass
class Point:
    """A point on a line."""

    x: int


# -- responses -----------------------------------------------------------------------------------

READING = "Responses"


@difference("chat", READING, "`reasoning_content`")
def _reasoning_content(side: Side) -> str:
    message = side.ask(completion({"reasoning_content": "Hm."}), model="deepseek-v4-pro")
    return "a block" if "reasoning" in {b["type"] for b in message.content_blocks} else "lost"


@difference("chat", READING, "`<think>` at the head of the text, of MiniMax")
def _think(side: Side) -> str:
    answer = completion({"content": "<think>Hm.</think>Hello"})
    return f'"{side.ask(answer, model="minimax-m2").text}"'.replace("<", "&lt;")


@difference("chat", READING, "`response_format=` a Pydantic class")
def _parsed(side: Side) -> str:
    answer = completion({"content": json.dumps({"name": "Oslo"})})
    message = side.make(answer).bind(response_format=City).invoke("Hi")
    parsed = '`additional_kwargs["parsed"]`'
    return parsed if "parsed" in message.additional_kwargs else f"no {parsed}"


@difference("chat", READING, "a refusal, with `with_structured_output`")
def _refusal(side: Side) -> str:
    model = side.make(completion({"content": None, "refusal": "No."}))
    return repr(model.with_structured_output(City).invoke("Hi"))


def _structure(side: Side, content: str, schema: Any, **options: Any) -> Any:
    return (
        side.make(completion({"content": content}))
        .with_structured_output(schema, **options)
        .invoke("Hi")
    )


@difference("chat", READING, "a dataclass as the schema of `with_structured_output`")
def _dataclass(side: Side) -> str:
    output = _structure(side, '{"x": 1}', Point)
    return f"`{type(output).__name__}`"


@difference("chat", READING, "an output that does not fit a schema that is a dict")
def _misfit(side: Side) -> str:
    return repr(_structure(side, "{}", POINT))


@difference("chat", READING, 'an output in a sentence, with `method="json_schema"`')
def _in_a_sentence(side: Side) -> str:
    return repr(_structure(side, 'It is {"name": "Oslo"}.', City, method="json_schema"))


@difference("chat", READING, "a stream that ends without a finish reason")
def _cut(side: Side) -> str:
    return f'"{side.ask([chunk({"content": "Half"})]).text}"'


@difference("chat", READING, "the request id")
def _request_id(side: Side) -> str:
    return "kept" if "r1" in side.ask().response_metadata.values() else "lost"


@difference("chat", READING, "usage of a completion with `n=2`")
def _usage_of_two(side: Side) -> str:
    two = completion()
    two["choices"] = [{**two["choices"][0], "index": index} for index in range(2)]
    result = side.make(two, n=2).generate([[HumanMessage("Hi")]])
    counted = [bool(generation.message.usage_metadata) for generation in result.generations[0]]
    return "on each message" if all(counted) else "on the first message" if any(counted) else "none"


@difference("chat", READING, '`response_metadata["model_provider"]`')
def _provider(side: Side) -> str:
    return f"`{side.ask().response_metadata['model_provider']}`"


@difference("chat", READING, "the cost that the gateway sends")
def _cost(side: Side) -> str:
    metadata = side.ask(completion(usage={**USAGE, "cost": 0.5})).response_metadata
    return (
        "`cost`" if "cost" in metadata else "in `token_usage`" if "0.5" in str(metadata) else "lost"
    )


@difference("chat", READING, "a 429")
def _rate_limit(side: Side) -> str:
    side.ask({"error": {"message": "slow down", "code": "rate_limit"}}, status=429)
    return "no error"


@difference("chat", READING, "a model that is not there (503 `model_not_found`)")
def _not_found(side: Side) -> str:
    body = {"error": {"message": "no available channel", "code": "model_not_found"}}
    with suppress(Exception):
        side.ask(body, status=503, max_retries=None)
    return f"asked for {len(side.requests)} times" if len(side.requests) > 1 else "asked for once"


# -- what LangChain asks -------------------------------------------------------------------------

ASKING = "Tokens, traces and dumps"


@difference("chat", ASKING, "`get_num_tokens`")
def _tokens(side: Side) -> str:
    with refuse_downloads():
        try:
            side.make(model="gpt-4o").get_num_tokens("Hi")
        except DownloadError:
            return "downloads a vocabulary"
    return "estimates"


@difference("chat", ASKING, "`get_token_ids`")
def _token_ids(side: Side) -> str:
    with refuse_downloads():
        try:
            side.make(model="gpt-4o").get_token_ids("Hi")
        except DownloadError:
            return "downloads a vocabulary"
    return "ids"


@difference("chat", ASKING, "`_llm_type`, `ls_provider`")
def _names(side: Side) -> str:
    model = side.make()
    return f"`{model._llm_type}`, `{model._get_ls_params()['ls_provider']}`"


@difference("chat", ASKING, "`default_headers` in dumps")
def _dumps(side: Side) -> str:
    dumped = json.dumps(dumpd(side.make(default_headers={"X-Key": "hidden-1"})), default=str)
    return "shown" if "hidden-1" in dumped else "left out"
