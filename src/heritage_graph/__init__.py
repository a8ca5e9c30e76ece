"""The knowledge graph of heritage collaborations: model, gate, store, questions and protocols."""
