"""The target: its settings, and how it gets from them to the shop."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, ClassVar

from crosswalk import Side
from crosswalk_target import CrosswalkTarget, carrying
from customwebshop import (
    METHODS,
    SETTINGS,
    Allowance,
    Connection,
    Credentials,
    ForeignShop,
    ShopClient,
    ShopError,
    SpentError,
)
from customwebshop.allowance import MISSING
from customwebshop.dialect import DialectError, compiled, kept
from customwebshop.reading import preset
from customwebshop.reading.config import with_preset, zone
from customwebshop.reading.misfits import SettingsError
from customwebshop.reading.shapes import Shapes
from singer_sdk import typing as th
from singer_sdk.exceptions import ConfigValidationError
from typing_extensions import override

from target_customwebshop import __version__
from target_customwebshop.directions import astray
from target_customwebshop.reach import narrow
from target_customwebshop.shop import Shop

if TYPE_CHECKING:
    from crosswalk import Store


def reaching_a_shop(*others: th.Property[Any]) -> dict[str, Any]:
    """The settings by which a shop is reached, as the tap has them too, and the others."""
    schema = th.PropertiesList(*others).to_dict()
    required = ["api_url", *schema.get("required", [])]
    return {**schema, "required": required, "properties": {**SETTINGS, **schema["properties"]}}


class TargetCustomWebshop(CrosswalkTarget):
    """Keeps records of a bespoke webshop in step with the rows of Business NXT, by mapping files and a link store."""

    name = "target-customwebshop"
    package_name = "target-customwebshop"
    plugin_version = __version__
    expected: ClassVar = (ShopError, ConfigValidationError)
    pauses: ClassVar = (SpentError,)
    source = Side.BUSINESSNXT

    config_jsonschema = reaching_a_shop(
        th.Property(
            "preset",
            th.StringType,
            default=preset.DEFAULT,
            title="Preset",
            description="How the shop is read and written, as for the tap: the name of a preset that has `writes`, or "
            "a file of the project ending in .yml.",
        ),
        th.Property(
            "streams",
            th.ObjectType(additional_properties=True),
            title="Streams",
            description="What differs from the preset in reading; the same as the tap is told, for what was written is "
            "read back.",
        ),
        th.Property(
            "writes",
            th.ObjectType(additional_properties=True),
            title="Writes",
            description="What differs from the preset in writing, by collection; see docs/webshops.md.",
        ),
        th.Property(
            "time_zone",
            th.StringType,
            default="UTC",
            title="Time zone",
            description="Zone of times that the shop writes without one, as for the tap.",
        ),
        th.Property(
            "company_no",
            th.IntegerType,
            required=True,
            title="Company",
            description="The Visma.net id of the company that the rows come from; a link store belongs to one webshop "
            "and one company.",
        ),
        th.Property(
            "key_file",
            th.StringType,
            title="Key file",
            description="The one of the tap: beside it, the requests of `max_requests_per_day` are counted.",
        ),
        *carrying(grace=900),
        th.Property(
            "page_size",
            th.IntegerType(minimum=1),
            default=250,
            title="Page size",
            description="Records to ask for at a time where the shop is searched; the contract allows up to 250.",
        ),
        th.Property(
            "request_timeout",
            th.IntegerType(minimum=1),
            default=60,
            title="Request time-out",
            description="Seconds to wait for the shop to connect, or to go on answering.",
        ),
        th.Property(
            "user_agent",
            th.StringType,
            default=f"target-customwebshop/{__version__}",
            title="User agent",
            description="How we name ourselves to the shop.",
        ),
    )

    @override
    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        try:
            self._config = with_preset({name: value for name, value in self._config.items() if value != ""})
        except SettingsError as problem:
            raise ConfigValidationError(str(problem), errors=problem.errors) from problem
        if self._config.get("max_requests_per_day") and not self._config.get("key_file"):
            raise ConfigValidationError(MISSING, errors=[MISSING])
        return super()._validate_config(raise_errors=raise_errors)

    @override
    def remote(self, store: Store) -> Shop:
        for lookup in self.mappings.used_lookups():
            self.mappings.bind(lookup, functools.partial(store.kept_lookup, lookup.name))
        allowance = Allowance.of(self.config, zone("time_zone", self.config["time_zone"]))
        connection = Connection(
            self.config["api_url"],
            self.credentials(),
            timeout=self.config["request_timeout"],
            user_agent=self.config["user_agent"],
            pace=self.config.get("requests_per_second"),
            before_each=allowance.take if allowance else None,
        )
        client = self.client(connection)
        if isinstance(client, ForeignShop):
            narrow(self.mappings, client, self.config["preset"])
        return Shop(client)

    def client(self, connection: Connection) -> ShopClient | ForeignShop:
        """What speaks to the shop: in the contract's words, or in those of its preset.

        Raises:
            ConfigValidationError: The preset cannot write, or cannot be understood.
        """
        name = self.config["preset"]
        told = preset.load(name)
        writes = kept(preset.merged(told.get("writes", {}), self.config.get("writes") or {}))
        if not writes and name == preset.DEFAULT:
            return ShopClient(connection, page_size=self.config["page_size"])
        if not writes:
            raise ConfigValidationError(f"preset: {name} only reads. {' '.join(told.get('cannot', []))}")
        try:
            dialect = compiled(name, writes)
            shapes = Shapes(connection, self.config, {each.stream for each in dialect.collections.values()})
        except (DialectError, SettingsError) as problem:
            raise ConfigValidationError(f"preset {name}: {problem}") from problem
        if complaints := list(astray(writes, shapes.properties)):
            raise ConfigValidationError("; ".join(complaints))
        return ForeignShop(connection, dialect, shapes)

    def credentials(self) -> Credentials:
        """How the shop is shown who asks.

        Raises:
            ConfigValidationError: The method needs a setting that is empty.
        """
        credentials = Credentials.of(self.config)
        if credentials.missing:
            raise ConfigValidationError(
                f"auth_method '{credentials.auth_method}' needs {' and '.join(credentials.missing)}; set it, or choose "
                f"another auth_method: {', '.join(METHODS)}"
            )
        return credentials
