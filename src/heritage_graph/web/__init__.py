"""The HTTP process: one module a protocol, and what they share."""
