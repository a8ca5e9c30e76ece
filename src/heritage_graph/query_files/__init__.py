"""Stored questions: `queries/{topic}/{name}.rq` as typed objects, and their parameters bound token by token.

catalogue = load_catalogue(asset_folder("queries"))
text = bind(catalogue.query("agreements-in-force"), {"on": "2026-11-21"})
"""

from __future__ import annotations

from heritage_graph.query_files.binding import bind, values_for_analysis
from heritage_graph.query_files.catalogue import Catalogue, load_catalogue
from heritage_graph.query_files.query import Parameter, Query, Words
from heritage_graph.query_files.questions import Question, load_questions

__all__ = [
    "Catalogue",
    "Parameter",
    "Query",
    "Question",
    "Words",
    "bind",
    "load_catalogue",
    "load_questions",
    "values_for_analysis",
]
