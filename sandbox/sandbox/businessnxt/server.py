"""The company over HTTP: token end point, GraphQL end points, and the faults that belong to a request."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.responses import JSONResponse, Response

from sandbox.businessnxt import replies
from sandbox.businessnxt import seed as seeds
from sandbox.businessnxt.company import COMPANY_NO, CUSTOMER_NO, Company, Statistics
from sandbox.businessnxt.editcache import EditCaches
from sandbox.businessnxt.locks import Locks
from sandbox.businessnxt.places import Places
from sandbox.businessnxt.queueing import AsyncQueue, Job
from sandbox.businessnxt.tokens import SERVICE, USER, Token, TokenError, Tokens
from sandbox.businessnxt.webhooks import Webhooks

if TYPE_CHECKING:
    from starlette.requests import Request

    from sandbox.businessnxt.behaviours import Behaviours
    from sandbox.businessnxt.execution import Document, Engine
    from sandbox.businessnxt.faults import Fault, Faults
    from sandbox.businessnxt.store import Store

BATCH_LIMIT = 32
_LOOK = 0.01
"""Seconds between two looks whether what holds a request is over."""
_BEFORE = ("expired_token", "http_429", "html_502", "outstanding_limit")
_AROUND = ("timeout_before_commit", "timeout_after_commit", "late_commit", "drop_connection")


@dataclass(frozen=True)
class Operation:
    """One query or mutation of a request."""

    document: Document
    variables: dict[str, Any] | None
    name: str | None

    @property
    def kind(self) -> str:
        """`query` or `mutation`."""
        return self.document.kind(self.name)


@dataclass
class Server:
    """Everything that one running company consists of."""

    store: Store
    engine: Engine
    behaviours: Behaviours
    faults: Faults
    seed: str
    statistics: Statistics = field(default_factory=Statistics)
    tokens: Tokens = field(default_factory=Tokens)
    locks: Locks = field(init=False, default_factory=Locks)
    caches: EditCaches = field(init=False)
    webhooks: Webhooks = field(init=False)
    places: Places = field(default_factory=Places)
    queue: AsyncQueue = field(init=False)
    _arrivals: dict[str, deque[float]] = field(default_factory=dict)
    _late: dict[asyncio.Task[None], asyncio.Event] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.caches = EditCaches(self.locks)
        self.queue = AsyncQueue(self.behaviours, self._work_aside)
        self.webhooks = Webhooks(self.store, self.behaviours, COMPANY_NO, CUSTOMER_NO)

    # -- end points

    async def token(self, request: Request) -> Response:
        """`POST /connect/token`."""
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        try:
            answer = self.tokens.issue(form, request.headers.get("authorization"), self.behaviours)
        except TokenError as error:
            reason = {"error": error.error} if self.behaviours.token_refusal_has_a_reason else {}
            return JSONResponse(reason, status_code=error.status)
        return JSONResponse(answer, headers={"cache-control": "no-store"})

    async def service(self, request: Request) -> Response:
        """`POST /api/graphql-service`: service context."""
        return await self._graphql(request, SERVICE)

    async def user(self, request: Request) -> Response:
        """`POST /api/graphql`: user context."""
        return await self._graphql(request, USER)

    # -- one request

    async def _graphql(self, request: Request, scope: str) -> Response:
        found = self.tokens.look_up(request.headers.get("authorization"))
        if found is None or (self.behaviours.scope_opens_its_end_point_only and not found[1].opens(scope)):
            return self._unauthorised()
        text, token = found
        self.statistics.requests += 1
        if self._is_too_fast(text):
            return replies.page(429, "429 Too Many Requests")
        try:
            body = json.loads(await request.body())
            operations = self._operations(body)
        except (ValueError, TypeError) as error:
            status = 400 if self.behaviours.unreadable_body_is_400 else 200
            return replies.answer({"errors": [{"message": f"Cannot read the request: {error}"}]}, status=status)
        kind = "mutation" if any(operation.kind == "mutation" for operation in operations) else "query"
        fields = frozenset().union(*(operation.document.fields for operation in operations))
        if refusal := self._refused(text, kind, fields):
            return refusal
        return await self._counted(request, operations, token, kind, fields, is_batch=isinstance(body, list))

    def _operations(self, body: object) -> list[Operation]:
        requests = body if isinstance(body, list) else [body]
        limit = BATCH_LIMIT if self.behaviours.batch_of_32_at_most else len(requests)
        if not 0 < len(requests) <= limit:
            raise ValueError(f"a batch holds 1 to {BATCH_LIMIT} operations, this one {len(requests)}")
        return [self._operation(one) for one in requests]

    def _operation(self, request: object) -> Operation:
        if not isinstance(request, dict) or not isinstance(request.get("query"), str):
            raise TypeError("a request is an object with a text 'query'")
        variables = request.get("variables") or None
        if not isinstance(variables, dict | None):
            raise TypeError("'variables' must be an object")
        name = request.get("operationName") or request.get("operationname")
        document = self.engine.prepare(request["query"])
        if not self.behaviours.operation_name_must_match and name not in document.operations:
            name = next(iter(document.operations), None)
        return Operation(document, variables, name)

    def _unauthorised(self) -> Response:
        if self.behaviours.unauthorised_is_a_page:
            return replies.page(401, "401 Authorization Required")
        return JSONResponse({"error": "unauthorised"}, status_code=401)

    def _is_too_fast(self, text: str) -> bool:
        """Whether the token has used up its requests of the last minute."""
        if not self.behaviours.token_limit_per_minute:
            return False
        now = time.monotonic()
        arrivals = self._arrivals.setdefault(text, deque())
        while arrivals and arrivals[0] < now - 60:
            arrivals.popleft()
        if len(arrivals) >= self.behaviours.requests_per_minute:
            return True
        arrivals.append(now)
        return False

    def _refused(self, token: str, kind: str, fields: frozenset[str]) -> Response | None:
        """The answer of a request that does not get as far as the company."""
        fault = self.faults.fire(_BEFORE, operation=kind, fields=fields)
        if fault is None:
            if self.places.taken < self.behaviours.outstanding_limit:
                return None
            return replies.outstanding(self.places.taken, self.behaviours.outstanding_limit)
        if fault.kind == "outstanding_limit":
            limit = self.behaviours.outstanding_limit
            return replies.outstanding(limit, limit)
        if fault.kind == "expired_token":
            self.tokens.forget(token)
            return self._unauthorised()
        if fault.kind == "html_502":
            return replies.page(502, "502 Bad Gateway")
        wait = fault.parameters["retry_after"]
        return replies.page(429, "429 Too Many Requests", {} if wait is None else {"retry-after": str(wait)})

    async def _counted(
        self,
        request: Request,
        operations: list[Operation],
        token: Token,
        kind: str,
        fields: frozenset[str],
        *,
        is_batch: bool,
    ) -> Response:
        self.statistics.writes += kind == "mutation"
        self.statistics.reads += kind == "query"
        self.places.in_progress += 1
        try:
            fault = self.faults.fire(_AROUND, operation=kind, fields=fields)
            if fault is not None:
                return await self._misbehave(fault, request, operations, token, is_batch=is_batch)
            return await self._behave(operations, token, kind, fields, is_batch=is_batch)
        finally:
            self.places.in_progress -= 1
            if self.behaviours.abandoned_requests_hold_their_place and await request.is_disconnected():
                self.places.abandon(self.behaviours.abandoned_place_seconds)

    async def _behave(
        self, operations: list[Operation], token: Token, kind: str, fields: frozenset[str], *, is_batch: bool
    ) -> Response:
        latency = self.faults.fire(("latency",), operation=kind, fields=fields)
        while latency and latency.parameters["ms"] is None and self.faults.has(latency):  # noqa: ASYNC110 - a list
            await asyncio.sleep(_LOOK)
        delay = (latency.parameters["ms"] or 0) / 1000 if latency else 0.0
        limit = self.behaviours.execution_timeout_seconds
        if not self.behaviours.server_gives_up_after_59_seconds:
            limit = math.inf
        if delay > limit and not self.behaviours.work_goes_on_after_a_time_out:
            return replies.answer(replies.TIMED_OUT)
        answers, rows = self._execute(operations, token)
        delay += latency.parameters["ms_per_row"] * rows / 1000 if latency else 0.0
        await asyncio.sleep(min(delay, limit))
        if delay > limit:
            return replies.answer(replies.TIMED_OUT)
        if not self.behaviours.batch_is_answered_in_order:
            answers.reverse()
        failed = any("errors" in answer for answer in answers) and not self.behaviours.errors_come_with_200
        return replies.answer(answers if is_batch else answers[0], status=400 if failed else 200)

    async def _misbehave(
        self, fault: Fault, request: Request, operations: list[Operation], token: Token, *, is_batch: bool
    ) -> Response:
        """Do the work before, after or never, and keep the answer back."""
        if fault.kind == "drop_connection":
            if fault.parameters["when"] == "after":
                self._execute(operations, token)
            return await replies.hang_up(request)
        if fault.kind == "timeout_after_commit":
            self._execute(operations, token)
        if fault.kind == "late_commit":
            self._execute_later(fault.parameters["seconds"], operations, token)
        else:
            await asyncio.sleep(fault.parameters["seconds"])
        if fault.parameters["answer"] == "close":
            return await replies.hang_up(request)
        if fault.parameters["answer"] == "hang":
            while not await request.is_disconnected():  # noqa: ASYNC110 - nothing else tells
                await asyncio.sleep(0.05)
        return replies.answer([replies.TIMED_OUT] * len(operations) if is_batch else replies.TIMED_OUT)

    def _execute_later(self, seconds: float | None, operations: list[Operation], token: Token) -> None:
        told = asyncio.Event()

        async def work() -> None:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(told.wait(), seconds)
            self._execute(operations, token)

        task = asyncio.get_running_loop().create_task(work())
        self._late[task] = told
        task.add_done_callback(self._late.pop)

    def _execute(self, operations: list[Operation], token: Token) -> tuple[list[dict[str, Any]], int]:
        """The answers, one after the other, and how many rows were touched."""
        answers, rows = [], 0
        for operation in operations:
            user = token.client_id if self.behaviours.changed_by_is_the_client_id else "service"
            company = self.company(user, operation.document.mentioned)
            refused = self.behaviours.read_only_scope_refuses_mutations and not token.may_write
            if operation.kind == "mutation" and refused:
                message = "The access token is read-only and does not allow mutations."
                answer: dict[str, Any] = {"errors": [{"message": message, "extensions": {"code": "ACCESS_DENIED"}}]}
            else:
                answer = self.engine.execute(operation.document, operation.variables, operation.name, company)
            answers.append(answer | {"extensions": self._extensions(company)})
            rows += company.rows_touched
        return answers, rows

    def _extensions(self, company: Company) -> dict[str, Any]:
        extensions: dict[str, Any] = {}
        if self.behaviours.trace_id_in_extensions:
            extensions["vbnxt-trace-id"] = uuid.uuid4().hex
        if company.warnings:
            extensions[self.behaviours.warnings_key] = company.warnings
        return extensions

    def _work_aside(self, job: Job) -> dict[str, Any]:
        """The answer of a document from the async queue."""
        document = self.engine.prepare(job.query)
        company = self.company(job.user, document.mentioned)
        company.is_asynchronous = True
        answer = self.engine.execute(document, job.variables, None, company)
        return answer | {"extensions": self._extensions(company)}

    # -- for the control end points

    def company(self, user: str, mentioned: frozenset[str] | None = None) -> Company:
        """The company as this user meets it."""
        self.caches.sweep(self.behaviours)
        return Company(
            self.store,
            self.behaviours,
            self.faults,
            self.locks,
            self.caches,
            self.webhooks,
            self.statistics,
            user,
            self.queue,
            mentioned,
        )

    @property
    def late_work(self) -> int:
        """How many requests were answered but not yet worked on."""
        return len(self._late)

    async def do_late_work(self) -> None:
        """Work on all of them now, in the order in which they came."""
        late = dict(self._late)
        for told in late.values():
            told.set()
        await asyncio.gather(*late)

    def plant(self) -> None:
        """Go back to the seed, with nobody at work on anything, nothing still to come and nobody listening."""
        self._forget_late_work()
        self.webhooks.end()
        self._arrivals.clear()
        self.queue.clear()
        self.caches.clear()
        self.locks.leave_all()
        self.places.free()
        self.store.empty()
        seeds.plant(self.store, self.seed)

    async def stop(self) -> None:
        """Let late work go and close the file."""
        self.webhooks.end()
        self.queue.clear()
        self._forget_late_work()
        self.store.close()

    def _forget_late_work(self) -> None:
        for task in self._late:
            task.cancel()
