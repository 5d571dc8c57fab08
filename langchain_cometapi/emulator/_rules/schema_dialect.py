"""Which parts of JSON Schema a vendor refuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi.emulator._rules.base import Refusal


@dataclass(frozen=True)
class SchemaDialect:
    """Which parts of JSON Schema a vendor refuses in a tool or in a response format.

    A `None` refuses nothing. The 400s may name where the schema is: Google gives its
    `numbered_path`, and of values its `field_path`; Moonshot gives the `parameter` and in it the
    `named_path`; Anthropic gives its `anthropic_path` alone.

    Attributes:
        keywords: The only keywords the vendor has a field for; `None` if it takes any.
        refused_keywords: Keywords that are refused in every schema.
        keyword_error: The 400 for another `keyword`.
        constraints: Keywords that are refused in schemas of a type.
        constraint_error: The 400 for them; the `type` and the `properties` are filled in.
        formats: The only values of `format`; `None` for any.
        format_error: The 400 for another `format`.
        min_items: The highest `minItems`; `None` for any.
        min_items_error: The 400 for a higher one.
        enum_value_error: The 400 for a value in `enum` that is not text.
        enum_match_error: The 400 for a `value` in `enum` that is not of its schema's `type`.
        enum_type_error: The 400 for `enum` in a schema that is not a string's.
        items_missing_error: The 400 for an array without `items`.
        required_error: The 400 for a `name` in `required` that is not a property.
        optional_error: The 400 for a property that is not in `required`.
        open_object_error: The 400 for an object that does not say `additionalProperties: false`.
        extra_properties_error: The 400 for an object with other `additionalProperties`; that of an
            open one if `None`.
        type_list_error: The 400 for a list as `type`.
        type_missing_error: The 400 for a schema without `type`, `anyOf` and `$ref`.
        type_with_any_of_error: The 400 for `type` next to `anyOf`.
        option_type_error: The 400 for a schema in `anyOf` without a `type`.
        ref_with_type_error: The 400 for `type` next to `$ref`.
        ref_target_error: The 400 for a `ref` to another place than `#/$defs/...` or `#`.
        ref_missing_error: The 400 for a `ref` to a definition that is not there.
        recursion_error: The 400 for a schema that refers to itself.
        draft_error: The 400 for what the draft 2020-12 of JSON Schema does not allow.
        root_type_error: The 400 for a root without a `type`.
        root_options_error: The 400 for `anyOf`, `oneOf` or `allOf` in the root.
        root_error: The 400 for a root whose type is not "object"; OpenAI's if `None`.
    """

    keywords: frozenset[str] | None = None
    refused_keywords: frozenset[str] = frozenset()
    keyword_error: Refusal | None = None
    constraints: Mapping[str, frozenset[str]] = field(default_factory=lambda: MappingProxyType({}))
    constraint_error: Refusal | None = None
    formats: frozenset[str] | None = None
    format_error: Refusal | None = None
    min_items: int | None = None
    min_items_error: Refusal | None = None
    enum_value_error: Refusal | None = None
    enum_match_error: Refusal | None = None
    enum_type_error: Refusal | None = None
    items_missing_error: Refusal | None = None
    required_error: Refusal | None = None
    optional_error: Refusal | None = None
    open_object_error: Refusal | None = None
    extra_properties_error: Refusal | None = None
    type_list_error: Refusal | None = None
    type_missing_error: Refusal | None = None
    type_with_any_of_error: Refusal | None = None
    option_type_error: Refusal | None = None
    ref_with_type_error: Refusal | None = None
    ref_target_error: Refusal | None = None
    ref_missing_error: Refusal | None = None
    recursion_error: Refusal | None = None
    draft_error: Refusal | None = None
    root_type_error: Refusal | None = None
    root_options_error: Refusal | None = None
    root_error: Refusal | None = None


ANY_SCHEMA = SchemaDialect()
"""The dialect of vendors that take any schema, as far as is known."""
