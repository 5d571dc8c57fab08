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


def named(model: str, name: str) -> dict[str, Any]:
    """A request with a tool of this name."""
    return {"model": model, "tools": [tool(name)]}


WITH_EMPTY = said([*TEXTS, EMPTY], "user")

test_request_is_refused = refuses(
    (named(GPT, "a.b"), "does not match pattern"),
    (named(CLAUDE, "a" * 65), "does not match pattern"),
    (named(GEMINI, "2nd"), "function_declarations[0].name: Invalid function name"),
    (named(GEMINI, "a:b"), "Invalid function name"),
    (named(KIMI, "2nd"), "function name is invalid"),
    (named(KIMI, "_a"), "function name is invalid"),
    (asked(CLAUDE, called(name="a b"), result()), "messages[1].tool_calls[0].function"),
    (asked(GROK, said("x", name="a")), "Only messages of role 'user'"),
    (asked(DEEPSEEK, said(TEXTS, "system")), f"messages[1]: {SEQUENCE}"),
    (asked(DEEPSEEK, said(TEXTS)), f"messages[1]: {SEQUENCE}"),
    (asked(DEEPSEEK, called(reasoning_content=" "), result(content=TEXTS)), SEQUENCE),
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
    (asked(CLAUDE, WITH_EMPTY), "must be non-empty"),
    (asked(GEMINI, WITH_EMPTY), "contents[1].parts[1]"),
    (asked(KIMI, WITH_EMPTY), "text content is empty"),
    (asked(GLM, WITH_EMPTY), "messages[1].content[1].text:text cannot be empty"),
    (asked(CLAUDE, said([*TEXTS, BLANK], "user")), "must be non-empty"),
)

test_request_is_answered = accepts(
    ("signs in a name, Gemini", named(GEMINI, "_a.b-c")),
    ("signs in a name, Kimi", named(KIMI, "a-2_b")),
    ("name that begins with a number, Claude", named(CLAUDE, "2nd")),
    ("longest name, Claude", named(CLAUDE, "a" * 64)),
    ("name of a user, Grok", asked(GROK, said("x", "user", name="a"))),
    ("name, Claude", asked(CLAUDE, said("x", name="a"))),
    ("list in user, DeepSeek", asked(DEEPSEEK, said(TEXTS, "user"))),
    ("empty, GPT", asked(GPT, said(""))),
    ("empty, DeepSeek", asked(DEEPSEEK, said("", reasoning_content=" "))),
    ("blank, Kimi", asked(KIMI, said(" "))),
    ("empty result, Claude", asked(CLAUDE, called(), result(content=""))),
)
