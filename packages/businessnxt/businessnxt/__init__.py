"""A client for the Visma Business NXT GraphQL API."""
