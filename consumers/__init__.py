"""What Courant does: poll, dedupe, enrich, cluster, link, match, deliver, and the command line."""

import os

# Numpy's own threads slow our many small products about tenfold where cores are busy; read when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
