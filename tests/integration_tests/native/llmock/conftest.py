"""The same service for these tests: LLMock, which knows nothing of this package.

`make test_native` puts its executable on the PATH.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from langchain_cometapi._credentials import API_KEY_VARIABLES, BASE_URL_VARIABLES
from tests.integration_tests.llmock.conftest import llmock, vcr_config
from tests.integration_tests.llmock.scripts import SCRIPTS

if TYPE_CHECKING:
    from tests.integration_tests.llmock.server import LLMock

__all__ = ["llmock", "vcr_config"]


@pytest.fixture(autouse=True)
def _service(
    llmock: LLMock,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """Point `COMETAPI_*` at the mock's address for the protocol, and script what a test needs."""
    for name in (*API_KEY_VARIABLES, *BASE_URL_VARIABLES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COMETAPI_KEY", "sk-llmock")
    if address := getattr(request.module, "ADDRESS", None):
        monkeypatch.setenv("COMETAPI_BASE_URL", getattr(llmock, address))
    llmock.reset()
    if behaviors := SCRIPTS.get(request.function.__name__):
        llmock.script(*behaviors)
