"""Parameters of the Messages route: which are refused, in which words, and which are taken."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.messages_client import (
    BUDGET,
    MIDDLE,
    OLD,
    OPUS,
    SONNET,
    MessagesClient,
    called,
    returned,
    said,
)

HAIKU = "claude-haiku-4-5"
FORMAT = {"type": "object", "properties": {}, "additionalProperties": False}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"anthropic_beta": ["x"]}, "anthropic_beta: Extra inputs are not permitted"),
        ({"betas": ["x"]}, "betas: Extra inputs are not permitted"),
        ({"max_completion_tokens": 9}, "max_completion_tokens: Extra inputs are not permitted"),
        ({"mcp_servers": []}, "mcp_servers: Extra inputs are not permitted"),
        ({"context_management": {}}, "context_management: Extra inputs are not permitted"),
        ({"max_tokens": None}, "max_tokens: Input should be a valid integer"),
        ({"max_tokens": "9"}, "max_tokens: Input should be a valid integer"),
        ({"max_tokens": True}, "max_tokens: Input should be a valid integer"),
        ({"max_tokens": -1}, "max_tokens: Input should be greater than or equal to 0"),
        (
            {"max_tokens": 128_001},
            "max_tokens: 128001 > 128000, which is the maximum allowed number of output tokens",
        ),
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
        (
            {"model": HAIKU, "temperature": 0.5, "top_p": 0.5},
            "`temperature` and `top_p` cannot both be specified for this model.",
        ),
        (
            {"model": OLD, "thinking": BUDGET, "temperature": 0.5},
            "`temperature` may only be set to 1 when thinking is enabled.",
        ),
        ({"model": OLD, "thinking": BUDGET, "top_k": 5}, "`top_k` must be unset when thinking"),
        ({"model": OLD, "thinking": BUDGET, "top_p": 0.9}, "`top_p` must be greater than or equal"),
        # output
        ({"output_config": {"effort": "lots"}}, "output_config.effort: Input should be 'low', "),
        ({"output_config": {"speed": 1}}, "output_config.speed: Extra inputs are not permitted"),
        (
            {"output_config": {"task_budget": {"type": "tokens", "total": 9}}},
            "output_config.task_budget: Extra inputs are not permitted",
        ),
        (
            {"model": HAIKU, "output_config": {"effort": "low"}},
            "This model does not support the effort parameter.",
        ),
        (
            {"model": OLD, "output_config": {"effort": "max"}},
            "This model does not support effort level 'max'. Supported levels: high, low, medium.",
        ),
        ({"model": MIDDLE, "output_config": {"effort": "xhigh"}}, "effort level 'xhigh'"),
        ({"output_config": {"format": {"type": "json"}}}, "output_config.format: Input tag 'json'"),
        (
            {"output_config": {"format": {"type": "json_schema"}}},
            "output_config.format.json_schema.schema: Field required",
        ),
        (
            {"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}},
            "output_config.format.schema: For 'object' type, 'additionalProperties' must be",
        ),
    ],
)
def test_parameter_is_refused(client: MessagesClient, body: dict[str, Any], words: str) -> None:
    assert words in client.error(**body)


@pytest.mark.parametrize("name", ["max_tokens", "messages"])
def test_required_parameter_that_is_missing_is_named(client: MessagesClient, name: str) -> None:
    body = {"model": OPUS, "max_tokens": 9, "messages": [said("Hi")]}
    del body[name]
    headers = {"x-api-key": "sk-cometapi-emulator", "anthropic-version": "2023-06-01"}
    response = client.send("POST", "/v1/messages", key=None, headers=headers, json=body)
    assert response.json()["error"]["message"] == f"{name}: Field required"


@pytest.mark.parametrize(
    "body",
    [
        {"temperature": 1, "top_p": 1},
        {"model": HAIKU, "temperature": 0, "top_k": 5},
        {"model": OLD, "thinking": BUDGET, "temperature": 1},
        {"model": OLD, "thinking": BUDGET, "top_p": 0.95},
        {"model": OLD, "output_config": {"effort": "medium"}},
        {"model": MIDDLE, "output_config": {"effort": "max"}},
        {"output_config": {"effort": "xhigh", "format": None}},
        {"metadata": {"user_id": "u"}, "service_tier": "standard_only", "system": ""},
        {"container": "container_1", "inference_geo": None, "cache_control": None},
        {"container": {"id": None, "skills": []}, "diagnostics": {"previous_message_id": None}},
        {"system": [{"type": "text", "text": "Be brief."}], "stop_sequences": ["x"]},
        {"tools": [], "speed": "standard"},
    ],
    ids=str,
)
def test_parameter_is_taken(client: MessagesClient, body: dict[str, Any]) -> None:
    client.message(**body)


@pytest.mark.parametrize(
    ("beta", "body"),
    [
        ("mcp-client-2025-11-20", {"mcp_servers": []}),
        ("context-management-2025-06-27", {"context_management": {"edits": []}}),
        ("compact-2026-01-12", {"context_management": {"edits": []}}),
        ("task-budgets-2026-03-13", {"output_config": {"task_budget": {"total": 9}}}),
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
    message = client.error(model=HAIKU, messages=[said("word" * 200_000)])
    assert message == "prompt is too long: 200003 tokens > 200000 maximum"
    client.message(messages=[said("word" * 200_000)])


def test_text_fits_the_format(client: MessagesClient) -> None:
    schema = {**FORMAT, "properties": {"age": {"type": "integer"}}, "required": ["age"]}
    config = {"format": {"type": "json_schema", "schema": schema}}
    message = client.message(output_config=config, messages=[said("Ann is 33")])
    assert message["content"][-1]["text"] == '{"age":33}'


@pytest.mark.parametrize(
    "content",
    [
        [{"type": "document", "source": {"type": "content", "content": "Hi"}}],
        [{"type": "search_result", "source": "a", "title": "b", "content": []}],
    ],
)
def test_citations_are_refused_together_with_a_format(client: MessagesClient, content: Any) -> None:
    content = [{**content[0], "citations": {"enabled": True}}]
    if content[0]["type"] == "search_result":
        messages = [said("Hi"), said([called()], "assistant"), said([returned(content=content)])]
    else:
        messages = [said(content)]
    config = {"format": {"type": "json_schema", "schema": FORMAT}}
    assert "citations cannot be used together" in client.error(
        output_config=config, messages=messages
    )
