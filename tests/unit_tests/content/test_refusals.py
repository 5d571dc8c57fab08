"""Refusals as standard blocks, in each form of call and where LangChain looks for them."""

from __future__ import annotations

from typing import Any

import pytest
from langchain.agents import create_agent, middleware
from langchain_core.messages import AIMessage, HumanMessage, content

from langchain_cometapi._content import blocks as _blocks
from tests.readers import without_index
from tests.support import Gateway, all_ways, answer, ask, chunk, completion, stream

REFUSAL = "I cannot help with that."


needs_block = pytest.mark.skipif(
    not hasattr(content, "RefusalContentBlock"),
    reason="older releases of core do not have the block",
)
middleware_class: Any = getattr(middleware, "ModelRefusalMiddleware", None)
needs_middleware = pytest.mark.skipif(
    middleware_class is None, reason="older releases of langchain do not have the middleware"
)


def refuse(form: str, *, streamed: bool) -> Any:
    """A refusal as OpenAI sends it, as a part of the content, or as Claude's finish reason."""
    reason = "refusal" if form in ("reason", "both") else "stop"
    if form == "part":
        message: dict[str, Any] = {"content": [{"type": "refusal", "refusal": REFUSAL}]}
    else:
        message = {"content": "" if form == "field" else "Sorry."}
    if form in ("field", "both"):
        message["refusal"] = REFUSAL
    if not streamed:
        return answer(completion({"role": "assistant", **message}, reason))
    deltas = [{**message, "refusal": REFUSAL[:9]}, {"refusal": REFUSAL[9:]}]
    if "refusal" not in message:
        deltas = [message]
    return stream(*map(chunk, deltas), chunk(finish_reason=reason))


@needs_block
@all_ways
@pytest.mark.parametrize("version", ["v0", "v1"])
@pytest.mark.parametrize("form", ["field", "part", "reason", "both"])
async def test_refusal_is_a_standard_block(form: str, version: str, way: str) -> None:
    gateway = Gateway(refuse(form, streamed="stream" in way))
    message = await ask(gateway.model(output_version=version), way)
    blocks = without_index(message.content_blocks)
    expected = {"type": "refusal", "refusal": "" if form == "reason" else REFUSAL}
    assert [block for block in blocks if block["type"] == "refusal"] == [expected]
    again = Gateway(answer(completion()))
    again.model().invoke([("human", "Hi"), message, ("human", "?")])
    text = again.bodies[0]["messages"][1]["content"]
    assert text in (REFUSAL, "Sorry.", f"Sorry.{REFUSAL}", [{"type": "text", "text": REFUSAL}])


@needs_middleware
@pytest.mark.parametrize("form", ["field", "part", "reason"])
@pytest.mark.parametrize("streaming", [False, True])
def test_middleware_of_langchain_sees_a_refusal(form: str, *, streaming: bool) -> None:
    from langchain_core.exceptions import ModelRefusalError

    model = Gateway(refuse(form, streamed=streaming)).model(streaming=streaming)
    agent = create_agent(model, tools=[], middleware=[middleware_class()])
    with pytest.raises(ModelRefusalError) as caught:
        agent.invoke({"messages": [HumanMessage("Hi")]})
    assert ("" if form == "reason" else REFUSAL) in str(caught.value)


@pytest.mark.parametrize("reason", ["stop", "content_filter", "SAFETY", None, 1])
def test_message_that_is_no_refusal_has_no_such_block(reason: Any) -> None:
    message = Gateway(answer(completion("Hello", reason))).model().invoke("Hi")
    assert [block["type"] for block in message.content_blocks] == ["text"]


def test_version_of_core_without_the_block_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_blocks, "_KNOWS_REFUSALS", False)
    metadata = {"model_provider": "cometapi"}
    message = AIMessage("", additional_kwargs={"refusal": REFUSAL}, response_metadata=metadata)
    assert message.content_blocks == []
