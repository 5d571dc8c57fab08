"""`model.profile`: of the model that is asked, on the route that it is asked on."""

from __future__ import annotations

import copy
import pickle
from typing import Any, cast

import pytest
from langchain_core.load import dumpd, load
from langchain_core.runnables import ConfigurableField

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._catalog.profiles import get_profile, list_published
from tests.support import KEY

PASSED: Any = {"max_input_tokens": 4096}


def create(model: str = "gpt-5.4-mini", **arguments: Any) -> ChatCometAPI:
    return ChatCometAPI(model=model, api_key=KEY, **arguments)


def name_of(model: Any) -> Any:
    return model.profile["name"]


def test_profile_of_a_model_is_that_of_its_id_and_route() -> None:
    assert create("mimo-v2.6-pro").profile == get_profile("mimo-v2.6-pro", "chat")
    forced = create("mimo-v2.6-pro", endpoint="responses").profile
    assert forced == get_profile("mimo-v2.6-pro", "responses")
    assert forced == create("mimo-v2.6-pro", use_responses_api=True).profile
    assert forced != create("mimo-v2.6-pro").profile
    assert create("some-new-thing").profile is None


def test_profile_of_the_users_wins_and_is_checked() -> None:
    assert create(profile=PASSED).profile == PASSED
    other = create("some-new-thing", profile=create().profile)
    assert name_of(other) == "GPT-5.4 mini"
    with pytest.warns(UserWarning, match=r"Unrecognized keys.*'nonsense'"):
        create(profile=cast("Any", {"nonsense": 1}))


@pytest.mark.parametrize("model", sorted(list_published()))
def test_profile_of_ours_does_not_warn_when_it_is_passed(model: str) -> None:
    assert create(model, profile=create(model).profile).profile == create(model).profile


def test_profile_follows_an_assigned_model_and_route() -> None:
    model = create()
    assert name_of(model) == "GPT-5.4 mini"
    model.model_name = "kimi-k3"
    assert name_of(model) == "Kimi K3"
    model.model_name = "mimo-v2.6-pro"
    model.endpoint = "responses"
    assert model.profile == get_profile("mimo-v2.6-pro", "responses")
    model.profile = PASSED
    assert model.profile == PASSED


@pytest.mark.parametrize("deep", [False, True])
def test_profile_of_a_copy_is_that_of_its_model(deep: bool) -> None:
    model = create()
    assert name_of(model) == "GPT-5.4 mini"
    copied = model.model_copy(update={"model": "kimi-k3"}, deep=deep)
    assert (name_of(copied), name_of(model)) == ("Kimi K3", "GPT-5.4 mini")
    passed = create(profile=PASSED).model_copy(update={"model_name": "kimi-k3"}, deep=deep)
    assert passed.profile == PASSED
    assert model.model_copy(update={"profile": PASSED}, deep=deep).profile == PASSED


def test_profile_changed_in_place_stays() -> None:
    model = create()
    cast("Any", model.profile)["max_input_tokens"] = 7
    copies = (model, copy.copy(model), copy.deepcopy(model), pickle.loads(pickle.dumps(model)))  # noqa: S301
    assert [cast("Any", each.profile)["max_input_tokens"] for each in copies] == [7, 7, 7, 7]
    assert cast("Any", create().profile)["max_input_tokens"] == 400_000


def test_models_are_equal_whether_their_profiles_were_read_or_not() -> None:
    read, unread = create(), create()
    assert read.profile
    assert read == unread == pickle.loads(pickle.dumps(read))  # noqa: S301
    assert read != create(profile=PASSED)


@pytest.mark.filterwarnings("ignore:The function `load` is in beta")
def test_profile_is_in_no_dump_and_a_loaded_model_has_it() -> None:
    model = create()
    assert model.profile
    assert "profile" not in model.model_dump()
    dumped = dumpd(model)
    assert "profile" not in dumped["kwargs"]
    loaded = load(
        dumped,
        allowed_objects=[ChatCometAPI],
        valid_namespaces=["langchain_cometapi"],
        secrets_map={"COMETAPI_KEY": KEY},
    )
    assert loaded.profile == model.profile


def test_profile_of_a_bound_model_is_that_of_the_model_that_is_asked() -> None:
    model = create()
    assert name_of(model.bind(stop=["x"])) == "GPT-5.4 mini"
    assert name_of(model.bind(model="kimi-k3")) == "Kimi K3"
    assert (
        name_of(model.bind(model="kimi-k3").with_config(tags=["a"]).bind(stop=["x"])) == "Kimi K3"
    )
    assert model.bind(model="mimo-v2.6-pro").profile == get_profile("mimo-v2.6-pro", "chat")
    assert create(profile=PASSED).bind(stop=["x"]).profile == PASSED
    assert name_of(create(profile=PASSED).bind(model="kimi-k3")) == "Kimi K3"
    assert model.bind(model="some-new-thing").profile is None


def test_profile_of_a_configured_model_is_that_of_the_model_that_is_asked() -> None:
    configurable = create().configurable_fields(
        model_name=ConfigurableField(id="model"), endpoint=ConfigurableField(id="endpoint")
    )
    assert name_of(configurable) == "GPT-5.4 mini"
    chosen: Any = configurable.with_config(configurable={"model": "mimo-v2.6-pro"})
    assert chosen.profile == get_profile("mimo-v2.6-pro", "chat")
    config = {"model": "mimo-v2.6-pro", "endpoint": "responses"}
    chosen = configurable.with_config(configurable=config)
    assert chosen.profile == get_profile("mimo-v2.6-pro", "responses")
    prepared, _ = configurable.prepare({"configurable": config})
    assert cast("Any", prepared).profile == chosen.profile


def test_profile_of_an_alternative_is_that_of_the_model_that_is_asked() -> None:
    alternatives = create().configurable_alternatives(
        ConfigurableField(id="which"), other=create("kimi-k3"), late=lambda: create("glm-5.2")
    )
    names = {
        which: name_of(alternatives.with_config(configurable={"which": which}))
        for which in ("default", "other", "late")
    }
    assert names == {"default": "GPT-5.4 mini", "other": "Kimi K3", "late": "GLM-5.2"}


def test_dump_of_a_configurable_model_is_that_of_langchains_class() -> None:
    field = ConfigurableField(id="model")
    for configurable, name in (
        (create().configurable_fields(model_name=field), "RunnableConfigurableFields"),
        (create().configurable_alternatives(field), "RunnableConfigurableAlternatives"),
    ):
        assert dumpd(configurable)["id"] == ["langchain", "schema", "runnable", name]


def test_profile_of_a_subclass_is_found() -> None:
    class Mine(ChatCometAPI):
        note: str = ""

    assert name_of(Mine(model="kimi-k3", api_key=KEY, note="x")) == "Kimi K3"


def test_attribute_that_is_not_there_is_an_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = cast("Any", create()).nonsense
