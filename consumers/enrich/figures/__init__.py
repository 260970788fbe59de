"""Numbers and days of a text: what is counted (`amounts`), numbers as such (`numbers`), and `dates`."""
