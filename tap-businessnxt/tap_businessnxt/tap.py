"""The tap: its settings, the streams that this company offers, and the order they are read in."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from singer_sdk.helpers.capabilities import STREAM_MAPS_CONFIG, PluginCapabilities, TapCapabilities
from typing_extensions import override

from . import window
from .company import Company
from .definition import DEFINITIONS
from .errors import TapError
from .keyfile import KeyFile
from .needs import of_stream
from .offer import Offer
from .sdk import HonestTap
from .settings import SETTINGS
from .streams import ErpStream, Plan, say_hidden

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from businessnxt import Column
    from singer_sdk import Stream
    from singer_sdk.helpers.capabilities import CapabilitiesEnum

    from .definition import StreamDefinition
    from .needs import Need


class TapBusinessNxt(HonestTap):
    """Reads customers, products, prices, stock, orders and invoices of a Visma Business NXT company."""

    name = "tap-businessnxt"
    dynamic_catalog = True  # what there is, the company says: discovery needs the settings
    config_jsonschema: ClassVar[dict[str, Any]] = SETTINGS
    capabilities: ClassVar[list[CapabilitiesEnum]] = [  # those that are tested
        TapCapabilities.CATALOG,
        TapCapabilities.STATE,
        TapCapabilities.DISCOVER,
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]

    @cached_property
    def company(self) -> Company:
        """The company, with one token and one pace for all streams."""
        return Company.of(self.config)

    @cached_property
    def key_file(self) -> KeyFile | None:
        """The keys that were ever told, where somebody wants them kept."""
        path = self.config.get("key_file")
        return KeyFile(path, self.config["company_no"]) if path else None

    @classmethod
    @override
    def append_builtin_config(cls, config_jsonschema: dict[str, Any]) -> None:
        # The SDK would add the settings of capabilities that this tap does not have.
        for name in ("stream_maps", "stream_map_config"):
            config_jsonschema["properties"].setdefault(name, STREAM_MAPS_CONFIG["properties"][name])

    @override
    def discover_streams(self) -> Sequence[Stream]:
        found = [plan for plan in map(self.plan, DEFINITIONS.values()) if plan]
        if not found:
            raise TapError(
                f"company {self.config['company_no']} lets this service see none of the tables that the streams need. "
                "Check the access group in the table Connect Application Access"
            )
        return [ErpStream(self, plan) for plan in found]

    @property
    @override
    def streams(self) -> dict[str, Stream]:
        """Parents first. The SDK sorts by name, and orders would come before the products they speak of."""
        found = super().streams
        return {name: found[name] for name in DEFINITIONS if name in found}

    def plan(self, definition: StreamDefinition) -> Plan | None:
        """The stream as this company offers it; None, with the reason in the log, where it cannot be read."""
        offered = {need.table: self._columns(need) for need in of_stream(definition)}
        if not all(offered.values()):
            return None
        ways = {table: window.way(columns or {}) for table, columns in offered.items()}
        if unstamped := [table for table, way in ways.items() if way is None]:
            self.logger.warning(
                "Stream '%s' is read whole each time: this service may see no stamps of changes on %s.",
                definition.name,
                " and ".join(unstamped),
            )
        lines, way = definition.lines, None if unstamped else ways[definition.table]
        always = (*definition.key, *(way.changed if way else ()))
        return Plan(
            definition,
            offer=self._offer(definition.table, always, offered[definition.table] or {}),
            lines=self._offer(lines.table, lines.key, offered[lines.table] or {}) if lines else None,
            way=way,
            lines_way=ways[lines.table] if lines and way else None,
        )

    def _columns(self, need: Need) -> Mapping[str, Column] | None:
        """The columns of a table; None, with the reason in the log, where what the stream needs is hidden."""
        if not self.company.shows(need.table):
            self.logger.warning("Stream '%s' is absent: this service may not see table '%s'.", need.stream, need.table)
            return None
        columns = self.company.columns(need.table)
        if missing := need.missing(columns):
            self.logger.warning(
                "Stream '%s' is absent: it needs %s of table '%s', which this service may not see.",
                need.stream,
                ", ".join(missing),
                need.table,
            )
            return None
        return columns

    def _offer(self, table: str, always: tuple[str, ...], columns: Mapping[str, Column]) -> Offer:
        wanted = (self.config.get("columns") or {}).get(table)
        say_hidden(self.logger, table, [name for name in wanted or () if name not in columns])
        return Offer.of(columns, zone=self._zone, wanted=wanted and [*always, *wanted])

    @cached_property
    def _zone(self) -> ZoneInfo | None:
        name = self.config.get("server_time_zone")
        try:
            return ZoneInfo(name) if name else None
        except (ZoneInfoNotFoundError, ValueError) as problem:
            raise TapError(f"server_time_zone: {name!r} is no time zone such as Europe/Oslo") from problem
