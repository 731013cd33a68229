"""Which edits of an order the shop takes as commands: it is sent and cancelled by acts, not by a status. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from customwebshop import RefusedError

if TYPE_CHECKING:
    from target_customwebshop.views import Edit, Record

SHIPMENT = "shipment."


def commands(order: Record, edit: Edit) -> tuple[list[tuple[str, Record]], Edit]:
    """The commands that an edit comes to, each with what it takes, and what is left to be set.

    A shipment that the order has already, by its tracking number, is not sent again; one that has no number yet gets
    it set.
    """
    shipment = {path.removeprefix(SHIPMENT): value for path, value in edit.items() if path.startswith(SHIPMENT)}
    left = _by_status(order, {path: value for path, value in edit.items() if not path.startswith(SHIPMENT)})
    given: list[tuple[str, Record]] = []
    if left.get("status") == "cancelled" and order.get("status") != "cancelled":
        left.pop("status")
        given.append(("cancel", {}))
    shipments: list[Record] = list(order.get("shipments") or ())
    known = _known(shipments, shipment)
    sent = left.get("fulfillment_status") == "fulfilled" and not shipments
    if known is not None:
        shipments[known] = {**shipments[known], **shipment}
        left["shipments"] = shipments
    elif sent or any(shipment.values()):
        left.pop("fulfillment_status", None)
        given.append(("fulfillments", shipment))
    return given, left


def _by_status(order: Record, edit: Edit) -> Edit:
    """Three yes or no (see the step `order_progress`) as the status and the fulfilment that they stand for.

    Raises:
        RefusedError: A cancelled order is to be opened again.
    """
    left = {path: value for path, value in edit.items() if path not in ("cancelled", "completed", "fulfilled")}
    if edit.get("cancelled"):
        left["status"] = "cancelled"
    elif "cancelled" in edit and order.get("status") == "cancelled":
        raise RefusedError("the webshop cannot open a cancelled order again; place a new one there", property="status")
    elif "completed" in edit and order.get("status") != "cancelled":
        left["status"] = "completed" if edit["completed"] else "open"
    if "fulfilled" in edit:
        left["fulfillment_status"] = "fulfilled" if edit["fulfilled"] else "unfulfilled"
    return left


def _known(shipments: list[Record], shipment: Record) -> int | None:
    """Which of the order's shipments it is: by its tracking number, else the last one if either has none."""
    if not shipment or not shipments:
        return None
    numbers = [each.get("tracking") for each in shipments]
    tracking = shipment.get("tracking")
    if tracking in numbers:
        return numbers.index(tracking)
    return None if tracking and numbers[-1] else len(numbers) - 1
