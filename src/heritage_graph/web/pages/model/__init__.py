"""The pages of the model: the ontology and its modules, the vocabularies, the rules; their pictures and entries."""
