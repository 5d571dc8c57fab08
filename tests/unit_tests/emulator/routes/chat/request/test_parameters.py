"""Plain parameters that are refused or accepted, besides what `test_page.py` has."""

from __future__ import annotations

from tests.unit_tests.emulator.client import CLAUDE, GEMINI, OLD_GPT
from tests.unit_tests.emulator.refusals import accepts, refuses

test_request_is_refused = refuses(
    ({"foo": 1}, "Unrecognized request argument supplied: foo"),
    ({"enable_thinking": True}, "supplied: enable_thinking"),
    ({"model": CLAUDE, "anthropic_beta": "x"}, "anthropic_beta"),
    ({"model": OLD_GPT, "max_tokens": 5, "max_completion_tokens": 5}, "at the same time"),
    ({"max_completion_tokens": 0}, "integer below minimum value"),
    ({"max_completion_tokens": "5"}, "expected an integer, but got a string"),
    ({"temperature": 2.5}, "decimal above maximum value"),
    ({"temperature": "0"}, "expected a decimal, but got a string"),
    ({"temperature": True}, "but got a boolean"),
    ({"reasoning_effort": "huge"}, "Supported values are: 'high', 'low'"),
    ({"model": OLD_GPT, "reasoning_effort": "low"}, "reasoning_effort"),
    ({"reasoning_effort": 3}, "expected a string"),
    ({"n": 129}, "integer above maximum value"),
    ({"top_logprobs": 2}, "only allowed when 'logprobs' is enabled"),
    ({"logprobs": True, "top_logprobs": 21}, "above maximum"),
    ({"model": OLD_GPT, "stop": 1}, "'stop': expected a string or"),
    ({"model": OLD_GPT, "stop": [1]}, "'stop[0]'"),
    ({"stream": "yes"}, "expected a boolean"),
    ({"stream_options": {"include_usage": True}}, "'stream_options'"),
    ({"stream": True, "stream_options": [1]}, "expected an object"),
    ({"stream": True, "stream_options": {"foo": True}}, "Unknown parameter: 'stream_options.foo'"),
    ({"stream": True, "stream_options": {"include_usage": "y"}}, "'stream_options.include_usage'"),
    ({"modalities": ["smell"]}, "Invalid value: 'smell'"),
    ({"modalities": "audio"}, "expected an array"),
    ({"metadata": []}, "expected an object, but got an array"),
)


test_request_is_accepted = accepts(
    ("OpenAI's parameters", {"seed": 1, "user": "me", "store": False, "service_tier": "auto"}),
    ("max_tokens, Claude", {"model": CLAUDE, "max_tokens": 5}),
    ("max_tokens, old GPT", {"model": OLD_GPT, "max_tokens": 5, "temperature": 0}),
    ("default temperature", {"temperature": 1, "reasoning_effort": "low"}),
    ("temperature without effort", {"temperature": 0}),
    ("temperature, Claude", {"model": CLAUDE, "temperature": 0.2}),
    ("temperature, Gemini", {"model": GEMINI, "temperature": 0.2, "top_p": 0.5}),
    ("thinking, Gemini", {"model": GEMINI, "thinking": {"type": "enabled"}}),
    ("thinking, Claude", {"model": CLAUDE, "thinking": {"type": "disabled"}}),
    ("tool_stream, GLM", {"model": "glm-5.3", "tool_stream": True}),
    ("four stops", {"model": OLD_GPT, "stop": ["a", "b", "c", "d"]}),
)
