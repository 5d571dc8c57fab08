"""Finish reasons in the words of any vendor."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi._content.finish_reasons import Finish, is_cut, read_finish_reason

WORDS = {
    Finish.NORMAL: "stop STOP end_turn tool_use tool_calls tool-calls function_call eos COMPLETE "
    "FINISH_REASON_STOP FinishReason.STOP REASON_STOP endTurn stop_sequence pause_turn "
    "endoftext END_OF_TEXT eot_token stop_reason.stop ALTERNATIVE_STATUS_FINAL finish",
    Finish.LENGTH: "length max_tokens MAX_TOKENS MaxTokens maxTokens model_length max-tokens "
    "FINISH_REASON_MAX_TOKENS FinishReason.MAX_TOKENS REASON_MAX_LEN ERROR_LIMIT max_output_tokens "
    "model_context_window_exceeded max_output maximum_tokens MAX_TOKENS_REACHED "
    "ALTERNATIVE_STATUS_TRUNCATED_FINAL max_context_length truncated",
    Finish.FILTER: "content_filter content-filter CONTENT_FILTER SAFETY RECITATION BLOCKLIST SPII "
    "PROHIBITED_CONTENT sensitive content_filtered guardrail_intervened ERROR_TOXIC IMAGE_SAFETY "
    "BLOCKED_REASON_SAFETY ALTERNATIVE_STATUS_CONTENT_FILTER blacklist high_risk flagged",
    Finish.REFUSAL: "refusal REFUSAL",
    Finish.BROKEN: "network_error insufficient_system_resource abort MALFORMED_FUNCTION_CALL OTHER",
    Finish.ERROR: "error ERROR FINISH_REASON_ERROR upstream_error",
    Finish.UNKNOWN: "weird FINISH_REASON_UNSPECIFIED",
}


@pytest.mark.parametrize(
    ("word", "finish"), [(word, finish) for finish in WORDS for word in WORDS[finish].split()]
)
def test_word_of_a_vendor_is_known(word: str, finish: Finish) -> None:
    assert read_finish_reason(word) is finish
    cut = finish in (Finish.LENGTH, Finish.FILTER, Finish.REFUSAL, Finish.BROKEN)
    assert is_cut(word) is cut


@pytest.mark.parametrize("reason", [None, "", "null", 1, True, [], {"type": "stop"}])
def test_what_is_no_word_is_unknown(reason: Any) -> None:
    assert read_finish_reason(reason) is Finish.UNKNOWN
