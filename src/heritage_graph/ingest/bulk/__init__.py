"""Build the next generation aside from files of any length, by the rules of the gate, and put it in place whole."""
