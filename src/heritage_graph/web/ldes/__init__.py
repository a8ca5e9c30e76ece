"""The change log as a Linked Data Event Stream at /ldes: every version of every record, as TREE pages.

`endpoint` has the addresses. `stream` tells what the stream is, `tree` which nodes there are and when what they lead to
was added, and `members` writes the versions of a page.
"""

from heritage_graph.web.ldes.endpoint import operations

__all__ = ["operations"]
