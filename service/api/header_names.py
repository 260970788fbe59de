"""Names of headers that are drafts, or that several doors must agree on: here alone they are written.

Sources: draft-ietf-httpapi-idempotency-key-header, RFC 9110 (conditions), W3C Trace Context.
"""

IDEMPOTENCY_KEY = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
IF_MATCH = "If-Match"
IF_NONE_MATCH = "If-None-Match"
ETAG = "ETag"
TRACEPARENT = "traceparent"
