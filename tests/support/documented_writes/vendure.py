"""Vendure 3's Admin API, from the GraphQL schema in its repository (packages/core/src/api/schema).

Each mutation is held to the types of that schema by a GraphQL server; what a rule of the shop forbids is answered with
HTTP 200 and a result that is an error. Amounts are whole numbers of the smallest coin; `price` is with tax where the
channel's prices are. What is refused by the types, and an id that there is not, is answered with `errors`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from documented import Asked, Told, bearer
from graphql import GraphQLError, build_schema, graphql_sync

if TYPE_CHECKING:
    from documented import Rows

    from documented_writes.api import Held, Row

SCHEMA = build_schema("""
scalar Money
interface ErrorResult { errorCode: String! message: String! }
type EmailAddressConflictError implements ErrorResult { errorCode: String! message: String! }
type OrderStateTransitionError implements ErrorResult { errorCode: String! message: String! }
type ItemsAlreadyFulfilledError implements ErrorResult { errorCode: String! message: String! }
type InvalidFulfillmentHandlerError implements ErrorResult { errorCode: String! message: String! }
type FulfillmentStateTransitionError implements ErrorResult { errorCode: String! message: String! }
type Customer { id: ID! }
type Address { id: ID! }
type Product { id: ID! }
type ProductVariant { id: ID! }
type Order { id: ID! }
type Fulfillment { id: ID! }
type Channel { pricesIncludeTax: Boolean! }
enum GlobalFlag { TRUE FALSE INHERIT }
union CreateCustomerResult = Customer | EmailAddressConflictError
union UpdateCustomerResult = Customer | EmailAddressConflictError
union CancelOrderResult = Order | OrderStateTransitionError
union AddFulfillmentToOrderResult = Fulfillment | ItemsAlreadyFulfilledError | InvalidFulfillmentHandlerError
union TransitionFulfillmentToStateResult = Fulfillment | FulfillmentStateTransitionError
input CreateCustomerInput {
  title: String firstName: String! lastName: String! phoneNumber: String emailAddress: String!
}
input UpdateCustomerInput {
  id: ID! title: String firstName: String lastName: String phoneNumber: String emailAddress: String
}
input CreateAddressInput {
  fullName: String company: String streetLine1: String! streetLine2: String city: String province: String
  postalCode: String countryCode: String! phoneNumber: String defaultShippingAddress: Boolean
  defaultBillingAddress: Boolean
}
input UpdateAddressInput {
  id: ID! fullName: String company: String streetLine1: String streetLine2: String city: String province: String
  postalCode: String countryCode: String phoneNumber: String defaultShippingAddress: Boolean
  defaultBillingAddress: Boolean
}
input UpdateProductInput { id: ID! enabled: Boolean featuredAssetId: ID }
input StockLevelInput { stockLocationId: ID! stockOnHand: Int! }
input UpdateProductVariantInput {
  id: ID! enabled: Boolean sku: String taxCategoryId: ID price: Money stockOnHand: Int stockLevels: [StockLevelInput!]
  trackInventory: GlobalFlag
}
input OrderLineInput { orderLineId: ID! quantity: Int! }
input CancelOrderInput { orderId: ID! lines: [OrderLineInput!] cancelShipping: Boolean reason: String }
input ConfigArgInput { name: String! value: String! }
input ConfigurableOperationInput { code: String! arguments: [ConfigArgInput!]! }
input FulfillOrderInput { lines: [OrderLineInput!]! handler: ConfigurableOperationInput! }
type Query { activeChannel: Channel! }
type Mutation {
  createCustomer(input: CreateCustomerInput!, password: String): CreateCustomerResult!
  updateCustomer(input: UpdateCustomerInput!): UpdateCustomerResult!
  createCustomerAddress(customerId: ID!, input: CreateAddressInput!): Address!
  updateCustomerAddress(input: UpdateAddressInput!): Address!
  updateProduct(input: UpdateProductInput!): Product!
  updateProductVariants(input: [UpdateProductVariantInput!]!): [ProductVariant]!
  cancelOrder(input: CancelOrderInput!): CancelOrderResult!
  addFulfillmentToOrder(input: FulfillOrderInput!): AddFulfillmentToOrderResult!
  transitionFulfillmentToState(id: ID!, state: String!): TransitionFulfillmentToStateResult!
}
""")
LATER = "2026-03-20T08:00:00.000Z"
COUNTRIES = ("NO", "SE", "DK")
DONE = ("Shipped", "Delivered", "Cancelled")


class Shop:
    """Answers mutations, and questions for one record; all else is for who lists."""

    @staticmethod
    def answer(asked: Asked, held: Held) -> Told | None:
        query, variables = (asked.body or {}).get("query", ""), (asked.body or {}).get("variables") or {}
        one = _asks_for_one(variables)
        if "login(" in query or not (one or query.startswith("mutation") or "activeChannel" in query):
            return None
        if not bearer(asked):
            return Told({"errors": [{"message": "forbidden", "extensions": {"code": "FORBIDDEN"}}], "data": None})
        if one:
            name = next(
                each for each in ("customers", "productVariants", "products", "orders") if f"{{ {each}(" in query
            )
            return Told({"data": {name: {"items": [row for row in _rows(held, name) if _is(row, one)]}}})
        root = {name: partial(act, held) for name, act in ACTS.items()}
        return Told(dict(graphql_sync(SCHEMA, query, root, variable_values=variables).formatted))


API = Shop()


def _asks_for_one(variables: dict[str, Any]) -> dict[str, Any]:
    wanted = (variables.get("o") or {}).get("filter") or {}
    return {name: each["eq"] for name, each in wanted.items() if name != "active" and "eq" in each}


def _rows(held: Held, name: str) -> Rows:
    return held[name] if name != "productVariants" else [each for row in held["products"] for each in row["variants"]]


def _is(row: Row, wanted: dict[str, Any]) -> bool:
    return all(row.get(name) == value for name, value in wanted.items())


def _found(rows: Rows, identity: str) -> Row:
    for row in rows:
        if row["id"] == identity:
            return row
    raise GraphQLError("The requested entity was not found")


def _result(kind: str, **told: Any) -> dict[str, Any]:
    return {"__typename": kind, **told}


def _no(kind: str, code: str, message: str) -> dict[str, Any]:
    return _result(kind, errorCode=code, message=message)


def _given(sent: Row) -> Row:
    return {name: value for name, value in sent.items() if name != "id"}


def customer_made(held: Held, _: Any, input: Row) -> Row:  # noqa: A002 - as the schema has it
    if any(each["emailAddress"] == input["emailAddress"] for each in held["customers"]):
        return _no("EmailAddressConflictError", "EMAIL_ADDRESS_CONFLICT_ERROR", "The email address is not available.")
    row: Row = {
        "id": "90", "title": None, "phoneNumber": None, **input, "user": {"id": "190"}, "groups": [], "addresses": [],
        "createdAt": LATER, "updatedAt": LATER,
    }  # fmt: skip
    held["customers"].append(row)
    return _result("Customer", id=row["id"])


def customer(held: Held, _: Any, input: Row) -> Row:  # noqa: A002 - as the schema has it
    row = _found(held["customers"], input["id"])
    mail = input.get("emailAddress")
    if any(each is not row and each["emailAddress"] == mail for each in held["customers"]):
        return _no("EmailAddressConflictError", "EMAIL_ADDRESS_CONFLICT_ERROR", "The email address is not available.")
    row.update(_given(input), updatedAt=LATER)
    return _result("Customer", id=row["id"])


def _placed(sent: Row) -> Row:
    """An address as it is shown: the country is an object."""
    told = _given(sent)
    if "countryCode" in told:
        code = told.pop("countryCode")
        if code not in COUNTRIES:
            raise GraphQLError("The country code is not available")
        told["country"] = {"code": code}
    return told


def address(held: Held, _: Any, input: Row) -> Row:  # noqa: A002
    row = _found([each for one in held["customers"] for each in one["addresses"]], input["id"])
    row.update(_placed(input))
    return row


def new_address(held: Held, _: Any, customerId: str, input: Row) -> Row:  # noqa: A002, N803
    row = {"id": "99", **_placed(input)}
    _found(held["customers"], customerId)["addresses"].append(row)
    return row


def product(held: Held, _: Any, input: Row) -> Row:  # noqa: A002
    row = _found(held["products"], input["id"])
    row.update(_given(input), updatedAt=LATER)
    return row


def variants(held: Held, _: Any, input: Rows) -> Rows:  # noqa: A002
    return [_variant(held, each) for each in input]


def _variant(held: Held, sent: Row) -> Row:
    row = _found(_rows(held, "productVariants"), sent["id"])
    told = _given(sent)
    for level in told.pop("stockLevels", []):
        kept = next(each for each in row["stockLevels"] if each["stockLocationId"] == level["stockLocationId"])
        kept["stockOnHand"] = level["stockOnHand"]
    if "price" in told:
        price, factor = told.pop("price"), 100 + row["taxRateApplied"]["value"]
        if not isinstance(price, int):
            raise GraphQLError("Money is a whole number")
        gross = held["channel"][0]["pricesIncludeTax"]
        row["price"] = round(price * 100 / factor) if gross else price
        row["priceWithTax"] = price if gross else round(price * factor / 100)
    row.update(told, updatedAt=LATER)
    return row


def cancelled(held: Held, _: Any, input: Row) -> Row:  # noqa: A002
    row = _found(held["orders"], input["orderId"])
    if row["state"] in ("Delivered", "Cancelled"):
        told = f'Cannot transition Order from "{row["state"]}" to "Cancelled"'
        return _no("OrderStateTransitionError", "ORDER_STATE_TRANSITION_ERROR", told)
    row["state"] = "Cancelled"
    for line in row["lines"]:
        line["quantity"] = 0
    return _result("Order", id=row["id"])


def fulfilled(held: Held, _: Any, input: Row) -> Row:  # noqa: A002
    lines = {each["orderLineId"]: each["quantity"] for each in input["lines"]}
    row = next(one for one in held["orders"] if {each["id"] for each in one["lines"]} & lines.keys())
    if input["handler"]["code"] != "manual-fulfillment":
        return _no("InvalidFulfillmentHandlerError", "INVALID_FULFILLMENT_HANDLER_ERROR", "There is no such handler.")
    if row["state"] in DONE:
        told = "One or more OrderItems are already part of a Fulfillment"
        return _no("ItemsAlreadyFulfilledError", "ITEMS_ALREADY_FULFILLED_ERROR", told)
    given = {each["name"]: each["value"] for each in input["handler"]["arguments"]}
    made = {"id": "77", "state": "Pending", "method": given["method"], "trackingCode": given["trackingCode"],
            "createdAt": LATER}  # fmt: skip
    row["fulfillments"].append(made)
    return _result("Fulfillment", id="77")


def moved(held: Held, _: Any, id: str, state: str) -> Row:  # noqa: A002
    for row in held["orders"]:
        for each in row["fulfillments"]:
            if each["id"] == id:
                each["state"] = row["state"] = state
                return _result("Fulfillment", id=id)
    raise GraphQLError("The requested entity was not found")


ACTS = {
    "activeChannel": lambda held, _: held["channel"][0],
    "createCustomer": customer_made,
    "updateCustomer": customer,
    "createCustomerAddress": new_address,
    "updateCustomerAddress": address,
    "updateProduct": product,
    "updateProductVariants": variants,
    "cancelOrder": cancelled,
    "addFulfillmentToOrder": fulfilled,
    "transitionFulfillmentToState": moved,
}
