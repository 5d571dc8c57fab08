"""tiktoken's vocabularies, where they are on this machine already: nothing is downloaded."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tiktoken import Encoding


class _Vocabulary(NamedTuple):
    """The file of a vocabulary.

    Attributes:
        url: Where tiktoken has it from; the SHA-1 of this is the name of the file in its cache.
        sha256: The hash of the file, without which tiktoken would download it again.
    """

    url: str
    sha256: str


_HOST = "https://openaipublic.blob.core.windows.net/encodings/"
_O200K = _Vocabulary(
    _HOST + "o200k_base.tiktoken",
    "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
)

# tiktoken 0.14, `tiktoken_ext/openai_public.py`. They are part of what tiktoken's ids mean, so they
# do not change.
_VOCABULARIES = {
    "cl100k_base": _Vocabulary(
        _HOST + "cl100k_base.tiktoken",
        "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    ),
    "o200k_base": _O200K,
    "o200k_harmony": _O200K,
}

_lock = threading.Lock()


def find_encoding(name: str | None) -> Encoding | None:
    """Return a tokenizer of tiktoken, or `None` if its vocabulary is not on this machine.

    The first call for a vocabulary reads its file, which takes about a second; later ones find it
    in tiktoken's registry. A file that comes later is found, too.

    Args:
        name: The name of the encoding, as a vendor's row has it.
    """
    if name is None:
        return None
    from tiktoken import registry  # its import takes a while, and most families need none

    loaded = registry.ENCODINGS.get(name)
    if loaded is not None:
        return loaded
    vocabulary = _VOCABULARIES.get(name)
    if vocabulary is None or (path := _find_file(vocabulary)) is None:
        return None
    with _lock:  # one thread hashes the file
        try:
            stat = path.stat()
        except OSError:
            return None
        if not _has_hash(path, vocabulary.sha256, stat.st_mtime_ns, stat.st_size):
            return None
        return registry.get_encoding(name)


def _find_file(vocabulary: _Vocabulary) -> Path | None:
    """Return the file of a vocabulary in tiktoken's cache, if it is there."""
    environ = os.environ
    folder = environ.get("TIKTOKEN_CACHE_DIR", environ.get("DATA_GYM_CACHE_DIR"))
    if folder is None:
        folder = str(Path(tempfile.gettempdir()) / "data-gym-cache")
    if not folder:  # tiktoken's cache is off
        return None
    name = hashlib.sha1(vocabulary.url.encode(), usedforsecurity=False).hexdigest()
    path = Path(folder) / name
    return path if path.is_file() else None


@lru_cache(maxsize=16)
def _has_hash(path: Path, sha256: str, _modified: int, _size: int) -> bool:
    """Whether a file is whole; one that is not is read again only after it has changed."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False
