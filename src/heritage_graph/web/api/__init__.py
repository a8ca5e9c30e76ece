"""The JSON API below /api/v1, on this map: the addresses by family, and what all of them share.

Things: `resources` (lists) and `items` (one), `batch` (many by IRI), `search` (by name), with `kinds` (which lists
there are), `filters` and `options` (what is chosen, and how much told), `records` (what is told, as the
package `json_ld` writes it), `json_ld` (its context at its address), `tables` (the same as CSV).

Agreements: `agreement_status` with `agreement_board`, `agreement_lapsing` and `agreement_calendar` with `lapses`, and
`around_agreements` (parties, sources and dates beside each).

Collaboration: `collaborations`, `collaboration_path`, `network` with `network_graph`, and `collaboration_contexts`
(what two agents did together).

Identity: `links` (what of different sources may be one) with `link_decisions` (what curators decide of them).

Sources: `sources` with `source_descriptions`, `receipts` (what a change did) and `findings` (what validation found).

Time: `changes` (what became of each thing since), `releases` (which generations stay, under names).

Trust: `why` with `grounds`, `statements`, `disputes` and `testimony`; the `ledger` with its books `contradictions`,
`anomalies` and `completeness`, and `ledger_words` (what it says of each finding).

What a request says: `parameters` (language, numbers, names, IRIs, days), `lists` (which page) with `paging` (cursors),
`freshness` (`min-generation`). What an answer says: `envelope` (what each bears), `references` (things and values),
`dates`, `reasons` (why something is not known).
"""
