"""One notion of "word" for all: search, matching, copies, stories."""
