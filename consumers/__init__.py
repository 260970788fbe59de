"""What Courant does: poll, dedupe, enrich, cluster, link, match, deliver, and the command line."""
