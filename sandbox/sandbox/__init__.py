"""A webshop and a Business NXT company on this machine, for the demo and the tests."""
