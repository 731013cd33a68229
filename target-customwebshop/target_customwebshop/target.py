"""The target: its settings, and how it gets from them to the shop."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, ClassVar

from crosswalk import Side
from crosswalk_target import CrosswalkTarget, carrying
from customwebshop import METHODS, SETTINGS, Connection, Credentials, ShopClient, ShopError
from singer_sdk import typing as th
from singer_sdk.exceptions import ConfigValidationError
from typing_extensions import override

from target_customwebshop import __version__
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
    source = Side.BUSINESSNXT

    config_jsonschema = reaching_a_shop(
        th.Property(
            "company_no",
            th.IntegerType,
            required=True,
            title="Company",
            description="The Visma.net id of the company that the rows come from; a link store belongs to one webshop "
            "and one company.",
        ),
        *carrying(grace=900),
        th.Property(
            "page_size",
            th.IntegerType(minimum=1, maximum=250),
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
    def remote(self, store: Store) -> Shop:
        for lookup in self.mappings.used_lookups():
            self.mappings.bind(lookup, functools.partial(store.kept_lookup, lookup.name))
        connection = Connection(
            self.config["api_url"],
            self.credentials(),
            timeout=self.config["request_timeout"],
            user_agent=self.config["user_agent"],
            pace=self.config.get("requests_per_second"),
        )
        return Shop(ShopClient(connection, page_size=self.config["page_size"]))

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
