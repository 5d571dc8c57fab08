"""Content and fields of other types than the protocol has."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from tests.readers import image, read_stream, read_whole
from tests.support import Gateway, answer, completion

NUMBER = {"type": "text", "text": 5}


@pytest.mark.parametrize("version", ["v0", "v1"])
@pytest.mark.parametrize(
    ("content", "text"),
    [
        ([{"text": ["H"]}], '["H"]'),
        ([{"text": ["H"]}, image("QUFB")], '["H"]'),
        ([{"text": None}, {"text": "a"}, image("QUFB")], "a"),
        ([{"text": "a"}, {"type": "text", "text": None}, image("QUFB")], "a"),
        ([image("QUFB"), {"type": "text", "text": True}], "true"),
        ([image("QUFB"), {"type": [], "text": {"é": 1}}], '{"é": 1}'),
        (NUMBER, "5"),
        ([NUMBER, 7, ["x"], False], '57["x"]false'),
        (5, "5"),
    ],
)
async def test_content_of_other_types_is_text(content: Any, text: str, version: str) -> None:
    messages = await read_whole({"content": content}, output_version=version)
    parts = [{"content": part} for part in (content if isinstance(content, list) else [content])]
    messages.append(await read_stream({"content": content}, output_version=version))
    if not any(part["content"] is False for part in parts):  # alone, that is no content
        messages.append(await read_stream(*parts, output_version=version))
    for message in messages:
        assert message.text == text
        blocks: Any = message.content_blocks
        assert "".join(b["text"] for b in blocks if b["type"] == "text") == text
        assert not any(b["type"] == "non_standard" for b in blocks)
        model = Gateway(answer(completion())).model()
        assert model.get_num_tokens_from_messages([HumanMessage("Hi"), message]) > 0
        assert model.explain([HumanMessage("Hi"), message, HumanMessage("?")]).body["messages"]


@pytest.mark.parametrize("version", ["v0", "v1"])
@pytest.mark.parametrize(("type_", "written"), [(["text"], '["text"]'), ({"a": 1}, '{"a": 1}')])
async def test_part_types_that_are_not_text_make_other_blocks(
    type_: Any, written: str, version: str
) -> None:
    content = [{"type": type_, "text": "x"}, "y"]
    messages = await read_whole({"content": content}, output_version=version)
    messages.append(await read_stream(*({"content": [p]} for p in content), output_version=version))
    for message in messages:
        assert message.text == "y"
        odd, text = ({k: v for k, v in b.items() if k != "index"} for b in message.content_blocks)
        assert odd == {"type": "non_standard", "value": {"type": written, "text": "x"}}
        assert text == {"type": "text", "text": "y"}
        model = Gateway(answer(completion())).model()
        assert model.get_num_tokens_from_messages([HumanMessage("Hi"), message]) > 0


@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_text_after_content_of_another_type_is_joined(version: str) -> None:
    for first in (NUMBER, [NUMBER], [{"text": 5}]):
        message = await read_stream({"content": first}, "Hello", output_version=version)
        assert message.text == "5Hello"


async def test_refusals_and_function_calls_of_other_types_are_text() -> None:
    for message in [
        await read_stream({"refusal": 5}, {"refusal": "no"}, {"refusal": ["o"]}),
        *await read_whole({"content": None, "refusal": '5no["o"]'}),
    ]:
        assert message.additional_kwargs == {"refusal": '5no["o"]'}
    raw_call = {"name": "f", "arguments": {"a": 1}}
    for message in [
        await read_stream({"function_call": raw_call}, {"function_call": {"arguments": " "}}),
        await read_stream({"function_call": {"name": "f"}}, {"function_call": '{"a": 1} '}),
        *await read_whole(
            {"content": None, "function_call": {**raw_call, "arguments": '{"a": 1} '}}
        ),
    ]:
        written = {"name": "f", "arguments": '{"a": 1} '}
        assert message.additional_kwargs == {"function_call": written}
    for message in await read_whole({"content": None, "refusal": 5, "function_call": raw_call}):
        call_ = {"name": "f", "arguments": '{"a": 1}'}
        assert message.additional_kwargs == {"refusal": "5", "function_call": call_}
