"""Checks of the thought signatures that a request sends back."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._routes.generate_content.errors import refuse
from langchain_cometapi.emulator._routes.generate_content.request.messages import decode
from langchain_cometapi.emulator._rules.google_native import DUMMY_SIGNATURES

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.google_native import GeminiRules
    from langchain_cometapi.emulator._state import EmulatorState

Message = dict[str, Any]

_MISSING = (
    "Function call is missing a thought_signature in functionCall parts. This is required for tools"
    " to work correctly, and missing thought_signature may lead to degraded model performance."
    " Additional data, function call `default_api:{name}` , position {position}. Please refer to"
    " https://ai.google.dev/gemini-api/docs/thought-signatures for more details."
)
# SDKs that hold signatures as bytes send them in base64 once more.
_DUMMY_BYTES = frozenset(dummy.encode() for dummy in DUMMY_SIGNATURES)


def check_signatures(contents: list[Message], rules: GeminiRules, state: EmulatorState) -> None:
    """Check the signatures of all parts, and that those of the current turn are there.

    The current turn begins with the newest message of the user that is not a function response. In
    it the first function call of each step needs its signature.

    Args:
        contents: Contents in a valid order.
        rules: The model's rules.
        state: The emulator's memory of the signatures it has issued.

    Raises:
        PassedOnError: If a signature is missing, or was not issued by this emulator.
    """
    current = max(
        (index for index, content in enumerate(contents) if _begins_turn(content)), default=-1
    )
    for index, content in enumerate(contents):
        first = True
        for position, part in enumerate(content["parts"], 1):
            signature = part.get("thoughtSignature")
            if signature:
                _check_issued(signature, part, state)
            elif "functionCall" in part and first and rules.needs_signatures and index > current:
                name = part["functionCall"]["name"]
                refuse(_MISSING.format(name=name, position=position))
            first = first and "functionCall" not in part


def _begins_turn(content: Message) -> bool:
    return content["role"] == "user" and not any(
        "functionResponse" in part for part in content["parts"]
    )


def _check_issued(signature: str, part: Message, state: EmulatorState) -> None:
    raw = decode(signature) or b""
    if signature in DUMMY_SIGNATURES or raw in _DUMMY_BYTES:
        return
    call_id = part.get("functionCall", {}).get("id")
    if not state.is_signature(base64.b64encode(raw).decode(), call_id):
        refuse("Thought signature is not valid.")
