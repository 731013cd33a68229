"""The async queue: documents that are put aside, started one by one, and whose answers are kept as text."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphql import GraphQLField, GraphQLResolveInfo

    from sandbox.businessnxt.behaviours import Behaviours
    from sandbox.businessnxt.company import Company

QUEUED, RUNNING, SUCCESS, ERROR = "QUEUED", "RUNNING", "SUCCESS", "ERROR"
_LOOK = 0.02
"""Seconds between two looks at whether the next job may start."""


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


@dataclass
class Job:
    """A document that was put aside, and what became of it."""

    query: str
    variables: dict[str, Any]
    user: str
    operation_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    status: str = QUEUED
    answer: dict[str, Any] | None = None
    created_at: str = field(default_factory=_now)
    completed_at: str | None = None

    def as_dict(self, *, as_text: bool) -> dict[str, Any]:
        """The job as clients see it."""
        answer = json.dumps(self.answer) if as_text and self.answer is not None else self.answer
        return {
            "operationId": self.operation_id,
            "status": self.status,
            "data": answer,
            "createdAt": self.created_at,
            "completedAt": self.completed_at,
        }


@dataclass
class AsyncQueue:
    """Every job that was not deleted; the oldest that waits starts as soon as the limits allow.

    Args:
        work: Carries out a job's document and answers as if it had been sent by itself.
    """

    behaviours: Behaviours
    work: Callable[[Job], dict[str, Any]]
    _jobs: dict[str, Job] = field(default_factory=dict)
    _waiting: deque[Job] = field(default_factory=deque)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _last_start: float = float("-inf")

    def put(self, job: Job) -> Job:
        """Take a job in."""
        self._jobs[job.operation_id] = job
        self._waiting.append(job)
        task = asyncio.get_running_loop().create_task(self._carry_out(job))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return job

    def jobs(self) -> list[Job]:
        """All of them, oldest first."""
        return list(self._jobs.values())

    def find(self, operation_id: str) -> Job:
        """The job of that name.

        Raises:
            GraphQLError: There is none.
        """
        if operation_id not in self._jobs:
            raise GraphQLError(f"There is no async operation {operation_id}.")
        return self._jobs[operation_id]

    def delete(self, operation_id: str) -> Job:
        """Forget a job that is not at work.

        Raises:
            GraphQLError: There is none, or it is at work.
        """
        job = self.find(operation_id)
        if job.status == RUNNING:
            raise GraphQLError(f"The async operation {operation_id} is running and cannot be deleted.")
        if job in self._waiting:
            self._waiting.remove(job)
        return self._jobs.pop(operation_id)

    def clear(self) -> None:
        """Forget every job; what is at work is broken off."""
        for task in self._tasks:
            task.cancel()
        self._waiting.clear()
        self._jobs.clear()
        self._last_start = float("-inf")

    async def _carry_out(self, job: Job) -> None:
        while not self._may_start(job):
            if job.operation_id not in self._jobs:
                return
            await asyncio.sleep(_LOOK)
        self._waiting.popleft()
        self._last_start, job.status = time.monotonic(), RUNNING
        answer = self.work(job)
        await asyncio.sleep(self.behaviours.async_seconds)
        job.answer, job.completed_at = answer, _now()
        job.status = ERROR if "errors" in answer else SUCCESS

    def _may_start(self, job: Job) -> bool:
        """Whether it is this job's turn, a place is free, and the start before it is long enough ago."""
        has = self.behaviours
        running = sum(each.status == RUNNING for each in self._jobs.values())
        crowded = has.async_ten_at_once and running >= has.async_places
        hasty = has.async_starts_are_apart and time.monotonic() - self._last_start < has.async_gap_seconds
        return bool(self._waiting) and self._waiting[0] is job and not (crowded or hasty)


def bind(query: Mapping[str, GraphQLField], mutation: Mapping[str, GraphQLField]) -> None:
    """Let the fields of the queue answer, where the schema has them."""
    resolvers: dict[str, tuple[Mapping[str, GraphQLField], Callable[..., Any]]] = {
        "asyncQuery": (mutation, _put),
        "asyncDelete": (mutation, _delete),
        "asyncRequests": (query, _list),
        "asyncResult": (query, _result),
    }
    for name, (there, resolve) in resolvers.items():
        if name in there:
            there[name].resolve = resolve


def _put(_: object, info: GraphQLResolveInfo[Company], query: str, args: str | None = None) -> dict[str, Any]:
    company = info.context
    if company.is_asynchronous and company.behaviours.async_in_async_is_refused:
        raise GraphQLError("An async query cannot hold another one.")
    job = Job(query, _variables(args), company.user)
    return _shown(company, company.queue.put(job))


def _delete(_: object, info: GraphQLResolveInfo[Company], id: str) -> dict[str, Any]:  # noqa: A002 - the argument's name
    return _shown(info.context, info.context.queue.delete(id))


def _list(_: object, info: GraphQLResolveInfo[Company]) -> list[dict[str, Any]]:
    return [_shown(info.context, job) for job in info.context.queue.jobs()]


def _result(_: object, info: GraphQLResolveInfo[Company], id: str) -> dict[str, Any]:  # noqa: A002 - the argument's name
    return _shown(info.context, info.context.queue.find(id))


def _shown(company: Company, job: Job) -> dict[str, Any]:
    return job.as_dict(as_text=company.behaviours.async_result_is_text)


def _variables(args: str | None) -> dict[str, Any]:
    try:
        variables = json.loads(args or "{}")
    except ValueError as error:
        raise GraphQLError(f"'args' is no JSON: {error}") from error
    if not isinstance(variables, dict):
        raise GraphQLError("'args' must be a JSON object.")
    return variables
