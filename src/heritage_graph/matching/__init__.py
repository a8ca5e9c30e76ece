"""Compare things by what is told of them, whoever asks: `likeness` of names, `comparison` of other values."""
