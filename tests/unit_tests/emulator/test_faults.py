"""Faults: how they are written, which requests they hit, and those that need no socket."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

import langchain_cometapi.emulator
from langchain_cometapi.emulator import EMULATOR_API_KEY, FAULT_HEADER, FAULTS, Fault, create_app
from langchain_cometapi.emulator._faults.schedule import FaultSwitch, plan
from langchain_cometapi.emulator._routes.chat.response.length import CHUNKS_HEADER
from tests.unit_tests.emulator.client import GPT, Client, deltas, joined, user


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("429", Fault("429")),
        ("429; retry_after=2.5; times=1", Fault("429", retry_after=2.5, times=1)),
        (" stall ;after=2; ", Fault("stall", after=2)),
        ("drip;size=7;seconds=0.5", Fault("drip", size=7, seconds=0.5)),
        ("reset; rate=0.25; seed=3", Fault("reset", rate=0.25, seed=3)),
        ("error_200; status=429", Fault("error_200", status=429)),
    ],
)
def test_texts(text: str, fault: Fault) -> None:
    assert Fault.parse(text) == fault


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "unknown fault ''; the emulator has invalid_request, html,"),
        ("sulk", "unknown fault 'sulk'"),
        ("399", "unknown fault '399'"),
        ("600", "unknown fault '600'"),
        ("reset; after=2", "'reset' takes no 'after'"),
        ("429; seconds=2", "'429' takes no 'seconds'"),
        ("stall; after=-1", "'after' of the fault 'stall' is too small: -1"),
        ("drip; size=0", "'size' of the fault 'drip' is too small: 0"),
        ("stall; after=two", "'after' of the fault 'stall' is not a number: 'two'"),
        ("stall; after", "is not a number: ''"),
        ("stall; until=2", "'until' is not a parameter of faults; they have status, retry_after"),
        ("reset; rate=2", "`rate` is between 0 and 1"),
        ("reset; times=-1", "`times` is not negative"),
    ],
)
def test_texts_that_are_no_fault(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=r"fault|rate|times") as caught:
        Fault.parse(text)
    assert complaint in str(caught.value)


def test_defaults() -> None:
    assert (Fault("cut").after, Fault("stall").after, Fault("html").after) == (3, 0, None)
    assert (Fault("drip").size, Fault("delay").seconds) == (1, 1.0)
    assert [Fault(name).http_status for name in ("429", "reset")] == [429, None]


def hits(faults: Any, requests: int = 6) -> str:
    """One letter for each request: the fault's first, or a dot."""
    planned = plan(faults)
    drawn = [next(planned, None) for _ in range(requests)]
    return "".join(fault.name[0] if fault else "." for fault in drawn)


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        (None, "......"),
        ("none", "......"),
        (429, "444444"),
        ("reset", "rrrrrr"),
        (Fault("html", times=2), "hh...."),
        ("html; times=0", "......"),
        (["429", None, "none", Fault("reset"), 529], "4..r5."),
        (["429; times=3", "reset"], "444r.."),
        ([], "......"),
        ("reset; rate=0", "......"),
    ],
)
def test_which_requests_are_hit(faults: Any, expected: str) -> None:
    assert hits(faults) == expected


def test_rates_are_drawn_from_the_seed() -> None:
    half = hits("reset; rate=0.5; seed=1", 200)
    assert half == hits("reset; rate=0.5; seed=1", 200)
    assert half != hits("reset; rate=0.5; seed=2", 200)
    assert 70 < half.count("r") < 130
    assert hits("reset; rate=0.5; times=3", 200).count("r") == 3


def test_a_header_counts_for_itself() -> None:
    switch = FaultSwitch(["reset"])
    drawn = [switch.draw("429; times=1"), switch.draw("429; times=1"), switch.draw("none")]
    assert drawn == [Fault("429", times=1), None, None]
    assert switch.draw(None) == Fault("reset")
    assert switch.draw(None) is None
    switch.set("html")
    assert switch.faults == "html"
    assert switch.draw(None) == Fault("html")
    assert switch.draw("429; times=1") is not None


def test_many_headers_are_not_all_remembered() -> None:
    switch = FaultSwitch()
    for number in range(2500):
        assert switch.draw(f"429; times=1; seed={number}") is not None
    assert len(switch._plans_by_header) <= 1000


def test_wrong_faults_change_nothing() -> None:
    switch = FaultSwitch("html")
    with pytest.raises(ValueError, match="sulk"):
        switch.set(["429", "sulk"])
    assert switch.draw(None) == Fault("html")


def post(client: Client, header: str, value: str, **body: Any) -> httpx.Response:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(app=client.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://emulator") as http:
            headers = {"Authorization": f"Bearer {EMULATOR_API_KEY}", header: value}
            whole = {"model": GPT, "messages": [user("hello")], **body}
            return await http.post("/v1/chat/completions", json=whole, headers=headers)

    return asyncio.run(run())


def ask(client: Client, fault: str, **body: Any) -> httpx.Response:
    return post(client, FAULT_HEADER, fault, **body)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    "status", [400, 401, 402, 403, 404, 408, 413, 418, 422, 500, 503, 529, 599]
)
def test_statuses(client: Client, status: int, stream: bool) -> None:
    response = ask(client, str(status), stream=stream)
    assert response.status_code == status
    error = response.json()["error"]
    assert error["type"] == "comet_api_error"
    assert error["message"].endswith(f"(request id: {response.headers['x-cometapi-request-id']})")
    assert "retry-after" not in response.headers


def test_retry_after(client: Client) -> None:
    response = ask(client, "429; retry_after=2.5")
    assert (response.status_code, response.headers["retry-after"]) == (429, "2.5")


@pytest.mark.parametrize("stream", [False, True])
def test_whole_bodies(client: Client, stream: bool) -> None:
    invalid = ask(client, "invalid_request", stream=stream)
    assert (invalid.status_code, invalid.json()["error"]["code"]) == (500, "invalid_request")
    page = ask(client, "html", stream=stream)
    assert page.text.startswith("<!doctype html>")
    assert page.headers["content-type"].startswith("text/html")
    assert ask(client, "empty", stream=stream).content == b""
    assert ask(client, "choices_null", stream=stream).json()["choices"] is None
    error = ask(client, "error_200; status=402", stream=stream)
    assert (error.status_code, error.json()["error"]["code"]) == (200, "insufficient_balance")


def test_answers_that_are_not_streamed(client: Client) -> None:
    assert "overloaded" not in ask(client, "none").text
    error = ask(client, "stream_error; status=529")
    assert (error.status_code, error.json()["error"]["code"]) == (200, "overloaded_error")
    assert ask(client, "no_finish").json()["choices"][0]["finish_reason"] is None
    with pytest.raises(json.JSONDecodeError):
        ask(client, "cut").json()
    for same in ("delay; seconds=0", "drip; seconds=0"):
        assert ask(client, same).json()["choices"][0]["finish_reason"] == "stop"


def read(response: httpx.Response) -> tuple[list[dict[str, Any]], str]:
    """The chunks of a stream up to the first event that is none, and the rest."""
    head, _, rest = response.text.partition("\n\n")
    assert head == ": PING"
    chunks = []
    while rest.startswith('data: {"id"') and "\n\n" in rest:
        event, _, rest = rest.partition("\n\n")
        chunks.append(json.loads(event.removeprefix("data: ")))
    return chunks, rest


def test_streams(client: Client) -> None:
    chunks, rest = read(ask(client, "stream_error; after=2", stream=True))
    assert joined(chunks, "content") == "This is the CometAPI"
    error, done = rest.removesuffix("\n\n").split("\n\n")
    assert json.loads(error.removeprefix("data: "))["error"]["type"] == "comet_api_error"
    assert done == "data: [DONE]"

    chunks, rest = read(ask(client, "cut", stream=True))
    assert len(chunks) == 3
    assert rest.startswith('data: {"id"')
    assert "\n" not in rest

    chunks, rest = read(
        ask(client, "no_finish", stream=True, stream_options={"include_usage": True})
    )
    assert {choice["finish_reason"] for chunk in chunks for choice in chunk["choices"]} == {None}
    assert all(chunk["choices"] for chunk in chunks)
    assert joined(chunks, "content").endswith("hello")
    assert rest == "data: [DONE]\n\n"

    chunks, rest = read(ask(client, "drip; size=5; seconds=0", stream=True))
    assert joined(chunks, "content").endswith("hello")


@pytest.mark.parametrize("name", ["reset", "reset_midway", "half_close", "garbage"])
def test_faults_below_http_need_a_socket(client: Client, name: str) -> None:
    response = ask(client, name)
    assert response.status_code == 501
    assert "needs a socket" in response.json()["error"]["message"]


def test_a_wrong_header_is_refused(client: Client) -> None:
    response = ask(client, "sulk")
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "emulator_error"
    assert "unknown fault 'sulk'" in response.json()["error"]["message"]


def test_only_what_would_be_answered_can_go_wrong() -> None:
    client = Client()
    client.app = create_app(faults=FaultSwitch(["529"]))
    assert client.refusal(model="no-such-model")[0] == 503
    assert client.send("GET", "/v1/models").status_code == 200
    assert client.refusal() == (529, "Overloaded", "overloaded_error")
    assert client.post().status_code == 200


def test_long_answers(client: Client) -> None:
    chunks, _ = read(post(client, CHUNKS_HEADER, "500", stream=True))
    assert sum(bool(delta.get("content")) for delta in deltas(chunks)) == 500
    answer = post(client, CHUNKS_HEADER, "500").json()
    assert answer["choices"][0]["message"]["content"] == joined(chunks, "content")
    assert answer["usage"]["completion_tokens"] == 2500
    usage = answer["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    for wrong in ("0", "many", "100001"):
        assert post(client, CHUNKS_HEADER, wrong).status_code == 400


def test_every_fault_is_in_the_table() -> None:
    documented = langchain_cometapi.emulator.__doc__
    assert documented is not None
    rows = [line for line in documented.splitlines() if line.startswith("| `")]
    table = {
        name.strip(" `"): parameters for name, parameters in (row.split("|")[1:3] for row in rows)
    }
    for name, parameters in FAULTS.items():
        assert table[name].strip() == ", ".join(f"`{parameter}`" for parameter in parameters)
