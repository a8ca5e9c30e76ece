"""Pure functions of the domain: dates, names and the rules of derivation."""
