"""A person at a desk: signs in over HTTP and works with the console's interface."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request


class Problem(Exception):
    """What the server answers when it will not: application/problem+json."""

    def __init__(self, status: int, body: dict):
        super().__init__(f"{status} {body.get('code')}: {body.get('title')} {body.get('detail') or ''}".strip())
        self.status = status
        self.body = body


class Desk:
    """A signed-in person."""

    def __init__(self, server: str, login: str, password: str):
        self.server = server
        self.token = None
        session = self.post("/api/v1/session", {"login": login, "password": password})
        self.token = session["access_token"]
        self.user = session["user"]

    def get(self, path: str, **query):
        words = urllib.parse.urlencode({key: value for key, value in query.items() if value is not None})
        return self._call("GET", f"{path}?{words}" if words else path, None)

    def post(self, path: str, body: dict | None):
        return self._call("POST", path, body if body is not None else {})

    def decide(self, case: dict, act: str, says: dict):
        """Decides an act on a case as it was read."""
        summary = case["summary"]
        self.post(f"/api/v1/cases/{summary['id']}/acts", {"act": {act: says}, "base_version": summary["version"]})

    def case(self, case_id: str) -> dict:
        return self.get(f"/api/v1/cases/{case_id}")

    def wait_for(self, case_id: str, holds, seconds: float = 20) -> dict:
        """Reads a case until something holds. Settling follows an exchange within two seconds."""
        limit = time.monotonic() + seconds
        while True:
            case = self.case(case_id)
            if holds(case):
                return case
            if time.monotonic() > limit:
                raise TimeoutError(f"case {case_id} stays at {case['summary']['status']}, version {case['summary']['version']}")
            time.sleep(0.1)

    def _call(self, method: str, path: str, body):
        headers = {"Accept": "application/json"}
        data = None
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json"
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(self.server + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as problem:
            text = problem.read()
            raise Problem(problem.code, json.loads(text) if text else {}) from None
