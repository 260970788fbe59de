"""What a story says, and on whose word.

Reports and texts of a story come in; its origins, provenance, headline, summary, people, numbers and growth come out.
Pure: the same reports give the same answers, whatever order they come in, of today or of any moment in the past.
"""

from service.story.growth import QUIET, Growth, Stream, growth
from service.story.origins import Corroboration, Origin, corroboration
from service.story.portrait import TEXTS, Portrait, origin_of, portrait, to_read
from service.story.provenance import Edge, Provenance, provenance
from service.story.reports import Citing, Named, Report, Told
from service.story.timeline import Step, Timeline, timeline

__all__ = [
    "QUIET",
    "TEXTS",
    "Citing",
    "Corroboration",
    "Edge",
    "Growth",
    "Named",
    "Origin",
    "Portrait",
    "Provenance",
    "Report",
    "Step",
    "Stream",
    "Timeline",
    "Told",
    "corroboration",
    "growth",
    "origin_of",
    "portrait",
    "provenance",
    "timeline",
    "to_read",
]
