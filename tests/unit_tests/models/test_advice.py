"""What errors about arguments and parameters advise: each advice is followed, and works."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from langchain_cometapi import ChatCometAPI, CometAPIEmbeddings, CometAPILLM
from langchain_cometapi._base.signatures import ChatArguments, EmbeddingsArguments, LLMArguments
from tests.support import Gateway, answer, record_losses, say_hello
from tests.unit_tests.models.embeddings_gateway import embed

Do = Callable[[Gateway], object]


def ask(
    *args: Any, prompt: Any = "Hi", call: Any = None, kind: Any = ChatCometAPI, **fields: Any
) -> Do:
    """Return what makes a model and calls it."""
    model_id = args[0] if args else "gpt-4o"

    def do(gateway: Gateway) -> object:
        model = gateway.make(kind, **{"model": model_id, **fields})
        return model.invoke(prompt, **(call or {}))

    return do


def embed_text(**fields: Any) -> Do:
    """Return what makes an embedding model and calls it."""

    def do(_: Gateway) -> object:
        model = Gateway(embed).make(CometAPIEmbeddings, model="text-embedding-3-small", **fields)
        return model.embed_query("Hi")

    return do


def respond(**fields: Any) -> Do:
    """Return what calls a model of the Responses route."""

    def do(_: Gateway) -> object:
        gateway = Gateway(answer({"id": "r", "object": "response", "output": [], "model": "m"}))
        return gateway.make(ChatCometAPI, endpoint="responses", **fields).invoke("Hi")

    return do


def batch(model_id: str) -> Do:
    return lambda gateway: gateway.model(model_id).batch(["Hi"] * 2)


OFF = {"thinking": {"type": "disabled"}}
FUNCTION = {"name": "f", "description": "F.", "parameters": {"type": "object", "properties": {}}}
STOPS = ["1", "2", "3", "4", "5"]

# What fails, the words of the advice, and what follows it.
ADVICE: list[tuple[str, Do, str, Do]] = [
    (
        "no model",
        ask("", model=None),
        "`model` is required, for example `model='claude-sonnet-5-5'`",
        ask("claude-sonnet-5-5"),
    ),
    ("key of OpenAI", ask(openai_api_key="sk-1"), "Pass `api_key`", ask(api_key="sk-1")),
    (
        "base URL of OpenAI",
        ask(openai_api_base="https://a.example/v1"),
        "Pass `base_url`",
        ask(base_url="https://a.example/v1"),
    ),
    ("typing error", ask(temprature=1), "Did you mean `temperature`", ask(temperature=1)),
    ("typing error", ask(max_token=1), "Did you mean `max_tokens`", ask(max_tokens=1)),
    *(
        (
            f"{name} of another package",
            ask(**{name: value}),
            f"Did you mean `{ours}`",
            ask(**{ours: value}),
        )
        for name, ours, value in (
            ("api_base", "base_url", "https://a.example/v1"),
            ("headers", "default_headers", {"a": "b"}),
            ("key", "api_key", "sk-1"),
            ("retries", "max_retries", 1),
            ("stream", "streaming", True),
        )
    ),
    *(
        (
            f"{name} of a vendor",
            ask("deepseek-v4-pro", **{name: value}),
            rf"Unknown argument `{name}`\. A field .* goes into `extra_body={{'{name}': ",
            ask("deepseek-v4-pro", extra_body={name: value}),
        )
        for name, value in {**OFF, "top_k": 4, "enable_thinking": False, "min_p": 0.1}.items()
    ),
    (
        "thinking of an LLM",
        ask("glm-5.2", kind=CometAPILLM, **OFF),
        "goes into `extra_body=",
        ask("glm-5.2", kind=CometAPILLM, extra_body=OFF),
    ),
    (
        "field of a request that embeds",
        embed_text(truncate="END"),
        "goes into `model_kwargs={'truncate': ",
        embed_text(model_kwargs={"truncate": "END"}),
    ),
    (
        "parameter of chat in embeddings",
        embed_text(temperature=1),
        "Pass it to `ChatCometAPI`, or leave it out",
        ask(temperature=1),
    ),
    (
        "field in model_kwargs",
        ask(model_kwargs={"temperature": 1}),
        "Pass temperature as an argument",
        ask(temperature=1),
    ),
    (
        "headers in model_kwargs",
        ask(model_kwargs={"extra_headers": {"a": "b"}}),
        "Pass `default_headers` instead",
        ask(default_headers={"a": "b"}),
    ),
    (
        "query in model_kwargs",
        ask(model_kwargs={"extra_query": {"a": "b"}}),
        "Pass `default_query` instead",
        ask(default_query={"a": "b"}),
    ),
    (
        "model in extra_body",
        ask(extra_body={"model": "o3"}),
        "Pass model as an argument",
        ask("o3"),
    ),
    (
        "negative chunk timeout",
        ask(stream_chunk_timeout=-1),
        "pass seconds, or `None`",
        ask(stream_chunk_timeout=None),
    ),
    (
        "endless chunk timeout",
        ask(stream_chunk_timeout=float("inf")),
        "is inf; pass seconds, or `None`",
        ask(stream_chunk_timeout=5),
    ),
    ("n of a stream", ask(n=2, streaming=True), "`n` must be 1", ask(n=1, streaming=True)),
    (
        "best_of",
        ask(kind=CometAPILLM, best_of=2),
        "Pass `n` and choose",
        ask(kind=CometAPILLM, n=2),
    ),
    (
        "stop sequences",
        ask(stop=STOPS),
        "`stop` has 5 sequences; gpt-4o takes 4 at most",
        ask(stop=STOPS[:4]),
    ),
    (
        "choices",
        ask("claude-sonnet-5-5", n=2),
        "Call it 2 times instead, for example with `batch`",
        batch("claude-sonnet-5-5"),
    ),
    (
        "strict parameters",
        ask("gpt-5-mini", temperature=0.2, strict_params=True),
        "`temperature`: gpt-5-mini takes the default alone",
        ask("gpt-5-mini", temperature=1, strict_params=True),
    ),
    (
        "strict parameters of a model with efforts",
        ask("gpt-5.5", temperature=0.2, strict_params=True),
        'takes it with `reasoning_effort="none"` alone',
        ask("gpt-5.5", temperature=0.2, reasoning_effort="none", strict_params=True),
    ),
    (
        "logprobs of a model with efforts",
        ask("gpt-5.5", logprobs=True, strict_params=True),
        'takes it with `reasoning_effort="none"` alone',
        ask("gpt-5.5", logprobs=True, reasoning_effort="none", strict_params=True),
    ),
    (
        "number that is none",
        ask(call={"temperature": float("nan")}),
        "Pass a finite number",
        ask(call={"temperature": 0.5}),
    ),
    (
        "model of Responses",
        ask("gpt-5.4-pro", endpoint="chat"),
        'pass `endpoint="responses"`',
        respond(model="gpt-5.4-pro"),
    ),
    (
        "model of chat",
        respond(model="claude-sonnet-5-5"),
        'pass `endpoint="chat"`',
        ask("claude-sonnet-5-5", endpoint="chat"),
    ),
    (
        "model of embeddings",
        ask("text-embedding-3-small"),
        "pass it to `CometAPIEmbeddings`",
        embed_text(),
    ),
    (
        "reasoning",
        ask("gpt-5.4", reasoning={"summary": "auto"}),
        'Set `endpoint="responses"`',
        respond(model="gpt-5.4", reasoning={"summary": "auto"}),
    ),
    (
        "output version",
        ask(output_version="responses/v1"),
        'Pass `output_version="v1"`',
        ask(output_version="v1"),
    ),
    (
        "functions",
        ask(call={"functions": [FUNCTION]}),
        "use `bind_tools`",
        lambda gateway: gateway.model("gpt-4o").bind_tools([FUNCTION]).invoke("Hi"),
    ),
    (
        "constructor's argument in a call",
        ask(call={"max_retries": 1}),
        "Pass it to the constructor",
        ask(max_retries=1),
    ),
    *(
        (
            f"{name} of another class",
            ask(kind=kind, **{name: value}),
            f"`{name}` is an argument of .*Pass it to `CometAPIEmbeddings`, or leave it out",
            embed_text(**{name: value}),
        )
        for kind in (ChatCometAPI, CometAPILLM)
        for name, value in {
            "check_embedding_ctx_length": False,
            "chunk_size": 10,
            "dimensions": 2,
            "embedding_ctx_length": 100,
            "skip_empty": True,
        }.items()
    ),
    *(
        (
            f"{name} of another class",
            ask(kind=CometAPILLM, **{name: value}),
            f"`{name}` is an argument of `ChatCometAPI`, not of `CometAPILLM`. Pass it to `Chat",
            ask(**{name: value}),
        )
        for name, value in {
            "disable_streaming": True,
            "output_version": "v1",
            "replay_reasoning": False,
        }.items()
    ),
    *(
        (
            f"{name} of another class",
            embed_text(**{name: value}),
            f"`{name}` is an argument of `ChatCometAPI` and `CometAPILLM`, not of .*Pass it to `Ch",
            ask(kind=kind, **{name: value}),
        )
        for kind in (ChatCometAPI, CometAPILLM)
        for name, value in {
            "prompt_cache_options": {"mode": "explicit"},
            "stop_sequences": ["a"],
            "strict_params": True,
            "streaming": False,
            "tags": ["a"],
            "think_tags": True,
        }.items()
    ),
    (
        "user who embeds",
        embed_text(user="a"),
        r"`model_kwargs=\{'user': ",
        embed_text(model_kwargs={"user": "a"}),
    ),
    (
        "system of an LLM",
        ask(system="a"),
        "Use a `SystemMessage` in the input",
        ask(prompt=[("system", "a")]),
    ),
    *(
        (
            f"{name} of another class",
            ask(**{name: 8}),
            r'Use `model.batch\(inputs, {"max_concurrency": 8}\)` instead',
            lambda gateway: gateway.model("gpt-4o").batch(["Hi"], {"max_concurrency": 8}),
        )
        for name in ("max_concurrency", "batch_size")
    ),
    *(
        (f"{name} of completions", ask(**place), "belongs to the legacy completions route", ask())
        for name in ("best_of", "echo", "suffix")
        for place in ({name: 2}, {"call": {name: 2}}, {"model_kwargs": {name: 2}})
    ),
    *(
        (f"{name} of Azure", do(**{name: "a"}), "belongs to Azure OpenAI. Leave it out", do())
        for do in (ask, embed_text)
        for name in (
            "azure_endpoint",
            "azure_ad_async_token_provider",
            "deployment_name",
            "api_type",
        )
    ),
]


@pytest.mark.parametrize(
    ("wrong", "words", "follow"),
    [pytest.param(*case, id=f"{number}-{name}") for number, (name, *case) in enumerate(ADVICE)],
)
@pytest.mark.filterwarnings("ignore:CometAPIEmbeddings has no use")
def test_advice_of_an_error_works(wrong: Do, words: str, follow: Do) -> None:
    gateway = Gateway(say_hello)
    with pytest.raises(ValueError, match=words):
        wrong(gateway)
    assert gateway.requests == []
    assert follow(gateway)


CLASSES: dict[Any, tuple[Any, str]] = {
    ChatCometAPI: (ChatArguments, "gpt-4o"),
    CometAPILLM: (LLMArguments, "gpt-4o"),
    CometAPIEmbeddings: (EmbeddingsArguments, "text-embedding-3-small"),
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


@pytest.mark.parametrize(
    "parameters",
    [{"temperature": 0.2}, {"presence_penalty": 0.5}, {"stop": ["END"]}, {"logprobs": True}],
)
def test_advice_of_a_warning_works(parameters: dict[str, Any]) -> None:
    gateway = Gateway(say_hello)
    with record_losses() as losses:
        gateway.model("gpt-5-mini").invoke("Hi", **parameters)
    assert re.search(r"Leave it out, or pass `strict_params=True` for an error instead", losses[0])
    strict = gateway.model("gpt-5-mini", strict_params=True)
    with pytest.raises(ValueError, match="`strict_params=True`"):
        strict.invoke("Hi", **parameters)
    assert strict.invoke("Hi").text == "Hello"
