"""The checks of fields of `Vendor` that are about parameters; see `checks.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import HumanMessage

from langchain_cometapi._vendors.registry import get_vendor
from tests.support import WAYS, ask
from tests.unit_tests.vendors.calls import assert_dropped, assert_refused, gateway, get_body
from tests.unit_tests.vendors.check_table import check

if TYPE_CHECKING:
    from langchain_cometapi._vendors.base import NativeRoute


@check("max_tokens_field")
async def _(model_id: str, value: str | None) -> None:
    for name in ("max_tokens", "max_completion_tokens"):
        body = await get_body(model_id, **{name: 7})
        assert {k: v for k, v in body.items() if v == 7} == {value or name: 7}


_BOTH: dict[str, Any] = {"temperature": 0.5, "top_p": 0.5}
# The value of the field -> parameters that are passed, and what is sent of them.
_SAMPLING: dict[str | None, list[tuple[dict[str, Any], dict[str, Any]]]] = {
    None: [(_BOTH, _BOTH)],
    "free": [(_BOTH, _BOTH)],
    "refused": [(_BOTH, {}), ({"temperature": 1}, {"temperature": 1})],
    "fixed": [(_BOTH, {}), ({"temperature": 1}, {})],
    "one_of": [(_BOTH, {"temperature": 0.5}), ({"top_p": 0.5}, {"top_p": 0.5})],
    "effort_none": [
        ({**_BOTH, "reasoning_effort": "low"}, {}),
        ({**_BOTH, "reasoning_effort": "none"}, _BOTH),
    ],
}


@check("sampling")
async def _(model_id: str, value: str | None) -> None:
    for passed, sent in _SAMPLING[value]:
        body = await get_body(model_id, **passed)
        assert {k: v for k, v in body.items() if k in _BOTH} == sent


@check("default_effort")
async def _(model_id: str, value: str | None) -> None:
    body = await get_body(model_id, **_BOTH)
    free = get_vendor(model_id).sampling is None
    assert ("temperature" in body) is (free or value == "none")


# A value of each parameter that may be refused.
_REFUSABLE: dict[str, Any] = {
    "frequency_penalty": 0.5,
    "logit_bias": {"1": 5},
    "logprobs": True,
    "presence_penalty": -0.5,
    "reasoning_effort": "low",
    "top_logprobs": 2,
}


@check("refused_parameters")
async def _(model_id: str, value: frozenset[str] | None) -> None:
    vendor = get_vendor(model_id)
    refused, while_reasoning = set(value or ()), vendor.refused_while_reasoning or ()
    if "chat" not in (vendor.reasoning_endpoints or {"chat"}):
        refused.add("reasoning_effort")
    sent = {k: v for k, v in _REFUSABLE.items() if k not in {*refused, *while_reasoning}}
    body = await get_body(model_id, **sent)
    assert {name: body[name] for name in sent} == sent
    for name in refused:
        await assert_dropped(model_id, name, **{name: _REFUSABLE[name]})


@check("native")
async def _(model_id: str, value: NativeRoute | None) -> None:
    for name in value.parameters if value else ():
        words = rf"`{name}` would do nothing: .* Use `{value.class_name}` " if value else ""
        await assert_refused(model_id, words, extra_body={name: True})
    if value is None:
        tools = [{"type": "web_search_20250305", "name": "web_search"}, {"google_search": {}}]
        parameters = {"extra_body": {"safety_settings": {"a": "b"}}, "tools": tools}
        body = await get_body(model_id, **parameters)
        assert (body["safety_settings"], body["tools"]) == ({"a": "b"}, tools)


@check("refused_while_reasoning")
async def _(model_id: str, value: frozenset[str] | None) -> None:
    effort: dict[str, Any] = {"reasoning_effort": "none"}
    for name in value or ():
        parameters = {name: _REFUSABLE[name]}
        assert (await get_body(model_id, **parameters, **effort))[name] == parameters[name]
        await assert_dropped(model_id, name, **parameters, reasoning_effort="low")


@check("max_choices")
async def _(model_id: str, value: int | None) -> None:
    served = gateway()
    model = served.model(model_id, endpoint="chat")
    for n in (1, value or 3):
        model.invoke("Hi", n=n)
        assert served.bodies[-1]["n"] == n
    if value:
        words = f"`n` is {value + 1}; {model_id} gives {value} at most"
        with pytest.raises(ValueError, match=words):
            model.invoke("Hi", n=value + 1)
        with pytest.raises(ValueError, match=words):
            await model.ainvoke("Hi", n=value + 1)
        assert len(served.requests) == 2


@check("stop_limit")
async def _(model_id: str, value: int | None) -> None:
    if value == 0:
        for stop in (["END"], "END"):
            await assert_dropped(model_id, "stop", stop=stop)
        return
    stops = [str(n) for n in range(value or 20)]
    assert (await get_body(model_id, stop=stops))["stop"] == stops
    assert (await get_body(model_id, stop="END"))["stop"] == "END"
    if value:
        words = f"`stop` has {value + 1} sequences; {model_id} takes {value} at most"
        await assert_refused(model_id, words, stop=[*stops, "END"])


@check("cache_control")
async def _(model_id: str, value: bool | None) -> None:
    block = {"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}}
    body = await get_body(model_id, [HumanMessage([block])])
    kept = value is not False
    assert ("cache_control" in body["messages"][0]["content"][0]) is kept


@check("endpoint")
async def _(model_id: str, value: str | None) -> None:
    if value is not None or get_vendor(model_id).endpoints in (None, frozenset({"chat"})):
        path = {"responses": "/responses"}.get(value or "chat", "/chat/completions")
        url = gateway().model(model_id).explain("Hi").url
        assert url.endswith(path)


@check("response_timeout")
async def _(model_id: str, value: float | None) -> None:
    served = gateway()
    for way in WAYS:
        await ask(served.model(model_id), way)
        await ask(served.model(model_id, timeout=5, stream_chunk_timeout=7), way)
        await ask(served.model(model_id), way, timeout=6)
    reads = [request.extensions["timeout"]["read"] for request in served.requests]
    assert reads == [value or 600, 5, 6] * len(WAYS)
    assert served.requests[0].extensions["timeout"]["connect"] == 5


@check("endpoints")
async def _(model_id: str, value: frozenset[str] | None) -> None:
    served = value or {"chat", "responses"}
    by = ", ".join(sorted(served))
    if "chat" in served:
        await get_body(model_id)
    else:
        advice = 'pass `endpoint="responses"`'
        if "responses" not in served:
            embeds = "embeddings" in served
            advice = "pass it to `CometAPIEmbeddings`" if embeds else "no class of this package"
        await assert_refused(model_id, f"serves {model_id} by {by}, not by chat: {advice}")
    if "responses" not in served:
        words = f"by {by}, not by responses: "
        if "chat" in served:
            words += 'pass `endpoint="chat"`'
        await assert_refused(model_id, words, endpoint="responses")
