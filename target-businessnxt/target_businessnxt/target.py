"""The target: its settings, and how it gets from them to the company."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, ClassVar

from businessnxt import BusinessNxtError, Client, Credentials
from crosswalk import MappingSet, load_mappings
from crosswalk_target import CrosswalkTarget, carrying
from singer_sdk import typing as th
from typing_extensions import override

from target_businessnxt import __version__
from target_businessnxt.company import Company
from target_businessnxt.setup import check_columns, load_lookups, with_choices

if TYPE_CHECKING:
    from crosswalk import Store


class TargetBusinessNxt(CrosswalkTarget):
    """Keeps rows of Visma Business NXT in step with the records of any tap, by mapping files and a link store."""

    name = "target-businessnxt"
    package_name = "target-businessnxt"
    plugin_version = __version__
    expected: ClassVar = (BusinessNxtError,)

    config_jsonschema = th.PropertiesList(
        th.Property(
            "api_url",
            th.StringType,
            default="https://business.visma.net/api/graphql-service",
            title="API URL",
            description="GraphQL end point of Business NXT.",
        ),
        th.Property(
            "token_url",
            th.StringType,
            default="https://connect.visma.com/connect/token",
            title="Token URL",
            description="Token end point of Visma Connect.",
        ),
        th.Property(
            "client_id",
            th.StringType,
            required=True,
            title="Client id",
            description="The service application's client id; it must stand in the company's table User.",
        ),
        th.Property(
            "client_secret",
            th.StringType,
            required=True,
            secret=True,
            title="Client secret",
            description="The service application's secret.",
        ),
        th.Property(
            "scope",
            th.StringType,
            default="business-graphql-service-api:access-group-based",
            title="Scope",
            description="OAuth2 scope that is asked for.",
        ),
        th.Property(
            "company_no",
            th.IntegerType,
            required=True,
            title="Company",
            description="The company's Visma.net id (`vismaNetCompanyId`), not its number inside Business NXT.",
        ),
        *carrying(grace=900),
        th.Property(
            "page_size",
            th.IntegerType(minimum=1),
            default=500,
            title="Page size",
            description="Rows per page when Business NXT is read.",
        ),
        th.Property(
            "request_timeout",
            th.IntegerType(minimum=1),
            default=90,
            title="Request time-out",
            description="Seconds to wait for an answer. Business NXT itself gives up after 59; whoever gives up before "
            "leaves one of the company's 60 places for requests taken for half an hour, so set 60 or more.",
        ),
        th.Property(
            "user_agent",
            th.StringType,
            default=f"target-businessnxt/{__version__}",
            title="User agent",
            description="Sent with every request.",
        ),
        th.Property(
            "customer_accounts",
            th.StringType,
            allowed_values=["always", "when_ordered", "never"],
            default="when_ordered",
            title="Customer accounts",
            description="When a customer gets an Associate besides its Address: always, with the first order, never.",
        ),
        th.Property(
            "guest_customer_no",
            th.IntegerType,
            title="Guest customer",
            description="Customer number on which all guest orders are booked; without it a guest gets an Associate "
            "of its own, by e-mail address.",
        ),
        th.Property(
            "locked_row_patience",
            th.IntegerType(minimum=0),
            default=10,
            title="Patience with locked rows",
            description="Seconds that a batch waits for rows that a person has open in Business NXT. What stays "
            "locked is left for a later run.",
        ),
    ).to_dict()

    @functools.cached_property
    @override
    def mappings(self) -> MappingSet:
        guest = self.config.get("guest_customer_no")
        return with_choices(load_mappings(self.config["mapping"]), self.config["customer_accounts"], guest)

    @override
    def remote(self, store: Store) -> Company:
        client = self.client()
        load_lookups(self.mappings, client, store)
        return Company(client, user=self.config["client_id"], check=lambda: check_columns(self.mappings, client))

    def client(self) -> Client:
        """Speaks to the company that the settings name."""
        return Client(
            Credentials(
                self.config["client_id"],
                self.config["client_secret"],
                token_url=self.config["token_url"],
                scope=self.config["scope"],
            ),
            api_url=self.config["api_url"],
            company_no=self.config["company_no"],
            timeout=float(self.config["request_timeout"]),
            user_agent=self.config["user_agent"],
            page_size=self.config["page_size"],
            batch_size=self.config["batch_size_rows"],
            locked_row_patience=float(self.config["locked_row_patience"]),
        )
