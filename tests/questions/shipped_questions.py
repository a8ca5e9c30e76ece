"""The stored questions that are shipped, read once in each process that tests."""

from functools import cache

from heritage_graph.assets import asset_folder
from heritage_graph.query_files import load_catalogue


@cache
def shipped_questions():
    """The catalogue of `queries/`; what tests how it is read loads its own."""
    return load_catalogue(asset_folder("queries"))
