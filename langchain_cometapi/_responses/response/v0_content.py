"""The content of a message for `output_version="v0"`: text, and the rest in `additional_kwargs`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_cometapi._responses.response.items import Block

FUNCTION_CALL_IDS = "__openai_function_call_ids__"
"""Key of the ids of function call items by the ids of their calls; LangChain's name."""

_TOOL_OUTPUTS = frozenset(
    {
        "web_search_call",
        "file_search_call",
        "computer_call",
        "code_interpreter_call",
        "mcp_call",
        "mcp_list_tools",
        "mcp_approval_request",
        "image_generation_call",
        "tool_search_call",
        "tool_search_output",
        "apply_patch_call",
        "apply_patch_call_output",
    }
)


class V0Converter:
    """Takes the blocks of one message, whole or piece by piece."""

    def __init__(self) -> None:
        """Start a message."""
        self.message_id: str | None = None
        """The id of its last text, which is the id of a message in this form."""
        self._has_reasoning = False

    def convert(self, blocks: list[Block]) -> tuple[list[Any], dict[str, Any]]:
        """Return the content and the `additional_kwargs` of blocks, which are not changed."""
        content: list[Any] = []
        extras: dict[str, Any] = {}
        for block in blocks:
            kind = block["type"]
            if kind == "reasoning":
                extras["reasoning"] = self._convert_reasoning(block)
            elif kind == "refusal":
                if refusal := block.get("refusal"):
                    extras["refusal"] = refusal
            elif kind == "function_call":
                ids = extras.setdefault(FUNCTION_CALL_IDS, {})
                if block.get("call_id") and block.get("id"):
                    ids[block["call_id"]] = block["id"]
            elif kind in _TOOL_OUTPUTS:
                extras.setdefault("tool_outputs", []).append(block)
            elif kind == "text":
                self.message_id = block.get("id") or self.message_id
                content.append({name: value for name, value in block.items() if name != "id"})
            else:
                content.append(block)
        return content, extras

    def _convert_reasoning(self, block: Block) -> Block:
        """Return a reasoning block, whose type core would join with that of the pieces before."""
        left_out = {"index", "type"} if self._has_reasoning else {"index"}
        self._has_reasoning = True
        return {name: value for name, value in block.items() if name not in left_out}
