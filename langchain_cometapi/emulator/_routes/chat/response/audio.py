"""Audio output: silence, with a transcript."""

from __future__ import annotations

import base64
import struct
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_cometapi.emulator._state import EmulatorState

_AUDIO_LIFETIME = 3600
_SAMPLE_RATE = 8000
_SAMPLES = 800


def silent_audio(transcript: str, state: EmulatorState) -> dict[str, Any]:
    """Return OpenAI's audio object with a tenth of a second of silence.

    Args:
        transcript: The text that is not spoken.
        state: The emulator's memory; it numbers the object.
    """
    samples = bytes(_SAMPLES * 2)
    header = struct.pack(
        "<4sI8sIHHIIHH4sI",
        b"RIFF",
        36 + len(samples),
        b"WAVEfmt ",
        16,
        1,
        1,
        _SAMPLE_RATE,
        _SAMPLE_RATE * 2,
        2,
        16,
        b"data",
        len(samples),
    )
    return {
        "id": f"audio_emulator{state.next_serial():08d}",
        "data": base64.b64encode(header + samples).decode(),
        "expires_at": int(time.time()) + _AUDIO_LIFETIME,
        "transcript": transcript,
    }
