"""Match names and evidence against the things of the graph: the Reconciliation Service API 0.2 at /reconcile."""

from heritage_graph.web.reconciliation.endpoint import operations

__all__ = ["operations"]
