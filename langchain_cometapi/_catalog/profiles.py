"""The profile of a model, which LangChain's agents and middleware read.

What LangChain's partner packages publish (`data/profiles.json`) describes each vendor's own API.
The row of the vendor comes on top of it, and then the route on which the model is called: both say
what holds behind CometAPI.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from langchain_cometapi._catalog.known import get_known
from langchain_cometapi._catalog.names import spellings
from langchain_cometapi._json import load_json
from langchain_cometapi._vendors.registry import UNKNOWN, get_vendor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_core.language_models import ModelProfile

    from langchain_cometapi._catalog.card import ModelCard
    from langchain_cometapi._vendors.registry import Vendor

Route = Literal["chat", "responses", "messages", "generate_content"]
ROUTES: frozenset[Route] = frozenset({"chat", "responses"})

_INPUTS = {
    "image": "image_inputs",
    "file": "pdf_inputs",
    "audio": "audio_inputs",
    "video": "video_inputs",
}
"""The word of a card for a kind of input, and the key of a profile."""

_LIMITS = ("max_input_tokens", "max_output_tokens")
_EFFORTS = ("reasoning_effort_levels", "reasoning_effort_default")
_MID_CONVERSATION = ("mid_conversation_system_messages", "mid_conversation_tools")
_OWN_PROTOCOLS = frozenset({"messages", "generate_content"})


def get_profile(model: str, endpoint: Route) -> ModelProfile | None:
    """Return the profile of a model on a route, or None if nothing is known of it.

    A model that no profile is known of has the limits of its card in the catalogue, and what its
    vendor's row says of the family. No network is used.

    Args:
        model: The id, in any case, with or without a prefix; that of a dated snapshot, one that
            ends with `-thinking`, and CometAPI's own names of Claude have the profile of the model.
        endpoint: The route on which the model is called; on `"messages"` and `"generate_content"`
            the profile is what is published.

    Returns:
        A new dict, with the keys of LangChain's `ModelProfile` alone.
    """
    vendor = get_vendor(model)
    is_own = endpoint in _OWN_PROTOCOLS
    if vendor.endpoints is not None and vendor.endpoints.isdisjoint(ROUTES) and not is_own:
        return None  # it makes vectors or images
    facts = _find_published(model)
    if not facts.keys() >= set(_LIMITS):
        facts = {**_read_card(_find_card(model)), **facts}
    if is_own:
        # What is published is about this protocol; rows are about the gateway's other routes.
        facts = facts and {"text_inputs": True, "text_outputs": True, "tool_calling": True, **facts}
        return facts or None  # type: ignore[return-value]
    if vendor is UNKNOWN:
        if not facts:
            return None
    else:
        facts = {"text_inputs": True, "text_outputs": True, **facts}
        _add_row(facts, vendor)
        _add_route(facts, vendor, endpoint)
        _add_sums(facts, vendor)
    profile: ModelProfile = facts  # type: ignore[assignment]
    return profile


def get_max_tokens(model: str) -> int:
    """Return the limit that Anthropic's API must be told: what a model can write, else 4096."""
    return (get_profile(model, "messages") or {}).get("max_output_tokens") or 4096


@lru_cache(maxsize=1)
def _load() -> Mapping[str, Mapping[str, Any]]:
    content = (files("langchain_cometapi") / "data" / "profiles.json").read_bytes()
    profiles: Mapping[str, Mapping[str, Any]] = load_json(content)["profiles"]
    return profiles


def list_published() -> Mapping[str, Mapping[str, Any]]:
    """Return the profiles in this package by id, as they were published."""
    return {id_: entry["profile"] for id_, entry in _load().items()}


def _find_published(model: str) -> dict[str, Any]:
    known = _load()
    for name in spellings(model):
        if name in known:
            facts = known[name]["profile"]
            return {k: list(v) if isinstance(v, list) else v for k, v in facts.items()}
    return {}


def _find_card(model: str) -> ModelCard | None:
    name = model.rpartition("/")[2]
    cards = (get_known(id_) for id_ in dict.fromkeys((model, name, *spellings(model))))
    return next((card for card in cards if card is not None), None)


def _read_card(card: ModelCard | None) -> dict[str, Any]:
    """Return the facts of a card. That it does not name an input does not say it is refused."""
    if card is None or card.type not in {"text", None}:
        return {}
    limits = (card.context_tokens, card.max_output_tokens)
    facts: dict[str, Any] = dict(zip(_LIMITS, limits, strict=True))
    facts |= {key: True for word, key in _INPUTS.items() if word in card.input_modalities}
    return {key: value for key, value in facts.items() if value is not None}


def _add_row(facts: dict[str, Any], vendor: Vendor) -> None:
    """Write what the row of the vendor knows into the facts."""
    inputs = {
        "image_inputs": vendor.images,
        "pdf_inputs": vendor.files,
        "audio_inputs": vendor.audio,
        "video_inputs": vendor.video,
    }
    facts.update({key: taken for key, taken in inputs.items() if taken is not None})
    if (temperature := _takes_temperature(vendor)) is not None:
        facts["temperature"] = temperature
    if vendor.forced_any_while_thinking is False:
        facts["tool_choice"] = vendor.thinking_off is not None
    # With it, an agent passes a schema; without it, it forces a call, which does not depend on what
    # the gateway makes of a schema.
    facts["structured_output"] = vendor.json_schema is True
    if vendor.structured_output == "function_calling":
        facts["tool_calling"] = True
    if vendor.refused_parameters and "reasoning_effort" in vendor.refused_parameters:
        _remove(facts, _EFFORTS)
    elif vendor.default_effort is not None and "reasoning_effort_levels" in facts:
        facts["reasoning_effort_default"] = vendor.default_effort


def _takes_temperature(vendor: Vendor) -> bool | None:
    if vendor.sampling == "effort_none":
        return vendor.default_effort == "none"
    if vendor.refused_parameters and "temperature" in vendor.refused_parameters:
        return False
    return None if vendor.sampling is None else vendor.sampling in {"free", "one_of"}


def _add_route(facts: dict[str, Any], vendor: Vendor, endpoint: Route) -> None:
    """Write into the facts what does not hold on every route."""
    if vendor.reasoning_endpoints is not None and endpoint not in vendor.reasoning_endpoints:
        facts["reasoning_output"] = False
        _remove(facts, _EFFORTS)
    if vendor.endpoints is not None and not vendor.endpoints.isdisjoint(_OWN_PROTOCOLS):
        # They are features of the vendor's own protocol; what the gateway's translation of the
        # OpenAI route makes of them is not known.
        _remove(facts, _MID_CONVERSATION)
    if endpoint == "responses":  # there are no parts for these
        facts["audio_inputs"] = facts["video_inputs"] = False


def _add_sums(facts: dict[str, Any], vendor: Vendor) -> None:
    """Write into the facts what follows from others."""
    images, pdfs = facts.get("image_inputs"), facts.get("pdf_inputs")
    if images is not None:
        facts["image_url_inputs"] = images
    # Where they are not taken in the result of a tool, they are sent in a message after it.
    if vendor.tool_media is not None or not images:
        facts["image_tool_message"] = bool(images)
    if vendor.tool_media is not None or not pdfs:
        facts["pdf_tool_message"] = bool(pdfs)
    facts["attachment"] = any(facts.get(key) for key in _INPUTS.values())


def _remove(facts: dict[str, Any], keys: tuple[str, ...]) -> None:
    for key in keys:
        facts.pop(key, None)
