"""`explain`: the request as it would be sent, without a key and without the network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import ChatCometAPI
from tests.support import KEY, get_weather
from tests.unit_tests.cli.runner import run

if TYPE_CHECKING:
    from pathlib import Path

TOOL = {
    "name": "get_weather",
    "description": "Get the weather in a city.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}


def explain_json(*arguments: str, **options: Any) -> dict[str, Any]:
    done = run("explain", *arguments, "--json", **options)
    assert (done.exit_code, done.stderr) == (0, "")
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.mark.parametrize("model", ["gpt-5-mini", "claude-opus-5-5", "gpt-6-astra", "glm-5.3"])
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_request_is_the_one_that_the_model_explains(model: str, stream: bool) -> None:
    parameters: dict[str, Any] = {"temperature": 0.2, "max_tokens": 100}
    expected = ChatCometAPI(model=model, api_key=KEY, **parameters).explain("Hi", stream=stream)
    options = [f"--param={name}={value}" for name, value in parameters.items()]
    document = explain_json(model, "Hi", *options, *["--stream"] * stream)
    assert (document["method"], document["url"]) == (expected.method, expected.url)
    assert document["body"] == expected.body
    assert [change["reason"] for change in document["changes"]] == [
        change.reason for change in expected.changes
    ]
    assert document["rules"]["family"]
    assert "2026" in document["rules"]["source"]


@pytest.mark.parametrize("source", ["file", "stdin"])
def test_tools_are_those_that_the_model_binds(source: str, tmp_path: Path) -> None:
    text = json.dumps([{"type": "function", "function": TOOL}])
    path = tmp_path / "tools.json"
    path.write_text(text, encoding="utf-8-sig")  # as some editors on Windows do
    name = str(path) if source == "file" else "-"
    document = explain_json("claude-opus-5-5", "Hi", "--tools", name, input=text)
    expected = ChatCometAPI(model="claude-opus-5-5", api_key=KEY).bind_tools([get_weather])
    assert document["body"]["tools"] == expected.explain("Hi").body["tools"]


def test_text_has_request_changes_reasons_and_source() -> None:
    done = run("explain", "gpt-5-mini", "--param", "max_tokens=100", "-p", "temperature=0.2")
    first, *rest = done.stdout.splitlines()
    assert first == "POST https://api.cometapi.com/v1/chat/completions"
    body, _, notes = "\n".join(rest).partition("\n\n")
    assert json.loads(body)["messages"] == [{"role": "user", "content": "Hello"}]
    renamed, dropped, source = notes.splitlines()
    assert renamed == "max_tokens renamed: gpt-5-mini takes it as `max_completion_tokens`"
    assert dropped == "temperature dropped: gpt-5-mini takes the default alone"
    assert source.startswith("Rules of the family gpt, from: OpenAI API reference")


def test_nothing_changed_and_unknown_family_are_said() -> None:
    done = run("explain", "no-such-model")
    assert "Nothing was changed." in done.stdout
    assert "no known family" in done.stdout


def test_system_message_and_prompt_of_stdin_are_sent() -> None:
    document = explain_json("gpt-5.4-mini", "-", "-s", "Be brief.", input="Grüße\n".encode())
    assert document["body"]["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Grüße\n"},
    ]


def test_values_of_parameters_are_json_else_text() -> None:
    texts = ("reasoning_effort=low", 'stop=["a", "b"]', "seed=7", "endpoint=chat", "top-p=0.5")
    options = [f"--param={text}" for text in texts]
    body = explain_json("deepseek-v4-pro", *options)["body"]
    assert body["stop"] == ["a", "b"]
    assert (body["seed"], body["top_p"]) == (7, 0.5)
    assert body["reasoning_effort"] == "low"


@pytest.mark.parametrize(
    ("arguments", "text", "advice"),
    [
        (["--param", "temperature"], None, "expected NAME=VALUE"),
        (["--param", "=1"], None, "expected NAME=VALUE"),
        (["--param", "api_key=sk-poison"], None, "Set COMETAPI_KEY instead"),
        (["--param", "base_url=http://x"], None, "use --base-url"),
        (["--param", "model=x"], None, "use the argument MODEL"),
        (["--param", "messages=[]"], None, "use the argument PROMPT"),
        (["--param", "input=x"], None, "use the argument PROMPT"),
        (["--param", "stream=true"], None, "use `explain --stream`"),
        (["--param", "self=x"], None, "neither a model nor a request has it"),
        (["--param", "config={}"], None, "neither a model nor a request has it"),
        (["--param", "run_manager=5"], None, "neither a model nor a request has it"),
        (["--param", "temperature=true"], None, "`temperature` is a bool; expected a number"),
        (["--tools", "-"], b"{", "--tools -: not JSON"),
        (["--tools", "-"], b'{"name": "x"}', "expected a JSON list of tools"),
        (["--tools", "-"], b"[1]", "expected a JSON list of tools"),
        (["--tools", "-"], b'[{"description": "x"}]', "--tools"),
        (["--tools", "-"], b"[" * 9999, "not JSON"),
        (["--tools", "-", "-"], b"[]", "cannot both be read from the standard input"),
        (["--tools", "no-such-file"], None, "No such file"),
        (["-"], b"\xff", "not UTF-8 (byte 0)"),
        (["-"], b" \n", "The prompt is blank"),
    ],
)
def test_wrong_option_is_a_usage_error_with_advice(
    arguments: list[str], text: bytes | None, advice: str
) -> None:
    done = run("explain", "gpt-5.4-mini", *arguments, input=text)
    assert done.exit_code == 2
    assert advice in done.stderr
    assert "sk-poison" not in done.output


def test_what_cannot_be_sent_is_an_error_whose_advice_works() -> None:
    done = run("explain", "gpt-5-pro", "-p", "endpoint=chat")
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: CometAPIUnsentRequestError: ")
    assert done.stderr.count("\n") == 1
    option = done.stderr.partition("--param ")[2].split()[0].rstrip(".,;")
    assert run("explain", "gpt-5-pro", "-p", option).exit_code == 0
