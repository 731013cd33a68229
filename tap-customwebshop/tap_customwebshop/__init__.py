"""Singer tap for bespoke webshops: customers, orders, products and stock levels."""
