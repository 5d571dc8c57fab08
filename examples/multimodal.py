"""Images and PDF files go in, an image comes out: `python examples/multimodal.py [FILE ...]`.

Three vendors are asked about each FILE, an image or a PDF file; without one, about two in
`examples/files/`. The image that a model draws then is saved in the directory for temporary files,
or as `--output` says.
"""

from __future__ import annotations

import argparse
import base64
import mimetypes
import tempfile
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage

from langchain_cometapi import ChatCometAPI, CometAPIUnsentRequestError

from _service import choose_service

FILES = Path(__file__).parent / "files"
DRAWING = Path(tempfile.gettempdir()) / "lighthouse.png"


def create_block(path: Path) -> dict[str, Any]:
    """Return a file as a content block, the same for every vendor."""
    mime_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    data = {"base64": base64.b64encode(path.read_bytes()).decode(), "mime_type": mime_type}
    if mime_type.startswith("image/"):
        return {"type": "image", **data}
    return {"type": "file", **data, "filename": path.name}


def ask(model: str, question: str, path: Path) -> AIMessage:
    question_about_it = HumanMessage([{"type": "text", "text": question}, create_block(path)])
    return ChatCometAPI(model=model).invoke([question_about_it])


def ask_about(path: Path) -> None:
    print(path.name)
    for model in ("gpt-5.4-mini", "claude-sonnet-5-5", "gemini-3.8-flash"):
        answer = ask(model, f"What is in {path.name}?", path)
        tokens = answer.usage_metadata["input_tokens"] if answer.usage_metadata else "?"
        print(f"{model}, {tokens} tokens in: {answer.text}")
    print()


def ask_who_cannot_see(path: Path) -> None:
    # The profile tells what a model takes. What it does not take is an error, and is not sent.
    profile = ChatCometAPI(model="deepseek-v4-pro").profile or {}
    print("image_inputs:", profile.get("image_inputs"))
    try:
        ask("deepseek-v4-pro", f"What is in {path.name}?", path)
    except CometAPIUnsentRequestError as error:
        print(error)


def draw(output: Path) -> None:
    # OpenAI runs this tool itself, on the Responses route. A model that returns images by itself,
    # as some do on the chat route, gives the same blocks without a tool.
    model = ChatCometAPI(model="gpt-5.4-mini", use_responses_api=True)
    painter = model.bind_tools([{"type": "image_generation", "size": "1024x1024"}])
    answer = painter.invoke("Draw a picture of a lighthouse at dusk.")
    print([block["type"] for block in answer.content_blocks])
    for block in answer.content_blocks:
        if block["type"] == "image" and "base64" in block:
            output.write_bytes(base64.b64decode(block["base64"]))
            print(f"{output}, {block.get('mime_type')}, {output.stat().st_size:,} bytes")

            # As part of a message of the user it goes to any model that sees.
            print(ask("gemini-3.8-flash", "Describe this picture of a lighthouse.", output).text)


def main() -> None:
    parser = argparse.ArgumentParser(description="Images and PDF files in, an image out.")
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path)
    parser.add_argument("--output", metavar="FILE", type=Path, default=DRAWING)
    arguments = parser.parse_args()
    choose_service()
    files = arguments.files or [FILES / "sunset.png", FILES / "invoice.pdf"]
    for path in files:
        ask_about(path)
    print("A model that does not see")
    ask_who_cannot_see(FILES / "sunset.png")
    print("\nAn image out")
    draw(arguments.output)


if __name__ == "__main__":
    main()
