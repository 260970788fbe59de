"""What Courant knows and shows: words, settings, broker, store, query language, HTTP API."""

__version__ = "0.1.0"
