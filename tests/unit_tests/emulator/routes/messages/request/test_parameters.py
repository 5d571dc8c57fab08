"""Parameters of the Messages route: which are refused, in which words, and which are taken."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.messages_client import (
    ABSENT,
    BUDGET,
    CITED,
    LOOP,
    MIDDLE,
    OLD,
    SONNET,
    MessagesClient,
    document,
    returned,
    said,
)
from tests.unit_tests.emulator.refusals import accepts, refuses

HAIKU = "claude-haiku-4-5"
THINKING = {"model": OLD, "thinking": BUDGET}
CLOSED = {"type": "object", "properties": {}, "additionalProperties": False}


def output(**config: Any) -> dict[str, Any]:
    return {"output_config": config}


def schema(root: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "schema": root}


test_parameter_is_refused = refuses(
    ({"anthropic_beta": ["x"]}, "anthropic_beta: Extra inputs are not permitted"),
    ({"max_completion_tokens": 9}, "max_completion_tokens: Extra inputs are not permitted"),
    ({"max_tokens": None}, "max_tokens: Input should be a valid integer"),
    ({"max_tokens": "9"}, "max_tokens: Input should be a valid integer"),
    ({"max_tokens": True}, "max_tokens: Input should be a valid integer"),
    ({"max_tokens": -1}, "max_tokens: Input should be greater than or equal to 0"),
    ({"max_tokens": 128_001}, "max_tokens: 128001 > 128000, which is the maximum allowed"),
    ({"model": HAIKU, "max_tokens": 64_001}, "max_tokens: 64001 > 64000, which is the maximum"),
    ({"stream": "yes"}, "stream: Input should be a valid boolean"),
    ({"stop_sequences": "x"}, "stop_sequences: Input should be a valid array"),
    ({"stop_sequences": [1]}, "stop_sequences.0: Input should be a valid string"),
    ({"stop_sequences": [" "]}, "each stop sequence must contain non-whitespace"),
    ({"metadata": {"user": "x"}}, "metadata.user: Extra inputs are not permitted"),
    ({"metadata": {"user_id": "x" * 257}}, "metadata.user_id: String should have at most 256"),
    ({"service_tier": "flex"}, "service_tier: Input should be 'auto' or 'standard_only'"),
    ({"container": 1}, "container: Input should be a valid dictionary"),
    ({"system": 1}, "system: Input should be a valid array"),
    ({"system": [{"type": "image"}]}, "system.0: Input tag 'image' found using 'type'"),
    ({"system": [{"type": "text", "text": ""}]}, "system: text content blocks must be non"),
    # sampling
    ({"temperature": 0.5}, "`temperature` is deprecated for this model."),
    ({"top_p": 0.9}, "`top_p` is deprecated for this model."),
    ({"top_k": 5}, "`top_k` is deprecated for this model."),
    ({"model": SONNET, "temperature": 0}, "`temperature` is deprecated for this model."),
    ({"model": HAIKU, "temperature": 1.5}, "temperature: Input should be less than or equal"),
    ({"model": HAIKU, "temperature": None}, "temperature: Input should be a valid number"),
    ({"model": HAIKU, "temperature": 0.5, "top_p": 0.5}, "`top_p` cannot both be"),
    ({**THINKING, "temperature": 0.5}, "`temperature` may only be set to 1 when thinking"),
    ({**THINKING, "top_k": 5}, "`top_k` must be unset when thinking"),
    ({**THINKING, "top_p": 0.9}, "`top_p` must be greater than or equal"),
    # output
    (output(effort="lots"), "output_config.effort: Input should be 'low', "),
    (output(speed=1), "output_config.speed: Extra inputs are not permitted"),
    ({"model": HAIKU, **output(effort="low")}, "This model does not support the effort parameter."),
    ({"model": OLD, **output(effort="max")}, "level 'max'. Supported levels: high, low, medium."),
    ({"model": MIDDLE, **output(effort="xhigh")}, "effort level 'xhigh'"),
    (output(format={"type": "json"}), "output_config.format: Input tag 'json'"),
    (output(format={"type": "json_schema"}), "format.json_schema.schema: Field required"),
    (output(format=schema({"type": "object"})), "'additionalProperties' must be"),
)


test_parameter_is_accepted = accepts(
    ("default sampling", {"temperature": 1, "top_p": 1}),
    ("sampling of an older model", {"model": HAIKU, "temperature": 0, "top_k": 5}),
    ("temperature while thinking", {**THINKING, "temperature": 1}),
    ("top_p while thinking", {**THINKING, "top_p": 0.95}),
    ("effort", {"model": OLD, **output(effort="medium")}),
    ("highest effort", {"model": MIDDLE, **output(effort="max")}),
    ("effort and no format", output(effort="xhigh", format=None)),
    ("metadata", {"metadata": {"user_id": "u"}, "service_tier": "standard_only", "system": ""}),
    ("container by id", {"container": "container_1", "inference_geo": None, "cache_control": None}),
    ("container", {"container": {"id": None, "skills": []}}),
    ("diagnostics", {"diagnostics": {"previous_message_id": None}}),
    ("system", {"system": [{"type": "text", "text": "Be brief."}], "stop_sequences": ["x"]}),
    ("speed", {"tools": [], "speed": "standard"}),
)


@pytest.mark.parametrize("name", ["max_tokens", "messages"])
def test_required_parameter_that_is_missing_is_named(client: MessagesClient, name: str) -> None:
    assert client.error(**{name: ABSENT}) == f"{name}: Field required"


@pytest.mark.parametrize(
    ("beta", "body"),
    [
        ("mcp-client-2025-11-20", {"mcp_servers": []}),
        ("context-management-2025-06-27", {"context_management": {"edits": []}}),
        ("compact-2026-01-12", {"context_management": {"edits": []}}),
        ("task-budgets-2026-03-13", output(task_budget={"total": 9})),
    ],
)
def test_parameters_of_a_beta_need_its_header(
    client: MessagesClient, beta: str, body: dict[str, Any]
) -> None:
    assert "Extra inputs are not permitted" in client.error(**body)
    message = client.message({"anthropic-beta": f"other-2025-01-01, {beta}"}, **body)
    managed = "context_management" in body
    assert message.get("context_management") == ({"applied_edits": []} if managed else None)


def test_prompt_that_is_too_long_is_counted(client: MessagesClient) -> None:
    messages = [said("word" * 200_000)]
    words = client.error(model=HAIKU, messages=messages)
    assert words == "prompt is too long: 200003 tokens > 200000 maximum"
    client.message(messages=messages)


def test_text_fits_the_format(client: MessagesClient) -> None:
    root = {**CLOSED, "properties": {"age": {"type": "integer"}}, "required": ["age"]}
    message = client.message(messages=[said("Ann is 33")], **output(format=schema(root)))
    assert message["content"][-1]["text"] == '{"age":33}'


@pytest.mark.parametrize("where", ["message", "result"])
def test_citations_are_refused_together_with_a_format(client: MessagesClient, where: str) -> None:
    messages = [said([document({"type": "content", "content": "Hi"}, **CITED)])]
    if where == "result":
        found = {"type": "search_result", "source": "a", "title": "b", "content": [], **CITED}
        messages = [*LOOP[:2], said([returned(content=[found])])]
    words = client.error(messages=messages, **output(format=schema(CLOSED)))
    assert "citations cannot be used together" in words
