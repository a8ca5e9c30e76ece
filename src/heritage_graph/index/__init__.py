"""The tables of a generation that answer in milliseconds: names and things, to search, list and match."""
