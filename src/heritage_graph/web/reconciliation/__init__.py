"""Match names and evidence against the things of the graph: the Reconciliation Service API 0.2 at /reconcile.

`endpoint` has the addresses, `manifest` what is offered. A `batch` of queries is answered by `matching`: `named`
finds candidates in the index, the package `matching` compares names and values, `stated` and `evidence` what is given
besides, and `ranking` puts them in order.
`suggest` completes what is typed, `extension` fills columns. `described`, `identifiers` and `properties` are how
things, their identifiers and their properties look to clients.
"""

from heritage_graph.web.reconciliation.endpoint import operations

__all__ = ["operations"]
