"""Tools, and how they may be called."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.generate_content_client import (
    BOTH,
    JSON,
    OLDER,
    PICTURES,
    SEARCH,
    SHOWN_SEARCH,
    TOOLS,
    GenerateContentClient,
    calling,
    config,
    functions,
    said,
)
from tests.unit_tests.emulator.refusals import accepts, refuses

F = {"name": "f"}
AS_JSON = config(**JSON)


def named(*names: str, **fields: Any) -> dict[str, Any]:
    """A request with functions of these names and fields."""
    return {"tools": functions(*({"name": name, **fields} for name in names))}


test_tools_are_refused = refuses(
    ({"tools": functions({"description": "a"})}, "Invalid function name."),
    (named("1a"), "function_declarations[0].name: Invalid function name."),
    (named("a b"), "Invalid function name."),
    (named("a" * 65), "with a maximum length of 64."),
    (named("f", parameters={}, parametersJsonSchema={}), "must not both be set"),
    (named("f", parameters={"type": "STRING"}), "schema at top-level must be of type OBJECT"),
    (named("f", "f"), "Duplicate function declaration found: f"),
    ({"tools": [*functions(F), *functions(F)]}, "Duplicate function declaration found: f"),
    (named(*map("f{}".format, range(513))), "At most 512 function declarations"),
    ({"model": PICTURES, **named("f")}, "Function calling is not enabled"),
    (named("f", strict=True), 'Unknown name "strict"'),
    ({"tools": TOOLS, **calling("AUTO", "stock_price")}, "can only be set"),
    ({"tools": TOOLS, **calling("NONE", "stock_price")}, "can only be set"),
    ({"tools": TOOLS, **calling("ANY", "f")}, "allowed_function_names: f"),
    (calling("ANY"), "set without function_declarations."),
    ({"tools": [SEARCH, *TOOLS]}, "Please enable tool_config.include_server_side_tool_invocations"),
    ({"model": OLDER, "tools": [{**SEARCH, **TOOLS[0]}]}, "Tool use with function calling"),
    ({"model": OLDER, "tools": TOOLS, **AS_JSON}, "Function calling with a response"),
    ({"model": OLDER, "tools": [SEARCH], **AS_JSON}, "Tool use with a response"),
    ({"tools": [{"googleSearchRetrieval": {}}]}, "google_search_retrieval is not supported."),
    ({"tools": [{"enterpriseWebSearch": {}}]}, "Cannot find field."),
)

test_tools_are_accepted = accepts(
    ("none", {"tools": []}),
    ("without parameters", named("f")),
    ("colon and dot", named("a.b:c-d")),
    ("512", named(*map("f{}".format, range(512)))),
    ("functions and JSON", {"tools": TOOLS, **AS_JSON}),
    ("search and JSON", {"tools": [SEARCH], **AS_JSON}),
    ("search and functions", SHOWN_SEARCH),
    ("Google's tools", {"tools": [SEARCH, {"urlContext": {}}, {"codeExecution": {}}]}),
    ("Google's tools, older", {"model": OLDER, "tools": [SEARCH, {"urlContext": {}}]}),
    ("mode for search", {"tools": [SEARCH], **calling("VALIDATED")}),
    ("mode of nothing", calling("NONE")),
)


def called(client: GenerateContentClient, **body: Any) -> list[str]:
    parts = client.parts(tools=TOOLS, **body)
    return [part["functionCall"]["name"] for part in parts if "functionCall" in part]


@pytest.mark.parametrize(
    ("prompt", "config", "expected"),
    [
        (BOTH, {}, ["get_weather", "stock_price"]),
        (BOTH, calling("VALIDATED"), ["get_weather", "stock_price"]),
        (BOTH, calling("VALIDATED", "stock_price"), ["stock_price"]),
        (BOTH, calling("NONE"), []),
        (said("hello"), calling("AUTO"), []),
        (said("hello"), calling("ANY"), ["get_weather"]),
        (said("hello"), calling("ANY", "stock_price"), ["stock_price"]),
    ],
)
def test_mode_says_what_is_called(
    client: GenerateContentClient,
    prompt: dict[str, Any],
    config: dict[str, Any],
    expected: list[str],
) -> None:
    assert called(client, contents=[prompt], **config) == expected
