"""The card of a model: what the catalogue says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime  # noqa: TC003 - resolved where a card is documented
from typing import Literal

Source = Literal["live", "cache", "snapshot", "v1/models", "retirements"]


@dataclass(frozen=True)
class ModelCard:
    """What is known of a model that CometAPI serves, or has served.

    `None`, or an empty tuple, means unknown. A price is never 0: the catalogue writes 0 for what
    is not charged that way (the tokens of a model that costs by the request) as well as for what
    nobody has entered, and a cost that counts as nothing would hide one.

    A card advises: a listed model may not answer, and one that is not listed may.

    Attributes:
        id: The id that `model` takes. Ids are case-sensitive.
        provider: The vendor, such as `Anthropic`.
        type: What the model makes: `text`, `image`, `video`, `audio`, `embedding`, or a word of
            the catalogue that is none of these.
        endpoints: Where it is served: `chat`, `responses`, `messages`, `generate_content`,
            `embeddings`, `images`, `audio`, `videos`, or a word of the catalogue for another one.
        context_tokens: The tokens of a prompt and its response together.
        max_output_tokens: The tokens of a response.
        input_modalities: What it reads: `text`, `image`, `audio`, `video`, `file`.
        output_modalities: What it makes, in the same words.
        input_price: USD for a million tokens of a prompt.
        cached_input_price: USD for a million of those that the vendor had in its cache.
        output_price: USD for a million tokens of a response, with its reasoning.
        request_price: USD for a request, of models that cost by the request.
        second_price: USD for a second of audio or video.
        price_ratio: What is charged as a share of the prices above, as the catalogue states it.
            Whether the prices hold before or after this ratio is not documented, so it is never
            applied to them here.
        published: The day when it was published.
        upcoming: Whether it is announced and not served yet.
        retired: Whether it is no longer served.
        retired_on: The day when it was, or will be, retired.
        replacement: The id that CometAPI names in its place.
        source: Where the card is from: `live`, the catalogue as it is now; `cache`, a copy of it;
            `snapshot`, the copy in this package; `v1/models`, the bare list of ids that needs a
            key; `retirements`, the list of retired models in this package.
        read_at: When the catalogue was read, in UTC.
    """

    id: str
    provider: str | None = None
    type: str | None = None
    endpoints: tuple[str, ...] = ()
    context_tokens: int | None = None
    max_output_tokens: int | None = None
    input_modalities: tuple[str, ...] = ()
    output_modalities: tuple[str, ...] = ()
    input_price: float | None = None
    cached_input_price: float | None = None
    output_price: float | None = None
    request_price: float | None = None
    second_price: float | None = None
    price_ratio: float | None = None
    published: date | None = None
    upcoming: bool = False
    retired: bool = False
    retired_on: date | None = None
    replacement: str | None = None
    source: Source = "snapshot"
    read_at: datetime | None = None
