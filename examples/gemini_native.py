"""Gemini over its own protocol: `python examples/gemini_native.py [VIDEO]`.

Gemini watches VIDEO (without one, a short clip of `examples/files/`) and thinks about it, looks
something up with Google Search, and draws an image, which is saved in the directory for temporary
files, or as `--output` says. It needs the extra `google`.
"""

from __future__ import annotations

import argparse
import base64
import mimetypes
import tempfile
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage
from langchain_google_genai import HarmBlockThreshold, HarmCategory, Modality

from langchain_cometapi import ChatCometAPIGoogle

from _service import choose_service

CLIP = Path(__file__).parent / "files" / "sunset.mp4"
DRAWING = Path(tempfile.gettempdir()) / "lighthouse.png"


def show(message: AIMessage) -> None:
    for block in message.content_blocks:
        if block["type"] == "reasoning":
            print("  thinks:", block.get("reasoning") or "(not shown)")
        elif block["type"] == "text":
            print("  says:", block["text"])
            for annotation in block.get("annotations", []):
                if annotation["type"] == "citation":
                    print("  source:", annotation.get("title"), annotation.get("url"))


def watch(path: Path) -> None:
    print(f"A video: {path.name}")
    video: dict[str, Any] = {
        "type": "video",
        "base64": base64.b64encode(path.read_bytes()).decode(),
        "mime_type": mimetypes.guess_type(path.name)[0] or "video/mp4",
    }
    question: list[Any] = [video, {"type": "text", "text": "What happens in this video?"}]
    model = ChatCometAPIGoogle(
        model="gemini-3.8-flash",
        thinking_level="low",
        include_thoughts=True,
        safety_settings={
            HarmCategory.HARM_CATEGORY_DANGEROUS_CONTENT: HarmBlockThreshold.BLOCK_ONLY_HIGH
        },
    )
    show(model.invoke([HumanMessage(question)]))


def search() -> None:
    print("Google Search")
    model = ChatCometAPIGoogle(model="gemini-3.8-flash").bind_tools([{"google_search": {}}])
    show(model.invoke("Search the web: when is the next total solar eclipse in Norway?"))


def draw(output: Path) -> None:
    print("An image")
    model = ChatCometAPIGoogle(
        model="gemini-3.1-flash-image",
        response_modalities=[Modality.TEXT, Modality.IMAGE],
        image_config={"aspect_ratio": "16:9"},
    )
    message = model.invoke("Draw a lighthouse at dusk.")
    show(message)
    for block in message.content_blocks:
        if block["type"] == "image" and "base64" in block:
            output.write_bytes(base64.b64decode(block["base64"]))
            print(f"  {output}, {block.get('mime_type')}, {output.stat().st_size:,} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description="Gemini over its own protocol.")
    parser.add_argument("video", metavar="VIDEO", nargs="?", type=Path, default=CLIP)
    parser.add_argument("--output", metavar="FILE", type=Path, default=DRAWING)
    arguments = parser.parse_args()
    choose_service()
    watch(arguments.video)
    search()
    draw(arguments.output)


if __name__ == "__main__":
    main()
