"""The content of the shop, and how it gets in: through Oscar's models and its checkout."""
