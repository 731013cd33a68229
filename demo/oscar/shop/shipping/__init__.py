"""The `shipping` app of this shop: the ways to deliver."""
