"""What errors about arguments and parameters advise: each advice is followed, and works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from langchain_cometapi import ChatCometAPI, CometAPIEmbeddings, CometAPILLM
from langchain_cometapi._base.signatures import ChatArguments, EmbeddingsArguments, LLMArguments
from tests.support import Gateway, record_losses, say_hello
from tests.unit_tests.models.embeddings_gateway import MODEL, embed

Do = Callable[[Gateway], object]


def ask(
    model_id: str = "gpt-4o",
    /,
    *,
    prompt: Any = "Hi",
    call: Any = None,
    kind: Any = ChatCometAPI,
    **fields: Any,
) -> Do:
    """Return what makes a model and calls it."""

    def do(gateway: Gateway) -> object:
        model = gateway.make(kind, **{"model": model_id, **fields})
        return model.invoke(prompt, **(call or {}))

    return do


def ask_llm(model_id: str = "gpt-4o", /, **fields: Any) -> Do:
    """Return what makes an LLM and calls it."""
    return ask(model_id, kind=CometAPILLM, **fields)


def embed_text(**fields: Any) -> Do:
    """Return what makes an embedding model and calls it."""

    def do(_: Gateway) -> object:
        model = Gateway(embed).make(CometAPIEmbeddings, **{"model": MODEL, **fields})
        return model.embed_query("Hi")

    return do


def bind_function(endpoint: str) -> Do:
    return lambda gateway: (
        gateway.model("gpt-5.4", endpoint=endpoint).bind_tools([FUNCTION]).invoke("Hi")
    )


def batch(model_id: str = "gpt-4o", config: Any = None) -> Do:
    return lambda gateway: gateway.model(model_id).batch(["Hi"] * 2, config)


OFF = {"thinking": {"type": "disabled"}}
FUNCTION = {"name": "f", "description": "F.", "parameters": {"type": "object", "properties": {}}}
STOPS = ["1", "2", "3", "4", "5"]
URL = "https://a.example/v1"

# What fails, the words of the advice, and what follows it.
ADVICE: list[tuple[Do, str, Do]] = [
    (ask(model=None), "(?s)`model` is required, .*'claude-sonnet-5-5'.*api/models lists", ask()),
    (embed_text(model=""), f"`model` is required, for example `model='{MODEL}'", embed_text()),
    (ask(openai_api_key="sk-1"), "Pass `api_key`", ask(api_key="sk-1")),
    (ask(openai_api_base=URL), "Pass `base_url`", ask(base_url=URL)),
    (ask(temprature=1), "Did you mean `temperature`", ask(temperature=1)),
    (ask(max_token=1), "Did you mean `max_tokens`", ask(max_tokens=1)),
    (
        embed_text(dimension=3),
        "Did you mean `dimensions`.*`model_kwargs=",
        embed_text(dimensions=3),
    ),
    # Names of other packages.
    *(
        (ask(**{name: value}), f"Did you mean `{ours}`", ask(**{ours: value}))
        for name, ours, value in (
            ("api_base", "base_url", URL),
            ("headers", "default_headers", {"a": "b"}),
            ("key", "api_key", "sk-1"),
            ("retries", "max_retries", 1),
            ("stream", "streaming", True),
        )
    ),
    # Fields of a vendor.
    *(
        (
            ask("deepseek-v4-pro", **{name: value}),
            rf"Unknown argument `{name}`\. A field .* goes into `extra_body={{'{name}': ",
            ask("deepseek-v4-pro", extra_body={name: value}),
        )
        for name, value in {**OFF, "top_k": 4, "min_p": 0.1}.items()
    ),
    (ask_llm("glm-5.2", **OFF), "goes into `extra_body=", ask_llm("glm-5.2", extra_body=OFF)),
    (
        embed_text(truncate="END"),
        "goes into `model_kwargs={'truncate': ",
        embed_text(model_kwargs={"truncate": "END"}),
    ),
    (
        embed_text(user="a"),
        r"`model_kwargs=\{'user': ",
        embed_text(model_kwargs={"user": "a"}),
    ),
    # What is in the wrong place.
    (
        ask(model_kwargs={"temperature": 1}),
        "Pass temperature as an argument",
        ask(temperature=1),
    ),
    (
        ask(model_kwargs={"extra_headers": {"a": "b"}}),
        "Pass `default_headers` instead",
        ask(default_headers={"a": "b"}),
    ),
    (
        ask_llm(model_kwargs={"extra_query": {"a": "b"}}),
        "Pass `default_query` instead",
        ask_llm(default_query={"a": "b"}),
    ),
    (ask(extra_body={"model": "o3"}), "Pass model as an argument", ask("o3")),
    (ask(call={"max_retries": 1}), "Pass it to the constructor", ask(max_retries=1)),
    *(
        (ask("gpt-5.4", call=route), "not a parameter of a call", ask("gpt-5.4", **route))
        for route in ({"endpoint": "responses"}, {"use_responses_api": True})
    ),
    # Values.
    (
        ask(stream_chunk_timeout=-1),
        "`stream_chunk_timeout` is negative; pass seconds, or `None`",
        ask(stream_chunk_timeout=None),
    ),
    (
        ask(stream_chunk_timeout=float("inf")),
        "is inf; pass seconds, or `None`",
        ask(stream_chunk_timeout=5),
    ),
    (ask(n=2, streaming=True), "`n` must be 1", ask(n=1, streaming=True)),
    (ask_llm(best_of=2), "Pass `n` and choose", ask_llm(n=2)),
    (ask(stop=STOPS), "`stop` has 5 sequences; gpt-4o takes 4 at most", ask(stop=STOPS[:4])),
    (
        ask("claude-sonnet-5-5", n=2),
        "Call it 2 times instead, for example with `batch`",
        batch("claude-sonnet-5-5"),
    ),
    (
        ask("gpt-5-mini", temperature=0.2, strict_params=True),
        "`temperature`: gpt-5-mini takes the default alone",
        ask("gpt-5-mini", temperature=1, strict_params=True),
    ),
    (
        ask("gpt-5.5", temperature=0.2, strict_params=True),
        'takes it with `reasoning_effort="none"` alone',
        ask("gpt-5.5", temperature=0.2, reasoning_effort="none", strict_params=True),
    ),
    (
        ask("gpt-5.5", logprobs=True, strict_params=True),
        'takes it with `reasoning_effort="none"` alone',
        ask("gpt-5.5", logprobs=True, reasoning_effort="none", strict_params=True),
    ),
    (
        ask(call={"temperature": float("nan")}),
        "Pass a finite number",
        ask(call={"temperature": 0.5}),
    ),
    # Routes.
    (
        ask("gpt-5.4-pro", endpoint="chat"),
        'pass `endpoint="responses"`',
        ask("gpt-5.4-pro", endpoint="responses"),
    ),
    (
        ask_llm("claude-sonnet-5-5", endpoint="responses"),
        'pass `endpoint="chat"`',
        ask_llm("claude-sonnet-5-5", endpoint="chat"),
    ),
    (ask(MODEL), "pass it to `CometAPIEmbeddings`", embed_text()),
    (
        ask("gpt-5.4", reasoning={"summary": "auto"}),
        'Set `endpoint="responses"`',
        ask("gpt-5.4", endpoint="responses", reasoning={"summary": "auto"}),
    ),
    (ask(output_version="responses/v1"), 'Pass `output_version="v1"`', ask(output_version="v1")),
    *(
        (
            ask("gpt-5.4", endpoint=endpoint, call={"functions": [FUNCTION]}),
            "use `bind_tools`",
            bind_function(endpoint),
        )
        for endpoint in ("chat", "responses")
    ),
    # Arguments of other classes.
    *(
        (
            ask(kind=kind, **{name: value}),
            f"`{name}` is an argument of .*Pass it to `CometAPIEmbeddings`, or leave it out",
            embed_text(**{name: value}),
        )
        for kind, name, value in (
            (ChatCometAPI, "chunk_size", 10),
            (CometAPILLM, "dimensions", 2),
        )
    ),
    *(
        (
            ask_llm(**{name: value}),
            f"`{name}` is an argument of `ChatCometAPI`, not of `CometAPILLM`. Pass it to `Chat",
            ask(**{name: value}),
        )
        for name, value in {"output_version": "v1", "replay_reasoning": False}.items()
    ),
    *(
        (
            embed_text(**{name: value}),
            f"`{name}` is an argument of `ChatCometAPI` and `CometAPILLM`, not of .*Pass it to `Ch",
            ask(**{name: value}),
        )
        for name, value in {"stop_sequences": ["a"], "streaming": False, "temperature": 1}.items()
    ),
    (ask(system="a"), "Use a `SystemMessage` in the input", ask(prompt=[("system", "a")])),
    *(
        (
            ask(**{name: 8}),
            r'Use `model.batch\(inputs, {"max_concurrency": 8}\)` instead',
            batch(config={"max_concurrency": 8}),
        )
        for name in ("max_concurrency", "batch_size")
    ),
    *(
        (ask(**place), f"`{name}` belongs to the legacy completions route", ask())
        for name in ("best_of", "echo", "suffix")
        for place in ({name: 2}, {"call": {name: 2}}, {"model_kwargs": {name: 2}})
    ),
    *(
        (do(**{name: "a"}), "belongs to Azure OpenAI. Leave it out", do())
        for do in (ask, embed_text)
        for name in ("azure_endpoint", "deployment_name", "api_type")
    ),
]


@pytest.mark.parametrize(
    ("wrong", "words", "follow"),
    [pytest.param(*case, id=f"{number}-{case[1]}") for number, case in enumerate(ADVICE)],
)
def test_advice_of_an_error_works(wrong: Do, words: str, follow: Do) -> None:
    gateway = Gateway(say_hello)
    with pytest.raises(ValueError, match=words):
        wrong(gateway)
    assert gateway.requests == []
    assert follow(gateway)


CLASSES: dict[Any, tuple[Any, str]] = {
    ChatCometAPI: (ChatArguments, "gpt-4o"),
    CometAPILLM: (LLMArguments, "gpt-4o"),
    CometAPIEmbeddings: (EmbeddingsArguments, MODEL),
}


@pytest.mark.parametrize("kind", CLASSES)
def test_argument_of_another_class_is_never_sent_to_the_vendors_fields(kind: Any) -> None:
    arguments, model_id = CLASSES[kind]
    everyones = {name for its, _ in CLASSES.values() for name in its.__optional_keys__}
    for name in everyones - arguments.__optional_keys__ - {"user"}:
        with pytest.raises(ValueError, match=f"`{name}`") as raised:
            Gateway(say_hello).make(kind, model=model_id, **{name: "a"})
        misleading = (f"extra_body={{{name!r}", f"model_kwargs={{{name!r}", "`model_kwargs`")
        assert not [words for words in misleading if words in str(raised.value)]


def test_advice_of_a_warning_works() -> None:
    gateway = Gateway(say_hello)
    for parameters in ({"temperature": 0.2}, {"presence_penalty": 0.5}, {"stop": ["END"]}):
        with record_losses() as losses:
            gateway.model("gpt-5-mini").invoke("Hi", **parameters)
        assert "Leave it out, or pass `strict_params=True` for an error instead" in losses[0]
        strict = gateway.model("gpt-5-mini", strict_params=True)
        with pytest.raises(ValueError, match="`strict_params=True`"):
            strict.invoke("Hi", **parameters)
        assert strict.invoke("Hi").text == "Hello"
