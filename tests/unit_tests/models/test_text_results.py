"""`LLMResult`s and text streams: text, reasoning, refusals, usage and metadata of a response."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from langchain_core.messages import HumanMessage

from tests.support import (
    USAGE_CHUNK,
    WAYS,
    Gateway,
    answer,
    ask,
    chunk,
    completion,
    stream,
    whole_response,
)
from tests.unit_tests.models.llm_gateway import echo, make

if TYPE_CHECKING:
    from langchain_cometapi._client.sdk import httpx


_REASONED = {"role": "assistant", "content": "Four", "reasoning_content": "Two and two."}


@pytest.mark.parametrize("version", [None, "v1"])
async def test_reasoning_is_in_the_generation_info_and_not_in_the_text(
    version: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if version:
        monkeypatch.setenv("LC_OUTPUT_VERSION", version)
    logprobs = {"content": [{"token": "F", "logprob": -0.1, "bytes": None, "top_logprobs": []}]}
    chunks = [chunk({"reasoning_content": "Two "}), chunk({"reasoning_content": "and two."})]
    for text in ("Fo", "ur"):
        part = chunk(text)
        part["choices"][0]["logprobs"] = logprobs
        chunks.append(part)

    def think(request: httpx.Request) -> httpx.Response:
        if b'"stream":true' in request.content:
            return stream(*chunks, chunk(finish_reason="stop"), USAGE_CHUNK)
        return answer(completion(_REASONED))

    for streaming in (False, True):
        llm = make(Gateway(think), streaming=streaming)
        for result in (llm.generate(["Hi"]), await llm.agenerate(["Hi"])):
            generation = result.generations[0][0]
            assert generation.text == "Four"
            assert (generation.generation_info or {})["reasoning"] == "Two and two."
        for way in WAYS:
            assert await ask(llm, way) == "Four"
        # No empty text stands for a delta of reasoning; the last chunk has the metadata.
        assert list(llm.stream("Hi")) == ["Fo", "ur", ""]


def test_think_tags_are_reasoning_if_set() -> None:
    gateway = Gateway(answer(completion("<think>Hm.</think>Four")))
    generation = make(gateway, think_tags=True).generate(["Hi"]).generations[0][0]
    assert (generation.text, (generation.generation_info or {})["reasoning"]) == ("Four", "Hm.")


@pytest.mark.parametrize("streaming", [True, False])
async def test_refusal_is_in_the_generation_info(streaming: bool) -> None:
    message = {"role": "assistant", "content": None, "refusal": "No."}
    parts = stream(chunk({"refusal": "N"}), chunk({"refusal": "o."}), chunk(finish_reason="stop"))
    gateway = Gateway(parts if streaming else answer(completion(message)))
    llm = make(gateway, streaming=streaming)
    for result in (llm.generate(["Hi"]), await llm.agenerate(["Hi"])):
        (generation,) = result.generations[0]
        assert generation.text == ""
        assert (generation.generation_info or {})["refusal"] == "No."


async def test_usage_model_and_id_are_in_the_result() -> None:
    for streaming in (False, True):
        llm = make(Gateway(echo), streaming=streaming)
        for result in (llm.generate(["Hi"]), await llm.agenerate(["Hi"])):
            usage = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}
            output = {"token_usage": usage, "model_name": "gpt-5.4-mini-2026-03-17"}
            assert result.llm_output == output
            info = result.generations[0][0].generation_info or {}
            assert (info["finish_reason"], info["id"]) == ("stop", "chatcmpl-1")


async def test_usage_of_the_responses_route_has_parts_by_langchains_names() -> None:
    gateway = Gateway(answer(whole_response()))
    model = gateway.model("gpt-6-astra")
    for result in (
        model.generate([[HumanMessage("Hi")]]),
        await model.agenerate([[HumanMessage("Hi")]]),
    ):
        usage = (result.llm_output or {})["token_usage"]
        assert usage["input_tokens"] == usage["total_tokens"] - usage["output_tokens"] == 3
        assert usage["input_token_details"]["cache_read"] == 0
        assert usage["output_token_details"]["reasoning"] == 0


async def test_n_texts_are_returned_for_each_prompt() -> None:
    body = completion()
    body["choices"] = [
        {"index": n, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        for n, text in enumerate(("one", "two"))
    ]
    gateway = Gateway(answer(body))
    for result in (
        make(gateway, n=2).generate(["a", "b"]),
        await make(gateway).agenerate(["a", "b"], n=2),
    ):
        texts = [[generation.text for generation in answers] for answers in result.generations]
        assert texts == [["one", "two"]] * 2
    assert all(body["n"] == 2 for body in gateway.bodies)
    assert await ask(make(gateway, n=2), "invoke") == "one"
    for way in ("stream", "astream"):
        with pytest.raises(ValueError, match="`n` must be 1 when streaming"):
            await ask(make(gateway, n=2), way)


async def test_usage_of_several_prompts_is_summed_with_its_details() -> None:
    usage = {
        "prompt_tokens": 3,
        "completion_tokens": 2,
        "total_tokens": 5,
        "prompt_tokens_details": {"cached_tokens": 1, "audio_tokens": None},
        "cost": 0.25,
        "estimated": True,
    }
    llm = make(Gateway(answer(completion(usage=usage)), answer(completion(usage=None)), echo))
    llm.max_concurrency = 1
    total = (await llm.agenerate(["a", "b", "c"])).llm_output
    assert total is not None
    assert total["token_usage"] == {
        "prompt_tokens": 6,
        "completion_tokens": 4,
        "total_tokens": 10,
        "prompt_tokens_details": {"cached_tokens": 1},
        "cost": 0.25,
    }
