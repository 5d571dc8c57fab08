"""The embeddings route: posts texts and returns the gateway's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._client.resources import AsyncResource, Resource
from langchain_cometapi._client.route import Route

if TYPE_CHECKING:
    from langchain_cometapi._client.clients import AsyncClient, Client
    from langchain_cometapi._client.responses import JSONResponse

ROUTE = Route("/embeddings")


class EmbeddingsResource(Resource):
    """Posts payloads to the embeddings route over a synchronous client."""

    def __init__(self, client: Client) -> None:
        """Use a client of the SDK's."""
        super().__init__(client, ROUTE)

    def create(self, **payload: Any) -> JSONResponse:
        """Send one request.

        Args:
            **payload: The JSON body as it is, and the SDK's `extra_headers`, `extra_query`,
                `extra_body` and `timeout` (seconds).

        Raises:
            CometAPIError: If there is no response, or it is an error or no JSON object.
        """
        response: JSONResponse = self._post(payload)
        return response


class AsyncEmbeddingsResource(AsyncResource):
    """The asynchronous twin of `EmbeddingsResource`."""

    def __init__(self, client: AsyncClient) -> None:
        """Use a client of the SDK's."""
        super().__init__(client, ROUTE)

    async def create(self, **payload: Any) -> JSONResponse:
        """Send one request; see `EmbeddingsResource.create`."""
        response: JSONResponse = await self._post(payload)
        return response
