"""A site on loopback, whose documents a test puts there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def site() -> Iterator[tuple[str, dict[str, str]]]:
    """A site's address, and its documents by path: whatever is put there is served."""
    documents: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = documents.get(self.path)
            self.send_response(200 if body is not None else 404)
            octets = (body or "").encode()
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, format: str, *arguments: object) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", documents
    finally:
        server.shutdown()


def entry(root: str, name: str, day: int, text: str) -> str:
    return (
        f"<item><title>Lighthouse {name}</title><link>{root}/{name}</link>"
        f"<pubDate>2026-02-{day:02}T08:00:00Z</pubDate><description>{text}</description></item>"
    )


def rss(*entries: str, before: str = "") -> str:
    link = f'<a:link rel="prev-archive" href="{before}"/>' if before else ""
    head = '<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel><title>Gazette</title>'
    return f"{head}{link}{''.join(entries)}</channel></rss>"
