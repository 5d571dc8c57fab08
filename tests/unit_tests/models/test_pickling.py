"""Copies and pickles: of models and of what is bound to them, before and after calls."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from langchain_core.runnables import ConfigurableField
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from pydantic import BaseModel, SecretStr

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client.sdk import httpx
from tests.support import City, Gateway, answer, completion, get_weather

SECRET = "sk-very-secret-4711"


def _model(**kwargs: Any) -> ChatCometAPI:
    return ChatCometAPI(model="gpt-4o", **kwargs)


DERIVED = {
    "plain": lambda model: model,
    "bind": lambda model: model.bind(seed=1),
    "bind_tools": lambda model: model.bind_tools([get_weather]),
    "json_schema": lambda model: model.with_structured_output(City),
    "json_schema, raw": lambda model: model.with_structured_output(City, include_raw=True),
    "json_mode, raw": lambda model: model.with_structured_output(
        City, method="json_mode", include_raw=True
    ),
    "function_calling": lambda model: model.with_structured_output(City, method="function_calling"),
    "function_calling, raw": lambda model: model.with_structured_output(
        City, method="function_calling", include_raw=True
    ),
    "config": lambda model: model.with_config(tags=["t"]),
    "retry": lambda model: model.with_retry(),
    "fallbacks": lambda model: model.with_fallbacks([model.bind(seed=2)]),
    "configurable": lambda model: model.configurable_fields(
        temperature=ConfigurableField(id="temperature")
    ),
}
WAYS = {
    "pickle": lambda thing: pickle.loads(pickle.dumps(thing)),  # noqa: S301 - our own bytes
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("derive", DERIVED.values(), ids=DERIVED)
def test_runnable_built_on_a_model_is_copied(derive: Any, way: Any) -> None:
    model = _model(api_key=SECRET)
    made = derive(model)
    for _ in range(2):
        twin = way(made)
        assert type(twin) is type(made)
        assert type(way(twin)) is type(made)
        model.root_client.copy()  # from now on there are clients
        model.root_async_client.copy()


# -- the key -----------------------------------------------------------------------------------


@pytest.mark.parametrize("derive", DERIVED.values(), ids=DERIVED)
@pytest.mark.parametrize("variable", ["COMETAPI_KEY", "COMETAPI_API_KEY"])
def test_pickle_of_a_runnable_leaves_the_key_of_the_environment_out(
    derive: Any, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, SECRET)
    model = _model()
    pickled = pickle.dumps(derive(model))
    assert SECRET.encode() not in pickled
    monkeypatch.setenv(variable, "sk-of-the-receiver")
    restored = pickle.loads(pickled)  # noqa: S301 - our own bytes
    if isinstance(restored, ChatCometAPI):
        assert restored.cometapi_api_key == SecretStr("sk-of-the-receiver")
        assert restored.root_client.api_key == "sk-of-the-receiver"
    assert SECRET.encode() not in pickle.dumps(restored)
    monkeypatch.delenv(variable)
    with pytest.raises(ValueError, match=r"pickled without the key .* set .* COMETAPI_KEY"):
        pickle.loads(pickled)  # noqa: S301 - our own bytes
    assert model.root_client.api_key == SECRET


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda m: m.model_copy(deep=True)])
def test_copy_leaves_the_key_of_the_environment_out_of_pickles(
    duplicate: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMETAPI_KEY", SECRET)
    twin = duplicate(_model())
    assert twin.root_client.api_key == SECRET
    assert SECRET.encode() not in pickle.dumps(twin)


def test_pickle_keeps_a_key_that_was_passed_assigned_or_updated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COMETAPI_KEY", "sk-of-the-environment")
    assigned, updated = (
        _model(),
        _model().model_copy(update={"cometapi_api_key": SecretStr(SECRET)}),
    )
    assigned.cometapi_api_key = SecretStr(SECRET)
    for model in (_model(api_key=SECRET), assigned, updated):
        restored = pickle.loads(pickle.dumps(model))  # noqa: S301 - our own bytes
        assert restored.root_client.api_key == SECRET


# -- HTTP clients of the user's ----------------------------------------------------------------


def test_model_with_a_client_of_the_users_cannot_be_pickled() -> None:
    for name in ("http_client", "http_async_client"):
        client: Any = httpx.Client() if name == "http_client" else httpx.AsyncClient()
        model = _model(api_key=SECRET, **{name: client})
        with pytest.raises(TypeError, match=r"cannot be pickled\. Leave them out"):
            pickle.dumps(model)
        without = model.model_copy(update={"http_client": None, "http_async_client": None})
        assert pickle.loads(pickle.dumps(without)) == without  # noqa: S301 - our own bytes


class Agent(BaseModel):
    """Holds a model, and validates it once more."""

    model: ChatCometAPI


def test_validated_model_leaves_the_key_of_the_environment_out_of_pickles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COMETAPI_KEY", SECRET)
    model = _model()
    field = ConfigurableField(id="t")
    prepared, _ = model.configurable_fields(temperature=field).prepare({"configurable": {"t": 0.5}})
    made = [
        Agent(model=model),
        ChatCometAPI.model_validate(model),
        prepared,
        model.cometapi_api_key,
    ]
    for thing in (*made, model.bind(seed=1)):
        assert SECRET.encode() not in pickle.dumps(thing)


@pytest.mark.parametrize("explicit", [False, True])
def test_checkpoint_has_no_key(explicit: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETAPI_KEY", SECRET)
    model = _model(**({"api_key": SECRET} if explicit else {}))
    for thing in (model, model.bind(seed=1)):
        assert SECRET.encode() not in JsonPlusSerializer().dumps_typed({"model": thing})[1]
    assert SECRET not in str(model.model_dump())
    assert SECRET not in model.model_dump_json()


# -- changes -----------------------------------------------------------------------------------


async def test_field_is_changed_by_its_alias() -> None:
    gateway = Gateway(answer(completion()))
    model: Any = gateway.model()
    changed = model.model_copy(
        update={"base_url": "https://two.example/v1", "timeout": 7, "api_key": "sk-other"}
    )
    assigned = model.model_copy()
    assigned.base_url, assigned.timeout = "https://two.example/v1", 7
    assigned.api_key = "sk-other"
    for one in (changed, assigned):
        assert "sk-other" not in repr(one)
        one.invoke("Hi")
        await one.ainvoke("Hi")
    for request in gateway.requests:
        assert request.url.host == "two.example"
        assert request.headers["authorization"] == "Bearer sk-other"
        assert request.extensions["timeout"]["read"] == 7
    with pytest.raises(ValueError, match="has no field `temperatur`"):
        model.model_copy(update={"temperatur": 1})
