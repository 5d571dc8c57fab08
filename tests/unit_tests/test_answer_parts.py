"""What hosts send beside text, in the odd forms they send it: kept whole, once, in its place."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from langchain_cometapi._chat.response.think_tags import ThinkTagReader
from tests.support import Gateway, amerge, answer, chunk, completion, merge, stream

MINIMAX = "minimax-m2"


async def streamed(*deltas: Any, model: str = "gpt-5.4-mini", **settings: Any) -> AIMessage:
    """The message of these deltas or chunks; both ways to read it must agree."""
    chunks = [d if isinstance(d, dict) and "choices" in d else chunk(d) for d in deltas]
    asked = Gateway(stream(*chunks, chunk(finish_reason="stop"))).model(model, **settings)
    message: AIMessage = merge(asked.stream("Hi"))
    other = await amerge(asked.astream("Hi"))
    assert comparable(message) == comparable(other)
    return message


async def invoked(
    said: dict[str, Any], model: str = "gpt-5.4-mini", **settings: Any
) -> list[AIMessage]:
    """The message of a whole answer, also where it replies to a stream request."""
    body = completion({"role": "assistant", "content": "4", **said})
    asked = Gateway(answer(body)).model(model, **settings)
    messages = [asked.invoke("Hi"), await asked.ainvoke("Hi")]
    return [*messages, merge(asked.stream("Hi")), await amerge(asked.astream("Hi"))]


def comparable(message: AIMessage) -> dict[str, Any]:
    """A message without the run's id."""
    return {k: v for k, v in message.model_dump().items() if k != "id"}


def call(**fields: Any) -> dict[str, Any]:
    return {"tool_calls": [{"index": 0, **fields}]}


def detail(**fields: Any) -> dict[str, Any]:
    return {"reasoning_details": [{"type": "reasoning.text", **fields}]}


def thinking(**fields: Any) -> dict[str, Any]:
    return {"thinking_blocks": [{"type": "thinking", **fields}]}


def citation(start: int, end: int) -> dict[str, Any]:
    place = {"url": "https://w.example", "title": "W", "start_index": start, "end_index": end}
    return {"type": "url_citation", "url_citation": place}


def image(data: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}


def signed(signature: str) -> dict[str, Any]:
    return {"google": {"thought_signature": signature}}


FUNCTION = {"name": "f", "arguments": "{}"}
PING = {"name": "f", "args": {}, "id": "c0", "type": "tool_call"}


# -- fragments of thoughts ---------------------------------------------------------------------


@pytest.mark.parametrize("empty", ["", None])
@pytest.mark.parametrize("index", [{"index": 0}, {}], ids=["index", "no index"])
async def test_a_signature_follows_an_empty_one(empty: str | None, index: dict[str, int]) -> None:
    fragments = [
        detail(text="wh", signature=empty, **index),
        detail(text="y", signature=empty, **index),
        detail(text="", signature="SIG", **index),
    ]
    message = await streamed(*fragments, "4")
    whole = {"type": "reasoning.text", "text": "why", "signature": "SIG", **index}
    assert message.additional_kwargs["reasoning_details"] == [whole]
    assert message.additional_kwargs["reasoning_content"] == "why"


@pytest.mark.parametrize("empty", ["", None])
async def test_thinking_blocks_go_on_until_they_are_signed(empty: str | None) -> None:
    message = await streamed(
        thinking(thinking="wh", signature=empty),
        thinking(thinking="y", signature=empty),
        thinking(thinking="", signature="SIG"),
        thinking(thinking="so", signature="SIG2"),
        "4",
    )
    assert message.additional_kwargs["thinking_blocks"] == [
        {"type": "thinking", "thinking": "why", "signature": "SIG"},
        {"type": "thinking", "thinking": "so", "signature": "SIG2"},
    ]


async def test_another_id_is_another_item() -> None:
    first = {"type": "reasoning.encrypted", "index": 0, "id": "e1", "data": "X"}
    second = {**first, "id": "e2", "data": "Y"}
    message = await streamed({"reasoning_details": [first]}, {"reasoning_details": [second]}, "4")
    assert message.additional_kwargs["reasoning_details"] == [first, second]


# -- tool calls --------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["v0", "v1"])
@pytest.mark.parametrize(
    ("fragments", "expected"),
    [
        (
            [
                call(id="c0", function=FUNCTION, extra_content={"google": {}}),
                call(extra_content=signed("B")),
            ],
            signed("B"),
        ),
        (
            [
                call(id="c0", function=FUNCTION, extra_content={"vertex": {"a": 1}}),
                call(extra_content=signed("B")),
            ],
            {"vertex": {"a": 1}, **signed("B")},
        ),
        ([call(extra_content=signed("B")), call(id="c0", function=FUNCTION)], signed("B")),
    ],
    ids=["filled", "two keys", "before its call"],
)
async def test_extra_content_in_parts(
    fragments: list[Any], expected: dict[str, Any], version: str
) -> None:
    message = await streamed(*fragments, output_version=version)
    assert message.tool_calls == [PING]
    assert message.invalid_tool_calls == []
    assert message.additional_kwargs == {"tool_call_extra_content": {"c0": expected}}


async def test_a_signature_on_an_index_of_its_own_is_not_the_other_calls() -> None:
    other = {"index": 1, "id": "c1", "function": FUNCTION}
    message = await streamed(
        call(id="c0", function=FUNCTION),
        {"tool_calls": [{"index": 1, "extra_content": signed("B")}]},
        {"tool_calls": [other]},
    )
    assert message.tool_calls == [PING, {**PING, "id": "c1"}]
    assert message.additional_kwargs["tool_call_extra_content"] == {"c1": signed("B")}


async def test_unknown_fields_of_calls() -> None:
    raw = {
        "id": "c0",
        "type": "function",
        "function": {**FUNCTION, "x": 1},
        "thought_signature": "T",
        "provider_specific_fields": {"a": 1},
    }
    kept = {"thought_signature": "T", "provider_specific_fields": {"a": 1}, "function": {"x": 1}}
    messages = [*await invoked({"tool_calls": [raw]}), await streamed({"tool_calls": [raw]}, "4")]
    for message in messages:
        assert message.tool_calls == [PING]
        assert message.additional_kwargs == {"tool_call_extras": {"c0": kept}}


async def test_custom_calls_are_calls_with_free_text() -> None:
    raw = {"id": "c0", "type": "custom", "custom": {"name": "f", "input": 'say "é"\n'}}
    rest = call(custom={"input": "twice"})
    for text, messages in {
        'say "é"\n': await invoked({"tool_calls": [raw]}),
        'say "é"\ntwice': [await streamed({"tool_calls": [{"index": 0, **raw}]}, rest)],
    }.items():
        for message in messages:
            assert message.tool_calls == [{**PING, "args": {"__arg1": text}}]
            assert message.additional_kwargs == {"tool_call_extras": {"c0": {"type": "custom"}}}


def test_a_custom_call_that_was_cut_off_does_not_run() -> None:
    raw = {"id": "c0", "type": "custom", "custom": {"name": "f", "input": "rm -r /tmp/"}}
    body = completion({"role": "assistant", "content": None, "tool_calls": [raw]}, "length")
    parts = stream(chunk({"tool_calls": [raw]}), chunk(finish_reason="length"))
    for message in (
        Gateway(answer(body)).model().invoke("Hi"),
        merge(Gateway(parts).model().stream("Hi")),
    ):
        assert message.tool_calls == []
        assert message.response_metadata["tool_call_errors"]["c0"].startswith("cut off")


async def test_an_id_that_comes_late_is_the_id() -> None:
    late = [
        call(function={"name": "f", "arguments": "{"}),
        call(id="c0", function={"arguments": "}"}),
    ]
    assert (await streamed(*late)).tool_calls == [PING]


# -- facts beside the answer -------------------------------------------------------------------


def with_choice(delta: Any, **fields: Any) -> dict[str, Any]:
    whole = chunk(delta)
    whole["choices"][0] |= fields
    return whole


async def test_facts_that_grow() -> None:
    message = await streamed(
        {**with_choice("a", content_filter_results={"hate": {"on": False}}), "citations": ["u"]},
        {
            **with_choice("b", content_filter_results={"self": {"on": True}}),
            "citations": ["u", "v"],
        },
        {**with_choice("c", content_filter_results={"hate": {"on": True}}), "id": "other"},
    )
    metadata = message.response_metadata
    assert metadata["citations"] == ["u", "v"]
    assert metadata["content_filter_results"] == {"hate": {"on": True}, "self": {"on": True}}
    assert metadata["id"] == "chatcmpl-1"


async def test_padding_does_not_pile_up() -> None:
    message = await streamed({**chunk("a"), "p": "abc"}, {**chunk("b"), "p": "defg"})
    assert message.response_metadata["p"] == "defg"


async def test_unknown_text_is_joined() -> None:
    message = await streamed({"commentary": "a", "mood": "x"}, {"commentary": "b", "mood": "x"})
    assert message.additional_kwargs == {"commentary": "ab", "mood": "x"}


async def test_annotations_of_text_parts() -> None:
    part = {"type": "text", "text": "It rains", "annotations": [citation(3, 8)]}
    part |= {"citations": ["c"], "thought_signature": "T"}
    message = await streamed("Now: ", {"content": [part]})
    assert message.content == "Now: It rains"
    assert message.text[8:13] == "rains"
    assert message.additional_kwargs == {
        "annotations": [citation(8, 13)],
        "citations": ["c"],
        "thought_signature": "T",
    }
    for whole in await invoked({"content": [part], "annotations": [citation(0, 2)]}):
        assert whole.content == "It rains"
        assert whole.additional_kwargs["annotations"] == [citation(3, 8), citation(0, 2)]
        assert whole.additional_kwargs["citations"] == ["c"]


async def test_annotations_that_are_repeated() -> None:
    message = await streamed(
        {"annotations": [citation(0, 1)]}, {"annotations": [citation(0, 1), citation(1, 2)]}, "4"
    )
    assert message.additional_kwargs["annotations"] == [citation(0, 1), citation(1, 2)]


async def test_every_image_is_one() -> None:
    images = [{**image("QUFB"), "index": 0}, {**image("QkJC"), "index": 0}]
    message = await streamed({"content": "x", "images": images[:1]}, {"images": images[1:]})
    assert message.additional_kwargs["images"] == images


async def test_content_in_odd_forms() -> None:
    bare = {"image_url": image("QUFB")["image_url"]}
    for message in await invoked({"content": [bare]}):
        assert message.content == [image("QUFB")]
    for message in await invoked({"content": {"type": "text", "text": "Hi"}}):
        assert message.content == "Hi"


@pytest.mark.filterwarnings("ignore:The method .* is in beta")
async def test_logprobs() -> None:
    def part(delta: Any, token: str) -> dict[str, Any]:
        return with_choice(delta, logprobs={"content": [{"token": token, "logprob": -1.0}]})

    chunks = [part("a", "a"), part("a", "a"), part({}, "")]
    tokens = [{"token": token, "logprob": -1.0} for token in ("a", "a", "")]
    message = await streamed(*chunks)
    assert message.response_metadata["logprobs"] == {"content": tokens}
    model = Gateway(stream(*chunks, chunk(finish_reason="stop"))).model()
    output = model.stream_events("Hi", version="v3").output
    assert output.response_metadata["logprobs"] == {"content": tokens}


def test_every_choice_says_whose_it_is() -> None:
    body = completion("a", service_tier="flex", provider="X")
    body["usage"]["cost"] = 0.1
    body["choices"].append({**body["choices"][0], "index": 1})
    result = Gateway(answer(body)).model(n=2).generate([[HumanMessage("Hi")]])
    first, second = (g.message.response_metadata for g in result.generations[0])  # type: ignore[union-attr]
    named = ("model_name", "id", "service_tier", "provider", "model_provider", "finish_reason")
    assert [second[name] for name in named] == [first[name] for name in named]
    assert {"token_usage", "cost"} & second.keys() == set()


# -- thoughts in odd places --------------------------------------------------------------------

WHY = {"type": "thinking", "thinking": "why", "signature": "S"}


@pytest.mark.parametrize("version", ["v0", "v1"])
@pytest.mark.parametrize(
    ("whole", "deltas", "kept"),
    [
        (
            {"content": [WHY, {"type": "text", "text": "4"}]},
            [
                {"content": [{"type": "thinking", "thinking": "wh"}]},
                {"content": [{**WHY, "thinking": "y"}]},
            ],
            {"thinking_blocks": [WHY]},
        ),
        (
            {"thinking": "why", "signature": "S"},
            [{"thinking": "wh"}, {"thinking": "y"}, {"signature": "S"}],
            {"signature": "S"},
        ),
        (
            {"thinking": {"thinking": "why", "signature": "S"}},
            [{"thinking": {"thinking": "wh"}}, {"thinking": {"thinking": "y", "signature": "S"}}],
            {"thinking": {"thinking": "why", "signature": "S"}},
        ),
        (
            {"reasoning": {"summary": "why", "encrypted_content": "E"}},
            [
                {"reasoning": {"summary": "wh"}},
                {"reasoning": {"summary": "y", "encrypted_content": "E"}},
            ],
            {"reasoning": {"summary": "why", "encrypted_content": "E"}},
        ),
        (
            {"reasoning_content": [{"type": "text", "text": "why"}]},
            [{"reasoning_content": [{"type": "text", "text": part}]} for part in ("wh", "y")],
            {"reasoning_content_parts": [{"type": "text", "text": "why"}]},
        ),
    ],
    ids=["part", "fields", "object", "reasoning object", "reasoning_content list"],
)
async def test_thoughts_in_odd_places(
    whole: dict[str, Any], deltas: list[Any], kept: dict[str, Any], version: str
) -> None:
    messages = await invoked(whole, output_version=version)
    messages.append(await streamed(*deltas, "4", output_version=version))
    for message in messages:
        assert message.additional_kwargs == {"reasoning_content": "why", **kept}
        assert message.text == "4"
        assert "reasoning_origin" in message.response_metadata
        blocks: Any = message.content_blocks
        assert [b.get("reasoning") or b["text"] for b in blocks] == ["why", "4"]


async def test_a_second_dialect_that_differs() -> None:
    said = {"reasoning": "summary", "reasoning_content": "long"}
    messages = await invoked(said)
    parts = [{"reasoning": "sum", "reasoning_content": "lo"}]
    parts += [{"reasoning": "mary", "reasoning_content": "ng"}]
    messages.append(await streamed(*parts, "4"))
    for message in messages:
        assert message.additional_kwargs == {"reasoning": "summary", "reasoning_content": "long"}


@pytest.mark.parametrize(
    ("deltas", "expected"),
    [
        ([{"reasoning": "A"}, {"reasoning_content": "B"}], "AB"),
        ([{"reasoning": "A"}, {"reasoning_content": "B"}, {"reasoning_content": "A"}], "ABA"),
        ([{"reasoning": "why"}, {"reasoning_content": "wh"}, {"reasoning_content": "y"}], "why"),
        ([{"reasoning": "why"}, {"reasoning_content": "wh"}, {"reasoning_content": "o"}], "whywho"),
        ([{"reasoning": "wh"}, {"reasoning_content": "why"}], "why"),
        ([{"reasoning": "w", "reasoning_content": "w"}, {"reasoning_content": "hy"}], "why"),
    ],
)
async def test_a_second_dialect_goes_on_where_the_first_is_silent(
    deltas: list[Any], expected: str
) -> None:
    message = await streamed(*deltas, "4")
    assert message.additional_kwargs == {"reasoning_content": expected}


async def test_text_aside_never_takes_the_place_of_the_reasoning() -> None:
    message = await streamed({"reasoning": "A"}, {"reasoning": "B", "reasoning_content": "X"})
    kept = {"reasoning_content": "AB", "other_reasoning_content": "X"}
    assert message.additional_kwargs == kept


@pytest.mark.parametrize(
    ("deltas", "thought"),
    [
        ([{"reasoning_content": "why"}, "<think>why</think>", "4"], "why"),
        (["<think>why</think>", {"reasoning_content": "why"}, "4"], "why"),
        ([{"reasoning_content": "why"}, "<think>\nw", "hy\n</think>\n4"], "why"),
        ([{"reasoning_content": "why"}, "<think>how</think>", "4"], "whyhow"),
        ([{"content": [{"type": "text", "text": "<think>why</think>4"}]}], "why"),
    ],
)
async def test_tags_beside_a_field(deltas: list[Any], thought: str) -> None:
    message = await streamed(*deltas, model=MINIMAX)
    assert message.content == "4"
    assert message.additional_kwargs == {"reasoning_content": thought}


async def test_tags_in_a_whole_answer() -> None:
    text = {"type": "text", "text": "<think>why</think>4"}
    for said, content in (
        ({"reasoning_content": "why", "content": text["text"]}, "4"),
        ({"content": [text]}, "4"),
        ({"content": [text, image("QUFB")]}, [{**text, "text": "4"}, image("QUFB")]),
    ):
        for message in await invoked(said, model=MINIMAX):
            assert message.content == content
            assert message.additional_kwargs == {"reasoning_content": "why"}


def test_a_long_thought_is_read_in_linear_time() -> None:
    began = time.perf_counter()
    reader = ThinkTagReader()
    reader.push("<think>" + "no end " * 200_000)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (
            {"reasoning_details": [{"type": "reasoning.encrypted", "data": "X"}]},
            "reasoning_details",
        ),
        ({"thinking_blocks": [{"type": "redacted_thinking", "data": "X"}]}, "thinking_blocks"),
        ({"reasoning": {"encrypted_content": "E"}}, "reasoning"),
        ({"thinking": "why", "signature": "S"}, "signature"),
        ({"thinking": "why", "signature": "S"}, "thinking"),
    ],
)
async def test_what_is_bound_goes_back(said: dict[str, Any], field: str) -> None:
    messages = [*await invoked(said), await streamed(said, "4")]
    for message in messages:
        again = Gateway(answer(completion())).model(replay_reasoning=True)
        body = json.loads(json.dumps(again.explain([message, HumanMessage("?")]).body))
        assert body["messages"][0][field] == said[field]


# -- whole messages that close a stream --------------------------------------------------------


def closing(delta: Any = None, **said: Any) -> dict[str, Any]:
    return with_choice(delta, message={"role": "assistant", "content": "4", **said})


async def test_a_closing_message_adds_what_the_deltas_left_out() -> None:
    extras = {"annotations": [citation(0, 1)], "images": [image("QUFB")]}
    message = await streamed("4", closing(reasoning="why", **extras))
    assert message.content == "4"
    assert message.additional_kwargs == {"reasoning_content": "why", **extras}


async def test_a_closing_message_repeats_nothing() -> None:
    calls = [{"id": "c0", "function": FUNCTION}]
    parts = [detail(text="wh", index=0), detail(text="y", index=0), "4"]
    signed_detail = {"type": "reasoning.text", "index": 0, "text": "why", "signature": "S"}
    last = closing(
        {"reasoning_content": ""},
        content=[{"type": "text", "text": "4", "annotations": [citation(0, 1)]}],
        tool_calls=[{**calls[0], "extra_content": signed("S")}],
        reasoning_details=[signed_detail],
        reasoning_content="why",
    )
    message = await streamed(*parts, {"tool_calls": calls}, last)
    assert message.content == "4"
    assert message.tool_calls == [PING]
    assert message.additional_kwargs == {
        "reasoning_content": "why",
        "reasoning_details": [signed_detail],
        "annotations": [citation(0, 1)],
        "tool_call_extra_content": {"c0": signed("S")},
    }


async def test_a_message_beside_the_last_delta() -> None:
    message = await streamed({"reasoning": "why"}, closing("4", annotations=[citation(0, 1)]))
    assert message.content == "4"
    assert message.additional_kwargs == {
        "reasoning_content": "why",
        "annotations": [citation(0, 1)],
    }


async def test_the_text_of_a_closing_message_counts_where_none_came() -> None:
    assert (await streamed({"reasoning": "why"}, closing())).content == "4"


async def test_the_signature_of_a_call_may_stand_in_the_message_beside_it() -> None:
    raw = {"id": "c0", "function": FUNCTION}
    beside = closing({"tool_calls": [raw]}, tool_calls=[{**raw, "extra_content": signed("S")}])
    message = await streamed(beside)
    assert message.tool_calls == [PING]
    assert message.additional_kwargs == {"tool_call_extra_content": {"c0": signed("S")}}


@pytest.mark.parametrize(
    "said",
    [
        {"reasoning_details": [{"type": "reasoning.text", "text": "aba", "index": 0}]},
        {"thinking": "aba"},
        {"thinking": {"thinking": "aba", "signature": "S"}},
        {"thinking_blocks": [{"type": "thinking", "thinking": "aba", "signature": "S"}]},
        {"reasoning": "aba"},
        {"refusal": "nono"},
        {"audio": {"id": "a", "data": "QUJB", "transcript": "aba"}},
        {"function_call": {"name": "f", "arguments": "{}"}},
        {"commentary": "aba"},
        {"images": [image("QUFB")]},
        {"annotations": [citation(0, 1)]},
    ],
    ids=lambda said: next(iter(said)),
)
@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_a_closing_message_doubles_nothing(said: dict[str, Any], version: str) -> None:
    alone = await streamed(said, "4", output_version=version)
    assert alone.additional_kwargs
    for deltas in ([said, closing(**said)], [said, closing("4", **said)], [said, "4", closing()]):
        message = await streamed(*deltas, output_version=version)
        assert message.additional_kwargs == alone.additional_kwargs
        assert message.text == "4"


async def test_a_closing_message_has_the_sound_in_one_piece() -> None:
    pieces = [{"audio": {"id": "a", "data": data}} for data in ("QQ==", "QkE=")]
    message = await streamed(*pieces, closing(audio={"id": "a", "data": "QUJB"}))
    assert message.additional_kwargs == {"audio": {"id": "a", "data": "QUJB"}}


# -- calls of one id ---------------------------------------------------------------------------


def numbered(number: int, **fields: Any) -> dict[str, Any]:
    arguments = json.dumps({"c": number})
    return {"id": "get", "function": {"name": "get", "arguments": arguments}, **fields}


async def test_calls_of_one_id_are_two_calls_with_their_own_signatures() -> None:
    model = "gemini-3-pro-preview"
    raw = [numbered(1, extra_content=signed("S")), numbered(2, extra_content=signed("T"))]
    placed = [{"index": index, **one} for index, one in enumerate(raw)]
    messages = await invoked({"content": None, "tool_calls": raw}, model=model)
    messages.append(await streamed(*({"tool_calls": [one]} for one in placed), model=model))
    messages.append(await streamed({"tool_calls": placed}, model=model))
    messages.append(await streamed(*({"tool_calls": [one]} for one in raw), model=model))
    bare = [{k: v for k, v in one.items() if k != "extra_content"} for one in placed]
    messages.append(await streamed({"tool_calls": bare}, closing(tool_calls=raw), model=model))
    for message in messages:
        assert message.invalid_tool_calls == []
        first, second = message.tool_calls
        assert (first["args"], second["args"]) == ({"c": 1}, {"c": 2})
        assert first["id"] == "get"
        assert second["id"] not in ("get", None)
        assert second["id"] == messages[0].tool_calls[1]["id"]
        results = [ToolMessage(str(c["args"]["c"]), tool_call_id=c["id"]) for c in (second, first)]
        again = Gateway(answer(completion())).model(model)
        _, said, *answers = again.explain([HumanMessage("Hi"), message, *results]).body["messages"]
        assert [c["extra_content"] for c in said["tool_calls"]] == [signed("S"), signed("T")]
        ids = [c["id"] for c in said["tool_calls"]]
        assert {one["tool_call_id"]: one["content"] for one in answers} == {
            ids[0]: "1",
            ids[1]: "2",
        }


# -- JSON of other types than the protocol has -------------------------------------------------

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
async def test_content_of_other_types(content: Any, text: str, version: str) -> None:
    messages = await invoked({"content": content}, output_version=version)
    parts = [{"content": part} for part in (content if isinstance(content, list) else [content])]
    messages.append(await streamed({"content": content}, output_version=version))
    if not any(part["content"] is False for part in parts):  # alone, that is no content
        messages.append(await streamed(*parts, output_version=version))
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
async def test_types_that_are_no_names(type_: Any, written: str, version: str) -> None:
    content = [{"type": type_, "text": "x"}, "y"]
    messages = await invoked({"content": content}, output_version=version)
    messages.append(await streamed(*({"content": [p]} for p in content), output_version=version))
    for message in messages:
        assert message.text == "y"
        odd, text = ({k: v for k, v in b.items() if k != "index"} for b in message.content_blocks)
        assert odd == {"type": "non_standard", "value": {"type": written, "text": "x"}}
        assert text == {"type": "text", "text": "y"}
        model = Gateway(answer(completion())).model()
        assert model.get_num_tokens_from_messages([HumanMessage("Hi"), message]) > 0


@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_text_after_content_of_another_type(version: str) -> None:
    for first in (NUMBER, [NUMBER], [{"text": 5}]):
        message = await streamed({"content": first}, "Hello", output_version=version)
        assert message.text == "5Hello"


async def test_refusals_and_old_calls_of_other_types() -> None:
    for message in [
        await streamed({"refusal": 5}, {"refusal": "no"}, {"refusal": ["o"]}),
        *await invoked({"content": None, "refusal": '5no["o"]'}),
    ]:
        assert message.additional_kwargs == {"refusal": '5no["o"]'}
    made = {"name": "f", "arguments": {"a": 1}}
    for message in [
        await streamed({"function_call": made}, {"function_call": {"arguments": " "}}),
        await streamed({"function_call": {"name": "f"}}, {"function_call": '{"a": 1} '}),
        *await invoked({"content": None, "function_call": {**made, "arguments": '{"a": 1} '}}),
    ]:
        written = {"name": "f", "arguments": '{"a": 1} '}
        assert message.additional_kwargs == {"function_call": written}
    for message in await invoked({"content": None, "refusal": 5, "function_call": made}):
        call_ = {"name": "f", "arguments": '{"a": 1}'}
        assert message.additional_kwargs == {"refusal": "5", "function_call": call_}
