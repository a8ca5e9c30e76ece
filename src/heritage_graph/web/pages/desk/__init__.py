"""The curator's desk: what waits for a decision, and records of public pages by a form, on this map.

`page` has the operations; `fields` the form, `telling` what a record comes to, `previewing` what the gate says of it,
`effects` what it would change, `queue` what waits, `identities` the decisions on who is meant,
`cases` what they are about, `findings` the verdicts on what the ledger finds, `verdicts` how the graph states them.
"""
