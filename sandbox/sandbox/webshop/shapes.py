"""The contract's records as JSON Schemas: the OpenAPI document shows them, and writes are held to them."""

from __future__ import annotations

from typing import Any

import jsonschema

Schema = dict[str, Any]

_FREE: Schema = {"type": "object"}
_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_TIME: Schema = {"type": "string", "format": "date-time"}
_AMOUNT: Schema = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "description": "a decimal number as text"}
_CURRENCY: Schema = {"type": "string", "pattern": "^[A-Z]{3}$"}
_REFERENCE: Schema = {"type": "string", "minLength": 1, "maxLength": 128}
_WHOLE: Schema = {"type": "integer"}
_TAX_CODE: Schema = {"enum": ["standard", "reduced", "low", "zero"]}


def _some(schema: Schema) -> Schema:
    """The schema, or null: no value."""
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]}


def _one_of(*words: str) -> Schema:
    return {"enum": list(words)}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


_ADDRESS = {
    **dict.fromkeys(
        ("name", "company", "line1", "line2", "postal_code", "city", "region", "phone", "email", "org_number"),
        _some(_TEXT),
    ),
    "country_code": {"type": ["string", "null"], "pattern": "^[A-Z]{2}$"},
}
_ENDS = {"updated_at": _TIME, "deleted_at": _some(_TIME)}
_HEAD = {"id": _TEXT, "external_id": _some(_REFERENCE), "metadata": _FREE, "created_at": _TIME, **_ENDS}
_LINE = _object(
    id=_TEXT,
    type=_one_of("product", "shipping", "fee", "discount", "gift_card", "rounding"),
    **dict.fromkeys(("product_id", "variant_id", "sku", "unit"), _some(_TEXT)),
    title=_TEXT,
    quantity=_AMOUNT,
    price_includes_tax=_FLAG,
    **dict.fromkeys(("unit_price", "total_excl_tax", "total_incl_tax"), _AMOUNT),
    **dict.fromkeys(("discount_amount", "tax_rate", "tax_amount"), _some(_AMOUNT)),
    tax_code=_some(_TAX_CODE),
)
_PART = _object(line_id=_TEXT, quantity=_AMOUNT)
_PAYMENT = _object(
    id=_TEXT, method=_TEXT, status=_TEXT, amount=_AMOUNT, reference=_some(_TEXT), captured_at=_some(_TIME)
)
_REFUND = _object(id=_TEXT, created_at=_TIME, amount=_AMOUNT, reason=_some(_TEXT), lines=_list(_PART))
_SHIPMENT = _object(id=_TEXT, carrier=_some(_TEXT), tracking=_some(_TEXT), shipped_at=_some(_TIME), lines=_list(_PART))
_VARIANT = _object(
    id=_TEXT,
    external_id=_some(_REFERENCE),
    sku=_TEXT,
    gtin=_some(_TEXT),
    title=_some(_TEXT),
    option_values=_FREE,
    price=_AMOUNT,
    price_includes_tax=_FLAG,
    compare_at_price=_some(_AMOUNT),
    cost_price=_some(_AMOUNT),
    prices=_some(_list(_object(currency=_CURRENCY, amount=_AMOUNT, group=_some(_TEXT)))),
    weight_g=_some(_WHOLE),
    unit=_some(_TEXT),
    status=_one_of("active", "draft", "archived"),
    stock=_some(_object(tracked=_FLAG, available=_WHOLE, allow_backorder=_FLAG)),
    updated_at=_TIME,
)

RECORDS: dict[str, Schema] = {
    "customers": _object(
        **_HEAD,
        **dict.fromkeys(
            ("number", "email", "first_name", "last_name", "company_name", "vat_number", "phone", "group", "language"),
            _some(_TEXT),
        ),
        type=_one_of("person", "company"),
        org_number={"type": ["string", "null"], "pattern": r"^\d{9}$"},
        is_guest=_FLAG,
        currency=_CURRENCY,
        marketing_consent=_some(_FLAG),
        addresses=_list(_object(id=_TEXT, kind=_one_of("billing", "shipping", "other"), is_default=_FLAG, **_ADDRESS)),
    ),
    "orders": _object(
        **_HEAD,
        number=_TEXT,
        **dict.fromkeys(("customer_id", "note", "channel"), _some(_TEXT)),
        buyer=_object(**dict.fromkeys(("name", "email", "phone", "company_name", "org_number"), _some(_TEXT))),
        billing_address=_object(**_ADDRESS),
        shipping_address=_some(_object(**_ADDRESS)),
        currency=_CURRENCY,
        status=_one_of("open", "completed", "cancelled"),
        payment_status=_one_of(
            "unpaid", "authorized", "partially_paid", "paid", "partially_refunded", "refunded", "voided", "failed"
        ),
        fulfillment_status=_one_of("unfulfilled", "partial", "fulfilled", "returned"),
        lines=_list(_LINE),
        payments=_list(_PAYMENT),
        refunds=_list(_REFUND),
        shipments=_list(_SHIPMENT),
        **dict.fromkeys(("total_excl_tax", "total_tax", "total_incl_tax", "rounding", "amount_due"), _AMOUNT),
        tax_summary=_list(_object(tax_rate=_AMOUNT, tax_code=_TAX_CODE, base=_AMOUNT, amount=_AMOUNT)),
        placed_at=_TIME,
        paid_at=_some(_TIME),
        cancelled_at=_some(_TIME),
    ),
    "products": _object(
        **_HEAD,
        title=_TEXT,
        **dict.fromkeys(("description", "brand"), _some(_TEXT)),
        type=_one_of("physical", "digital", "service", "bundle"),
        status=_one_of("active", "draft", "archived"),
        categories=_list(_TEXT),
        tax_code=_TAX_CODE,
        tax_rate=_some(_AMOUNT),
        images=_list(_TEXT),
        options=_list(_TEXT),
        variants=_list(_VARIANT),
    ),
    "inventory-levels": _object(
        sku=_TEXT, variant_id=_TEXT, location_id=_TEXT, on_hand=_WHOLE, reserved=_WHOLE, available=_WHOLE, **_ENDS
    ),
}
TOMBSTONE: Schema = {
    "type": "object",
    "properties": {"id": _TEXT, "sku": _TEXT, "deleted_at": _TIME, "updated_at": _TIME, "reason": _TEXT},
    "required": ["id", "deleted_at", "updated_at"],
    "additionalProperties": False,
}
DEFAULTS: dict[str, dict[str, Any]] = {
    "customers": {"type": "person", "is_guest": False, "language": "nb", "currency": "NOK", "addresses": []},
    "orders": {
        "currency": "NOK", "status": "open", "payment_status": "unpaid", "fulfillment_status": "unfulfilled",
        "lines": [], "payments": [], "refunds": [], "shipments": [],
    },
    "products": {"type": "physical", "status": "active", "tax_code": "standard", "variants": []},
}  # fmt: skip
"""What a new record holds where its maker says nothing."""

_COMMANDS: dict[str, Schema] = {"fulfillments": _SHIPMENT, "refunds": _REFUND, "cancel": _object(reason=_some(_TEXT))}
LEVEL_CHANGE: Schema = _object(
    available=_WHOLE, on_hand=_WHOLE, reserved=_WHOLE, location_id=_TEXT, expected_available=_WHOLE
)
COMMANDS = tuple(_COMMANDS)


def command(name: str) -> Schema:
    """What a command of an order takes."""
    return _COMMANDS[name]


def faults(schema: Schema, content: Any) -> list[dict[str, str]]:  # noqa: ANN401 - any JSON value
    """What is wrong with a written value, each with the place where it stands."""
    found = jsonschema.Draft202012Validator(schema).iter_errors(content)
    return [
        {
            "pointer": "".join(f"/{step}" for step in each.absolute_path),
            "code": str(each.validator),
            "message": each.message,
        }
        for each in found
    ]
