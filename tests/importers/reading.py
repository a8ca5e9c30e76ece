"""How the tests of the importers read a data set: whole, as if nothing else were known."""

from heritage_graph.importers import IMPORTERS
from heritage_graph.importers.imported import read_whole
from heritage_graph.importers.known import Known

ALONE = Known()


def read(kind, path, known=ALONE, encoding=None):
    """The data set at *path*, read whole by the importer *kind*."""
    return read_whole(IMPORTERS[kind].open(path, encoding), known)


def values(imported, thing, predicate) -> set:
    """What the imported graph gives *thing* as *predicate*."""
    return {quad.object for quad in imported.quads if quad.subject == thing and quad.predicate == predicate}


def remarks(imported) -> list[list[str]]:
    """The kinds of remarks on each row."""
    return [[remark.kind for remark in row.remarks] for row in imported.report.rows]
