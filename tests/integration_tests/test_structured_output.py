"""Structured output of models of every family, on the strict emulator.

The emulator refuses a forced tool choice while a model thinks, as the vendors do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._vendors.registry import get_vendor
from tests.integration_tests.agents import MODELS, OSLO, PROMPT, City, refuse_first
from tests.support import SYNC, all_ways, amerge, ask, merge

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator


@pytest.mark.parametrize("model_id", MODELS)
@all_ways
async def test_structured_model_returns_its_output(
    emulator: CometAPIEmulator, model_id: str, way: str
) -> None:
    raw: Any = ChatCometAPI(model=model_id).with_structured_output(City, include_raw=True)
    if "stream" not in way:
        output = await ask(raw, way, PROMPT)
    else:
        output = merge(raw.stream(PROMPT)) if way in SYNC else await amerge(raw.astream(PROMPT))
    assert output["parsed"] == OSLO
    assert output["parsing_error"] is None
    assert len(emulator.requests) == 1


@pytest.mark.parametrize("method", [None, "json_schema", "function_calling"])
@pytest.mark.parametrize("model_id", MODELS)
async def test_output_is_repaired_in_a_conversation_that_the_family_takes(
    emulator: CometAPIEmulator, model_id: str, method: Any
) -> None:
    names: list[str] = []
    model = ChatCometAPI(model=model_id)
    raw: Any = model.with_structured_output(
        refuse_first(names), method=method, max_repairs=1, include_raw=True
    )
    if (method == "json_schema" and get_vendor(model_id).json_schema is False) or (
        method == "function_calling" and model_id == "kimi-k2.7-code"  # which always thinks
    ):
        with pytest.raises(ValueError, match=r"`with_structured_output|cannot be switched off"):
            raw.invoke(PROMPT)
        assert emulator.requests == []
        return
    output = raw.invoke(PROMPT)
    assert output["parsed"].name == names[-1]
    assert output["raw"].response_metadata["attempts"] == 2
    names.clear()
    chunks = [part async for part in raw.astream(PROMPT)]
    assert [part["parsed"] for part in chunks if "parsed" in part][-1].name == names[-1]
    assert len(emulator.requests) == 4
