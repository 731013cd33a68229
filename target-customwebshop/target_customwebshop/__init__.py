"""Singer target for bespoke webshops: the way back from the ERP."""
