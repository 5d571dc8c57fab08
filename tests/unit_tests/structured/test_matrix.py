"""Structured output of each schema from each family and method, on the emulator's strict rules."""

from __future__ import annotations

import dataclasses
import json
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from langchain_cometapi.exceptions import CometAPIUnsentRequestError
from scripts.structured_output import METHODS, MODELS
from tests.support.calls import SYNC, WAYS, ask, ask_sync
from tests.support.emulated import PROMPT, EmulatedGateway
from tests.support.schemas_catalog import CATALOG, NamedSchema

if TYPE_CHECKING:
    from collections.abc import Iterator

REFUSED = frozenset({("DeepSeek", "json_schema")})
"""The methods that a family does not have."""


@pytest.fixture(scope="module")
def gateway() -> Iterator[EmulatedGateway]:
    gateway = EmulatedGateway()
    yield gateway
    gateway.close()


@pytest.mark.filterwarnings("ignore::langchain_cometapi.CometAPIParameterWarning")
@pytest.mark.parametrize("schema", CATALOG, ids=lambda schema: schema.name)
def test_output_is_valid_for_the_schema(gateway: EmulatedGateway, schema: NamedSchema) -> None:
    """Each family is called in each way for each schema, and so is each method of a family."""
    wrong: dict[tuple[str, str | None, str], str] = {}
    first_way = CATALOG.index(schema)
    for (number, family), (turn, method) in product(enumerate(MODELS), enumerate(METHODS)):
        way = WAYS[(first_way + number + turn) % len(WAYS)]
        gateway.clear()
        try:
            output = _ask(gateway, schema, family, method, way)
        except CometAPIUnsentRequestError as error:
            if (family, method) not in REFUSED or gateway.bodies:
                wrong[family, method, way] = f"not sent: {error}"
            continue
        except Exception as error:  # noqa: BLE001 - each is listed
            wrong[family, method, way] = f"{type(error).__name__}: {error}"
            continue
        if (family, method) in REFUSED:
            wrong[family, method, way] = "was sent, although the family has no such method"
        elif not _is_valid(output, schema):
            wrong[family, method, way] = f"not valid: {output!r}"
    assert wrong == {}


def _ask(
    gateway: EmulatedGateway, schema: NamedSchema, family: str, method: str | None, way: str
) -> Any:
    chosen: dict[str, Any] = {"method": method} if method else {}
    model = gateway.model(**MODELS[family]).with_structured_output(schema.schema, **chosen)
    prompt = PROMPT
    if method == "json_mode":  # which leaves it to the user to state the schema
        text = json.dumps(schema.json_schema)
        prompt += f" Answer in JSON that is valid against this JSON Schema:\n{text}"
    if way in SYNC:
        return ask_sync(model, way, prompt)
    return gateway.run(ask(model, way, prompt))


def _is_valid(output: Any, schema: NamedSchema) -> bool:
    kind = schema.schema
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if not isinstance(output, kind):
            return False
        output = output.model_dump(mode="json", by_alias=True)
    elif hasattr(output, "json"):  # Pydantic 1
        output = json.loads(output.json(by_alias=True))
    elif dataclasses.is_dataclass(output) and not isinstance(output, type):
        output = dataclasses.asdict(output)
    return schema.accepts(output)
