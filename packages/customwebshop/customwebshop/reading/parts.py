"""Makes the parts of a stream's definition of what the settings say of them; each error names its setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jmespath

from customwebshop import graph

from . import shaping, templates, times
from .definition import Expand, Incremental, Paging, Request, Revisit, Shaping, Sweep
from .misfits import SettingError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import tzinfo

PAGING = {
    "keyset": Paging("keyset", param="offset", limit_param="limit"),
    "cursor": Paging("cursor", next="next_cursor", param="cursor", limit_param="limit"),
    "link_header": Paging("link_header"),
    "next_url": Paging("next_url", next="next"),
    "page": Paging("page", param="page", first=1, recheck=True),
    "offset": Paging("offset", param="offset", limit_param="limit"),
    "none": Paging("none"),
}
"""What a paging style calls its things unless told otherwise."""


def request(where: str, told: Mapping[str, Any], config: Mapping[str, Any]) -> Request:
    """What is asked, with its templates filled."""
    if "path" not in told:
        raise SettingError(f"{where}.path", "is needed")
    values = {"page_size": config.get("page_size", 100), "include_deleted": config.get("include_deleted", True)}
    graphql = told.get("graphql")
    body = _filled(where, graphql.get("variables", {}) if graphql else told.get("body"), values)
    return Request(
        path=_filled(where, told["path"], values),
        method="POST" if graphql else told.get("method", "GET"),
        params={name: templates.text(each) for name, each in _filled(where, told.get("params", {}), values).items()},
        headers=dict(told.get("headers", {})),
        body={"query": graph.document(graphql), "variables": body} if graphql else body,
        graphql=bool(graphql),
    )


def _filled(where: str, template: Any, values: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    try:
        return templates.compiled(template, values.keys())(values)
    except ValueError as problem:
        raise SettingError(where, str(problem)) from problem


def paging(where: str, told: Mapping[str, Any]) -> Paging:
    """How pages turn; what is not told has its usual name."""
    if "style" not in told:  # the preset may have one; what lies on top of it need not say it again
        raise SettingError(where, "'style' is needed here")
    usual = PAGING[told["style"]]
    return Paging(
        style=usual.style,
        next=jmespath_of(f"{where}.next", told.get("next", usual.next)),
        param=told.get("param", usual.param),
        limit_param=told.get("limit_param", usual.limit_param),
        first=told.get("first", usual.first),
        more=jmespath_of(f"{where}.more", told.get("more")),
        total=jmespath_of(f"{where}.total", told.get("total")),
        recheck=told.get("recheck", usual.recheck),
        at_most=told.get("at_most"),
        reach=told.get("reach"),
        complete=told.get("complete", False),
    )


def incremental(where: str, told: Mapping[str, Any] | None, paging: Paging, config: Mapping[str, Any]) -> Incremental:
    """How changes are asked for."""
    of_shop = zone("time_zone", config.get("time_zone") or "UTC")
    if told is None:
        return Incremental(zone=of_shop)
    client_side = told.get("client_side", False)
    if client_side == ("param" in told):
        trouble = "is left out where client_side is true" if client_side else "is needed, unless client_side is true"
        raise SettingError(f"{where}.param", trouble)
    value = told.get("value", "{iso}")
    try:
        templates.compiled(value, times.SPELLINGS.keys())
    except ValueError as problem:
        raise SettingError(f"{where}.value", str(problem)) from problem
    return Incremental(
        field=told.get("field", "updated_at"),
        param=told.get("param"),
        value=value,
        inclusive=told.get("inclusive", True),
        resolution=max(told.get("resolution_s", 1e-6), times.coarsest(templates.names(value))),
        zone=zone(f"{where}.zone", told["zone"]) if told.get("zone") else of_shop,
        lookback=told.get("lookback_s"),
        when_null=told.get("when_null"),
        ordered=told.get("ordered", paging.style == "keyset"),
    )


def zone(where: str, name: str) -> tzinfo:
    """The time zone of this name."""
    try:
        return times.UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise SettingError(where, f"{name!r} is no time zone such as Europe/Oslo") from problem


def shaping_of(where: str, stream: Mapping[str, Any], config: Mapping[str, Any]) -> Shaping:
    """What makes our record of the shop's; it can be compiled."""
    told = Shaping(**{part: stream.get(part, {}) for part in ("map", "types", "enums", "defaults")})
    try:
        shaping.Shaper(told, zone("time_zone", config.get("time_zone") or "UTC"))
    except shaping.ShapingError as problem:
        raise SettingError(f"{where}.{problem.place}", problem.trouble) from problem
    return told


def revisit(where: str, told: Mapping[str, Any] | None) -> Revisit | None:
    """Which rows are read again."""
    if told is None:
        return None
    if ("path" in told) == ("param" in told):
        raise SettingError(where, "takes either path or param")
    return Revisit(
        when=jmespath_of(f"{where}.when", told["when"]),
        path=told.get("path"),
        record=jmespath_of(f"{where}.record", told.get("record", "@")),
        param=told.get("param"),
        separator=told.get("separator", ","),
        batch=told.get("batch", 50),
        max_age_days=told.get("max_age_days", 60),
    )


def sweep(where: str, told: Mapping[str, Any] | None) -> Sweep | None:
    """How often everything is read."""
    if told is None:
        return None
    verify = told.get("verify")
    asked = verify if isinstance(verify, dict) else {"path": verify}
    graphql = asked.get("graphql")
    return Sweep(
        every_hours=told.get("every_h", 24),
        tombstones=told.get("deletes", "tombstone") == "tombstone",
        verify=asked["path"],
        body={"query": graph.document(graphql), "variables": graphql.get("variables", {})} if graphql else None,
        record=jmespath_of(f"{where}.verify.record", asked.get("record", "@")),
        limit_percent=told.get("limit_percent", 20),
    )


def jmespath_of(where: str, expression: Any) -> Any:  # noqa: ANN401 - None stays None
    """The expression, which is one."""
    if expression is not None:
        try:
            jmespath.compile(expression)
        except jmespath.exceptions.JMESPathError as problem:
            raise SettingError(where, f"{expression!r} is no JMESPath: {str(problem).splitlines()[0]}") from problem
    return expression


def expand(where: str, rule: Mapping[str, Any]) -> Expand:
    """What is followed inside a record."""
    at, source = rule["at"].split("."), rule.get("from", rule["at"]).split(".")
    if at[:-1] != source[:-1]:
        raise SettingError(
            f"{where}.from", f"{rule['from']!r} must stand beside at, {rule['at']!r}: same path but for the last name"
        )
    if not all((*at, *source)) or at[-1].endswith("[]") or source[-1].endswith("[]"):
        raise SettingError(f"{where}.at", f"{rule['at']!r} is no path such as lines or lines[].product")
    graphql = rule.get("graphql")
    if graphql and "path" not in rule:
        raise SettingError(f"{where}.path", "is needed, with graphql: where the document is sent")
    if not graphql and rule.get("paging", {}).get("style", "next_url") not in ("next_url", "link_header"):
        trouble = "is next_url or link_header, unless there is graphql: the rest of a list is where its answer says"
        raise SettingError(f"{where}.paging.style", trouble)
    return Expand(
        tuple(at[:-1]),
        url=source[-1],
        into=at[-1],
        records=jmespath_of(f"{where}.records", rule.get("records")),
        path=rule.get("path"),
        params={name: templates.text(each) for name, each in rule.get("params", {}).items() if each is not None},
        when=jmespath_of(f"{where}.when", rule.get("when")),
        may_be_gone=rule.get("gone") == "empty",
        body={"query": graph.document(graphql), "variables": graphql.get("variables", {})} if graphql else None,
        paging=paging(f"{where}.paging", rule["paging"]) if "paging" in rule else None,
    )
