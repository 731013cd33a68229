"""The control end points: look at the tables, edit as a person, misbehave on demand."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.businessnxt.company import Statistics
from sandbox.businessnxt.inputs import BadInputError, scalar_taker
from sandbox.businessnxt.locks import Lock
from sandbox.businessnxt.rights import Rights
from sandbox.businessnxt.store import equal
from sandbox.businessnxt.webhooks import Subscription

if TYPE_CHECKING:
    from starlette.requests import Request

    from sandbox.businessnxt.model import Table, Value
    from sandbox.businessnxt.server import Server

_SOMEBODY = "kari"


class Control:
    """What tests and demonstrations do to a running company."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._tables = server.store.model.tables

    def routes(self) -> list[Route]:
        """Every end point, below where it is mounted."""
        return [
            Route("/stats", self.stats, methods=["GET"]),
            Route("/stats/reset", self.reset_stats, methods=["POST"]),
            Route("/reset", self.reset, methods=["POST"]),
            Route("/tables/{table}", self.rows, methods=["GET"]),
            Route("/tables/{table}", self.create, methods=["POST"]),
            Route("/tables/{table}", self.update, methods=["PATCH"]),
            Route("/tables/{table}", self.delete, methods=["DELETE"]),
            Route("/faults", self.faults, methods=["GET"]),
            Route("/faults", self.add_fault, methods=["POST"]),
            Route("/faults", self.clear_faults, methods=["DELETE"]),
            Route("/late-work", self.do_late_work, methods=["POST"]),
            Route("/locks", self.locks, methods=["GET"]),
            Route("/locks/{table}/{key}", self.lock, methods=["PUT"]),
            Route("/locks/{table}/{key}", self.unlock, methods=["DELETE"]),
            Route("/webhooks", self.webhooks, methods=["GET"]),
            Route("/webhooks", self.subscribe, methods=["POST"]),
            Route("/webhooks", self.end_webhooks, methods=["DELETE"]),
            Route("/behaviours", self.behaviours, methods=["GET"]),
            Route("/behaviours", self.change_behaviours, methods=["PATCH"]),
            Route("/behaviours", self.reset_behaviours, methods=["DELETE"]),
            Route("/rights", self.rights, methods=["GET"]),
            Route("/rights", self.change_rights, methods=["PUT"]),
        ]

    async def stats(self, _: Request) -> Response:
        """What was asked of the company since it was last reset."""
        return JSONResponse(
            self._server.statistics.as_dict()
            | {"late_work": self._server.late_work, "in_progress": self._server.places.in_progress}
        )

    async def reset_stats(self, _: Request) -> Response:
        """Count from zero."""
        self._server.statistics = Statistics()
        return Response(status_code=204)

    async def reset(self, _: Request) -> Response:
        """Back to the seed: data, counts, faults, rights."""
        self._server.plant()
        self._server.engine.rights = Rights()
        self._server.statistics = Statistics()
        self._server.faults.clear()
        return Response(status_code=204)

    async def rows(self, request: Request) -> Response:
        """Every row of a table; `?columns=a,b` for some of its columns."""
        table = self._table(request)
        wanted = request.query_params.get("columns")
        columns = wanted.split(",") if wanted else list(table.columns)
        self._check(table, dict.fromkeys(columns), values_too=False)
        return JSONResponse(self._server.store.select(table, columns=columns))

    async def create(self, request: Request) -> Response:
        """Add rows as a person: `{"rows": [...], "user": "kari"}`."""
        table, body = self._table(request), await _body(request)
        values = [self._check(table, row) for row in body.get("rows", [])]
        company = self._server.company(body.get("user", _SOMEBODY))
        outcome = company.create(table, {"values": values}, [])
        return JSONResponse({"affected": outcome.affected, "rows": outcome.rows, "errors": company.errors})

    async def update(self, request: Request) -> Response:
        """Edit rows as a person: `{"where": {...}, "set": {...}, "user": "kari"}`; computed columns too."""
        table, body = self._table(request), await _body(request)
        where, changes = self._check(table, body.get("where", {})), self._check(table, body.get("set", {}))
        company = self._server.company(body.get("user", _SOMEBODY))
        arguments = {"filter": _filter(where), "value": changes}
        outcome = company.update(table, arguments, [])
        return JSONResponse({"affected": outcome.affected, "errors": company.errors})

    async def delete(self, request: Request) -> Response:
        """Delete rows as a person: `{"where": {...}, "user": "kari"}`."""
        table, body = self._table(request), await _body(request)
        where = self._check(table, body.get("where", {}))
        if not where:
            raise HTTPException(400, "say which rows: {'where': {...}}")
        company = self._server.company(body.get("user", _SOMEBODY))
        outcome = company.delete(table, {"filter": _filter(where)}, [])
        return JSONResponse({"affected": outcome.affected, "errors": company.errors})

    async def faults(self, _: Request) -> Response:
        """Every fault, with how often it fired."""
        return JSONResponse([fault.as_dict() for fault in self._server.faults.faults])

    async def add_fault(self, request: Request) -> Response:
        """Ask for a fault: `{"kind": ..., "times": n|null, "match": {...}, ...}`."""
        try:
            fault = self._server.faults.add(await _body(request))
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        return JSONResponse(fault.as_dict(), status_code=201)

    async def clear_faults(self, _: Request) -> Response:
        """Behave again."""
        self._server.faults.clear()
        return Response(status_code=204)

    async def do_late_work(self, _: Request) -> Response:
        """Do now what a `late_commit` put off."""
        await self._server.do_late_work()
        return Response(status_code=204)

    async def locks(self, _: Request) -> Response:
        """Every row that somebody is at work on."""
        return JSONResponse(self._server.locks.as_list())

    async def lock(self, request: Request) -> Response:
        """Open a row as a person, for some time or until it is left: `{"user": "kari", "seconds": n|null}`."""
        table, body = self._table(request), await _body(request)
        user, seconds = body.get("user", _SOMEBODY), body.get("seconds")
        until = None if seconds is None else time.monotonic() + seconds
        self._server.locks.hold(table, self._key(table, request), Lock(user, user, until))
        return Response(status_code=204)

    async def unlock(self, request: Request) -> Response:
        """Leave a row."""
        table = self._table(request)
        self._server.locks.leave(table, self._key(table, request))
        return Response(status_code=204)

    def _key(self, table: Table, request: Request) -> tuple[Any, ...]:
        """The key of a row, its columns parted by commas."""
        parts = request.path_params["key"].split(",")
        try:
            key = tuple(
                int(part) if table.columns[name].type == "Int" else part
                for name, part in zip(table.key, parts, strict=True)
            )
        except ValueError as error:
            raise HTTPException(400, f"the key of {table.name} is {','.join(table.key)}") from error
        rows = self._server.store.count(table, equal(dict(zip(table.key, key, strict=True))))
        if not rows:
            raise HTTPException(404, f"{table.name} has no row {request.path_params['key']}")
        return key

    async def webhooks(self, _: Request) -> Response:
        """Every subscription."""
        return JSONResponse([one.as_dict() for one in self._server.webhooks.subscriptions])

    async def subscribe(self, request: Request) -> Response:
        """Be told of changes: `{"url": ..., "tables": [...], "key": ..., "attempts": n}`, see `Subscription`."""
        try:
            subscription = Subscription.read(await _body(request), self._server.store)
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        self._server.webhooks.subscribe(subscription)
        return JSONResponse(subscription.as_dict(), status_code=201)

    async def end_webhooks(self, _: Request) -> Response:
        """Tell nobody any more."""
        self._server.webhooks.end()
        return Response(status_code=204)

    async def behaviours(self, _: Request) -> Response:
        """Every behaviour with its value now, by default, and when switched off."""
        return JSONResponse(self._server.behaviours.as_dict())

    async def change_behaviours(self, request: Request) -> Response:
        """Do other things: `{"name": value}`."""
        try:
            self._server.behaviours.change(await _body(request))
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        return JSONResponse(self._server.behaviours.as_dict())

    async def reset_behaviours(self, _: Request) -> Response:
        """Behave as documented again."""
        self._server.behaviours.reset()
        return Response(status_code=204)

    async def rights(self, _: Request) -> Response:
        """What is hidden and refused; nothing means that everything is open."""
        return JSONResponse(self._server.engine.rights.as_dict())

    async def change_rights(self, request: Request) -> Response:
        """Hide and refuse: `{"hidden_tables": [...], "hidden_columns": {"associate": [...]}, "no_create": [...]}`."""
        try:
            self._server.engine.rights = Rights.read(await _body(request), self._server.store.model)
        except ValueError as error:
            raise HTTPException(400, str(error)) from error
        return JSONResponse(self._server.engine.rights.as_dict())

    def _table(self, request: Request) -> Table:
        name = request.path_params["table"]
        if name not in self._tables:
            raise HTTPException(404, f"no table {name!r}; there are {', '.join(self._tables)}")
        return self._tables[name]

    def _check(self, table: Table, values: dict[str, Any], *, values_too: bool = True) -> dict[str, Any]:
        """The values, fit for their columns."""
        allowed = table.columns.keys() | table.children.keys()
        if unknown := sorted(values.keys() - allowed):
            raise HTTPException(400, f"{table.name} has no column {', '.join(unknown)}")
        return {name: self._checked(table, name, value) if values_too else value for name, value in values.items()}

    def _checked(self, table: Table, name: str, value: Value) -> Value:
        if name in table.children:
            child = self._tables[table.children[name]]
            return [self._check(child, row) for row in value]
        try:
            return None if value is None else scalar_taker(table.columns[name].type)(value)
        except BadInputError as error:
            raise HTTPException(400, f"{table.name}.{name}: {error.message}") from error


def _filter(where: dict[str, Any]) -> dict[str, Any]:
    return {name: {"_eq": value} for name, value in where.items()}


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body() or "{}")
    except ValueError as error:
        raise HTTPException(400, f"the body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise HTTPException(400, "the body must be a JSON object")
    return body
