"""Tools keep their whole schema, also where LangChain's conversion would lose a part or fail."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any, Required

import pytest
from langchain.agents import create_agent
from langchain.agents.structured_output import ProviderStrategy, ToolStrategy
from langchain_core.tools import StructuredTool
from pydantic import BaseModel, Field
from typing_extensions import ReadOnly, TypedDict

from langchain_cometapi.exceptions import CometAPIUnsentRequestError
from scripts.structured_output import MODELS
from tests.support.emulated import PROMPT, EmulatedGateway
from tests.support.schemas_catalog import Folder, Husband, Sum, Tree

if TYPE_CHECKING:
    from collections.abc import Iterator


class Reference(BaseModel):
    """A property that is called as a reference is."""

    ref: str = Field(alias="$ref")


class Partial(TypedDict, total=False):
    """Keys with qualifiers."""

    name: Required[str]
    size: ReadOnly[int]


NO_PARAMETERS: dict[str, Any] = {"name": "stop", "description": "Stop."}
NO_PROPERTIES: dict[str, Any] = {"title": "counts", "type": "object"}
NO_TYPE: dict[str, Any] = {"title": "size", "properties": {"size": {"type": "integer"}}}


class Bound(BaseModel):
    lowest: float = -math.inf


class Limits(BaseModel):
    """Defaults that JSON does not have."""

    default: float = math.inf
    inner: Bound = Bound()


@dataclasses.dataclass
class Limit:
    """A default that JSON does not have."""

    highest: float = math.inf


def wait(highest: float = math.inf) -> str:
    """Wait."""
    return str(highest)


INFINITE = [Limits, Limit, wait, StructuredTool.from_function(wait)]

TOOLS = [Tree, Husband, Sum, Reference, Partial, NO_PARAMETERS, NO_PROPERTIES, NO_TYPE]


@pytest.mark.parametrize("tool", INFINITE)
def test_tool_with_an_infinite_default_is_sent_without_it(
    gateway: EmulatedGateway, tool: Any
) -> None:
    gateway.clear()
    message = gateway.model(**MODELS["GPT"]).bind_tools([tool], tool_choice="any").invoke(PROMPT)
    assert message.tool_calls
    sent = gateway.bodies[0]["tools"][0]["function"]["parameters"]
    assert sent["properties"].keys() <= {"default", "inner", "highest"}
    assert all("default" not in one for one in sent["properties"].values())


@pytest.fixture(scope="module")
def gateway() -> Iterator[EmulatedGateway]:
    gateway = EmulatedGateway()
    yield gateway
    gateway.close()


@pytest.mark.filterwarnings("ignore::langchain_cometapi.CometAPIParameterWarning")
@pytest.mark.parametrize(
    ("family", "strict"),
    [*((family, None) for family in MODELS), ("GPT", True), ("GPT", False), ("Claude", True)],
)
@pytest.mark.parametrize("tool", TOOLS, ids=str)
def test_tool_is_one_that_the_family_takes(
    gateway: EmulatedGateway, tool: Any, family: str, strict: bool | None
) -> None:
    model = gateway.model(**MODELS[family])
    chosen: dict[str, Any] = {} if strict is None else {"strict": strict}
    message = model.bind_tools([tool], tool_choice="any", **chosen).invoke(PROMPT)
    assert message.tool_calls


def test_recursion_of_a_tool_is_sent(gateway: EmulatedGateway) -> None:
    tool = StructuredTool.from_function(lambda **_: "", name="grow", description="Grow.")
    tool.args_schema = Tree
    for one in (Tree, tool, {"title": "grow", **Tree.model_json_schema()["$defs"]["Tree"]}):
        gateway.clear()
        gateway.model("gpt-5.4-mini").bind_tools([one]).invoke("Hi")
        (sent,) = gateway.bodies[0]["tools"]
        assert '"items": {}' not in str(sent).replace("'", '"')


@pytest.mark.filterwarnings("ignore::langchain_cometapi.CometAPIParameterWarning")
@pytest.mark.parametrize(
    ("family", "strategy"),
    [
        *((family, None) for family in MODELS),
        *((family, ToolStrategy) for family in ("GPT", "Claude", "DeepSeek")),
        *((family, ProviderStrategy) for family in ("GPT", "Claude", "Gemini")),
    ],
)
@pytest.mark.parametrize("schema", [Tree, Husband, Sum, Reference])
def test_agent_returns_the_class(
    gateway: EmulatedGateway, schema: Any, family: str, strategy: Any
) -> None:
    chosen = schema if strategy is None else strategy(schema)
    agent: Any = create_agent(gateway.model(**MODELS[family]), [], response_format=chosen)
    result = agent.invoke({"messages": [("user", PROMPT)]})
    assert isinstance(result["structured_response"], schema)


def test_free_dict_in_a_format_of_claude_is_an_error_whose_advice_works(
    gateway: EmulatedGateway,
) -> None:
    gateway.clear()
    model = gateway.model(**MODELS["Claude"])
    refused, advised = (
        create_agent(model, [], response_format=strategy(Folder))
        for strategy in (ProviderStrategy, ToolStrategy)
    )
    prompt: Any = {"messages": [("user", PROMPT)]}
    with pytest.raises(CometAPIUnsentRequestError, match="ToolStrategy"):
        refused.invoke(prompt)
    assert not gateway.bodies
    assert isinstance(advised.invoke(prompt)["structured_response"], Folder)
