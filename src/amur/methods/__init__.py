"""Published computations: pure, vectorised, each with its source, its units, its error and values to test it by."""
