"""The profiles of all models, from what each source knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scripts.refresh_catalog.partners import VENDORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from scripts.refresh_catalog.partners import Partner

OWN = "profile_augmentations.toml"
_LIMITS = ("max_input_tokens", "max_output_tokens")


def merge_profiles(
    partners: Sequence[Partner],
    own: Mapping[str, Any],
    *,
    before: Mapping[str, Any] | None,
    today: str,
    is_text: Callable[[str], bool],
) -> dict[str, Any]:
    """Return the content of `profiles.json`.

    The first package that knows an id decides on it; what our own file says of the id comes on top.

    Args:
        partners: What the packages know, the one that decides first.
        own: Our own file: `aliases` and `overrides`.
        before: The content so far; a source of the same version keeps its day.
        today: The day of a source that is new.
        is_text: Whether an id is that of a chat model whose vendor we know.
    """
    found: dict[str, dict[str, Any]] = {}
    for partner in partners:
        for id_, profile in _list_profiles(partner, own.get("aliases", {})):
            if id_ not in found and is_text(id_) and _is_of_text(profile):
                found[id_] = {"from": partner.name, "profile": _without_zeros(profile)}
    for id_, facts in own.get("overrides", {}).items():
        known = dict(facts)
        source = known.pop("source")
        base = found.get(id_, {"from": OWN, "profile": {}})
        found[id_] = {
            "from": base["from"],
            "source": source,
            "profile": {**base["profile"], **known},
        }
    sources = {partner.name: partner.version for partner in partners}
    return {
        "sources": _date_sources(sources, (before or {}).get("sources", {}), today),
        "profiles": dict(sorted(found.items())),
    }


def _list_profiles(
    partner: Partner, aliases: Mapping[str, str]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for id_, profile in partner.profiles.items():
        if not partner.is_gateway:
            yield id_.lower(), profile
        elif (name := _to_vendors_id(id_)) is not None:
            yield name, profile
    for ours, theirs in aliases.items():
        if theirs in partner.profiles:
            yield ours, partner.profiles[theirs]


def _to_vendors_id(id_: str) -> str | None:
    """Return the id that the vendor writes, and CometAPI with it, such as `claude-opus-4-5`.

    None for other vendors, and for `z-ai/glm-5.2:free`, which is a price of the same model.
    """
    vendor, _, name = id_.lower().partition("/")
    if vendor not in VENDORS or ":" in name:
        return None
    return name.replace(".", "-") if vendor == "anthropic" else name


def _is_of_text(profile: Mapping[str, Any]) -> bool:
    """Return whether it is that of a model that writes text; some entries state but a few facts."""
    return profile.get("text_outputs") is not False and profile.get("max_input_tokens") != 0


def _without_zeros(profile: Mapping[str, Any]) -> dict[str, Any]:
    """Return a profile without limits of 0, which mean unknown."""
    return {k: v for k, v in profile.items() if not (k in _LIMITS and not v)}


def _date_sources(
    versions: Mapping[str, str], before: Mapping[str, Any], today: str
) -> dict[str, dict[str, str]]:
    return {
        name: before[name]
        if before.get(name, {}).get("version") == version
        else {"version": version, "date": today}
        for name, version in versions.items()
    }
