"""The tap: its settings, its streams and the order they are read in."""

from __future__ import annotations

import contextlib
import difflib
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from customwebshop import Allowance, Connection, Credentials, Retry
from customwebshop.allowance import MISSING
from customwebshop.reading.config import definitions, with_preset, zone
from customwebshop.reading.misfits import SettingsError
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.helpers.capabilities import STREAM_MAPS_CONFIG, PluginCapabilities, TapCapabilities
from typing_extensions import override

from .keyfile import KeyFile
from .rejects import REJECTS, RejectStream
from .sdk import HonestTap
from .settings import SETTINGS
from .streams import ShopStream
from .threshold import Threshold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import tzinfo

    from customwebshop.reading.definition import StreamDefinition
    from singer_sdk import Stream
    from singer_sdk.helpers.capabilities import CapabilitiesEnum


ALIKE = 0.8
"""How much of a setting's name must be right for it to be meant."""


@contextlib.contextmanager
def _said() -> Iterator[None]:
    """What is wrong with settings, in the SDK's own words for it."""
    try:
        yield
    except SettingsError as problem:
        raise ConfigValidationError(str(problem), errors=problem.errors) from problem


def _defined(config: Mapping[str, Any]) -> Sequence[StreamDefinition]:
    """The streams of the shop.

    Raises:
        SettingsError: With one line for each thing that is wrong with the settings.
    """
    complaints, found = list(_misfits(config)), []
    try:
        found = definitions(config)
    except SettingsError as problem:
        complaints += problem.errors
    try:
        threshold = Threshold.of(config.get("max_rejects"))
    except ValueError as problem:
        complaints.append(f"max_rejects: {problem}")
        threshold = Threshold()
    if threshold and any(each.name == REJECTS for each in found):
        trouble = "the tap has a stream of that name; choose another, or set max_rejects to 0"
        complaints.append(f"streams.{REJECTS}: {trouble}")
    if complaints:
        raise SettingsError("; ".join(complaints), complaints)
    return found


def _misfits(config: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the settings themselves; one that nobody knows is taken for a slip where it is nearly one."""
    known = SETTINGS["properties"]
    for name in sorted(config.keys() - known.keys()):
        if near := difflib.get_close_matches(name, known, n=1, cutoff=ALIKE):
            yield f"{name}: there is no such setting; did you mean {near[0]!r}?"
    if config.get("max_requests_per_day") and not config.get("key_file"):
        yield MISSING


class TapCustomWebshop(HonestTap):
    """Reads customers, products, stock levels and orders of a bespoke webshop."""

    spent = False  # whether the shop has been asked as often as it may be today

    name = "tap-customwebshop"
    config_jsonschema: ClassVar[dict[str, Any]] = SETTINGS
    capabilities: ClassVar[list[CapabilitiesEnum]] = [  # those that are tested
        TapCapabilities.CATALOG,
        TapCapabilities.STATE,
        TapCapabilities.DISCOVER,
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - as the SDK takes them
        super().__init__(**options)
        _ = self.definitions  # so that what is wrong with them is said before anything is done

    @override
    def completed(self, config: dict[str, Any]) -> dict[str, Any]:
        with _said():
            return with_preset(config)

    @override
    def complaints(self) -> list[str]:
        try:
            _defined(self.config)
        except SettingsError as problem:
            return problem.errors
        return []

    @cached_property
    def definitions(self) -> Sequence[StreamDefinition]:
        """The streams, as the settings tell of them."""
        with _said():
            return _defined(self.config)

    @cached_property
    def connection(self) -> Connection:
        """The shop, with one token and one connection for all streams."""
        return self.connected(Retry())

    def connected(self, retry: Retry) -> Connection:
        """The shop, asked with so much patience."""
        return Connection(
            self.config["api_url"],
            Credentials.of(self.config),
            timeout=self.config["request_timeout"],
            user_agent=self.config["user_agent"],
            retry=retry,
            pace=self.config.get("requests_per_second"),
            before_each=self._allowance.take if self._allowance else None,
        )

    @cached_property
    def _allowance(self) -> Allowance | None:
        """How often the shop may be asked."""
        return Allowance.of(self.config, self.zone)

    @cached_property
    def key_file(self) -> KeyFile:
        """Where hashes of rows are kept."""
        return KeyFile(self.config["key_file"], self.config["api_url"])

    @cached_property
    def zone(self) -> tzinfo:
        """The zone of times that the shop writes without one."""
        return zone("time_zone", self.config.get("time_zone") or "UTC")

    @classmethod
    @override
    def append_builtin_config(cls, config_jsonschema: dict[str, Any]) -> None:
        # The SDK would add the settings of capabilities that this tap does not have.
        for name in ("stream_maps", "stream_map_config"):
            config_jsonschema["properties"].setdefault(name, STREAM_MAPS_CONFIG["properties"][name])

    @override
    def discover_streams(self) -> Sequence[Stream]:
        streams: list[Stream] = [ShopStream(self, definition) for definition in self.definitions]
        return [*streams, RejectStream(self)] if Threshold.of(self.config.get("max_rejects")) else streams

    @property
    @override
    def streams(self) -> dict[str, Stream]:
        """Parents first. The SDK sorts by name, and orders would come before the products they speak of."""
        found = super().streams
        return {name: found[name] for name in (*(each.name for each in self.definitions), REJECTS) if name in found}
