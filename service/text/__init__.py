"""One notion of "word" for all: search, matching, copies, stories.

Markup goes in, plain text comes out; plain text goes in, words, stems and shingles come out. Pure: the same
text gives the same answer in every process. What is stored from here carries `ANALYSER`.
"""

from service.text.markup import plain
from service.text.stems import STEMMED, stem, stems
from service.text.words import Token, fold, sentences, shingles, tokens, unspaced, words, written

ANALYSER = 1
"""Grows when the same text would give other words or stems: what was stored must then be made again."""

__all__ = [
    "ANALYSER",
    "STEMMED",
    "Token",
    "fold",
    "plain",
    "sentences",
    "shingles",
    "stem",
    "stems",
    "tokens",
    "unspaced",
    "words",
    "written",
]
