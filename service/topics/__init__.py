"""What can be done with topics beside keeping them: try, check, explain, back-test, and keep them as files say.

A query or a topic comes in, with a workbench to try it on; answers come out. The API and the command line both ask
here, so that they can never disagree.
"""

from service.topics.workbench import Enrich, Workbench, bare

__all__ = ["Enrich", "Workbench", "bare"]
