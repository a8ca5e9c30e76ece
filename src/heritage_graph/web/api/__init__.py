"""The JSON API below /api/v1: one module a family of addresses."""
