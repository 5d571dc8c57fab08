"""The form of Gemini's requests that CometAPI documents: camel case, and standard base64."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi._client.google_json import to_documented_form

OWN = {"snake_case": {"mime_type": "own"}, "data": "-_-_"}


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ({"file_data": {"file_uri": "a_b"}}, {"fileData": {"fileUri": "a_b"}}),
        ({"inlineData": {"data": "-__-MTIz"}}, {"inlineData": {"data": "+//+MTIz"}}),
        ([{"thought_signature": "a-_="}], [{"thoughtSignature": "a+/="}]),
        ({"thinking_config": {"thinking_budget": 0}}, {"thinkingConfig": {"thinkingBudget": 0}}),
        ({"text": "-_ snake_case"}, {"text": "-_ snake_case"}),
    ],
)
def test_names_and_bytes_are_written_as_documented(written: Any, sent: Any) -> None:
    assert to_documented_form(written) == sent


@pytest.mark.parametrize(
    "part",
    [
        {"functionCall": {"name": "a_b", "args": OWN}},
        {"thoughtSignature": "skip_thought_signature_validator"},
        {"functionResponse": {"name": "a_b", "response": OWN}},
        {"parametersJsonSchema": {"properties": OWN}},
        {"responseSchema": {"properties": {"a_b": {"enum": ["c_d"], "default": OWN}}}},
    ],
)
def test_what_is_not_the_sdks_to_write_stays(part: dict[str, Any]) -> None:
    assert to_documented_form(part) == part


def test_schema_of_a_property_is_googles() -> None:
    written = {"parameters": {"properties": {"a_b": {"any_of": [{"max_items": 2}]}}}}
    sent = {"parameters": {"properties": {"a_b": {"anyOf": [{"maxItems": 2}]}}}}
    assert to_documented_form(written) == sent
