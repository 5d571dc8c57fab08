"""Names and texts that single vendors refuse."""

from __future__ import annotations

from typing import Any

from tests.unit_tests.emulator.client import (
    CLAUDE,
    DEEPSEEK,
    GEMINI,
    GPT,
    KIMI,
    called,
    result,
    tool,
    user,
)
from tests.unit_tests.emulator.refusals import accepts, refuses

GLM, GROK = "glm-5.2", "grok-4.7"

TEXTS = [{"type": "text", "text": "a"}]
EMPTY = {"type": "text", "text": ""}
BLANK = {"type": "text", "text": " "}
SEQUENCE = "invalid type: sequence, expected a string"


def said(content: Any, role: str = "assistant", **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


def asked(model: str, *messages: dict[str, Any]) -> dict[str, Any]:
    return {"model": model, "messages": [user("x"), *messages, user("y")]}


def call_of(name: str) -> dict[str, Any]:
    turn = called()
    function = {**turn["tool_calls"][0]["function"], "name": name}
    return {**turn, "tool_calls": [{**turn["tool_calls"][0], "function": function}]}


test_request_is_refused = refuses(
    *(
        ({"model": model, "tools": [tool(name)]}, words)
        for model, name, words in (
            (GPT, "a.b", "does not match pattern"),
            (CLAUDE, "a" * 65, "does not match pattern"),
            (GEMINI, "2nd", "function_declarations[0].name: Invalid function name"),
            (GEMINI, "a:b", "Invalid function name"),
            (KIMI, "2nd", "function name is invalid"),
            (KIMI, "_a", "function name is invalid"),
        )
    ),
    (asked(CLAUDE, call_of("a b"), result()), "messages[1].tool_calls[0].function"),
    (asked(GROK, said("x", name="a")), "Only messages of role 'user'"),
    *(
        (asked(DEEPSEEK, said(TEXTS, role)), f"messages[1]: {SEQUENCE}")
        for role in ("system", "assistant")
    ),
    (
        asked(DEEPSEEK, {**called(), "reasoning_content": " "}, result(content=TEXTS)),
        f"messages[2]: {SEQUENCE}",
    ),
    *(
        (asked(model, said("", role)), words)
        for role in ("system", "user", "assistant")
        for model, words in (
            (CLAUDE, "text content blocks must be non-empty"),
            (GEMINI, "contents[1].parts[0].data: required oneof field"),
            (KIMI, f"position 1 with role '{role}' must not be empty"),
            (GLM, "prompt"),
            (GROK, f"An empty {role} message"),
        )
    ),
    (asked(CLAUDE, said(" ")), "must be non-empty"),
    *(
        (asked(model, said([*TEXTS, EMPTY], "user")), words)
        for model, words in (
            (CLAUDE, "must be non-empty"),
            (GEMINI, "contents[1].parts[1]"),
            (KIMI, "text content is empty"),
            (GLM, "messages[1].content[1].text:text cannot be empty"),
        )
    ),
    (asked(CLAUDE, said([*TEXTS, BLANK], "user")), "must be non-empty"),
)

test_request_is_answered = accepts(
    *(
        (f"tool {name}, {model}", {"model": model, "tools": [tool(name)]})
        for model, name in (
            (GEMINI, "_a.b-c"),
            (KIMI, "a-2_b"),
            (CLAUDE, "2nd"),
            (CLAUDE, "a" * 64),
        )
    ),
    ("name of a user, Grok", asked(GROK, said("x", "user", name="a"))),
    ("name, Claude", asked(CLAUDE, said("x", name="a"))),
    ("list in user, DeepSeek", asked(DEEPSEEK, said(TEXTS, "user"))),
    ("empty, GPT", asked(GPT, said(""))),
    ("empty, DeepSeek", asked(DEEPSEEK, said("", reasoning_content=" "))),
    ("blank, Kimi", asked(KIMI, said(" "))),
    ("empty result, Claude", asked(CLAUDE, called(), result(content=""))),
)
