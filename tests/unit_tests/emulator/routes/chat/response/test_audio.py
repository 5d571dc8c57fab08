"""Audio output."""

from __future__ import annotations

import pytest

from tests.unit_tests.emulator.client import Client, deltas


@pytest.mark.parametrize("modalities", [["text", "audio"], ["audio"]])
def test_audio_output_is_silence_with_a_transcript(client: Client, modalities: list[str]) -> None:
    answer = client.chat(modalities=modalities, audio={"voice": "alloy", "format": "wav"})
    message = answer["choices"][0]["message"]
    assert message["content"] is None
    assert "CometAPI emulator" in message["audio"]["transcript"]
    assert message["audio"]["data"].startswith("UklGR")
    tokens = answer["usage"]["completion_tokens_details"]["audio_tokens"]
    assert tokens == answer["usage"]["completion_tokens"] > 0
    audio = [
        delta["audio"] for delta in deltas(client.chunks(modalities=modalities)) if "audio" in delta
    ]
    spoken = "".join(part.get("transcript", "") for part in audio)
    assert spoken == message["audio"]["transcript"]
    assert [part["data"] for part in audio if "data" in part] == [message["audio"]["data"]]
