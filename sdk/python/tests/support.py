"""A real server in a folder of its own, and a proxy that counts what goes to it."""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import socket
import subprocess
import tempfile
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Dict, Optional
from urllib.parse import urlencode, urlsplit, urlunsplit
from urllib.request import urlopen

from gridkey import Request, Response
from gridkey._http import send

SDK = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("GRIDKEY_BIN", str(SDK.parent / "target" / "debug" / "gridkey"))
VECTORS: Dict[str, Any] = json.loads((SDK / "vectors.json").read_text())
MODELS = "https://models.acme.example"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def new_database() -> str:
    """A new database of the PostgreSQL of the tests, or nothing where there is none."""
    url = os.environ.get("SDK_TEST_POSTGRES", "")
    if not url:
        return ""
    name = f"sdk_{os.getpid()}_{os.urandom(4).hex()}"
    subprocess.run(["psql", "-qX", url, "-c", f"CREATE DATABASE {name}"], check=True)
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


class Server:
    """A server on a free port: `gridkey dev`, or, where `SDK_TEST_POSTGRES` names a PostgreSQL, `gridkey serve` on a new
    database there."""

    def __init__(self, seed: Path = SDK / "seed.toml", tenant: str = "acme", operator: str = "operator", **variables: str):
        self._folder = tempfile.TemporaryDirectory(prefix="gridkey-sdk-")
        self._seed = seed
        self._data = Path(self._folder.name) / "data"
        self._variables = {f"GRIDKEY_{name}": value for name, value in variables.items()}
        self._postgres = new_database()
        self._start("0")
        self.issuer = f"{self.url}/t/{tenant}"
        self.token = self.program_token(operator, f"{operator}-development-secret", scope="gridkey:manage")

    def _start(self, port: str) -> None:
        if self._postgres:
            self._serve(int(port) or free_port())
            return
        self._process = self._spawn("dev", "--port", port, "--seed", str(self._seed), "--data", str(self._data))
        assert self._process.stdout is not None
        for line in self._process.stdout:
            found = re.search(r"runs at (http://localhost:\d+)", line)
            if found:
                self.url = found.group(1)
                break
        else:
            raise AssertionError("the server did not start")
        threading.Thread(target=self._process.stdout.read, daemon=True).start()

    def _serve(self, port: int) -> None:
        self.url = f"http://localhost:{port}"
        if not self._data.exists():
            self._data.mkdir()
            (self._data / "master.key").write_bytes(base64.b64encode(os.urandom(32)))
            self.run("migrate", "run")
            self.run("config", "apply", str(self._seed))
        self._process = self._spawn("serve", "--listen", f"127.0.0.1:{port}", **self._here())
        for _ in range(600):
            try:
                with urlopen(f"{self.url}/health/ready") as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def _spawn(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        environment = {**self._environment(), **variables}
        return subprocess.Popen(
            [PROGRAM, *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def _end(self) -> None:
        self._process.terminate()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def restart(self) -> None:
        """Starts it again where it was, with all that it knows: sooner than it looks for new keys by itself."""
        self._end()
        self._start(str(urlsplit(self.url).port))

    def _environment(self) -> Dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GRIDKEY_")}
        return {**kept, **self._variables}

    def _here(self) -> Dict[str, str]:
        return {
            "GRIDKEY_DATABASE_URL": self._postgres or f"sqlite:{self._data / 'gridkey.db'}",
            "GRIDKEY_SECURITY_MASTER_KEY_FILE": str(self._data / "master.key"),
            "GRIDKEY_SECURITY_DEVELOPMENT": "true",
            "GRIDKEY_SERVER_PUBLIC_URL": self.url,
            "GRIDKEY_MAIL_TRANSPORT": "inbox",
        }

    def stop(self) -> None:
        self._end()
        self._folder.cleanup()

    def run(self, *arguments: str) -> str:
        """Runs the program on the server's database."""
        environment = {**self._environment(), **self._here()}
        done = subprocess.run([PROGRAM, *arguments], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def program_token(self, client_id: str, secret: str = "program-development-secret", scope: str = "") -> str:
        form = {"grant_type": "client_credentials", **({"scope": scope} if scope else {})}
        basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Basic {basic}"}
        answer = send(Request("POST", f"{self.issuer}/oauth2/token", headers, urlencode(form).encode()))
        return str(answer.expect().json()["access_token"])

    def call(self, method: str, path: str, body: Any = None, bearer: Optional[str] = None) -> Response:
        headers = {"Authorization": f"Bearer {bearer or self.token}", "Content-Type": "application/json"}
        content = json.dumps(body).encode() if body is not None else b""
        return send(Request(method, self.url + path, headers, content))

    def new_key(self, **members: Any) -> Dict[str, Any]:
        answer = self.call("POST", "/v1/api-keys", {"name": "test", "level": "admin", **members})
        return dict(answer.expect().json())

    def revoke(self, key: Dict[str, Any]) -> None:
        self.call("DELETE", f"/v1/api-keys/{key['id']}").expect()


class CountingProxy:
    """Passes requests on and counts them by path."""

    def __init__(self, target: str) -> None:
        self.counts: Counter = Counter()
        counts, lock, parts = self.counts, threading.Lock(), urlsplit(target)
        # A path for which the next answers are errors: path to status.
        self.failing: Dict[str, int] = {}
        failing = self.failing

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def _pass(self) -> None:
                with lock:
                    counts[self.path] += 1
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.path in failing:
                    self._answer(failing[self.path], {}, b"{}")
                    return
                upstream = http.client.HTTPConnection(parts.hostname or "", parts.port)
                names = ("authorization", "content-type", "user-agent")
                headers = {name: self.headers[name] for name in names if self.headers[name]}
                upstream.request(self.command, self.path, body=body, headers=headers)
                answer = upstream.getresponse()
                content = answer.read()
                kept = {name: value for name, value in answer.getheaders() if name.lower() in _KEPT}
                self._answer(answer.status, kept, content)
                upstream.close()

            def _answer(self, status: int, headers: Dict[str, str], content: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_DELETE = _pass

        class Backlog(ThreadingHTTPServer):
            request_queue_size = 2048
            daemon_threads = True

        self._server = Backlog(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        # Asked often whether it shall stop, so that stopping takes no half second.
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


_KEPT = ("content-type", "x-request-id", "cache-control", "retry-after")


class Clock:
    """A clock that is moved by hand, ahead of a real one."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.ahead = 0.0

    def __call__(self) -> float:
        return float(self._real()) + self.ahead
