"""The order of turns: function calls, and the function responses right after them."""

from __future__ import annotations

from typing import Any

from langchain_cometapi.emulator._routes.generate_content.errors import refuse

Message = dict[str, Any]

# google-gemini/gemini-cli#4504, #26486; langchain-ai/langchain#27799
_CALL_TURN = (
    "Please ensure that function call turn comes immediately after a user turn or after a function"
    " response turn."
)
_RESPONSE_TURN = (
    "Please ensure that function response turn comes immediately after a function call turn."
)
_NUMBER = (
    "Please ensure that the number of function response parts is equal to the number of function"
    " call parts of the function call turn."
)
_ID = "functionResponse.id does not match functionCall.id"  # router-for-me/CLIProxyAPI#5199


def check_order(contents: list[Message]) -> None:
    """Check that each function call gets its response in the turn right after it.

    Args:
        contents: Contents that are valid by themselves.

    Raises:
        PassedOnError: In Google's words.
    """
    pending: list[Message] = []
    before = ""
    for turn in contents:
        role = turn["role"]
        calls = [part["functionCall"] for part in turn["parts"] if "functionCall" in part]
        responses = [
            part["functionResponse"] for part in turn["parts"] if "functionResponse" in part
        ]
        if responses and not pending:
            refuse(_RESPONSE_TURN)
        if len(responses) != len(pending):
            refuse(_NUMBER)
        _check_pairs(pending, responses)
        if calls and before != "user":
            refuse(_CALL_TURN)
        pending, before = calls, role
    if pending:
        refuse(_NUMBER)


def _check_pairs(calls: list[Message], responses: list[Message]) -> None:
    """Check that responses are for the calls: by their ids where they have some, else in order."""
    pending = {call["id"]: call for call in calls if call.get("id")}
    has_ids = bool(pending)
    for position, (call, response) in enumerate(zip(calls, responses, strict=True)):
        answered = call
        if has_ids and response.get("id"):
            if response["id"] not in pending:
                refuse(_ID)
            answered = pending.pop(response["id"])
        if answered["name"] != response["name"]:
            refuse(
                "Please ensure that the function response name is equal to the name of its function"
                f" call: '{response['name']}' at position {position} is not '{answered['name']}'."
            )
