"""What would become of a telling on a generation: the gate's report, and what would change; nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from heritage_graph.errors import EngineTrouble, InvalidData
from heritage_graph.web.api.findings import by_rule
from heritage_graph.web.pages.desk.effects import effects_of
from heritage_graph.web.pages.desk.telling import Refused
from heritage_graph.web.words import read_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from heritage_graph.importers.report import Remark
    from heritage_graph.store.frames import Json
    from heritage_graph.web.api.references import Asking
    from heritage_graph.web.pages.desk.effects import Effect
    from heritage_graph.web.pages.desk.telling import Telling

_REMARK: Final = "desk.remark-"


@dataclass(frozen=True)
class Preview:
    """What would become of a record on `generation`.

    It is `refused` when it cannot be told; else `rules` are what the gate finds, of which `broken` ones stop it.
    """

    generation: int
    remarks: Sequence[Remark]
    refused: bool = False
    replaces: bool = False
    broken: bool = False
    rules: Sequence[Json] = ()
    effects: Sequence[Effect] = ()

    @property
    def may_be_accepted(self) -> bool:
        """Tell whether the gate lets it pass, and it would change something."""
        return not self.refused and not self.broken and bool(self.effects)

    @property
    def changes_nothing(self) -> bool:
        """Tell whether the graph holds exactly this."""
        return not self.refused and not self.broken and not self.effects

    @property
    def sorted_remarks(self) -> list[tuple[str, Remark]]:
        """The remarks, each with the name of the text that says of what sort it is."""
        names = ((f"{_REMARK}{remark.kind}", remark) for remark in self.remarks)
        return [(name if name in read_words() else f"{_REMARK}other", remark) for name, remark in names]


async def previewed(asking: Asking, telling: Telling | Refused) -> Preview:
    """What would become of *telling*, which was told on the generation of *asking*.

    Raises:
        RefusedInput, EngineTrouble: as `Intake.validate`, but for a broken rule.
    """
    if isinstance(telling, Refused):
        return Preview(asking.generation, (telling.remark,), refused=True)
    told = Preview(asking.generation, telling.remarks, replaces=telling.replaces)
    try:
        verdict = await asking.context.service.intake.validate(telling.submission())
    except InvalidData as refusal:
        return replace(told, broken=True, rules=await _rules(asking, refusal.report))
    rules = await _rules(asking, verdict.report)
    return replace(told, rules=rules, effects=await effects_of(asking, verdict))


async def _rules(asking: Asking, report: object) -> list[Json]:
    """What the gate found, by rule.

    Raises:
        EngineTrouble: the gate gave no report.
    """
    if not isinstance(report, dict):
        raise EngineTrouble("the gate gave no report")
    return by_rule(
        report["json"], await asking.context.term_names.of(asking.request, asking.context, asking.generation)
    )
