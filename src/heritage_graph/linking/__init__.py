"""Find what may be one thing under two names, propose it with its evidence, and state what the curators decide.

`subjects` reads the things of a kind from a state; `identifiers` and `blocking` find the pairs that are worth a look,
`weighing` compares each pair, and `proposing` keeps the best. `records` are proposals as the graph holds them,
`decisions` what accepting, rejecting and taking back change in it.
"""
