"""Dumps, errors, traces and logs: none shows a secret."""

from __future__ import annotations

import logging
import pickle
from typing import Any

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.load import dumpd, dumps, load
from pydantic import SecretStr

from langchain_cometapi import ChatCometAPI, CometAPIError, CometAPILLM
from tests.support import Gateway, answer, completion

SECRET = "sk-very-secret-4711"


def _model(**kwargs: Any) -> ChatCometAPI:
    return ChatCometAPI(model="claude-sonnet-5-5", api_key=SECRET, **kwargs)


@pytest.mark.filterwarnings("ignore:The function `load` is in beta")
@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPILLM])
def test_dump_is_loaded_with_the_key_of_the_environment(
    kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMETAPI_KEY", "sk-from-env")
    fields: dict[str, Any] = {"temperature": 0.5, "max_tokens": 7, "endpoint": "chat"}
    if kind is CometAPILLM:
        fields["system"] = "S"
    model = kind(
        model="claude-sonnet-5-5",
        api_key=SECRET,
        base_url="https://gateway.example/v1",
        default_headers={"X-Token": SECRET},
        **fields,
    )
    assert SECRET not in dumps(model) + repr(model) + str(model)
    loaded = load(
        dumpd(model),
        allowed_objects=[kind],
        valid_namespaces=["langchain_cometapi"],
        secrets_from_env=True,
    )
    assert type(loaded) is kind
    assert loaded.model_name == "claude-sonnet-5-5"
    assert loaded.cometapi_api_base == "https://gateway.example/v1"
    assert {name: getattr(loaded, name) for name in fields} == fields
    assert loaded.cometapi_api_key == SecretStr("sk-from-env")


@pytest.mark.parametrize("key", [SECRET, SecretStr(SECRET), lambda: SECRET])
def test_dump_names_the_variable_of_the_key_alone(key: Any) -> None:
    model = ChatCometAPI(
        model="m",
        api_key=key,
        default_headers={"X-Token": SECRET},
        default_query={"token": SECRET},
        openai_proxy=f"http://user:{SECRET}@proxy.example:3128",
    )
    dumped = dumps(model)
    assert SECRET not in dumped
    assert dumpd(model)["kwargs"]["cometapi_api_key"] == {
        "lc": 1,
        "type": "secret",
        "id": ["COMETAPI_KEY"],
    }
    assert SECRET not in repr(model)
    assert SECRET not in str(model)
    assert SECRET not in repr(model._client_settings())


def test_error_does_not_show_the_key() -> None:
    quoted = {"error": {"message": f"Incorrect API key provided: {SECRET}", "code": None}}
    model = Gateway(answer(quoted, 401)).model(api_key=SECRET)
    with pytest.raises(CometAPIError) as raised:
        model.invoke("Hi")
    error = raised.value
    assert "sk-***" in str(error)
    shown = [str(error), repr(error), repr(vars(error)), repr(pickle.dumps(error))]
    shown += [repr(error.request.headers.raw), repr(error.response.request.headers.raw)]
    assert not [text for text in shown if SECRET in text]


def test_traces_show_no_key() -> None:
    model = _model(default_headers={"X-Token": SECRET})
    params = model._get_invocation_params(
        extra_headers={"Authorization": SECRET}, extra_query={"token": SECRET}
    )
    assert SECRET not in str(params)
    assert params["extra_headers"] == {"Authorization": "**REDACTED**"}
    assert SECRET not in str(model._get_ls_params())
    assert SECRET not in str(model._identifying_params)


def test_traces_name_the_model_of_the_call() -> None:
    params = _model()._get_invocation_params(model="kimi-k3")
    assert (params["model"], params["model_name"]) == ("kimi-k3", "kimi-k3")


async def test_logs_show_no_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = Gateway(answer(completion()))
    model = gateway.model(api_key=SECRET, default_headers={"X-Token": SECRET})
    model.invoke("Hi")
    await model.ainvoke("Hi", extra_headers={"X-Call": SECRET})
    assert all(SECRET in str(request.headers.raw) for request in gateway.requests)
    assert caplog.records
    assert SECRET not in caplog.text


@pytest.mark.parametrize("endpoint", ["chat", "responses"])
def test_langsmith_params_are_those_of_the_model_on_both_routes(endpoint: Any) -> None:
    model = ChatCometAPI(
        model="gpt-5.4", api_key=SECRET, endpoint=endpoint, temperature=0.5, max_tokens=7
    )
    assert model._llm_type == "cometapi-chat"
    assert model._get_ls_params(stop=["END"]) == {
        "ls_provider": "cometapi",
        "ls_model_name": "gpt-5.4",
        "ls_model_type": "chat",
        "ls_temperature": 0.5,
        "ls_max_tokens": 7,
        "ls_stop": ["END"],
    }


def test_cache_is_missed_by_another_base_url() -> None:
    cache = InMemoryCache()
    gateways = [Gateway(answer(completion(text))) for text in ("first", "second")]
    models = [
        gateway.model(base_url=f"https://{n}.example/v1", cache=cache)
        for n, gateway in enumerate(gateways)
    ]
    assert [model.invoke("Hi").text for model in models] == ["first", "second"]
    assert [model.invoke("Hi").text for model in models] == ["first", "second"]
    assert [len(gateway.requests) for gateway in gateways] == [1, 1]


def test_client_is_kept_until_a_field_changes() -> None:
    model = _model()
    first = model.root_client
    assert model.root_client is first
    model.request_timeout = 3
    assert model.root_client is not first
    assert model.root_client.timeout == 3
