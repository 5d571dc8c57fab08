"""Connections: which are used again, which are given up, and that none is left behind."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import ChatCometAPI, CometAPIConnectionError
from tests.integration_tests.raw_host import PATIENCE, Host, answering, echo, reply, serving
from tests.integration_tests.routes import RESPONSE

if TYPE_CHECKING:
    from tests.integration_tests.raw_callers import Caller
    from tests.integration_tests.raw_host import Line

_EVENTS = (
    b'data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\n'
    b"data: [DONE]\n\n"
)
_ANSWER = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    + f"{len(_EVENTS):x}\r\n".encode()
    + _EVENTS
    + b"\r\n"
)


pytestmark = pytest.mark.usefixtures("_nothing_is_left")

streamed_or_not = pytest.mark.parametrize("streaming", [False, True], ids=["whole", "streamed"])


# -- after the end of a stream --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "connections"), [(b"0\r\n\r\n", 1), (b"", 2)], ids=["ends", "stays open"]
)
def test_stream_after_done_is_drained_for_a_moment(
    caller: Caller, end: bytes, connections: int
) -> None:
    with Host(answering(_ANSWER + end)) as host:
        # A read timeout far beyond pytest's own: waiting for it fails the test.
        model = caller.build(host.url, timeout=600)
        assert [caller.ask(model, streaming=True) for _ in range(2)] == ["Hi", "Hi"]
        assert host.accepted == connections


def test_end_of_a_stream_that_comes_later_keeps_the_connection(caller: Caller) -> None:
    def follow(line: Line) -> None:
        while line.receive():
            line.send(_ANSWER)
            assert answered.wait(PATIENCE)
            answered.clear()
            line.send(b"0\r\n\r\n")

    class Watching(ChatCometAPI):
        """Lets the host go on when the last chunk was seen."""

        def _stream(self, *args: Any, **kwargs: Any) -> Any:
            for part in super()._stream(*args, **kwargs):
                if part.text:
                    answered.set()
                yield part

        async def _astream(self, *args: Any, **kwargs: Any) -> Any:
            async for part in super()._astream(*args, **kwargs):
                if part.text:
                    answered.set()
                yield part

    answered = threading.Event()
    with Host(follow) as host:
        model = caller.build(host.url, kind=Watching)
        assert [caller.ask(model, streaming=True) for _ in range(2)] == ["Hi", "Hi"]
        assert host.accepted == 1


# -- which are used again -------------------------------------------------------------------------


@streamed_or_not
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
def test_connection_is_kept(caller: Caller, chunked: bool, streaming: bool) -> None:
    with Host(serving(partial(reply, chunked=chunked))) as host:
        model = caller.build(host.url)
        answers = [caller.ask(model, str(n), streaming=streaming) for n in range(5)]
        assert answers == ["0", "1", "2", "3", "4"]
        assert (host.accepted, host.open_connections) == (1, 1)
        caller.close()
        assert caller.wait_for(host.wait_for_connections, 0)


@streamed_or_not
@pytest.mark.parametrize(
    ("old", "new"),
    [(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), (b"HTTP/1.1", b"HTTP/1.0")],
    ids=["says so", "is HTTP/1.0"],
)
def test_connection_that_the_host_ends_is_not_kept(
    caller: Caller, old: bytes, new: bytes, streaming: bool
) -> None:
    with Host(serving(lambda request: reply(request).replace(old, new, 1))) as host:
        model = caller.build(host.url)
        for number in range(2):
            assert caller.ask(model, streaming=streaming) == "Hi"
            assert caller.wait_for(host.wait_for_connections, 0)  # closed, and not by the host
            assert host.accepted == number + 1


@pytest.mark.parametrize("late", [b"", b"HTTP/1.1 408 Timeout\r\n\r\n"], ids=["end", "answer"])
def test_what_arrives_while_idle_ends_the_connection(caller: Caller, late: bytes) -> None:
    """The host closes it, or answers unasked: the next request goes elsewhere, once."""

    def follow(line: Line) -> None:
        request = line.receive()
        assert request is not None
        line.send(reply(request))
        if late:
            assert idle.wait(PATIENCE)
            line.send(late)
            sent.set()
            line.drain()

    idle, sent = threading.Event(), threading.Event()
    with Host(follow) as host:
        model = caller.build(host.url)
        for number in range(3):
            assert caller.ask(model, str(number)) == str(number)
            idle.set()
            if late:
                assert caller.wait_for(sent.wait, PATIENCE)
                idle.clear()
                sent.clear()
            else:
                assert caller.wait_for(host.wait_for_connections, 0)
        assert [request.body.count(b"%d" % n) for n, request in enumerate(host.requests)] == [1] * 3
        caller.close()
        assert caller.wait_for(host.wait_for_connections, 0)


# -- bytes behind a response ----------------------------------------------------------------------


# Right behind each response is a second one, which nobody asked for.
_reply_twice = serving(lambda request: reply(request) + reply(request, "somebody else's"))


@streamed_or_not
def test_second_response_is_nobodys(caller: Caller, streaming: bool) -> None:
    """A caller is told that the connection is broken, and never what another one asked for."""
    with Host(_reply_twice) as host:
        model = caller.build(host.url)

        def ask_or_fail(text: str) -> str:
            try:
                return caller.ask(model, text, streaming=streaming)
            except CometAPIConnectionError:
                return text

        texts = [str(number) for number in range(20)]
        assert [ask_or_fail(text) for text in texts] == texts


def test_rest_of_a_second_response_is_nobodys(caller: Caller) -> None:
    """Its head is cut: the rest arrives behind the next request."""

    def reply_and_begin(line: Line) -> None:
        rest = b""
        while (request := line.receive()) is not None:
            other = reply(request, "somebody else's")
            line.send(rest or reply(request) + other[:30])
            rest = other[30:]

    with Host(reply_and_begin) as host:
        model = caller.build(host.url)
        assert caller.ask(model) == "Hi"
        with pytest.raises(CometAPIConnectionError):
            caller.ask(model)


def test_second_responses_are_nobodys_with_many_at_once(caller: Caller) -> None:
    with Host(_reply_twice) as host:
        model = caller.build(host.url)
        texts = [f"question {number}" for number in range(200)]
        results = caller.ask_all(model, texts)
        wrong = [
            result
            for text, result in zip(texts, results, strict=True)
            if result != text and not isinstance(result, CometAPIConnectionError)
        ]
        assert wrong == []


def test_second_response_is_overcome_by_a_repeat(caller: Caller) -> None:
    with Host(_reply_twice) as host:
        model = caller.build(host.url, max_retries=2)
        assert [caller.ask(model, str(number)) for number in range(4)] == ["0", "1", "2", "3"]


# -- many at once, and elsewhere ------------------------------------------------------------------


def test_each_answer_belongs_to_its_question(caller: Caller) -> None:
    texts = [f"question {number}" for number in range(200)]
    with Host(echo) as host:
        assert caller.ask_all(caller.build(host.url), texts) == texts
        assert len(host.requests) == 200
        assert host.accepted <= 8


def test_large_body_goes_both_ways(caller: Caller) -> None:
    text = "x" * 5_000_000
    with Host(echo) as host:
        model = caller.build(host.url)
        for streaming in (False, True):
            assert caller.ask(model, text, streaming=streaming) == text
        assert all(
            request.headers["content-length"] == str(len(request.body)) for request in host.requests
        )


def test_upload_of_a_file_arrives(caller: Caller) -> None:
    """Through the SDK's own resource: its body is a stream, and not bytes."""

    content = b"x" * 200_000
    with Host(answering(RESPONSE % (200, b"application/json", 12, b"") + b'{"id":"one"}')) as host:
        model = caller.build(host.url)
        if caller.is_async:
            call = model.root_async_client.files.create(file=("f", content), purpose="batch")
            created = caller.run(call)
        else:
            created = model.root_client.files.create(file=("f", content), purpose="batch")
        assert created.id == "one"
        (request,) = host.requests
        assert request.line == "POST /v1/files HTTP/1.1"
        assert content in request.body


def test_many_base_urls_leave_no_connection_behind(caller: Caller) -> None:
    for number in range(60):
        with Host(echo) as host:
            assert caller.ask(caller.build(host.url), str(number)) == str(number)
            caller.close()
            assert caller.wait_for(host.wait_for_connections, 0)
            assert len(host.requests) == 1


def test_many_base_urls_of_one_pool_are_all_closed(caller: Caller) -> None:
    """Models that share a pool keep idle connections to many hosts; the last one closes all."""
    with ExitStack() as stack:
        hosts = [stack.enter_context(Host(echo)) for _ in range(50)]
        for host in hosts:
            assert caller.ask(caller.build(host.url)) == "Hi"
        assert all(host.open_connections == 1 for host in hosts)
        caller.close()
        assert all(host.wait_for_connections(0) for host in hosts)
