"""What happens to an order after it is written: lines are finished, then invoiced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.businessnxt import rules
from sandbox.businessnxt.store import Condition, Row, equal

if TYPE_CHECKING:
    from sandbox.businessnxt.desk import Desk

FIRST_INVOICE = 1_000_001
FIRST_VOUCHER = 1
_INVOICE = 1
# The papers besides invoices, each with the bit that it leaves on the order.
PAPERS = {"pickList": 8192, "packingSlips": 4096, "orderConfirmations": 16384}
_OPEN = 1
# The columns by which a finishing may choose lines, by the number of its type; 0 is the whole order.
_CHOSEN_BY = {1: "barcode", 2: "productNo", 3: "transactionInformation1"}


class Choice(NamedTuple):
    """Which lines to finish, and how much of them (0: all that remains)."""

    kind: int = 0
    key: str = ""
    quantity: float = 0


class Fulfilment:
    """Finishes and invoices orders, by one user at one moment."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._does = desk.does
        self._store = desk.store
        self._tables = desk.store.model.tables

    def finish(self, where: Condition, choice: Choice) -> list[dict[str, Any]]:
        """Deliver what remains of each order found, or what is chosen of it."""
        orders = self._store.select(self._tables["order"], where)
        handled = [self._finish(order, choice) for order in orders]
        return handled if self._does.finish_tells_its_lines else []

    def invoice(self, where: Condition) -> list[str]:
        """Invoice what is finished and not yet invoiced of each order found; the invoices' numbers."""
        orders = self._store.select(self._tables["order"], where)
        return [number for order in orders if (number := self._invoice(order))]

    def _lines(self, order: Row) -> list[Row]:
        return self._store.select(self._tables["orderLine"], equal({"orderNo": order["orderNo"]}))

    # -- finishing

    def _finish(self, order: Row, choice: Choice) -> dict[str, Any]:
        lines = self._lines(order)
        handled = []
        for line, now in self._portions(lines, choice):
            self._change("orderLine", line, self._delivered(line, now))
            handled.append(line)
        if handled:
            left = any(_remaining(line) > 0 for line in lines)
            done = 0 if left or not self._does.finished_order_is_marked else rules.DONE_FINISHING
            changes = {"finishDate": self._desk.now.date, "orderStatus1": order["orderStatus1"] | done}
            self._change("order", order, changes)
        return {"handledOrderLine": handled}

    def _portions(self, lines: list[Row], choice: Choice) -> list[tuple[Row, float]]:
        """How much to deliver of which line."""
        portions = []
        column = _CHOSEN_BY.get(choice.kind) if self._does.finish_type_chooses_lines else None
        left = choice.quantity or None
        for line in lines:
            if column and str(line[column]).lower() != choice.key.lower():
                continue
            now = self._portion(line, left if column else None)
            if now > 0:
                portions.append((line, now))
                left = rules.total(left, -now) if left else left
        return portions if self._does.finish_delivers_what_remains else portions[:1]

    def _portion(self, line: Row, at_most: float | None) -> float:
        wished = line["finishNow"] if self._does.finish_now_says_how_much else 0
        remaining = _remaining(line)
        return float(min(wished or remaining, remaining, remaining if at_most is None else at_most))

    def _delivered(self, line: Row, now: float) -> dict[str, Any]:
        """What a delivery changes in a line."""
        remaining = rules.total(line["quantity"], -now)
        shown = remaining if self._does.quantity_is_what_remains else line["quantity"]
        total = line["totalQuantity"] if self._does.total_quantity_stays else remaining
        return {
            "quantity": shown,
            "outstanding": remaining,
            "totalQuantity": total,
            "finished": rules.total(line["finished"], now),
            "finishedNow": now,
            "finishNow": 0,
            "finishDate": self._desk.now.date,
        }

    # -- cancelling, and papers besides invoices

    def cancel(self, where: Condition) -> None:
        """End what remains of each order found."""
        for order in self._store.select(self._tables["order"], where):
            if self._does.cancelling_ends_what_remains:
                for line in self._lines(order):
                    self._change("orderLine", line, self._without_the_rest(line))
            self._change("order", order, {"orderStatus1": order["orderStatus1"] | rules.DONE_CANCELLING})

    @staticmethod
    def _without_the_rest(line: Row) -> dict[str, Any]:
        """What cancelling changes in a line."""
        rest = line["quantity"]
        return {
            "quantity": 0,
            "outstanding": 0,
            "cancelled": rules.total(line["cancelled"], rest),
            "unrealisedQuantity": rules.total(line["unrealisedQuantity"], -rest),
        }

    def print(self, paper: str, where: Condition) -> list[str]:
        """The names of one paper of each order found, which bears a mark of it from now on."""
        orders = self._store.select(self._tables["order"], where)
        if self._does.reports_mark_the_order:
            for order in orders:
                self._change("order", order, {"orderStatus1": order["orderStatus1"] | PAPERS[paper]})
        return [f"{paper}-{order['orderNo']}" for order in orders]

    # -- invoicing

    def _invoice(self, order: Row) -> str | None:
        lines = self._lines(order)
        due = [line for line in lines if self._deliverable(line) > line["invoicedOrRealised"]]
        if not due:
            return None
        number = self._invoice_number(order)
        net = gross = rules.exact(0)
        for line in due:
            delivered = self._deliverable(line)
            now = rules.total(delivered, -line["invoicedOrRealised"])
            share = rules.exact(now) / rules.exact(line["totalQuantity"])
            net += rules.exact(line["netAmountInCurrency"]) * share
            gross += rules.exact(line["grossAmountInCurrency"]) * share
            remaining = rules.total(line["totalQuantity"], -delivered, -line["cancelled"])
            changes = {"invoiceNo": number, "invoicedOrRealised": delivered, "unrealisedQuantity": remaining}
            self._change("orderLine", line, changes)
        self._mark_invoiced(order, lines, number, rules.money(net), rules.money(gross))
        self._file(order, number, rules.money(net), rules.money(gross))
        return number

    def _invoice_number(self, order: Row) -> str:
        """The next number, or what the order says on its label."""
        from_label = order["orderPreferences"] & rules.INVOICE_NO_FROM_LABEL and order["label"]
        if from_label and self._does.label_becomes_invoice_number:
            return str(order["label"])
        return str(self._store.number("orderDocument", "invoiceNo", FIRST_INVOICE))

    def _deliverable(self, line: Row) -> float:
        """What may be invoiced of a line: what is finished of it."""
        return float(line["finished"] if self._does.invoice_follows_finishing else line["totalQuantity"])

    def _mark_invoiced(self, order: Row, lines: list[Row], number: str, net: float, gross: float) -> None:
        left = any(line["unrealisedQuantity"] for line in lines)
        done = 0 if left or not self._does.invoiced_order_is_marked else rules.DONE_INVOICING
        so_far, with_vat = "invoicedAmountSoFarInCurrency", "invoicedAmountIncludingVatSoFarInCurrency"
        changes = {
            "invoiceNo": number,
            "invoiceDate": self._desk.now.date,
            "invoiceCount": order["invoiceCount"] + 1,
            so_far: rules.total(order[so_far], net),
            with_vat: rules.total(order[with_vat], gross),
            "orderStatus1": order["orderStatus1"] | done,
        }
        self._change("order", order, changes)

    def _file(self, order: Row, number: str, net: float, gross: float) -> None:
        """The document for the customer, and the claim that it makes."""
        today = self._desk.now.date
        shared = {
            "orderNo": order["orderNo"],
            "customerNo": order["customerNo"],
            "invoiceNo": number,
            "dueDate": self._due_date(order),
        }
        document = {
            "documentType": _INVOICE,
            "documentDate": today,
            "invoiceDate": today,
            "customerOrSupplierOrderNo": order["customerOrSupplierOrderNo"],
            "amountInCurrency": net,
            "amountIncludingVatInCurrency": gross,
            "vatAmountInCurrency": rules.total(gross, -net),
        }
        if self._does.invoice_is_filed:
            self._add("orderDocument", shared | document)
        if self._does.invoice_is_a_claim:
            self._claim(shared | {"currencyNo": order["currencyNo"]}, gross, order["exchangeRate"] or 1)

    def _claim(self, shared: dict[str, Any], gross: float, rate: float) -> None:
        """What the customer owes: a transaction for ever, and an entry for as long as it is open."""
        domestic = rules.money(rules.exact(gross) * rules.exact(rate))
        voucher = {"voucherJournalNo": self._store.number("customerTransaction", "voucherJournalNo", FIRST_VOUCHER)}
        claim = {
            "voucherDate": self._desk.now.date,
            "amountInCurrency": gross,
            "amountDomestic": domestic,
            "outstandingAmountDomestic": domestic,
            "paidStatus": _OPEN,
        }
        self._add("customerTransaction", voucher | shared | claim)
        if self._does.open_claims_have_an_entry:
            self._add("openCustomerEntry", voucher | shared | {"outstandingAmountDomestic": domestic})

    def _due_date(self, order: Row) -> int:
        """The order's own, or as many days from now as its payment terms give."""
        if not self._does.due_date_follows_payment_terms:
            return int(order["dueDate"])
        terms = self._desk.find("paymentTerms", "paymentTerms", order["paymentTerms"])
        return int(order["dueDate"] or self._desk.now.date_in(terms["creditDays"] if terms else 0))

    # -- rows

    def _add(self, name: str, values: dict[str, Any]) -> None:
        table = self._tables[name]
        row = Row(table.empty_row | values)
        key = table.key[-1]
        row[key] = self._store.number(name, key, 1) if len(table.key) == 1 else self._store.number_within(table, row)
        self._desk.stamp(row, created=True)
        self._store.insert(table, [row])

    def _change(self, name: str, row: Row, changes: dict[str, Any]) -> None:
        row.update(changes)
        self._store.update(self._tables[name], row, changes | self._desk.stamp(row, created=False))


def _remaining(line: Row) -> float:
    """What is still to be delivered of a line."""
    return rules.total(line["totalQuantity"], -line["finished"], -line["cancelled"])
