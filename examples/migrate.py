"""Moving an application from ChatOpenAI: `python examples/migrate.py`.

`migration/app.py` is the application, `migration/to_cometapi.diff` is all that changes. The diff is
applied to a copy, and both run: first with a GPT model, then with a DeepSeek model.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from langchain_cometapi import ChatCometAPI

from _service import choose_service

FOLDER = Path(__file__).resolve().parent / "migration"


def main() -> None:
    choose_service()
    # ChatOpenAI reads other variables. They are the same key and the same gateway.
    model = ChatCometAPI(model="any")
    environment = {
        **os.environ,
        "OPENAI_API_KEY": os.environ.get("COMETAPI_KEY") or os.environ["COMETAPI_API_KEY"],
        "OPENAI_BASE_URL": str(model.cometapi_api_base),
    }
    diff = (FOLDER / "to_cometapi.diff").read_text(encoding="utf-8")
    print(diff)
    with tempfile.TemporaryDirectory() as name:
        moved = Path(name) / "app.py"
        moved.write_text((FOLDER / "app.py").read_text(encoding="utf-8"), encoding="utf-8")
        subprocess.run(["git", "apply", "-"], cwd=name, input=diff, text=True, check=True)
        for desk_model in ("gpt-5.4-mini", "deepseek-v4-pro"):
            for title, path in (("ChatOpenAI", FOLDER / "app.py"), ("ChatCometAPI", moved)):
                print(f"--- {title}, {desk_model}", flush=True)
                environment["DESK_MODEL"] = desk_model
                done = subprocess.run(
                    [sys.executable, str(path)],
                    env=environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    check=False,
                )
                print(done.stdout)


if __name__ == "__main__":
    main()
