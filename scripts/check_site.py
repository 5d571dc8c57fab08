"""Look at the built site in a headless Chromium, and follow each of its own links.

    python -m scripts.check_site build/site [--pictures FOLDER]

A page must render, light and dark, wide and narrow, without an error on its console, a missing
image, a request to another host, or a need to scroll sideways. Links and anchors within the site
must exist, also those that name it by its address. The search must find `ChatCometAPI`.
"""

from __future__ import annotations

import argparse
import os
import posixpath
import re
import shutil
import sys
from contextlib import contextmanager
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Route

SITE = "https://cometapi-dev.github.io/langchain-cometapi/"
WANTED = "ChatCometAPI"
WIDTHS = {"wide": 1280, "narrow": 390}
SCHEMES = {"light": "default", "dark": "slate"}

# What runs in a container or as root has no sandbox; the rest keeps the browser from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

_PAGE = """() => ({
  title: (document.querySelector('h1') || {innerText: ''}).innerText.trim(),
  text: document.querySelector('article').innerText.length,
  scheme: document.body.getAttribute('data-md-color-scheme'),
  sideways: document.documentElement.scrollWidth - window.innerWidth,
  images: [...document.images].filter(i => !i.naturalWidth && i.loading !== 'lazy').map(i => i.src),
})"""


class _Links(HTMLParser):
    """Collects the ids and the links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the id and the link of an element."""
        for name, value in attrs:
            if value and (name == "id" or (tag == "a" and name == "name")):
                self.ids.add(value)
            elif value and name in {"href", "src"}:
                self.links.add(value)


def find_pages(folder: Path) -> list[str]:
    """Return the paths of all pages, as the browser asks for them."""
    pages = sorted(folder.rglob("index.html"))
    return [f"{path.parent.relative_to(folder).as_posix()}/".removeprefix("./") for path in pages]


def find_broken_links(folder: Path) -> list[str]:
    """Return each link of the site to a page, file or anchor that it does not have."""
    parsed: dict[str, _Links] = {}
    for page in find_pages(folder):
        parsed[page] = _Links()
        parsed[page].feed((folder / page / "index.html").read_text(encoding="utf-8"))
    broken = []
    for page, found in parsed.items():
        for link in sorted(found.links):
            target = link.removeprefix(SITE) if link.startswith(SITE) else link
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            base = "" if target != link else page
            path = posixpath.normpath(posixpath.join(base, unquote(parts.path)))
            path = "" if path == "." else path
            if (folder / path).is_file():
                continue
            name = f"{path}/" if path else ""
            anchor = unquote(parts.fragment)
            if name not in parsed or (anchor and anchor not in parsed[name].ids):
                broken.append(f"{page or 'home'}: link to {link}")
    return broken


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on the loopback interface; give its URL."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
            """Say nothing of what is served."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def check_pages(page: Page, url: str, folder: Path, pictures: Path | None) -> list[str]:
    """Look at each page in all ways; return what is wrong."""
    problems: list[str] = []
    where = ""

    def note(text: str) -> None:
        problems.append(f"{where}: {text}")

    page.on("console", lambda message: note(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: note(str(error)))
    page.on("requestfailed", lambda request: note(f"{request.url}: {request.failure}"))
    page.route(f"{SITE}**", partial(_answer, folder=folder))
    page.route(
        re.compile(f"^(?!data:|blob:|{re.escape(url)}|{re.escape(SITE)})"),
        lambda route: route.abort(),
    )
    for path in find_pages(folder):
        where = path or "home"
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": WIDTHS["wide"], "height": 900})
        page.goto(url + path, wait_until="load")
        for scheme, name in SCHEMES.items():
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(
                "name => document.body.getAttribute('data-md-color-scheme') === name", arg=name
            )
            for width, pixels in WIDTHS.items():
                where = f"{path or 'home'} ({scheme}, {width})"
                page.set_viewport_size({"width": pixels, "height": 900})
                seen = page.evaluate(_PAGE)
                if not seen["title"] or seen["text"] < len(seen["title"]) + 50:
                    note("has no title or no text")
                if seen["sideways"] > 0:
                    note(f"is {seen['sideways']} pixels too wide")
                problems += [f"{where}: image {source} is missing" for source in seen["images"]]
                if pictures:
                    file = f"{path.strip('/').replace('/', '-') or 'home'}-{scheme}-{width}.png"
                    page.screenshot(path=pictures / file)
    return problems


def _answer(route: Route, *, folder: Path) -> None:
    """Answer for the published site: the README names its pictures by their address there."""
    route.fulfill(path=folder / route.request.url.removeprefix(SITE))


def check_search(page: Page, url: str) -> list[str]:
    """Search for a name that is on many pages; return what is wrong."""
    from playwright.sync_api import TimeoutError as Late

    page.goto(url, wait_until="load")
    page.keyboard.press("/")
    page.locator("dialog input").fill(WANTED)
    found = page.locator("dialog a[href]", has_text=WANTED)
    try:
        found.first.wait_for(timeout=20_000)
        found.first.click()
        page.wait_for_url(re.compile("/reference/"), timeout=20_000)
    except Late as error:
        return [f"the search for {WANTED} leads nowhere: {error}"]
    return []


def find_browser() -> str | None:
    """Return the Chromium of this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def main() -> int:
    """Check the site; return 1 if something is wrong."""
    parser = argparse.ArgumentParser(description="Look at the built site in a headless Chromium.")
    parser.add_argument("folder", type=Path, nargs="?", default=Path("build/site"))
    parser.add_argument("--pictures", type=Path, help="where to put a picture of each page")
    parser.add_argument("--find-browser", action="store_true", help="print the browser, and end")
    arguments = parser.parse_args()
    if arguments.find_browser:
        print(find_browser())
        return 0 if find_browser() else 1
    problems = find_broken_links(arguments.folder)
    browser_path = find_browser()
    if browser_path is None:
        problems.append("There is no Chromium: install it, or name it in CHROMIUM.")
    else:
        from playwright.sync_api import sync_playwright

        if arguments.pictures:
            arguments.pictures.mkdir(parents=True, exist_ok=True)
        with serve(arguments.folder) as url, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
            page = browser.new_page(reduced_motion="reduce")
            problems += check_pages(page, url, arguments.folder, arguments.pictures)
            problems += check_search(page, url)
            browser.close()
    print("\n".join(problems), file=sys.stderr)
    print(f"{len(find_pages(arguments.folder))} pages, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
