"""The static mirror: what the service answers, as files that any web server serves."""
