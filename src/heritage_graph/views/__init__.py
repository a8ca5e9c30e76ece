"""Things in the models of other communities: each profile is a query in `queries/views`, and how its answer is read.

views = separate(PROFILES["edm"], iris, triples)    # the triples that the query of the profile constructs for *iris*
"""

from __future__ import annotations

from heritage_graph.views.profile import NATIVE, PROFILES, Profile
from heritage_graph.views.separation import separate

__all__ = ["NATIVE", "PROFILES", "Profile", "separate"]
