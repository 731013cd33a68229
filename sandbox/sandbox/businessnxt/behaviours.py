"""What the company does, each behaviour with a switch: `docs/facts.yml` says of each where it is known from."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any

from sandbox.businessnxt.reading_behaviours import ReadingBehaviours
from sandbox.businessnxt.switches import off_values
from sandbox.businessnxt.webhook_behaviours import WebhookBehaviours
from sandbox.businessnxt.wire_behaviours import WireBehaviours
from sandbox.businessnxt.writing_behaviours import WritingBehaviours


@dataclass
class Behaviours(WireBehaviours, ReadingBehaviours, WritingBehaviours, WebhookBehaviours):
    """The name of a switch is the name of a fact in `docs/facts.yml`; fields without an `off` are sizes and clocks.

    Attributes:
        clock_offset_seconds: How far the server's clock is from this machine's.
    """

    clock_offset_seconds: float = 0

    def change(self, changes: dict[str, Any]) -> None:
        """Set behaviours by name.

        Raises:
            ValueError: There is no behaviour of that name.
        """
        known = {item.name for item in fields(self)}
        if unknown := sorted(changes.keys() - known):
            raise ValueError(f"no such behaviour: {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        for name, value in changes.items():
            setattr(self, name, value)

    def reset(self) -> None:
        """Behave as documented again."""
        self.change(asdict(Behaviours()))

    def as_dict(self) -> dict[str, dict[str, Any]]:
        """Every behaviour: how it is `now`, its `default`, and its value when `off`, where it has one."""
        off = off_values(Behaviours)
        return {
            item.name: {
                "now": getattr(self, item.name),
                "default": item.default,
                **({"off": off[item.name]} if item.name in off else {}),
            }
            for item in fields(self)
        }
