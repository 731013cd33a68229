"""The `partner` app of this shop: who sells, at what price, with which VAT."""
