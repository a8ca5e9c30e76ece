"""How good the records are: the overview, the books of the ledger, the checks, and the coverage by country."""
