"""The versions in the metadata of a model, which core's hook records."""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import pytest
from pydantic import BaseModel
from typing_extensions import override

from langchain_cometapi import ChatCometAPI, CometAPIEmbeddings, CometAPILLM
from langchain_cometapi._version import __version__
from tests.support import KEY


class _Hooked(BaseModel):
    """A base class with a hook, as `BaseLanguageModel` is one."""

    hooked: bool = False

    @override
    def model_post_init(self, context: Any, /) -> None:
        self.hooked = True


@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPILLM, CometAPIEmbeddings])
def test_hook_of_a_base_class_runs(kind: Any) -> None:
    mine: Any = type("Mine", (kind, _Hooked), {"__module__": __name__})
    assert mine(model="some-model", api_key=KEY).hooked
    assert mine.model_validate({"model": "some-model", "api_key": KEY}).hooked


@pytest.mark.parametrize(
    ("kind", "others"),
    [(ChatCometAPI, {"langchain-core", "langchain-openai"}), (CometAPILLM, {"langchain-core"})],
)
def test_versions_for_traces_are_cores_and_ours(kind: Any, others: set[str]) -> None:
    metadata = kind(model="some-model", api_key=KEY, metadata={"mine": 1}).metadata
    installed = {name for name in ("langchain",) if find_spec(name)}
    names = {*others, *installed}
    versions = {name: version(name) for name in names}
    assert metadata == {"mine": 1, "lc_versions": {**versions, "langchain-cometapi": __version__}}
