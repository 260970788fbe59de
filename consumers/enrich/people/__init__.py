"""People and organisations that a text names: under ids (`who`), and by the keys that articles are compared by
(`names`)."""
