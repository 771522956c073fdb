"""110, the other side: sends signed work orders, and receives signed results."""

import hashlib
import hmac
import http.server
import json
import threading
import time
import urllib.request


def sign(secret: bytes, timestamp: str, body: bytes) -> str:
    """The signature of both directions: HMAC-SHA256 over timestamp, newline, body, as lower-case hex."""
    return hmac.new(secret, timestamp.encode() + b"\n" + body, hashlib.sha256).hexdigest()


class Channel:
    """An exchange account such as 110."""

    def __init__(self, server: str, name: str, secret: bytes):
        self.server = server
        self.name = name
        self.secret = secret

    def send(self, order: dict) -> tuple[int, dict]:
        """Pushes one order; returns the status and the receipt, or the problem."""
        body = json.dumps(order, ensure_ascii=False).encode()
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "X-Hejie-Channel": self.name,
            "X-Hejie-Timestamp": timestamp,
            "X-Hejie-Signature": sign(self.secret, timestamp, body),
        }
        request = urllib.request.Request(f"{self.server}/api/v1/exchange/orders", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as problem:
            return problem.code, json.load(problem)


class Mailbox:
    """Where 110 receives results. Counts what came with a right signature and what did not; refuses the first `refusals`."""

    def __init__(self, secret: bytes, port: int = 0, refusals: int = 0):
        self.secret = secret
        self.results: list[dict] = []
        self.refused = 0
        self.forged = 0
        self._refusals = refusals
        self._arrived = threading.Condition()
        mailbox = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(mailbox.take(self.headers, body))
                self.end_headers()

            def log_message(self, *_):
                pass

        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.address = f"http://127.0.0.1:{self._http.server_address[1]}/results"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def take(self, headers, body: bytes) -> int:
        timestamp = headers.get("X-Hejie-Timestamp", "")
        right = hmac.compare_digest(sign(self.secret, timestamp, body), headers.get("X-Hejie-Signature", ""))
        with self._arrived:
            if not right:
                self.forged += 1
                return 401
            if self.refused < self._refusals:
                self.refused += 1
                return 503
            self.results.append(json.loads(body))
            self._arrived.notify_all()
            return 204

    def wait_for(self, count: int, seconds: float) -> bool:
        """Waits until so many results have come."""
        with self._arrived:
            return self._arrived.wait_for(lambda: len(self.results) >= count, seconds)

    def close(self):
        self._http.shutdown()
        self._http.server_close()
