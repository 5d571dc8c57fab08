"""Copies and pickles: of models and of what is bound to them, before and after calls."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from langchain_core.runnables import ConfigurableField
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from pydantic import BaseModel, SecretStr

from langchain_cometapi import ChatCometAPI, CometAPIEmbeddings, CometAPILLM
from langchain_cometapi._client.sdk import httpx
from tests.support import City, Gateway, get_weather

SECRET = "sk-very-secret-4711"


def _model(kind: Any = ChatCometAPI, **kwargs: Any) -> Any:
    return kind(model="gpt-4o", **kwargs)


class Agent(BaseModel):
    """Holds a model, and validates it once more."""

    model: ChatCometAPI


def _configure(model: ChatCometAPI) -> Any:
    return model.configurable_fields(temperature=ConfigurableField(id="t"))


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
    "configurable": _configure,
    "configured": lambda model: _configure(model).prepare({"configurable": {"t": 0.5}})[0],
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "model_copy": lambda model: model.model_copy(deep=True),
    "validated": ChatCometAPI.model_validate,
    "of an agent": lambda model: Agent(model=model),
}
COPIES = {
    "pickle": lambda thing: pickle.loads(pickle.dumps(thing)),  # noqa: S301 - our own bytes
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("derive", DERIVED.values(), ids=DERIVED)
def test_runnable_built_on_a_model_is_copied(derive: Any, how: str) -> None:
    model = _model(api_key=SECRET)
    made = derive(model)
    for _ in range(2):
        twin = COPIES[how](made)
        assert type(twin) is type(made)
        assert type(COPIES[how](twin)) is type(made)
        model.root_client.copy()  # from now on there are clients
        model.root_async_client.copy()


# -- the key -----------------------------------------------------------------------------------


@pytest.mark.parametrize("derive", DERIVED.values(), ids=DERIVED)
def test_pickle_of_a_runnable_leaves_the_key_of_the_environment_out(
    derive: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMETAPI_API_KEY", SECRET)
    model = _model()
    pickled = pickle.dumps(derive(model))
    assert SECRET.encode() not in pickled
    monkeypatch.setenv("COMETAPI_KEY", "sk-of-the-receiver")
    restored = pickle.loads(pickled)  # noqa: S301 - our own bytes
    assert b"sk-of-the-receiver" not in pickle.dumps(restored)
    for variable in ("COMETAPI_KEY", "COMETAPI_API_KEY"):
        monkeypatch.delenv(variable)
    with pytest.raises(ValueError, match=r"pickled without the key .* set .* COMETAPI_KEY"):
        pickle.loads(pickled)  # noqa: S301 - our own bytes
    assert model.root_client.api_key == SECRET


@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPILLM, CometAPIEmbeddings])
def test_pickle_has_the_key_of_the_user_and_that_of_the_receivers_environment(
    kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMETAPI_KEY", SECRET)
    model = _model(kind, max_retries=5)
    assert model._root_client().api_key == SECRET  # which exists now, and is left out too
    assert model.cometapi_api_key == SecretStr(SECRET)
    assert model.cometapi_api_key != SECRET
    read, own = pickle.dumps(model), SecretStr("sk-own")
    assert SECRET.encode() not in read
    assert SECRET not in repr(model)
    assigned = _model(kind)
    assigned.cometapi_api_key = own
    for owned in (
        _model(kind, api_key="sk-own"),
        assigned,
        model.model_copy(update={"cometapi_api_key": own}),
    ):
        restored = pickle.loads(pickle.dumps(owned))  # noqa: S301 - our own bytes
        assert restored == owned
        assert restored._root_client().api_key == "sk-own"
    monkeypatch.setenv("COMETAPI_KEY", "sk-there")
    restored = pickle.loads(read)  # noqa: S301 - our own bytes
    assert (restored._root_client().api_key, restored.max_retries) == ("sk-there", 5)


@pytest.mark.parametrize("explicit", [False, True])
def test_checkpoint_has_no_key(explicit: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETAPI_KEY", SECRET)
    model = _model(**({"api_key": SECRET} if explicit else {}))
    for thing in (model, model.bind(seed=1)):
        assert SECRET.encode() not in JsonPlusSerializer().dumps_typed({"model": thing})[1]
    assert SECRET not in str(model.model_dump())
    assert SECRET not in model.model_dump_json()


# -- HTTP clients of the user's ----------------------------------------------------------------


def test_model_with_a_client_of_the_users_cannot_be_pickled() -> None:
    for name in ("http_client", "http_async_client"):
        client: Any = httpx.Client() if name == "http_client" else httpx.AsyncClient()
        model = _model(api_key=SECRET, **{name: client})
        with pytest.raises(TypeError, match=r"cannot be pickled\. Leave them out"):
            pickle.dumps(model)
        without = model.model_copy(update={"http_client": None, "http_async_client": None})
        assert pickle.loads(pickle.dumps(without)) == without  # noqa: S301 - our own bytes


# -- changes -----------------------------------------------------------------------------------


async def test_field_is_changed_by_its_alias(gateway: Gateway) -> None:
    model: Any = gateway.model()
    values = {"base_url": "https://two.example/v1", "timeout": 7, "api_key": "sk-other"}
    assigned = model.model_copy()
    assert assigned.model_kwargs is model.model_kwargs  # unless a deep copy is asked for
    for name, value in values.items():
        setattr(assigned, name, value)
    for changed in (model.model_copy(update=values), assigned):
        assert "sk-other" not in repr(changed)
        changed.invoke("Hi")
        await changed.ainvoke("Hi")
    for request in gateway.requests:
        assert request.url.host == "two.example"
        assert request.headers["authorization"] == "Bearer sk-other"
        assert request.extensions["timeout"]["read"] == 7
    with pytest.raises(ValueError, match="has no field `temperatur`"):
        model.model_copy(update={"temperatur": 1})
