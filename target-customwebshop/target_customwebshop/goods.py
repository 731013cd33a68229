"""How mapping files see the variants of a product, and how an edit of what they see goes back into them. Pure.

A variant's one `name`, whether it is `for_sale` and its `parent.category` stand in no record as such: the step
`product_offer` adds them, and here is their way back.
"""

from __future__ import annotations

from typing import Any

from crosswalk.prepare import own_title
from customwebshop import RefusedError

Record = dict[str, Any]
Edit = dict[str, Any]

BETWEEN = ", "


def variant_edit(product: Record, variant: Record, edit: Edit) -> Edit:
    """The same edit in the contract's own properties; those of the product begin with `parent.`.

    Raises:
        RefusedError: A name that cannot be taken apart into the product's and the variant's.
    """
    plain = {path: value for path, value in edit.items() if path not in ("name", "for_sale", "parent.category")}
    if "name" in edit:
        plain |= _named(product, variant, edit["name"])
    if "for_sale" in edit:
        plain |= _offered(variant, wanted=bool(edit["for_sale"]))
    if "parent.category" in edit:
        plain["parent.categories"] = _first(product.get("categories") or [], edit["parent.category"])
    return plain


def _named(product: Record, variant: Record, name: str | None) -> Edit:
    """Of `Genser, M` the variant `M` keeps its title, or the product `Genser` does; a sole variant has none."""
    title, own, name = product.get("title"), own_title(variant), (name or "").strip()
    if own and name.endswith(f"{BETWEEN}{own}"):
        return {"parent.title": name.removesuffix(f"{BETWEEN}{own}")}
    if title and name.startswith(f"{title}{BETWEEN}"):
        return {"title": name.removeprefix(f"{title}{BETWEEN}")}
    if not own and len(product.get("variants") or ()) <= 1:
        return {"parent.title": name}
    raise RefusedError(
        f"the name '{name}' cannot be taken apart: it neither begins with the product's '{title}' nor ends with the "
        f"variant's '{own or ''}'; write it as one of these in Business NXT, or rename the product in the webshop",
        property="name",
    )


def _offered(variant: Record, *, wanted: bool) -> Edit:
    if wanted:
        return {"status": "active", "parent.status": "active"}
    return {"status": "draft"} if variant.get("status", "active") == "active" else {}


def left_as_offered(product: Record, variants: list[Record], at: int) -> list[Record]:
    """The variants when one is put on sale and the product with it: the others are no more for sale than before."""
    if product.get("status", "active") == "active":
        return variants
    return [
        {**each, "status": "draft"} if place != at and each.get("status") == "active" else each
        for place, each in enumerate(variants)
    ]


def _first(categories: list[str], wanted: str | None) -> list[str]:
    """The categories with another first one, which is what is seen of them."""
    if wanted:
        return [wanted, *(each for each in categories[1:] if each != wanted)]
    if len(categories) > 1:
        raise RefusedError(
            f"the product is in '{categories[1]}' too, which would be its category then; say in the webshop which "
            "categories it is to leave",
            property="categories",
        )
    return []
