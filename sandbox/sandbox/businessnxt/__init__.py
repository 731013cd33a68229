"""An imitation of one Business NXT company, built from the published facts about its API.

server                      requests over HTTP, and the faults that belong to one
├── tokens replies places       who asks, what goes back, how many are in progress
├── queueing webhooks changes   what is put aside, and who is told of what changed
└── control faults rights locks what tests and people do behind the API's back
behaviours                  what it does, each with a switch (`switches`): docs/facts.yml tells the source
├── wire_behaviours             signing in and sending
├── reading_behaviours          the schema and questions
├── writing_behaviours          what is written
└── webhook_behaviours
schema                      the types, made from the `model` of tables.yml under the names of `naming`
├── schema_inputs schema_orders schema_tenants schema_async
├── saved_schema                … or those of a real company
└── binding walking copying     what makes them answer, and leaves parts out
execution                   documents: parsed, checked, carried out
├── language exports selection  the language, and what a document asks for
company                     what one request may ask of the company
├── reading filters grouping    pages of rows
├── presentation words tenants  how values, tables and companies are shown
└── editcache                   what others do not see yet
writing                     creates, updates and deletes
├── desk drafts inputs          what a mutation has at hand, and rows on their way in
├── assigning numbering placing columns one after the other, keys, places between rows
├── guarding                    what may not be written or removed
└── pricing rules fulfilment    what rows come to, and what becomes of orders
store                       the data: one SQLite file, filled by `seed`, with the company's clock (`times`)
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from sandbox.businessnxt import model, saved_schema
from sandbox.businessnxt import seed as seeds
from sandbox.businessnxt.behaviours import Behaviours
from sandbox.businessnxt.company import COMPANY_NO
from sandbox.businessnxt.control import Control
from sandbox.businessnxt.execution import Engine
from sandbox.businessnxt.faults import Faults
from sandbox.businessnxt.server import Server
from sandbox.businessnxt.store import Store
from sandbox.businessnxt.tokens import CLIENT_ID, CLIENT_SECRET

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

__all__ = ["app", "connection_info"]

_FILE_NAME = "businessnxt.db"


class _Application(Starlette):
    """An application whose requests know the connection they came by, so that a fault can cut it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["sandbox.connection"] = getattr(send, "__self__", None)
        await super().__call__(scope, receive, send)


def app(data: Path, *, base_url_hint: str | None = None, seed: str = "demo", schema: Path | None = None) -> Starlette:
    """The company over HTTP.

    Args:
        data: The folder of its file; data that is there already is kept.
        base_url_hint: Where it will be reached, shown on its front page.
        seed: What an empty file is filled with: `demo` or `empty`.
        schema: The saved introspection result of a real company, whose schema is then served.
    """
    saved = saved_schema.load(schema) if schema else None
    tables = saved_schema.learn(saved, model.load()) if saved else model.load()
    data.mkdir(parents=True, exist_ok=True)
    behaviours = Behaviours()
    engine = Engine(tables, behaviours, saved)
    server = Server(Store(data / _FILE_NAME, tables), engine, behaviours, Faults(), seed)
    if not seeds.is_planted(server.store):
        seeds.plant(server.store, seed)

    async def front_page(_: Request) -> JSONResponse:
        return JSONResponse({"businessnxt": "imitation", "api_url": f"{base_url_hint or ''}/api/graphql-service"})

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await server.stop()

    routes = [
        Route("/", front_page),
        Route("/connect/token", server.token, methods=["POST"]),
        Route("/api/graphql-service", server.service, methods=["POST"]),
        Route("/api/graphql", server.user, methods=["POST"]),
        Mount("/_sandbox", routes=Control(server).routes()),
    ]
    return _Application(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _explain})


def connection_info(port: int) -> dict[str, Any]:
    """What a client needs to reach the company on this machine."""
    base = f"http://127.0.0.1:{port}"
    return {
        "api_url": f"{base}/api/graphql-service",
        "control_url": f"{base}/_sandbox",
        "token_url": f"{base}/connect/token",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "company_no": COMPANY_NO,
    }


async def _explain(_: Request, error: Exception) -> JSONResponse:
    """A control request that cannot be served says why."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    return JSONResponse({"error": error.detail}, status_code=error.status_code)
