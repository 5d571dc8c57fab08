"""tiktoken's vocabularies: taken where they are whole, never downloaded."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
import tiktoken.load
from tiktoken import registry
from tiktoken_ext import openai_public  # type: ignore[import-untyped]

from langchain_cometapi import ChatCometAPI, CometAPILLM
from langchain_cometapi._content import vocabularies
from langchain_cometapi._content.vocabularies import find_encoding
from tests.support.vocabulary import create_encoding, describe_encoding, write_vocabulary

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("o200k_base", "o200k_harmony", "cl100k_base")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> bytes:
        message = f"{path} was downloaded"
        raise AssertionError(message)

    monkeypatch.setattr("tiktoken.load.read_file", refuse)
    monkeypatch.setattr(registry, "ENCODINGS", {})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a cache of tiktoken that has a small vocabulary for each name."""
    sources, constructors = {}, {}
    for name in NAMES:
        url = vocabularies._VOCABULARIES[name].url
        sha256 = write_vocabulary(tmp_path, url, url)
        sources[name] = vocabularies._Vocabulary(url, sha256)

        def construct(name: str = name, url: str = url, sha256: str = sha256) -> dict[str, Any]:
            return describe_encoding(name, tiktoken.load.load_tiktoken_bpe(url, sha256))

        constructors[name] = construct
    monkeypatch.setattr(vocabularies, "_VOCABULARIES", sources)
    monkeypatch.setattr(registry, "ENCODING_CONSTRUCTORS", constructors)
    monkeypatch.delenv("TIKTOKEN_CACHE_DIR")
    return tmp_path


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("gpt-5.4-mini", "o200k_base"),
        ("gpt-oss-120b", "o200k_harmony"),
        ("gpt-4", "cl100k_base"),
        ("openai/gpt-6-sol", "o200k_base"),
    ],
)
@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPILLM])
def test_vocabulary_in_the_cache_counts(
    kind: Any, model: str, name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(folder))
    made = kind(model=model, api_key="k")
    assert made.get_num_tokens("Hi, you <|end|>") == 15
    assert made.get_num_tokens("Hi \ud800") == 6  # half a character, replaced
    expected = create_encoding(vocabularies._VOCABULARIES[name].url)
    assert made.get_token_ids("Hi, you") == expected.encode("Hi, you")


@pytest.mark.parametrize("place", ["older variable", "temporary folder"])
def test_vocabulary_in_another_cache_is_found(
    place: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if place == "older variable":
        monkeypatch.setenv("DATA_GYM_CACHE_DIR", str(folder))
    else:
        monkeypatch.setattr("tempfile.tempdir", str(folder.parent))
        folder.rename(folder.parent / "data-gym-cache")
    assert find_encoding("o200k_base") is not None


@pytest.mark.parametrize("damage", ["cut", "missing", "empty"])
def test_vocabulary_that_is_not_whole_is_left_alone(
    damage: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(folder))
    files = {path: path.read_bytes() for path in folder.iterdir()}
    for path, data in files.items():
        if damage == "missing":
            path.unlink()
        else:
            path.write_bytes(data[:-9] if damage == "cut" else b"")
    before = sorted(path.name for path in folder.iterdir())
    model = ChatCometAPI(model="gpt-4o", api_key="k")
    assert model.get_num_tokens("one two") == 2
    with pytest.raises(NotImplementedError, match="`o200k_base` is not on this machine"):
        model.get_token_ids("one two")
    assert sorted(path.name for path in folder.iterdir()) == before  # tiktoken would remove it
    for path, data in files.items():
        path.write_bytes(data)
    assert len(model.get_token_ids("one two")) == 7  # found as soon as it is there


def test_cache_that_is_off_has_no_vocabulary(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "")
    monkeypatch.setenv("DATA_GYM_CACHE_DIR", str(folder))  # not read then
    monkeypatch.chdir(folder)  # nor is this
    assert find_encoding("o200k_base") is None


def test_encoding_that_is_loaded_needs_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    encoding = create_encoding("o200k_base")
    monkeypatch.setitem(registry.ENCODINGS, "o200k_base", encoding)
    assert find_encoding("o200k_base") is encoding
    assert find_encoding("cl100k_base") is None
    assert find_encoding(None) is None


def test_vocabulary_is_loaded_once_by_many_threads(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(folder))
    constructors: Any = registry.ENCODING_CONSTRUCTORS
    construct = mock.Mock(wraps=constructors["o200k_base"])
    monkeypatch.setitem(constructors, "o200k_base", construct)
    found: list[Any] = []
    barrier = threading.Barrier(8)

    def find() -> None:
        barrier.wait()
        found.append(find_encoding("o200k_base"))

    threads = [threading.Thread(target=find) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    construct.assert_called_once_with()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


@pytest.mark.parametrize("name", NAMES)
def test_source_of_a_vocabulary_is_that_of_tiktoken(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def load(url: str, expected_hash: str) -> dict[bytes, int]:
        asked.append((url, expected_hash))
        return {}

    monkeypatch.setattr(openai_public, "load_tiktoken_bpe", load)
    getattr(openai_public, name)()
    assert asked == [vocabularies._VOCABULARIES[name]]


@pytest.mark.parametrize("text", [" " * 2_000_001, "one two " * 50_000, "é" * 250_001])
def test_very_long_text_is_counted_in_pieces(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    encoding = create_encoding("o200k_base")
    monkeypatch.setitem(registry.ENCODINGS, "o200k_base", encoding)
    model = ChatCometAPI(model="gpt-4o", api_key="k")
    assert model.get_num_tokens(text) == len(text.encode())
    assert encoding.decode(model.get_token_ids(text)) == text
