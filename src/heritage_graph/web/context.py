"""What the handlers share: the service, the settings and what is made of them once, at start."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from heritage_graph.web.api.agreement_board import Boards

if TYPE_CHECKING:
    from heritage_graph.analysis.analyses import Analyses
    from heritage_graph.changes.changes import Changes
    from heritage_graph.dumps.dumps import Dumps
    from heritage_graph.index.indexes import Indexes
    from heritage_graph.jobs.desk import JobDesk
    from heritage_graph.query_files import Catalogue, Question
    from heritage_graph.service import Service
    from heritage_graph.settings import Settings
    from heritage_graph.store.conversions import Conversions
    from heritage_graph.web.api.paging import Paging
    from heritage_graph.web.cited_queries import CitedQueries
    from heritage_graph.web.editions import Editions
    from heritage_graph.web.limits import ClientBudgets
    from heritage_graph.web.measures import Measures
    from heritage_graph.web.names import TermNames
    from heritage_graph.web.result_cache import ResultCache
    from heritage_graph.web.security import KeyRing
    from heritage_graph.web.statistics import Censuses
    from heritage_graph.web.templating import Pages


@dataclass(frozen=True)
class Context:
    """The collaborators of every handler.

    `questions` are the competency questions, `catalogue` the stored queries that everyone may ask, `internal` those by
    which the front makes its own documents and pages.
    """

    settings: Settings
    service: Service
    indexes: Indexes
    changes: Changes
    dumps: Dumps
    jobs: JobDesk
    cited: CitedQueries
    conversions: Conversions
    analyses: Analyses
    questions: tuple[Question, ...]
    catalogue: Catalogue
    internal: Catalogue
    budgets: ClientBudgets
    keys: KeyRing
    pages: Pages
    editions: Editions
    results: ResultCache
    censuses: Censuses
    measures: Measures
    term_names: TermNames
    paging: Paging
    boards: Boards = field(default_factory=Boards)

    @property
    def result_bytes(self) -> int:
        """How many bytes a result may have."""
        return self.settings.result_mb << 20
