"""What tests and demos do behind the shop's back: look in, edit as the shopkeeper, set faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.webshop.seeds import plant
from sandbox.webshop.store import COLLECTIONS
from sandbox.webshop.writing import merged

if TYPE_CHECKING:
    from starlette.requests import Request

    from sandbox.webshop.app import Shop
    from sandbox.webshop.store import Record


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
            Route("/records/{collection}", self._edit_all, methods=["PATCH"]),
            Route("/records/{collection}/{id}", self._edit, methods=["PATCH"]),
            Route("/records/{collection}/{id}", self._delete, methods=["DELETE"]),
            Route("/faults", self._faults, methods=["GET"]),
            Route("/faults", self._fault, methods=["POST"]),
            Route("/faults", self._clear, methods=["DELETE"]),
            Route("/tokens", self._tokens, methods=["PATCH"]),
            Route("/clock", self._clock, methods=["PATCH"]),
        ]

    async def _stats(self, _: Request) -> Response:
        shop = self._shop
        rows = {f"rows_{what}": dict(numbers) for what, numbers in shop.store.counts.items()}
        return JSONResponse({"requests": shop.requests, "reads": shop.reads, "writes": shop.writes, **rows})

    async def _forget(self, _: Request) -> Response:
        self._shop.requests = self._shop.reads = self._shop.writes = 0
        for numbers in self._shop.store.counts.values():
            numbers.clear()
        return Response(status_code=204)

    async def _reset(self, _: Request) -> Response:
        """Back to the seed, without faults."""
        self._shop.faults.clear()
        self._shop.store.clock = 0.0
        self._shop.store.clear()
        plant(self._shop.store, self._shop.seed)
        return Response(status_code=204)

    async def _records(self, request: Request) -> Response:
        return JSONResponse(self._shop.store.all(_collection(request)))

    async def _edit(self, request: Request) -> Response:
        """Merge values into a record, or make one; whatever they are."""
        return JSONResponse(edit(self._shop, _collection(request), request.path_params["id"], await request.json()))

    async def _edit_all(self, request: Request) -> Response:
        """The same for every living record of a collection."""
        collection, change, store = _collection(request), await request.json(), self._shop.store
        with store.together():
            edited = [edit(self._shop, collection, str(each.get("id") or each["sku"]), change)
                      for each in store.all(collection) if not each.get("deleted_at")]  # fmt: skip
        return JSONResponse({"edited": len(edited)})

    async def _delete(self, request: Request) -> Response:
        self._shop.store.delete(_collection(request), request.path_params["id"])
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

    async def _clock(self, request: Request) -> Response:
        """Put the shop's clock forward or back: `{"seconds": 300}`."""
        self._shop.store.clock = float((await request.json())["seconds"])
        return Response(status_code=204)


def edit(shop: Shop, collection: str, identity: str, change: dict[str, Any]) -> Record:
    """Merge values into a record; one that names `updated_at` keeps just that stamp."""
    key = "sku" if collection == "inventory-levels" else "id"
    record = merged(shop.store.get(collection, identity) or {key: identity}, change)
    keep = shop.store.keep if "updated_at" in change else shop.store.save
    return keep(collection, record)


def _collection(request: Request) -> str:
    name = str(request.path_params["collection"])
    if name not in COLLECTIONS:
        raise HTTPException(404, f"there is no collection '{name}'")
    return name
