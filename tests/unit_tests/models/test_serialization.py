"""Dumping, loading, copying; and no way of it shows a secret."""

from __future__ import annotations

import copy
import logging
import pickle
import traceback
from typing import Any

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.load import dumpd, dumps, load
from pydantic import SecretStr, ValidationError

from langchain_cometapi import ChatCometAPI, CometAPIError
from tests.support import Gateway, answer, completion

SECRET = "sk-very-secret-4711"


def _model(**kwargs: Any) -> ChatCometAPI:
    return ChatCometAPI(model="claude-sonnet-5-5", api_key=SECRET, **kwargs)


@pytest.mark.filterwarnings("ignore:The function `load` is in beta")
def test_load_what_was_dumped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETAPI_KEY", "sk-from-env")
    model = _model(base_url="https://gateway.example/v1", temperature=0.5, max_tokens=7)
    loaded = load(
        dumpd(model),
        allowed_objects=[ChatCometAPI],
        valid_namespaces=["langchain_cometapi"],
        secrets_from_env=True,
    )
    assert isinstance(loaded, ChatCometAPI)
    assert loaded.model_name == "claude-sonnet-5-5"
    assert loaded.cometapi_api_base == "https://gateway.example/v1"
    assert (loaded.temperature, loaded.max_tokens) == (0.5, 7)
    assert loaded.cometapi_api_key == SecretStr("sk-from-env")


@pytest.mark.parametrize("key", [SECRET, SecretStr(SECRET), lambda: SECRET])
def test_dump_names_the_key_and_hides_it(key: Any) -> None:
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


def test_a_failed_construction_does_not_show_the_key() -> None:
    for wrong in ({"temperatur": 1}, {"n": 0}, {"max_retries": -1}, {"base_url": " "}):
        with pytest.raises(ValidationError) as raised:
            _model(**wrong)
        assert SECRET not in "".join(traceback.format_exception(raised.value))


def test_an_error_does_not_show_the_key() -> None:
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


async def test_logs_show_no_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = Gateway(answer(completion()))
    model = gateway.model(api_key=SECRET, default_headers={"X-Token": SECRET})
    model.invoke("Hi")
    await model.ainvoke("Hi", extra_headers={"X-Call": SECRET})
    assert all(SECRET in str(request.headers.raw) for request in gateway.requests)
    assert caplog.records
    assert SECRET not in caplog.text


def test_langsmith_params() -> None:
    params = _model(temperature=0.5, max_tokens=7)._get_ls_params(stop=["END"])
    assert params == {
        "ls_provider": "cometapi",
        "ls_model_name": "claude-sonnet-5-5",
        "ls_model_type": "chat",
        "ls_temperature": 0.5,
        "ls_max_tokens": 7,
        "ls_stop": ["END"],
    }


def test_cache_tells_base_urls_apart() -> None:
    cache = InMemoryCache()
    gateways = [Gateway(answer(completion(text))) for text in ("first", "second")]
    models = [
        gateway.model(base_url=f"https://{n}.example/v1", cache=cache)
        for n, gateway in enumerate(gateways)
    ]
    assert [model.invoke("Hi").text for model in models] == ["first", "second"]
    assert [model.invoke("Hi").text for model in models] == ["first", "second"]
    assert [len(gateway.requests) for gateway in gateways] == [1, 1]


@pytest.mark.parametrize(
    "duplicate",
    [
        copy.copy,
        copy.deepcopy,
        lambda model: model.model_copy(deep=True),
        lambda model: pickle.loads(pickle.dumps(model)),  # noqa: S301 - our own bytes
    ],
)
def test_copies_work_before_and_after_clients_exist(duplicate: Any) -> None:
    model = _model(temperature=0.5)
    for _ in range(2):
        twin = duplicate(model)
        assert twin == model
        assert twin.root_client.api_key == SECRET
        assert twin.root_async_client.api_key == SECRET
        assert model.root_client.api_key == SECRET


def test_no_stale_client_after_a_change() -> None:
    model = _model()
    assert model.root_client.api_key == SECRET
    changed = model.model_copy(update={"cometapi_api_key": SecretStr("sk-other")})
    assert changed.root_client.api_key == "sk-other"
    assert model.root_client.api_key == SECRET
    model.cometapi_api_base = "https://other.example"
    assert str(model.root_client.base_url) == "https://other.example/v1/"
    model.request_timeout = 3
    assert model.root_client.timeout == 3
    assert model.root_client is model.root_client
