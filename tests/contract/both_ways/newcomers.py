"""What a record that is new on one side says of a property, and what its new partner holds of it.

What a row refers to is found in the systems themselves, by what people would recognise it by, not by our links.
"""

from __future__ import annotations

from crosswalk import Side
from crosswalk.paths import MISSING
from crosswalk.ways import Way
from made import SKU
from target_customwebshop.places import value_at
from trials import MAPPINGS


def new_row(story, trial):
    """The column's value for a record of the webshop that got a row, and the row's."""
    for link in story.links[trial.mapping.entity]:
        value = _value(story, trial, link)
        row = story.first.rows[trial.mapping.table][link["businessnxt_id"]]
        if link["match_rule"] != "" or value in (MISSING, None, ""):
            continue
        expected = _referred(story, trial, value) if trial.row.link else trial.row.encode(value, story.converters)
        if expected is not None:
            return expected, row[trial.row.held_in]
    raise AssertionError(f"no new record says anything of {trial.name}")


def _value(story, trial, link):
    """What the webshop's record of a link says."""
    stream, line = trial.mapping.stream, trial.mapping.is_lines
    owner = MAPPINGS.mappings[trial.mapping.entity.partition(".")[0]]
    for record in _records(story, stream):
        if record.get("external_id"):
            continue  # made in the company: nothing of it is new there
        for part in owner.records(record):
            if not line and owner.identify(part) == link["webshop_id"]:
                return _read(trial.mapping, part, link["webshop_id"], trial)
            for item in (Way(owner).items(part) or ()) if line and owner.lines else ():
                if f"{owner.identify(part)}/{item['id']}" == link["webshop_id"]:
                    return _read(trial.mapping, item, item["id"], trial)
    return MISSING


def _records(story, stream):
    return story.first.records[stream].values()


def _read(mapping, record, identity, trial):
    return Way(mapping).read(record, identity).get(trial.row.name, MISSING)


def _referred(story, trial, value):
    """What stands for another record: its row carries that record's id, or is known by its number; None without one."""
    reference = trial.row.link
    if reference.by_alias:
        return value
    other = MAPPINGS.mappings[reference.entity]
    rows = story.first.rows[other.table].values()
    found = (each[reference.take or other.key[-1]] for each in rows if each[other.reference] == trial.row.fold(value))
    return next(found, None)


def new_record(story, trial):
    """The webshop's value for a row of the company that got a record, and the record's."""
    link = next(each for each in story.links[trial.mapping.entity] if _is_made_there(story, trial, each))
    row = story.first.rows[trial.mapping.table][link["businessnxt_id"]]
    if trial.row.path is None:  # it says in which record the item is to stand
        (order,) = (each for each in story.made["invoices"] if each["invoiceNo"] == row["invoiceNo"])
        return order["order"], link["webshop_id"].partition("/")[0]
    held = value_at(story.first.item(trial, link["webshop_id"]), trial.row.path.text)
    if trial.row.link:
        return _called(story, trial, row), _shown(story, trial, held)
    expected = Way(trial.mapping, Side.BUSINESSNXT).encode(trial.row, row[trial.row.held_in], story.converters)
    return expected, held[:10] if trial.row.type.name == "Date" else held


def _is_made_there(story, trial, link):
    row = story.first.rows[trial.mapping.table][link["businessnxt_id"]]
    if trial.mapping.entity == "invoices":
        return True
    if trial.row.link and trial.row.link.entity == "guest_accounts":
        return row["orderNo"] == story.made["guest_order"]
    if "orderNo" in trial.mapping.key:
        wanted = 2 if trial.row.via == "line_product" else 1
        return row["orderNo"] == story.made["order"] and row.get("lineNo", wanted) == wanted
    return row["productNo"] == SKU


def _called(story, trial, row):
    """By what people know the record that a row refers to."""
    if trial.row.link.entity == "products":
        return row["productNo"]
    (account,) = (each for each in story.first.rows["associate"].values() if each["customerNo"] == row["customerNo"])
    return account["emailAddress"]


def _shown(story, trial, held):
    """The same of what the webshop's record names."""
    if trial.row.link.entity != "customer_accounts":
        return held
    return story.first.records["customers"][held]["email"]
