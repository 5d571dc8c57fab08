"""Top-level parameters."""

from __future__ import annotations

import pytest

from tests.unit_tests.emulator.refusals import accepts, refuses
from tests.unit_tests.emulator.responses_client import MIMO, THINKER, ResponsesClient

OLD = "gpt-4o-mini"
UNKNOWN = (
    *("frequency", "audio", "frequency_penalty", "logit_bias", "logprobs", "modalities"),
    *("n", "prediction", "presence_penalty", "seed", "stop", "web_search_options"),
)
MOVED = "In the Responses API, this parameter has moved to"
RENAMED = {
    "functions": "tools",
    "max_completion_tokens": "max_output_tokens",
    "max_tokens": "max_output_tokens",
    "messages": "input",
    "reasoning_effort": "reasoning.effort",
    "response_format": "text.format",
    "verbosity": "text.verbosity",
}
ENCRYPTED = {"include": ["reasoning.encrypted_content"]}

test_parameter_is_refused = refuses(
    *(({name: 1}, f"Unknown parameter: '{name}'") for name in UNKNOWN),
    *(({name: "x"}, f"'{name}'. {MOVED} '{to}'.") for name, to in RENAMED.items()),
    ({"max_output_tokens": 15}, "below minimum value. Expected a value >= 16"),
    ({"max_output_tokens": "16"}, "expected an integer"),
    ({"max_output_tokens": True}, "expected an integer"),
    ({"model": OLD, "temperature": 3}, "above maximum value"),
    ({"model": THINKER, "temperature": 0.5}, "'temperature' is not supported"),
    ({"model": "gpt-5.4-pro", "top_p": 0.5}, "'top_p' is not supported with this model"),
    ({"temperature": 0.5, "reasoning": {"effort": "low"}}, "'temperature' is not supported"),
    ({"model": THINKER, "top_logprobs": 2}, "logprobs are not supported"),
    (
        {"model": THINKER, "reasoning": {"effort": "none"}},
        "'none' is not supported with the 'gpt-6-astra' model. Supported values are: 'high'",
    ),
    ({"model": OLD, "reasoning": {"effort": "low"}}, "reasoning.effort'"),
    ({"reasoning": {"summary": "long"}}, "Invalid value: 'long'"),
    ({"reasoning": {"depth": 1}}, "'reasoning.depth'"),
    ({"include": ["usage"]}, "Invalid value: 'usage'"),
    ({"model": OLD, **ENCRYPTED}, "Encrypted content is not supported with this model"),
    ({"stream": True, "stream_options": {"include_usage": True}}, "include_usage"),
    ({"stream_options": {"include_obfuscation": False}}, "'stream'"),
    ({"truncation": "middle"}, "Invalid value: 'middle'"),
    ({"service_tier": "best"}, "Invalid value: 'best'"),
    ({"store": "no"}, "expected a boolean"),
    ({"metadata": {"a": 1}}, "'metadata.a': expected a string"),
    ({"metadata": dict.fromkeys(map(str, range(17)), "x")}, "too many properties"),
    ({"background": True}, "Unsupported parameter: 'background'"),
    ({"conversation": "conv_1"}, "Conversation with id 'conv_1' not found"),
    ({"conversation": {"id": "conv_1"}}, "Conversation with id 'conv_1'"),
)

test_parameter_is_accepted = accepts(
    ("nulls", {"temperature": None, "stop": None, "tools": None, "conversation": None}),
    ("fewest tokens", {"max_output_tokens": 16}),
    ("default temperature", {"model": THINKER, "temperature": 1, "top_p": 1.0}),
    ("temperature", {"temperature": 0.5}),
    ("temperature of an old model", {"model": OLD, "temperature": 0, "top_logprobs": 2}),
    ("highest effort", {"model": THINKER, "reasoning": {"effort": "max"}}),
    ("efforts of Pro", {"model": "gpt-5.4-pro", "reasoning": {"effort": "xhigh"}}),
    ("reasoning", {"reasoning": {"effort": "low", "summary": "concise", "mode": "standard"}}),
    ("encryption", {"model": THINKER, **ENCRYPTED}),
    ("no background", {"background": False, "truncation": "auto", "max_tool_calls": 1}),
    (
        "names and keys",
        {
            "metadata": {"a": "b"},
            "prompt_cache_key": "k",
            "prompt_cache_options": {"mode": "explicit"},
            "prompt_cache_retention": "24h",
            "safety_identifier": "s",
            "service_tier": "flex",
            "user": "u",
        },
    ),
    ("parameters of the vendor", {"model": MIMO, "thinking": {"type": "disabled"}}),
)


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ({"stop": "x"}, "stop", "unknown_parameter"),
        ({"messages": []}, "messages", "unsupported_parameter"),
        ({"max_output_tokens": 1}, "max_output_tokens", "integer_below_min_value"),
        ({"reasoning": {"effort": "fast"}}, "reasoning.effort", "unsupported_value"),
        ({"include": ["x"]}, "include[0]", "invalid_value"),
        ({"store": 1}, "store", "invalid_type"),
    ],
)
def test_refusal_names_the_parameter(
    client: ResponsesClient, body: dict[str, object], param: str, code: str
) -> None:
    assert client.param(**body) == param
    assert client.refusal(**body)[2] == code
