"""Prompt caching: its marks, and what is read and written."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi.emulator._rules.messages import MESSAGES_RULES
from tests.unit_tests.emulator.messages_client import (
    CITED,
    HOUR,
    LOOP,
    MARK,
    OPUS,
    WEATHER,
    MessagesClient,
    document,
    plain,
    returned,
    said,
    text,
)
from tests.unit_tests.emulator.refusals import refuses

LONG = "word " * 2000  # 2500 tokens
IMAGE = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
MARKED_TOOL = {**WEATHER, "cache_control": MARK}
MESSAGE = "messages.0.content.0"
MOST = "A maximum of 4 blocks with cache_control may be provided. Found 5."
TTL = (
    "{path}.cache_control.ttl: a ttl='1h' cache_control block must not come after a ttl='5m'"
    " cache_control block."
)


def marked(words: str = LONG, mark: dict[str, Any] | None = None) -> dict[str, Any]:
    return text(words, cache_control=mark or MARK)


def use(client: MessagesClient, **body: Any) -> tuple[int, int, int]:
    """Return the tokens that are written, read, and neither."""
    usage = client.message(**body)["usage"]
    written = usage["cache_creation_input_tokens"]
    assert written == sum(usage["cache_creation"].values())
    return written, usage["cache_read_input_tokens"], usage["input_tokens"]


MARKS = [marked("a")] * 4
CITING = [said([document(plain("Paris is big."), **CITED), text("Hi")])]

test_marks_are_refused = refuses(
    ({"system": MARKS[:3], "messages": [said(MARKS[:2])]}, MOST),
    ({"system": MARKS, "cache_control": MARK}, MOST),
    ({"system": MARKS, "messages": [*LOOP[:2], said([returned(content=MARKS[:1])])]}, MOST),
    ({"system": [MARKS[0], marked("b", HOUR)]}, TTL.format(path="system.1")),
    ({"tools": [MARKED_TOOL], "messages": [said([marked("a", HOUR)])]}, TTL.format(path=MESSAGE)),
    ({"system": MARKS[:1], "cache_control": HOUR}, TTL.format(path=MESSAGE)),
    ({"cache_control": {}}, "cache_control.type: Field required"),
    ({"cache_control": {"type": "persistent"}}, "type: Input should be 'ephemeral'"),
    ({"system": [marked("a", {**MARK, "ttl": "2h"})]}, "cache_control.ttl: Input should be"),
    ({"system": [marked("a", {**MARK, "x": 1})]}, "cache_control.x: Extra inputs are not"),
    ({"messages": [said([marked(""), text("Hi")])]}, f"{MESSAGE}.text: cache_control cannot be"),
)


def test_marked_prefix_is_written_and_then_read(client: MessagesClient) -> None:
    body: dict[str, Any] = {"system": [marked()], "messages": [said("Hi")]}
    assert use(client, **body) == (2500, 0, 4)
    assert use(client, **body) == (0, 2500, 4)
    other = {**body, "messages": [said("Something else")]}
    assert use(client, **other) == (0, 2500, 7)


def test_what_comes_first_changes_the_prefix(client: MessagesClient) -> None:
    body: dict[str, Any] = {"system": [marked()], "messages": [said("Hi")]}
    use(client, **body)
    written, read, _ = use(client, **body, tools=[WEATHER])
    assert (written > 2500, read) == (True, 0)
    assert use(client, **{**body, "system": [text("a"), marked()]})[1] == 0
    assert use(client, **body, model="claude-opus-5-5")[1] == 0


def test_choice_and_thinking_invalidate_the_messages_alone(client: MessagesClient) -> None:
    body = {"system": [marked()], "messages": [said([marked()])], "tools": [WEATHER]}
    half = use(client, **body)[0] - 2503
    for change in ({"tool_choice": {"type": "none"}}, {"thinking": {"type": "disabled"}}):
        assert use(client, **body, **change)[:2] == (2503, half)


@pytest.mark.parametrize("model", ["claude-haiku-4-5", "claude-opus-4-8", OPUS])
def test_short_prefixes_are_not_cached(client: MessagesClient, model: str) -> None:
    least = MESSAGES_RULES[model].min_cached
    for tokens, is_cached in ((least - 1, False), (least, True)):
        body = {"model": model, "system": [marked("word" * tokens)]}
        assert use(client, **body)[0] == (tokens if is_cached else 0)
        assert use(client, **body)[1] == (tokens if is_cached else 0)


def test_conversation_that_goes_on_reads_what_it_has_written(client: MessagesClient) -> None:
    messages = [said(LONG)]
    written, _, fresh = use(client, messages=messages, cache_control=MARK)
    assert (written, fresh) == (2503, 0)
    messages += [said("Hello.", "assistant"), said("And now?")]
    assert use(client, messages=messages, cache_control=MARK) == (3 + 2 + 3 + 2, 2503, 0)


def test_a_prefix_is_looked_for_in_twenty_blocks(client: MessagesClient) -> None:
    blocks = [marked()]
    use(client, messages=[said(blocks)])
    for added, read in ((19, 2503), (20, 0)):
        longer = [text(LONG), *(text(str(number)) for number in range(added - 1)), marked("end")]
        assert use(client, messages=[said(longer)])[1] == read
        client = MessagesClient()
        use(client, messages=[said(blocks)])


def test_lifetimes_are_counted_apart(client: MessagesClient) -> None:
    body = {"system": [marked(mark=HOUR)], "messages": [said([marked("word" * 100)])]}
    creation = client.message(**body)["usage"]["cache_creation"]
    assert creation == {"ephemeral_5m_input_tokens": 103, "ephemeral_1h_input_tokens": 2500}


def test_marks_on_results_and_tools_count(client: MessagesClient) -> None:
    long_tool = {**WEATHER, "description": LONG, "cache_control": MARK}
    assert use(client, tools=[long_tool])[0] > 2500
    messages = [*LOOP[:2], said([returned(content=[marked()])])]
    assert use(client, messages=messages)[0] > 2500


def test_cache_is_filled_without_an_answer(client: MessagesClient) -> None:
    body = {"system": [marked()], "max_tokens": 0}
    message = client.message(**body)
    assert (message["content"], message["stop_reason"]) == ([], "max_tokens")
    assert message["usage"]["output_tokens"] == 0
    assert use(client, system=[marked()])[1] == 2500


def test_unmarked_prompts_are_not_cached(client: MessagesClient) -> None:
    for _ in range(2):
        assert use(client, messages=[said(LONG)]) == (0, 0, 2503)


def test_beginnings_of_messages_are_no_blocks_to_look_through(client: MessagesClient) -> None:
    use(client, messages=[said([marked()])])
    turns = [said("Yes.", "assistant"), said("Go on.")] * 9
    longer = [said([text(LONG)]), *turns, said([marked("end")])]
    assert use(client, messages=longer)[1] == 2503


@pytest.mark.parametrize(
    ("before", "after"), [("What?", [IMAGE, text("What?")]), ([IMAGE, text("What?")], "What?")]
)
def test_images_invalidate_the_messages_alone(
    client: MessagesClient, before: Any, after: Any
) -> None:
    beginning = [said([marked()]), said("Yes.", "assistant")]
    for last, read in ((before, 0), (after, 2500), (after, 2500 + 2503)):
        body = {"system": [marked()], "messages": [*beginning, said(last)]}
        assert use(client, **body)[1] == read


@pytest.mark.parametrize("change", [{"speed": "fast"}, {"messages": CITING}])
def test_speed_and_citations_invalidate_all_but_the_tools(
    client: MessagesClient, change: dict[str, Any]
) -> None:
    tools = {"tools": [{**MARKED_TOOL, "description": LONG}]}
    body = {**tools, "system": [marked()], "messages": [said("Hi")]}
    of_tools = use(client, **tools)[0]
    assert use(client, **body)[:2] == (2500, of_tools)
    assert use(client, **{**body, **change})[:2] == (2500, of_tools)


def test_mark_of_the_request_lives_as_long_as_that_of_the_last_block(
    client: MessagesClient,
) -> None:
    body = {"messages": [said([marked()])]}
    assert use(client, **body, cache_control=MARK)[0] == 2503
    words = "cache_control.ttl: the last block has a cache_control of another ttl"
    assert client.error(**body, cache_control=HOUR) == words
