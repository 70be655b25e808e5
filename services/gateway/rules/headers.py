"""Which headers pass the door in either direction, and which the door adds."""

from __future__ import annotations

from typing import Final

# All that a service may read from a client. Cookies, Authorization, X-Forwarded-* and anything that could pose as identity stay out.
PASSED_IN: Final = (
    ("HTTP_ACCEPT", "Accept"),
    ("HTTP_ACCEPT_LANGUAGE", "Accept-Language"),
    ("CONTENT_TYPE", "Content-Type"),
    ("HTTP_IDEMPOTENCY_KEY", "Idempotency-Key"),
    ("HTTP_IF_MATCH", "If-Match"),
    ("HTTP_IF_NONE_MATCH", "If-None-Match"),
    ("HTTP_IF_RANGE", "If-Range"),
    ("HTTP_RANGE", "Range"),
)

# Hop-by-hop headers, what the door says itself, and what only the door may say.
KEPT_BACK: Final = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
        "server", "date", "set-cookie", "cache-control", "x-content-type-options", "content-security-policy", "referrer-policy",
        "strict-transport-security",
    }
)  # fmt: skip

API_SECURITY: Final = (
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "same-origin"),
)
STRICT_TRANSPORT: Final = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
_PERMISSIONS: Final = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


def page_security(nonce: str) -> list[tuple[str, str]]:
    """The headers of an HTML page. ``nonce`` opens the way for the one page's own style and script elements, nothing else."""
    policy = (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    return [
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Permissions-Policy", _PERMISSIONS),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]
