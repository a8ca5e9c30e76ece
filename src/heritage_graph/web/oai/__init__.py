"""The Open Archives Initiative Protocol for Metadata Harvesting, version 2.0, at /oai.

`endpoint` has the address. `arguments` reads what is asked, and `refusals` are the ways to refuse it; `listing` answers
lists of records page by page, which `tokens` lets go on, and `identify` says what there is. `formats` and
`dublin_core` are how records are written, `identifiers` and `sets` how they are called and grouped, `xml` what stands
around them. Numbers in brackets are sections of the specification.
"""

from heritage_graph.web.oai.endpoint import operations

__all__ = ["operations"]
