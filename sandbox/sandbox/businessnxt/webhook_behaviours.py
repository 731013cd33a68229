"""How the company tells others of what changed."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.businessnxt.switches import switch


@dataclass
class WebhookBehaviours:
    """Each name is a fact of `docs/facts.yml`, which says it in a sentence."""

    webhook_is_signed: bool = switch(default=True, off=False)
    webhook_names_are_pascal_case: bool = switch(default=True, off=False)
    webhook_names_who_changed: bool = switch(default=True, off=False)
    webhook_timestamp_is_utc: bool = switch(default=True, off=False)
    webhook_has_an_event_id: bool = switch(default=True, off=False)
    webhook_is_sent_again: bool = switch(default=True, off=False)
    webhook_retries_back_off: bool = switch(default=True, off=False)
    webhooks_come_once: bool = switch(default=True, off=False)
    webhooks_come_in_order: bool = switch(default=True, off=False)
