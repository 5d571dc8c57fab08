"""`ask`: the answer on one stream, all else on the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from click.testing import Result

from langchain_cometapi._cli import ask as command
from langchain_cometapi._cli import options
from langchain_cometapi._client.sdk import httpx
from tests.support import (
    KEY,
    USAGE_CHUNK,
    Body,
    Gateway,
    answer,
    chunk,
    raw,
    say_hello,
    sse,
    stream,
)
from tests.unit_tests.cli.runner import run

if TYPE_CHECKING:
    from collections.abc import Iterator

Ask: TypeAlias = Callable[..., Result]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask a gateway that has no socket."""

    def ask(
        gateway: Gateway, *arguments: str, model: str = "deepseek-v4-pro", **kwargs: Any
    ) -> Result:
        client = httpx.Client(transport=httpx.MockTransport(gateway))

        def create_model(model: str, parameters: dict[str, Any], **fields: Any) -> Any:
            fields = {"max_retries": 0, **fields, "http_client": client}
            return options.create_model(model, parameters, **fields)

        monkeypatch.setattr(command, "create_model", create_model)
        monkeypatch.setenv("COMETAPI_KEY", KEY)
        return run("ask", model, *(arguments or ("Hi",)), **kwargs)

    return ask


REASONED = stream(
    chunk({"reasoning_content": "First "}),
    chunk({"reasoning_content": "think."}),
    chunk("Hello"),
    chunk(" you", "stop"),
    {
        **USAGE_CHUNK,
        "usage": {
            "prompt_tokens": 3,
            "completion_tokens": 20,
            "total_tokens": 23,
            "completion_tokens_details": {"reasoning_tokens": 7},
            "cost": 0.00012,
        },
    },
)


def test_answer_alone_is_on_the_standard_output(ask: Ask) -> None:
    done = ask(Gateway(REASONED))
    assert (done.exit_code, done.stdout) == (0, "Hello you\n")
    reasoning, blank, usage = done.stderr.splitlines()
    assert (reasoning, blank) == ("First think.", "")
    timed = r"gpt-5\.4-mini-2026-03-17, \d\.\d s, "
    assert re.match(timed, usage)
    assert re.sub(timed, "", usage) == "3 tokens in, 20 out (7 of them reasoning), $0.00012"


def test_request_has_prompt_system_and_parameters(ask: Ask) -> None:
    gateway = Gateway(say_hello)
    options = ["-s", "Be brief.", "-p", "max_tokens=7", "--param", 'stop=["x"]', "--timeout", "9"]
    assert ask(gateway, "-", *options, input="Grüße").exit_code == 0
    (body,) = gateway.bodies
    assert [message["content"] for message in body["messages"]] == ["Be brief.", "Grüße"]
    assert (body["max_tokens"], body["stop"], body["stream"]) == (7, ["x"], True)
    assert gateway.requests[0].extensions["timeout"]["read"] == 9


@pytest.mark.parametrize("text", ["one\n", "one", "one\n\ntwo\n", "中文 🙂"])
def test_answer_ends_with_one_line_break(ask: Ask, text: str) -> None:
    done = ask(Gateway(stream(chunk(text, "stop"))))
    assert done.stdout.endswith("\n")
    assert done.stdout.rstrip("\n") == text.rstrip("\n")
    assert done.stdout.count("\n") == max(1, text.count("\n"))


def test_escapes_of_an_answer_reach_a_pipe_and_no_terminal(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = Gateway(stream(chunk("a\x1b]0;title\x07b\tc\r\n", "stop")))
    assert "\x1b]0;" in ask(gateway).stdout
    monkeypatch.setattr(command, "is_terminal", lambda _: True)
    assert ask(gateway).stdout == "a\\x1b]0;title\\x07b\tc\n"


def test_interrupt_keeps_what_had_arrived(ask: Ask) -> None:
    first = sse(chunk("Hello"), done=False)

    class Interrupted(Body):
        def __iter__(self) -> Iterator[bytes]:
            yield first
            raise KeyboardInterrupt

    headers = {"content-type": "text/event-stream"}
    done = ask(Gateway(httpx.Response(200, headers=headers, stream=Interrupted([]))))
    assert (done.exit_code, done.stdout) == (130, "Hello\n")
    assert done.stderr == "Interrupted: this is what had arrived.\n"


def test_broken_stream_is_an_error_after_what_had_arrived(ask: Ask) -> None:
    broken: list[bytes | Exception] = [sse(chunk("Hello"), done=False), httpx.ReadError("gone")]
    done = ask(Gateway(raw(broken, content_type="text/event-stream")))
    assert (done.exit_code, done.stdout) == (1, "Hello\n")
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: CometAPIStreamTruncatedError: The connection broke")
    assert "partial_message" not in line


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("CometAPIAuthenticationError", 401, None),
        ("CometAPIInsufficientBalanceError", 403, "insufficient_user_quota"),
    ],
)
def test_error_is_one_line_without_the_key(
    ask: Ask, name: str, status: int, code: str | None
) -> None:
    body = {"error": {"message": f"invalid token {KEY}\nsecond", "code": code}}
    done = ask(Gateway(answer(body, status)))
    assert (done.exit_code, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"Error: {name}: HTTP {status}: ")
    assert KEY not in done.output
    assert "`api_key`" not in line


def test_refusal_is_shown_and_fails(ask: Ask) -> None:
    done = ask(Gateway(stream(chunk({"refusal": "I cannot."}), chunk(None, "stop"))))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "The model refuses: I cannot." in done.stderr


def test_dropped_parameter_is_a_line_of_its_own(ask: Ask) -> None:
    done = ask(Gateway(say_hello), "Hi", "-p", "temperature=0.2", model="gpt-5-mini")
    assert (done.exit_code, done.stdout) == (0, "Hello\n")
    warning = done.stderr.splitlines()[0]
    assert warning == "Warning: `temperature` was dropped: gpt-5-mini takes the default alone."


def test_missing_key_is_an_error_that_names_the_variable() -> None:
    done = run("ask", "gpt-5.4-mini", "Hi")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "set the environment variable COMETAPI_KEY" in done.stderr


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon"])
def test_timeout_must_be_a_positive_number(seconds: str) -> None:
    done = run("ask", "gpt-5.4-mini", "Hi", "--timeout", seconds)
    assert done.exit_code == 2
    assert "--timeout" in done.stderr
