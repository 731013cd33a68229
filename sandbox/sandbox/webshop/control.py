"""What tests and demos do behind the shop's back: look in, edit as the shopkeeper, set faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.webshop.seeds import plant
from sandbox.webshop.writing import merged

if TYPE_CHECKING:
    from starlette.requests import Request

    from sandbox.webshop.app import Shop


class Control:
    """The end points under `/_sandbox`.

    Args:
        shop: The shop.
    """

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/stats", self._stats, methods=["GET"]),
            Route("/stats/reset", self._forget, methods=["POST"]),
            Route("/reset", self._reset, methods=["POST"]),
            Route("/records/{collection}", self._records, methods=["GET"]),
            Route("/records/{collection}/{id}", self._edit, methods=["PATCH"]),
            Route("/records/{collection}/{id}", self._delete, methods=["DELETE"]),
            Route("/faults", self._faults, methods=["GET"]),
            Route("/faults", self._fault, methods=["POST"]),
            Route("/faults", self._clear, methods=["DELETE"]),
            Route("/tokens", self._tokens, methods=["PATCH"]),
        ]

    async def _stats(self, _: Request) -> Response:
        shop = self._shop
        return JSONResponse({"requests": shop.requests, "reads": shop.reads, "writes": shop.writes})

    async def _forget(self, _: Request) -> Response:
        self._shop.requests = self._shop.reads = self._shop.writes = 0
        return Response(status_code=204)

    async def _reset(self, _: Request) -> Response:
        self._shop.faults.clear()
        self._shop.store.clear()
        plant(self._shop.store, self._shop.seed)
        return Response(status_code=204)

    async def _records(self, request: Request) -> Response:
        return JSONResponse(list(self._shop.store.all(request.path_params["collection"])))

    async def _edit(self, request: Request) -> Response:
        """Merge values into a record, or make one, as the shopkeeper would."""
        collection, identity = request.path_params["collection"], request.path_params["id"]
        record = self._shop.store.get(collection, identity) or {"id": identity}
        change: dict[str, Any] = await request.json()
        return JSONResponse(self._shop.store.save(collection, merged(record, change)))

    async def _delete(self, request: Request) -> Response:
        self._shop.store.delete(request.path_params["collection"], request.path_params["id"])
        return Response(status_code=204)

    async def _faults(self, _: Request) -> Response:
        return JSONResponse(self._shop.faults.as_list())

    async def _fault(self, request: Request) -> Response:
        try:
            self._shop.faults.add(await request.json())
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)
        return Response(status_code=204)

    async def _clear(self, _: Request) -> Response:
        self._shop.faults.clear()
        return Response(status_code=204)

    async def _tokens(self, request: Request) -> Response:
        """Change how long new tokens live: `{"lifetime": 2}`."""
        self._shop.access.lifetime = float((await request.json())["lifetime"])
        return Response(status_code=204)
