"""The target: its settings, and how it gets from them to the shop."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, ClassVar

from crosswalk import Side
from crosswalk_target import CrosswalkTarget, carrying
from customwebshop import NEEDS, Connection, Credentials, ShopClient, ShopError
from singer_sdk import typing as th
from singer_sdk.exceptions import ConfigValidationError
from typing_extensions import override

from target_customwebshop import __version__
from target_customwebshop.shop import Shop

if TYPE_CHECKING:
    from crosswalk import Store


class TargetCustomWebshop(CrosswalkTarget):
    """Keeps records of a bespoke webshop in step with the rows of Business NXT, by mapping files and a link store."""

    name = "target-customwebshop"
    package_name = "target-customwebshop"
    plugin_version = __version__
    expected: ClassVar = (ShopError, ConfigValidationError)
    source = Side.BUSINESSNXT

    config_jsonschema = th.PropertiesList(
        th.Property(
            "api_url",
            th.StringType,
            required=True,
            title="API URL",
            description="Where the shop's API begins, such as https://shop.example/api/v1.",
        ),
        th.Property(
            "auth_method",
            th.StringType,
            allowed_values=list(NEEDS),
            default="bearer",
            title="Authentication",
            description="How the shop is shown who asks: `bearer` and `header` send `auth_token`, `basic` sends "
            "`username` and `password`, `oauth2` fetches tokens from `token_url` with `client_id` and `client_secret`.",
        ),
        th.Property(
            "auth_token",
            th.StringType,
            secret=True,
            title="Token",
            description="API key or token that may write, for `bearer` and `header`.",
        ),
        th.Property(
            "auth_header",
            th.StringType,
            default="Authorization",
            title="Token header",
            description="Header that takes `auth_token` as it stands, for `header`.",
        ),
        th.Property(
            "token_url", th.StringType, title="Token URL", description="OAuth 2.0 token end point, for `oauth2`."
        ),
        th.Property("client_id", th.StringType, title="Client id", description="OAuth 2.0 client id, for `oauth2`."),
        th.Property(
            "client_secret",
            th.StringType,
            secret=True,
            title="Client secret",
            description="OAuth 2.0 client secret, for `oauth2`.",
        ),
        th.Property(
            "scope", th.StringType, title="Scope", description="OAuth 2.0 scopes, separated by spaces, for `oauth2`."
        ),
        th.Property("username", th.StringType, title="User name", description="User or API key, for `basic`."),
        th.Property(
            "password", th.StringType, secret=True, title="Password", description="Password or API secret, for `basic`."
        ),
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
    ).to_dict()

    @override
    def remote(self, store: Store) -> Shop:
        for lookup in self.mappings.used_lookups():
            self.mappings.bind(lookup, functools.partial(store.kept_lookup, lookup.name))
        connection = Connection(
            self.config["api_url"],
            self.credentials(),
            timeout=self.config["request_timeout"],
            user_agent=self.config["user_agent"],
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
                f"another auth_method: {', '.join(NEEDS)}"
            )
        return credentials
