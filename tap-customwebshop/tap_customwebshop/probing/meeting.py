"""Looks at every stream of a shop, and says of what stops it which key to change."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from customwebshop import CredentialsError, MisreadError, NotFoundError, RefusedError, ShopError, UnreachableError

from tap_customwebshop.masking import masked

from .findings import Finding, Report
from .looking import Look
from .sums import compared

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from customwebshop import Connection
    from customwebshop.reading.definition import StreamDefinition


def probe(
    client: Connection, streams: Sequence[StreamDefinition], page_size: int, zone: tzinfo, *, unmasked: bool = False
) -> Report:
    """Look at every stream; where the shop does not let us in, or does not answer, at none.

    Args:
        client: Leads to the shop.
        streams: What the settings ask for.
        page_size: Records to ask for at a time.
        zone: Zone of times without one.
        unmasked: Whether personal data is shown in the records.
    """
    report, looks = Report(), dict[str, Look]()
    for stream in streams:
        look = looks[stream.name] = Look(client, stream, page_size, zone)
        try:
            report.findings += look.findings()
        except UnreachableError as gone:
            remedy = "is it the shop's address, and may this machine go there?"
            report.findings.append(Finding("shop", "fail", str(gone), "api_url", remedy))
            return report
        except ShopError as problem:
            report.findings.append(_stopped(stream.name, problem))
            if isinstance(problem, CredentialsError) and problem.status != HTTPStatus.FORBIDDEN:
                return report
        if look.record is not None:
            report.records[stream.name] = look.record if unmasked else masked(stream.name, look.record)
    if "orders" in looks and "products" in looks:
        report.findings += compared(looks["orders"].records, looks["products"].records)
    entered = any(each.status == "ok" for each in report.findings)
    return Report(
        [Finding("login", "ok", "the shop lets us in"), *report.findings] if entered else report.findings,
        report.records,
    )


def _stopped(stream: str, problem: ShopError) -> Finding:
    """What kept us from looking any further at a stream."""
    where = f"streams.{stream}"
    if isinstance(problem, CredentialsError) and problem.status != HTTPStatus.FORBIDDEN:
        return Finding("login", "fail", str(problem), problem.setting or "auth_method")
    if isinstance(problem, MisreadError):
        return Finding(stream, "fail", problem.seen, f"{where}.{problem.key}".rstrip("."), problem.remedy)
    key = _refused(problem) if isinstance(problem, RefusedError) else ""
    return Finding(stream, "fail", str(problem), "api_url" if key == "api_url" else f"{where}.{key}".rstrip("."))


def _refused(problem: RefusedError) -> str:
    """The key that a refused request was made by."""
    if HTTPStatus.MULTIPLE_CHOICES <= problem.status < HTTPStatus.BAD_REQUEST:
        return "api_url"
    if isinstance(problem, NotFoundError) or problem.status in (HTTPStatus.GONE, HTTPStatus.FORBIDDEN):
        return "request.path"
    return "request.method" if problem.status == HTTPStatus.METHOD_NOT_ALLOWED else "request.params"
