"""What happens to an order after it is written: lines are finished, then invoiced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.businessnxt import rules
from sandbox.businessnxt.drafts import stamp
from sandbox.businessnxt.store import Condition, Row, Store, equal

if TYPE_CHECKING:
    from sandbox.businessnxt.times import Now

FIRST_INVOICE = 1_000_001
_INVOICE = 1
_OPEN = 1


class Fulfilment:
    """Finishes and invoices orders, by one user at one moment."""

    def __init__(self, store: Store, user: str, now: Now) -> None:
        self._store = store
        self._tables = store.model.tables
        self._user = user
        self._now = now

    def finish(self, where: Condition) -> list[dict[str, Any]]:
        """Deliver what remains of each order found, or what its lines say to finish now."""
        return [self._finish(order) for order in self._store.select(self._tables["order"], where)]

    def invoice(self, where: Condition) -> list[str]:
        """Invoice what is finished and not yet invoiced of each order found; the invoices' numbers."""
        orders = self._store.select(self._tables["order"], where)
        return [number for order in orders if (number := self._invoice(order))]

    def _lines(self, order: Row) -> list[Row]:
        return self._store.select(self._tables["orderLine"], equal({"orderNo": order["orderNo"]}))

    def _finish(self, order: Row) -> dict[str, Any]:
        lines, handled = self._lines(order), []
        for line in lines:
            now = min(line["finishNow"] or line["quantity"], line["quantity"])
            if now > 0:
                changes = {
                    "quantity": line["quantity"] - now,
                    "outstanding": line["quantity"] - now,
                    "finished": line["finished"] + now,
                    "finishedNow": now,
                    "finishNow": 0,
                    "finishDate": self._now.date,
                }
                self._change("orderLine", line, changes)
                handled.append(line)
        if handled:
            done = 0 if any(line["quantity"] for line in lines) else rules.DONE_FINISHING
            changes = {"finishDate": self._now.date, "orderStatus1": order["orderStatus1"] | done}
            self._change("order", order, changes)
        return {"handledOrderLine": handled}

    def _invoice(self, order: Row) -> str | None:
        lines = self._lines(order)
        due = [line for line in lines if line["finished"] > line["invoicedOrRealised"]]
        if not due:
            return None
        number = str(self._store.number("orderDocument", "invoiceNo", FIRST_INVOICE))
        net = gross = rules.exact(0)
        for line in due:
            share = rules.exact(line["finished"] - line["invoicedOrRealised"]) / rules.exact(line["totalQuantity"])
            net += rules.exact(line["netAmountInCurrency"]) * share
            gross += rules.exact(line["grossAmountInCurrency"]) * share
            remaining = line["totalQuantity"] - line["finished"]
            changes = {"invoiceNo": number, "invoicedOrRealised": line["finished"], "unrealisedQuantity": remaining}
            self._change("orderLine", line, changes)
        amounts = {"net": rules.money(net), "gross": rules.money(gross)}
        self._mark_invoiced(order, lines, number, amounts["net"], amounts["gross"])
        self._file(order, number, amounts["net"], amounts["gross"])
        return number

    def _mark_invoiced(self, order: Row, lines: list[Row], number: str, net: float, gross: float) -> None:
        done = 0 if any(line["unrealisedQuantity"] for line in lines) else rules.DONE_INVOICING
        changes = {
            "invoiceNo": number,
            "invoiceDate": self._now.date,
            "invoiceCount": order["invoiceCount"] + 1,
            "invoicedAmountSoFarInCurrency": order["invoicedAmountSoFarInCurrency"] + net,
            "invoicedAmountIncludingVatSoFarInCurrency": order["invoicedAmountIncludingVatSoFarInCurrency"] + gross,
            "orderStatus1": order["orderStatus1"] | done,
        }
        self._change("order", order, changes)

    def _file(self, order: Row, number: str, net: float, gross: float) -> None:
        """The document for the customer, and the claim that it makes."""
        shared = {"orderNo": order["orderNo"], "customerNo": order["customerNo"], "invoiceNo": number}
        document = {
            "documentType": _INVOICE,
            "documentDate": self._now.date,
            "invoiceDate": self._now.date,
            "customerOrSupplierOrderNo": order["customerOrSupplierOrderNo"],
            "amountInCurrency": net,
            "amountIncludingVatInCurrency": gross,
            "vatAmountInCurrency": rules.money(rules.exact(gross) - rules.exact(net)),
        }
        claim = {
            "voucherDate": self._now.date,
            "currencyNo": order["currencyNo"],
            "amountInCurrency": gross,
            "amountDomestic": rules.money(rules.exact(gross) * rules.exact(order["exchangeRate"] or 1)),
            "paidStatus": _OPEN,
        }
        claim["outstandingAmountDomestic"] = claim["amountDomestic"]
        self._add("orderDocument", shared | document)
        self._add("customerTransaction", shared | claim | {"voucherJournalNo": int(number)})

    def _add(self, name: str, values: dict[str, Any]) -> None:
        table = self._tables[name]
        row = Row(table.empty_row | values)
        key = table.key[-1]
        row[key] = self._store.number(name, key, 1) if len(table.key) == 1 else self._store.number_within(table, row)
        stamp(row, self._user, self._now, created=True)
        self._store.insert(table, [row])

    def _change(self, name: str, row: Row, changes: dict[str, Any]) -> None:
        row.update(changes)
        self._store.update(self._tables[name], row, changes | stamp(row, self._user, self._now))
