"""The snapshot of the catalogue: the live one, or our own list of models in the same form."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from langchain_cometapi._catalog.names import spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

LIVE = "https://api.cometapi.com/api/models"
OWN = "models.toml: CometAPI's announcements and documentation"

_FIELDS = (
    "id",
    "provider",
    "model_type",
    "features",
    "endpoints",
    "pricing",
    "context_length",
    "max_completion_tokens",
    "published_at",
    "upcoming",
)
"""What a card is made of; texts and links of the live catalogue stay out of the package."""

_PRICES = ("input", "output", "per_request", "per_second", "ratio", "currency")
_LIMITS = {"context_length": "max_input_tokens", "max_completion_tokens": "max_output_tokens"}


def create_snapshot(
    live: Sequence[Mapping[str, Any]] | None,
    own: Sequence[Mapping[str, Any]],
    profiles: Mapping[str, Mapping[str, Any]],
    *,
    before: Mapping[str, Any] | None,
    today: str,
    is_retired: Callable[[str], bool],
) -> dict[str, Any]:
    """Return the content of `catalog.json`.

    Args:
        live: The entries of the live catalogue. None: it cannot be read.
        own: Those of our own list. They fill in what the live catalogue leaves empty.
        profiles: The entries of `profiles.json`, for limits that neither states.
        before: The content so far; if the entries are the same, its day stays.
        today: The day of a snapshot that is new.
        is_retired: Whether a retirement of a model is announced; such models of our own list stay
            out.
    """
    ours = {entry["id"]: entry for entry in own}
    if live is None:
        source = OWN
        entries = [entry for id_, entry in ours.items() if not is_retired(id_)]
    else:
        source = LIVE
        entries = [_fill(_keep(entry), ours.get(entry["id"], {})) for entry in live]
    entries = [_fill(entry, _read_limits(profiles, entry)) for entry in entries]
    entries.sort(key=lambda entry: str(entry["id"]))
    is_same = before is not None and (before.get("source"), before.get("data")) == (source, entries)
    return {
        "source": source,
        "date": before["date"] if before is not None and is_same else today,
        "data": entries,
    }


def _keep(entry: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: entry[name] for name in _FIELDS if entry.get(name) not in (None, "", False)}
    if isinstance(pricing := kept.get("pricing"), dict):
        kept["pricing"] = {k: pricing[k] for k in _PRICES if pricing.get(k) is not None}
    return kept


def _fill(entry: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with what another one states of the same model and it does not."""
    return {**entry, **{name: value for name, value in others.items() if not entry.get(name)}}


def _read_limits(
    profiles: Mapping[str, Mapping[str, Any]], entry: Mapping[str, Any]
) -> dict[str, Any]:
    names = spellings(entry["id"]) if entry.get("model_type") == "text" else ()
    known = (profiles[name]["profile"] for name in names if name in profiles)
    facts: Mapping[str, Any] = next(known, {})
    return {wire: facts[name] for wire, name in _LIMITS.items() if facts.get(name)}


def list_own_models(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the models of `models.toml` as entries of the catalogue."""
    return [entry for group in document["groups"] for entry in _list_group(group)]


def _list_group(group: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    shared = {name: value for name, value in group.items() if name != "models"}
    for id_, facts in group["models"].items():
        yield {"id": id_, **_to_wire({**shared, **facts})}


def _to_wire(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts under the names of the wire, with the day in seconds since 1970."""
    names = {"context": "context_length", "output": "max_completion_tokens"}
    entry: dict[str, Any] = {}
    pricing: dict[str, Any] = {}
    for name, value in facts.items():
        if name in {"input", "output_price"}:
            pricing[name.removesuffix("_price")] = value
        elif isinstance(value, date):
            entry["published_at"] = int(
                datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp()
            )
        elif value != []:
            entry[names.get(name, name)] = value
    return {**entry, **({"pricing": pricing} if pricing else {})}
