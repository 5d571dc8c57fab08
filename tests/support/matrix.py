"""Structured output of a schema from every family, in every method and way of calling."""

from __future__ import annotations

import dataclasses
import json
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

from langchain_cometapi.exceptions import CometAPIUnsentRequestError
from scripts.structured_output import METHODS, MODELS
from tests.support.calls import SYNC, WAYS, ask, ask_sync

if TYPE_CHECKING:
    from tests.support.emulated import EmulatedGateway
    from tests.support.schemas_catalog import NamedSchema

REFUSED = frozenset({("DeepSeek", "json_schema")})
"""The methods that a family does not have."""

PROMPT = "Ann is 33 and lives in Bath since 2024-05-01."


class Cell(NamedTuple):
    """A combination of the matrix.

    Attributes:
        family: A name among `MODELS` of the script that writes the page.
        method: The method of `with_structured_output`; `None` leaves it to the package.
        way: How the model is called.
    """

    family: str
    method: str | None
    way: str


def state_prompt(schema: NamedSchema, method: str | None) -> str:
    """Return a prompt, which in JSON mode states the schema: the method leaves that to the user."""
    if method != "json_mode":
        return PROMPT
    text = json.dumps(schema.json_schema)
    return f"{PROMPT} Answer in JSON that is valid against this JSON Schema:\n{text}"


def find_flaws(gateway: EmulatedGateway, schema: NamedSchema) -> dict[Cell, str]:
    """Return the combinations whose output is not what the schema asks for, and what is wrong."""
    flaws: dict[Cell, str] = {}
    for family, method in product(MODELS, METHODS):
        structured: Any = None
        for way in WAYS:
            gateway.clear()
            try:
                if structured is None:
                    structured = _create(gateway, schema, family, method)
                output = _call(gateway, structured, way, state_prompt(schema, method))
            except CometAPIUnsentRequestError as error:
                flaw = None
                if (family, method) not in REFUSED or gateway.bodies:
                    flaw = f"not sent: {error}"
            except Exception as error:  # noqa: BLE001 - each is listed
                flaw = f"{type(error).__name__}: {error}"
            else:
                flaw = _find_wrong_output(output, schema)
                if (family, method) in REFUSED:
                    flaw = "was sent, although the family has no such method"
            if flaw is not None:
                flaws[Cell(family, method, way)] = flaw
    return flaws


def _create(gateway: EmulatedGateway, schema: NamedSchema, family: str, method: str | None) -> Any:
    chosen: dict[str, Any] = {"method": method} if method else {}
    model = gateway.model(**MODELS[family])
    return model.with_structured_output(schema.schema, **chosen)


def _call(gateway: EmulatedGateway, structured: Any, way: str, prompt: str) -> Any:
    if way in SYNC:
        return ask_sync(structured, way, prompt)
    return gateway.run(ask(structured, way, prompt))


def _find_wrong_output(output: Any, schema: NamedSchema) -> str | None:
    if isinstance(schema.schema, type) and issubclass(schema.schema, BaseModel):
        if not isinstance(output, schema.schema):
            return f"of another type: {output!r}"
        output = output.model_dump(mode="json", by_alias=True)
    elif hasattr(output, "json"):  # Pydantic 1
        output = json.loads(output.json(by_alias=True))
    elif dataclasses.is_dataclass(output) and not isinstance(output, type):
        output = dataclasses.asdict(output)
    return None if schema.accepts(output) else f"not valid: {output!r}"
