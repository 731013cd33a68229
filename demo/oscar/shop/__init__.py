"""A small Norwegian shop on django-oscar: only what any shop owner sets, nothing for our plugins."""
