"""Structured output by a schema that the answer must follow, for each form of a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel
from typing_extensions import TypedDict

from tests.support import all_ways, ask
from tests.support.native import CLAUDE, PROTOCOLS

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator
    from tests.support.native import Protocol

pytestmark = pytest.mark.native


class Joke(BaseModel):
    """A joke to tell the user."""

    setup: str
    punchline: str


class JokeDict(TypedDict):
    """A joke to tell the user."""

    setup: str
    punchline: str


SCHEMAS: dict[str, Any] = {
    "pydantic": Joke,
    "typed dict": JokeDict,
    "JSON schema": {"title": "Joke", **Joke.model_json_schema(), "additionalProperties": False},
}


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
@pytest.mark.parametrize("model", ["", "claude-sonnet-5-5"], ids=["any", "that always thinks"])
@pytest.mark.parametrize("form", SCHEMAS)
@all_ways
async def test_answer_follows_the_schema(
    emulator: CometAPIEmulator, protocol: Protocol, model: str, form: str, way: str
) -> None:
    if model and protocol is not CLAUDE:
        pytest.skip("is a model of Claude")
    asked = protocol.kind(model=model or protocol.model).with_structured_output(
        SCHEMAS[form], method="json_schema"
    )
    joke = await ask(asked, way, "Tell me a joke about cats.")
    said = joke.model_dump() if isinstance(joke, BaseModel) else joke
    assert said.keys() == {"setup", "punchline"}
    [request] = emulator.requests
    config = request.body.get("output_config" if protocol is CLAUDE else "generationConfig")
    assert "punchline" in str(config)
    assert "tools" not in request.body
