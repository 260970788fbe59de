"""Places: which countries, regions, cities and governments a text names, and where it happened. Start at `named`."""
