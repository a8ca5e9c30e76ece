"""Find what may be one thing under two names, and propose it with its evidence.

`subjects` reads the things of a kind from a state; `identifiers` and `blocking` find the pairs that are worth a look,
`weighing` compares each pair, `proposing` keeps the best, and `curating` brings proposals and decisions into the
curators' graph. What a proposal and a decision are stands in `model.link_proposals` and `model.link_decisions`.
"""
