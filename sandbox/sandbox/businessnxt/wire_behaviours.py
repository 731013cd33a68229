"""How one signs in, and how requests are taken in and answered."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.businessnxt.switches import shape, switch


@dataclass
class WireBehaviours:
    """Each name is a fact of `docs/facts.yml`, which says it in a sentence; the others are sizes.

    Attributes:
        token_lifetime_seconds: How long an access token lives.
        requests_per_minute: How many requests a token may make.
        abandoned_place_seconds: For how long the place of a request that its client gave up stays taken.
        execution_timeout_seconds: When an answer is given up.
        async_places: How many async queries run at once.
        async_gap_seconds: How long after one async query the next may start.
        async_seconds: For how long an async query runs.
    """

    token_by_client_credentials: bool = switch(default=True, off=False)
    credentials_in_form: bool = switch(default=True, off=False)
    credentials_in_basic: bool = switch(default=True, off=False)
    secrets_are_form_encoded_in_basic: bool = switch(default=True, off=False)
    token_says_how_long_it_lives: bool = switch(default=True, off=False)
    tokens_end: bool = switch(default=True, off=False)
    tokens_are_jwts: bool = switch(default=True, off=False)
    four_scopes: bool = switch(default=True, off=False)
    token_refusal_has_a_reason: bool = switch(default=True, off=False)
    scope_opens_its_end_point_only: bool = switch(default=True, off=False)
    read_only_scope_refuses_mutations: bool = switch(default=True, off=False)
    unauthorised_is_a_page: bool = switch(default=True, off=False)
    token_limit_per_minute: bool = switch(default=True, off=False)
    outstanding_limit: int = switch(default=60, off=1_000_000)
    abandoned_requests_hold_their_place: bool = switch(default=True, off=False)
    server_gives_up_after_59_seconds: bool = switch(default=True, off=False)
    work_goes_on_after_a_time_out: bool = switch(default=True, off=False)
    trace_id_in_extensions: bool = switch(default=True, off=False)
    errors_come_with_200: bool = switch(default=True, off=False)
    unreadable_body_is_400: bool = switch(default=True, off=False)
    batch_is_answered_in_order: bool = switch(default=True, off=False)
    batch_of_32_at_most: bool = switch(default=True, off=False)
    operation_name_must_match: bool = switch(default=True, off=False)
    async_queries: bool = shape(default=True, off=False)
    async_result_is_text: bool = shape(default=True, off=False)
    async_requests_are_listed: bool = shape(default=True, off=False)
    async_jobs_are_deleted: bool = shape(default=True, off=False)
    async_ten_at_once: bool = switch(default=True, off=False)
    async_starts_are_apart: bool = switch(default=True, off=False)
    async_in_async_is_refused: bool = switch(default=True, off=False)
    async_lacks_joins: bool = switch(default=True, off=False)
    async_lacks_exports: bool = switch(default=True, off=False)
    token_lifetime_seconds: int = 3600
    requests_per_minute: int = 600
    abandoned_place_seconds: float = 1800
    execution_timeout_seconds: float = 59
    async_places: int = 10
    async_gap_seconds: float = 5
    async_seconds: float = 0
