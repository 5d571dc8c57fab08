"""Checks of what a request sends back: references, reasoning and what it led to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import GatewayError, vendor_error
from langchain_cometapi.emulator._routes.responses.request.items import OUTPUT_TYPES
from langchain_cometapi.emulator._routes.responses.request.parameters import reasons
from langchain_cometapi.emulator._sealed import is_sealed

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import ModelRow
    from langchain_cometapi.emulator._stored_responses import StoredResponses

Item = dict[str, Any]

_SHOWN = 3
_REFERENCE_KEYS = {"type", "id"}


def resolve_items(
    items: list[Item], earlier: list[Item], responses: StoredResponses, *, store: bool
) -> list[Item]:
    """Return the items of an input with stored items in place of references.

    Args:
        items: The items of the input, valid by themselves.
        earlier: The items of the previous response's conversation.
        responses: What is stored.
        store: Whether the request asks for storing.

    Raises:
        GatewayError: If an item is referred to that is not stored, stands there twice, or is
            reasoning that was not made here.
    """
    seen = {item["id"] for item in earlier if item.get("id")}
    resolved = []
    for item in items:
        item_id = item.get("id")
        if item_id:
            if item_id in seen:  # OpenRouterTeam/ai-sdk-provider#254, microsoft/vscode#321977
                msg = (
                    f"Duplicate item found with id {item_id}. Remove duplicate items from your"
                    " input and try again."
                )
                raise vendor_error(msg, param="input")
            seen.add(item_id)
        resolved.append(_resolve(item, responses, store=store))
    return resolved


def _resolve(item: Item, responses: StoredResponses, *, store: bool) -> Item:
    encrypted = item.get("encrypted_content")
    if item["type"] == "reasoning" and encrypted:
        if not is_sealed(encrypted):  # openai/codex#8145, Wei-Shaw/sub2api#2863
            shown = f"{encrypted[:_SHOWN]}...{encrypted[-_SHOWN:]}"
            msg = (
                f"The encrypted content {shown} could not be verified. Reason: Encrypted content"
                " could not be decrypted or parsed."
            )
            raise vendor_error(msg, "invalid_encrypted_content")
        return item
    is_reference = item["type"] == "item_reference" or not item.keys() - _REFERENCE_KEYS
    if not is_reference and item["type"] != "reasoning":
        return item
    item_id = item.get("id")
    if item["type"] == "reasoning" and item_id is None:
        return item
    stored = responses.item(str(item_id))
    if stored is None:
        # continuedev/continue#9101, anomalyco/opencode#7724; 404 by can1357/oh-my-pi#50.
        msg = f"Item with id '{item_id}' not found."
        if not store:
            msg += (
                " Items are not persisted when `store` is set to false. Try again with `store` set"
                " to true, or remove this item from your input."
            )
        raise GatewayError(404, msg, code="invalid_request_error", param="input")
    return stored.item if is_reference else item


def check_reasoning(items: list[Item], row: ModelRow) -> None:
    """Check that reasoning goes to a model that reasons.

    Args:
        items: The resolved items of the input.
        row: The model.

    Raises:
        GatewayError: If it does not reason.
    """
    if not reasons(row) and any(item["type"] == "reasoning" for item in items):
        # openai/openai-agents-python#569
        msg = (
            "Reasoning input items can only be provided to a reasoning or computer use model."
            " Remove reasoning items from your input and try again."
        )
        raise vendor_error(msg, param="input")


def check_pairs(items: list[Item], responses: StoredResponses) -> None:
    """Check that reasoning stands with what it led to.

    Args:
        items: The resolved items of the input.
        responses: What is stored.

    Raises:
        GatewayError: If one of the two is missing.
    """
    before: set[str] = set()
    for index, item in enumerate(items):
        item_id = item.get("id")
        stored = responses.item(item_id) if item_id else None
        if item["type"] == "reasoning":
            wanted = stored.following_id if stored else None
            if not _is_followed(items[index + 1 :], wanted):
                msg = (  # openai/openai-node#1567, OpenHands/software-agent-sdk#1754
                    f"Item '{item_id}' of type 'reasoning' was provided without its required"
                    " following item."
                )
                raise vendor_error(msg, param="input")
        elif stored and stored.reasoning_id and stored.reasoning_id not in before:
            msg = (  # continuedev/continue#11466 and #11309, openai/openai-dotnet#1050
                f"Item '{item_id}' of type '{item['type']}' was provided without its required"
                f" 'reasoning' item: '{stored.reasoning_id}'."
            )
            raise vendor_error(msg, param="input")
        if item_id:
            before.add(item_id)


def _is_followed(rest: list[Item], wanted: str | None) -> bool:
    """Return whether reasoning is followed by what it led to."""
    following = next((item for item in rest if item["type"] != "reasoning"), None)
    if following is None:
        return False
    if wanted is not None:
        return bool(following.get("id") == wanted)
    return following["type"] in OUTPUT_TYPES or following.get("role") == "assistant"
