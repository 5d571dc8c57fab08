"""How faults are switched on in a program and by a header; `test_emulator.py` has the shell."""

from __future__ import annotations

import time

import pytest

from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.emulator import FAULT_HEADER, CometAPIEmulator
from langchain_cometapi.exceptions import (
    CometAPIConnectionError,
    CometAPIOverloadedError,
    CometAPIRateLimitError,
)
from tests.integration_tests.faults import ANSWER, MODEL, PROMPTLY, build, connect


async def test_fault_by_header_is_of_its_request_alone(faulty: CometAPIEmulator) -> None:
    async with connect(faulty, default_headers={FAULT_HEADER: "stream_error; after=2"}) as model:
        with pytest.raises(CometAPIOverloadedError) as caught:
            list(model.stream("Hi"))
        assert caught.value.partial_message is not None
        assert caught.value.partial_message.text == ANSWER[:20]
        with pytest.raises(CometAPIRateLimitError):
            model.invoke("Hi", extra_headers={FAULT_HEADER: "429"})
        assert model.invoke("Hi", extra_headers={FAULT_HEADER: "none"}).text == ANSWER
        with pytest.raises(CometAPIConnectionError):
            await model.ainvoke("Hi", extra_headers={FAULT_HEADER: "reset"})


def test_fault_of_the_constructor_hits_the_first_request() -> None:
    with CometAPIEmulator(fault=["reset"]) as emulator:
        assert emulator.fault == ["reset"]
        model = build(emulator)
        with pytest.raises(CometAPIConnectionError):
            model.invoke("Hi")
        assert model.invoke("Hi", extra_headers={"Connection": "close"}).text == ANSWER
        assert emulator.wait_for_connections(0)
    with pytest.raises(ValueError, match="unknown fault 'sulk'"):
        CometAPIEmulator(fault="sulk")


def test_waiting_for_connections_has_an_end(faulty: CometAPIEmulator) -> None:
    with httpx.Client() as client:
        client.get(f"{faulty.root_url}/api/models")
        assert faulty.open_connections == 1
        assert not faulty.wait_for_connections(0, timeout=0.01)
        assert faulty.wait_for_connections(1, timeout=0.01)


@pytest.mark.parametrize(
    "fault", ["hang", "delay; seconds=60", "stall", "keep_alive", "drip; seconds=60", "half_close"]
)
def test_a_fault_does_not_delay_the_end(fault: str, capfd: pytest.CaptureFixture[str]) -> None:
    emulator = CometAPIEmulator(fault=fault).start()
    body = {"model": MODEL, "messages": [{"role": "user", "content": "Hi"}], "stream": True}
    headers = {"Authorization": f"Bearer {emulator.api_key}"}
    with httpx.Client(base_url=emulator.base_url, headers=headers, timeout=60) as client:
        request = client.build_request("POST", "/chat/completions", json=body)
        if fault.startswith(("hang", "delay")):
            with pytest.raises(httpx.ReadTimeout):
                client.post("/chat/completions", json=body, timeout=0.1)
        else:
            client.send(request, stream=True)
        before = time.monotonic()
        emulator.stop()
        assert time.monotonic() - before < PROMPTLY
    assert emulator.open_connections == 0
    assert capfd.readouterr() == ("", "")
