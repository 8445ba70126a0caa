"""An address that gives OAuth2 tokens, and one that tells whose a token is, as a provider runs them."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Provider:
    """What the provider knows: the refresh token it takes, whose mailbox it is for, and the tokens it gave."""

    def __init__(self) -> None:
        self.user = "care"
        self.client = ("client-of-ours", "secret-of-ours")
        self.refresh_token = "refresh-1"
        self.renews = False  # give a new refresh token with every answer, and take the old one no more
        self.given: dict[str, str] = {}
        self.asked: list[dict[str, str]] = []
        self.token_url = ""
        self.info_url = ""

    def answer(self, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        """Answer somebody who asks for a token."""
        self.asked.append(form)
        if (form.get("client_id"), form.get("client_secret")) != self.client:
            return 401, {"error": "invalid_client"}
        if form.get("grant_type") == "refresh_token" and form.get("refresh_token") != self.refresh_token:
            return 400, {"error": "invalid_grant", "error_description": "The refresh token was taken back."}
        token = f"access-{len(self.given) + 1}"
        self.given[token] = self.user
        said: dict[str, object] = {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}
        if self.renews:
            self.refresh_token = f"refresh-{len(self.given) + 1}"
            said["refresh_token"] = self.refresh_token
        return 200, said

    def whose(self, token: str) -> tuple[int, dict[str, object]]:
        """Tell a mail server whose a token is."""
        user = self.given.get(token)
        return (200, {"email": user, "active": "true"}) if user else (401, {"error": "invalid_token"})


@contextmanager
def provider() -> Iterator[Provider]:
    """Run a provider on loopback."""
    known = Provider()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
            self._say(*known.answer({name: values[0] for name, values in parse_qs(body).items()}))

        def do_GET(self) -> None:
            asked = parse_qs(urlsplit(self.path).query)
            self._say(*known.whose(asked.get("access_token", [""])[0]))

        def log_message(self, *_args: object) -> None:
            """Nothing is said."""

        def _say(self, status: int, said: dict[str, object]) -> None:
            content = json.dumps(said).encode("ascii")
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    known.token_url = f"http://127.0.0.1:{server.server_port}/token"
    known.info_url = f"http://127.0.0.1:{server.server_port}/info?access_token="
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
