"""What each Gemini model accepts on `generateContent`, besides the messages themselves."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

DUMMY_SIGNATURES: Final = frozenset(
    {"context_engineering_is_the_way_to_go", "skip_thought_signature_validator"}
)
"""Signatures of calls that no Gemini model made (ai.google.dev, thought signatures)."""

MAX_STOP_SEQUENCES: Final = 5
MAX_INLINE_BYTES: Final = 20 * 1024 * 1024
"""The media of a request that come in it (ai.google.dev, file input methods)."""

MAX_DECLARATIONS: Final = 512
MAX_URLS: Final = 20
"""URLs that one request with `urlContext` may read."""

_IMAGES = frozenset({"image/heic", "image/heif", "image/jpeg", "image/png", "image/webp"})
_AUDIO = frozenset(
    {
        "audio/aac",
        "audio/aiff",
        "audio/flac",
        "audio/m4a",
        "audio/mp3",
        "audio/mp4",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "audio/webm",
        "audio/x-wav",
    }
)
_VIDEO = frozenset(
    {
        "video/3gpp",
        "video/avi",
        "video/mov",
        "video/mp4",
        "video/mpeg",
        "video/mpegps",
        "video/mpg",
        "video/quicktime",
        "video/webm",
        "video/wmv",
        "video/x-flv",
    }
)
# Guides to images, audio, video and documents at ai.google.dev, 2026-11.
MEDIA_TYPES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "IMAGE": _IMAGES,
        "AUDIO": _AUDIO,
        "VIDEO": _VIDEO,
        "DOCUMENT": frozenset({"application/pdf"}),
    }
)
"""The media types of each modality; text has any other type that begins with `text/`."""

TEXT_TYPES: Final = frozenset({"application/json", "application/x-javascript", "application/xml"})
"""Types of text that do not begin with `text/`."""

ASPECT_RATIOS: Final = frozenset(
    {"1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"}
)
IMAGE_SIZES: Final = frozenset({"512", "1K", "2K", "4K"})


@dataclass(frozen=True)
class GeminiRules:
    """What one model accepts on `generateContent`.

    Attributes:
        levels: The values of `thinkingLevel`; empty where it is refused.
        default_level: The level of a request that names none; empty if it does not think then.
        budgets: The least and the most `thinkingBudget`; `None` where the field is refused.
        can_stop_thinking: Whether a `thinkingBudget` of 0 is accepted.
        needs_signatures: Whether function calls of the current turn must have their signatures.
        candidates: How many candidates a request may ask for.
        mixes_tools: Whether function declarations go with Google's own tools.
        functions: Whether functions can be declared.
        max_prompt: How many tokens a prompt may have.
        max_output: The most `maxOutputTokens`.
        outputs: The modalities of responses.
        inputs: The modalities of prompts.
        caches: Whether `cachedContent` is accepted.
    """

    levels: frozenset[str] = frozenset({"HIGH", "LOW", "MEDIUM", "MINIMAL"})
    default_level: str = "MEDIUM"
    budgets: tuple[int, int] | None = (0, 32_768)
    can_stop_thinking: bool = True
    needs_signatures: bool = True
    candidates: int = 1
    mixes_tools: bool = True
    functions: bool = True
    max_prompt: int = 1_048_576
    max_output: int = 65_536
    outputs: tuple[str, ...] = ("TEXT",)
    inputs: frozenset[str] = frozenset({"AUDIO", "DOCUMENT", "IMAGE", "VIDEO"})
    caches: bool = True


_NO_MINIMAL = frozenset({"HIGH", "LOW", "MEDIUM"})
_TEXT_AND_IMAGES = ("TEXT", "IMAGE")
_STILL = frozenset({"DOCUMENT", "IMAGE"})

# Levels, limits and modalities: ai.google.dev's guides to thinking and its model pages, and the
# profiles of langchain-google-genai 4.4, 2026-11. More than one candidate is refused from Gemini 3
# on (Google's guides to migration; ENTERPILOT/GoModel#863).
GEMINI_RULES: Final[Mapping[str, GeminiRules]] = MappingProxyType(
    {
        "gemini-2.5-flash-lite": GeminiRules(
            levels=frozenset(),
            default_level="",
            budgets=(512, 24_576),
            needs_signatures=False,
            candidates=8,
            mixes_tools=False,
        ),
        "gemini-3-pro-image": GeminiRules(
            levels=frozenset({"HIGH", "LOW"}),
            default_level="HIGH",
            can_stop_thinking=False,
            functions=False,
            max_prompt=65_536,
            max_output=32_768,
            outputs=_TEXT_AND_IMAGES,
            inputs=_STILL,
        ),
        "gemini-3.1-flash-image": GeminiRules(
            levels=frozenset({"HIGH", "MINIMAL"}),
            default_level="MINIMAL",
            functions=False,
            max_prompt=131_072,
            max_output=32_768,
            outputs=_TEXT_AND_IMAGES,
            inputs=_STILL | {"VIDEO"},
        ),
        "gemini-3.1-flash-lite": GeminiRules(default_level="MINIMAL"),
        "gemini-3.1-pro-preview": GeminiRules(
            levels=_NO_MINIMAL, default_level="HIGH", can_stop_thinking=False
        ),
        "gemini-3.5-flash": GeminiRules(),
        "gemini-3.5-flash-lite": GeminiRules(default_level="MINIMAL"),
        # earendil-works/pi#9455, BerriAI/litellm-docs#1505
        "gemini-3.8-flash": GeminiRules(levels=_NO_MINIMAL),
        # Google's guide to migration says of Gemini 4 that budgets, MINIMAL, penalties, a second
        # candidate and explicit caches are refused; of this model nothing else is known.
        "gemini-4-hydrogen": GeminiRules(
            levels=_NO_MINIMAL, budgets=None, can_stop_thinking=False, caches=False
        ),
    }
)
"""The models that the route serves, by id."""
