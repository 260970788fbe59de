"""Names of headers that are drafts, or that several doors must agree on: here alone they are written.

Sources: draft-ietf-httpapi-idempotency-key-header, draft-ietf-httpapi-ratelimit-headers, RFC 9110
(conditions).
"""

IDEMPOTENCY_KEY = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
IF_MATCH = "If-Match"
IF_NONE_MATCH = "If-None-Match"
ETAG = "ETag"
RATE_LIMIT = "RateLimit"
RATE_LIMIT_POLICY = "RateLimit-Policy"

TAKEN = (
    "Authorization",
    "Content-Type",
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    "Last-Event-ID",
    "X-Request-Id",
    "traceparent",
)
"""What a page may send, where pages may call at all."""
TOLD = (
    "Content-Location",
    ETAG,
    REPLAYED,
    "Link",
    "Location",
    RATE_LIMIT,
    RATE_LIMIT_POLICY,
    "Retry-After",
    "X-Request-Id",
)
"""What it may read."""
