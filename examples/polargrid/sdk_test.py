"""The published package `polargrid-sdk` in all its generations, unmodified: pointed at Gridkey by its own environment
variables, and by nothing but where its hosts lead to.

Run from the root of the repository, with the packages of `examples/requirements.txt` and `gridkey` installed, and each version
of `examples/polargrid/versions.txt` in a folder of its own:

    pip install --no-deps --target target/polargrid/0.10.0 polargrid-sdk==0.10.0
    cargo build && cargo build --example inference
    python -m unittest examples/polargrid/sdk_test.py
"""

from __future__ import annotations

import asyncio
import functools
import importlib
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import unittest
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Iterator
from unittest import mock
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "sdk" / "python"))

from tests.support import Server  # noqa: E402

INFERENCE = os.environ.get("INFERENCE_BIN", str(ROOT / "target" / "debug" / "examples" / "inference"))
PACKAGES = ROOT / "target" / "polargrid"
VERSIONS = (ROOT / "examples" / "polargrid" / "versions.txt").read_text().split()
#: Where each version gets what it sends to the edge; the others send the key itself.
EXCHANGES = {"0.4.0": "/api/auth/inference-token", "0.5.0": "/api/auth/inference-token", "0.6.0": "/v1/auth/session"}
#: Versions whose streams are there.
STREAMING = {"0.10.0"}
#: The hosts of the service that are ours, and those of its edges.
OURS = [
    "app.polargrid.ai",
    "auth.polargrid.ai",
    "autorouter.edge.polargrid.ai",
    "autorouter.polargrid.ai",
]
EDGES = ["api.yto-01.edge.polargrid.ai", "api.ymq-01.edge.polargrid.ai", "us.edge.example", "eu.edge.example"]
LONG = " ".join(f"word{number}" for number in range(2_000))


class Network:
    """A proxy that leads to servers of ours whoever asks for a host of the service, under a certificate that its clients are
    told to trust."""

    def __init__(self, folder: Path, routes: dict[str, str]) -> None:
        self.certificate = folder / "certificate.pem"
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tests")])
        now = datetime.now(timezone.utc)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in routes]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        encoding = serialization.Encoding.PEM
        plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        self.certificate.write_bytes(certificate.public_bytes(encoding))
        key_file = folder / "key.pem"
        key_file.write_bytes(key.private_bytes(encoding, *plain))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(self.certificate, key_file)
        self._routes = routes
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client = self._listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked:
            some = client.recv(4096)
            if not some:
                return
            asked += some
        host = asked.split(b" ")[1].decode().rpartition(":")[0]
        target = self._routes.get(host)
        if target is None:
            client.sendall(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
            client.close()
            return
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        parts = urlsplit(target)
        upstream = socket.create_connection((parts.hostname, parts.port))
        try:
            secure = self._context.wrap_socket(client, server_side=True)
        except OSError:
            upstream.close()
            return
        threading.Thread(target=self._pass, args=(upstream, secure), daemon=True).start()
        self._pass(secure, upstream)

    @staticmethod
    def _pass(source: socket.socket, target: socket.socket) -> None:
        try:
            while some := source.recv(65_536):
                target.sendall(some)
        except OSError:
            pass
        finally:
            for end in (source, target):
                end.close()


class Package:
    """One version of the package, as it was published."""

    def __init__(self, version: str) -> None:
        folder = PACKAGES / version
        assert (folder / "polargrid").is_dir(), f"polargrid-sdk {version} is not in {folder}"
        self.version = version
        sys.path.insert(0, str(folder))
        try:
            importlib.import_module("polargrid")
        finally:
            sys.path.remove(str(folder))
        names = [name for name in sys.modules if name.partition(".")[0] == "polargrid"]
        self._modules = {name: sys.modules.pop(name) for name in names}
        self.root: ModuleType = self._modules["polargrid"]
        self.errors: ModuleType = self._modules["polargrid.errors"]

    @contextmanager
    def pointed(self, key: str, **variables: str) -> Iterator[ModuleType]:
        """The package in an environment in which it finds us."""
        path = EXCHANGES.get(self.version, "/v1/auth/session")
        ours = {
            "POLARGRID_API_KEY": key,
            "POLARGRID_BASE_URL": inference.url,
            "POLARGRID_AUTH_URL": server.url + path,
            "NO_PROXY": "127.0.0.1,localhost",
            **variables,
        }
        with mock.patch.dict(os.environ, {name: value for name, value in ours.items() if value}):
            with mock.patch.dict(sys.modules, self._modules):
                yield self.root

    def led(self, key: str) -> Any:
        """The package with nothing but a key, where its hosts lead to us."""
        nowhere = {"POLARGRID_BASE_URL": "", "POLARGRID_AUTH_URL": ""}
        return self.pointed(key, **nowhere, HTTPS_PROXY=network.url, SSL_CERT_FILE=str(network.certificate))


class Inference:
    """The sample inference server of the examples, on a free port."""

    def __init__(self) -> None:
        key = server.new_key(name="Edge", scopes=["credentials:verify"], level=None)["key"]
        variables = {"GRIDKEY_URL": server.url, "GRIDKEY_API_KEY": key, "INFERENCE_LISTEN": "127.0.0.1:0"}
        arguments = [INFERENCE, "--errors", "polargrid"]
        self._process = subprocess.Popen(arguments, env={**os.environ, **variables}, stdout=subprocess.PIPE, text=True)
        self.url = re.search(r"http://\S+", self._process.stdout.readline()).group()
        threading.Thread(target=self._process.stdout.read, daemon=True).start()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()


server: Server
inference: Inference
network: Network
folder: tempfile.TemporaryDirectory
packages: dict[str, Package] = {}


def setUpModule() -> None:
    global server, inference, network, folder
    doors = ",".join(f"{host}=polargrid" for host in OURS)
    seed = ROOT / "examples" / "polargrid" / "seed.toml"
    server = Server(seed=seed, tenant="polargrid", operator="polargrid-operator", PROFILES_HOSTS=doors)
    inference = Inference()
    folder = tempfile.TemporaryDirectory(prefix="gridkey-polargrid-")
    routes = {**dict.fromkeys(OURS, server.url), **dict.fromkeys(EDGES, inference.url)}
    network = Network(Path(folder.name), routes)
    packages.update((version, Package(version)) for version in VERSIONS)


def tearDownModule() -> None:
    network.stop()
    inference.stop()
    server.stop()
    folder.cleanup()


def question(text: str) -> dict[str, Any]:
    return {"model": "sample-small", "messages": [{"role": "user", "content": text}], "max_tokens": 4_000}


def answered(client: Any) -> str:
    return str(asyncio.run(client.chat_completion(question("Hi"))).choices[0].message.content)


def each(**members: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A test of every version, each with a new key."""

    def of(test: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(test)
        def all_of_them(self: unittest.TestCase) -> None:
            for version, package in packages.items():
                with self.subTest(version):
                    test(self, package, server.new_key(**members))

        return all_of_them

    return of


class EveryVersion(unittest.TestCase):
    def refused(self, package: Package, client: Any, said: str, error: str = "AuthenticationError") -> None:
        with self.assertRaises(getattr(package.errors, error)) as caught:
            answered(client)
        self.assertIn(said, str(caught.exception))

    @each()
    def test_it_infers_lists_and_loads_models(self, package: Package, key: dict[str, Any]) -> None:
        with package.pointed(key["key"]) as polargrid:
            client = polargrid.PolarGrid()
            self.assertEqual(answered(client), "You said: Hi")
            models = asyncio.run(client.list_models())
            self.assertIn("sample-small", [model.id for model in models.data])
            loaded = asyncio.run(client.load_model({"model_name": "sample-large"}))
            self.assertEqual((loaded.status, loaded.model), ("success", "sample-large"))
            said = polargrid.PolarGridSync().chat_completion(question("Hi"))
            self.assertEqual(said.choices[0].message.content, "You said: Hi")

    @each()
    def test_it_needs_a_key_and_nothing_else_where_its_hosts_lead_to_us(
        self, package: Package, key: dict[str, Any]
    ) -> None:
        with package.led(key["key"]) as polargrid:
            self.assertEqual(answered(polargrid.PolarGrid()), "You said: Hi")

    @each()
    def test_a_key_that_is_none_is_an_authentication_error(self, package: Package, _: dict[str, Any]) -> None:
        for text in ("pg_unknown", "pg_" + "0" * 49):
            with package.pointed(text) as polargrid:
                self.refused(package, polargrid.PolarGrid(max_retries=0), "Invalid API key")

    @each()
    def test_a_key_that_is_revoked_is_refused_at_the_next_call(self, package: Package, key: dict[str, Any]) -> None:
        with package.pointed(key["key"]) as polargrid:
            client = polargrid.PolarGrid(max_retries=0)
            self.assertEqual(answered(client), "You said: Hi")
            server.revoke(key)
            # Once with the session that it has, and once with the key that it exchanges again.
            self.refused(package, client, "Invalid API key")
            self.refused(package, client, "Invalid API key")

    @each(level="read-only")
    def test_a_level_that_is_too_low_is_an_authentication_error_too(
        self, package: Package, key: dict[str, Any]
    ) -> None:
        with package.pointed(key["key"]) as polargrid:
            client = polargrid.PolarGrid(max_retries=0)
            self.assertEqual(answered(client), "You said: Hi")
            with self.assertRaises(package.errors.AuthenticationError) as caught:
                asyncio.run(client.load_model({"model_name": "sample-large"}))
            self.assertIn("does not permit", str(caught.exception))

    @each(rate_limit=2)
    def test_a_limit_is_a_rate_limit_error(self, package: Package, key: dict[str, Any]) -> None:
        with package.pointed(key["key"]) as polargrid:
            client = polargrid.PolarGrid(max_retries=0)
            # The exchange of the key was a request too, where there is one.
            for _ in range(2 if package.version == "0.10.0" else 1):
                self.assertEqual(answered(client), "You said: Hi")
            self.refused(package, client, "Rate limit exceeded", "RateLimitError")


class Sessions(unittest.TestCase):
    """What the version with sessions does with its refresh token."""

    def setUp(self) -> None:
        self.package = packages["0.6.0"]
        self.key = server.new_key()

    def test_one_refresh_token_renews_again_and_again(self) -> None:
        with self.package.pointed(self.key["key"]) as polargrid:
            first = polargrid.PolarGrid()
            self.assertEqual(answered(first), "You said: Hi")
        self.assertTrue(first.get_refresh_token() and first.get_session_id())
        for _ in range(3):
            # A process that starts anew has the refresh token alone, and no key.
            with self.package.pointed("") as polargrid:
                later = polargrid.PolarGrid()
                later.set_refresh_token(first.get_refresh_token())
                self.assertEqual(answered(later), "You said: Hi")
                self.assertEqual(later.get_session_id(), first.get_session_id())
                self.assertEqual(later.get_refresh_token(), first.get_refresh_token())

    def test_a_refresh_token_that_is_none_is_dropped_and_the_key_exchanged(self) -> None:
        with self.package.pointed(self.key["key"]) as polargrid:
            client = polargrid.PolarGrid()
            client.set_refresh_token("of another service")
            self.assertEqual(answered(client), "You said: Hi")
            self.assertNotIn(client.get_refresh_token(), (None, "of another service"))

    def test_a_revoked_key_takes_its_refresh_token_along(self) -> None:
        with self.package.pointed(self.key["key"]) as polargrid:
            client = polargrid.PolarGrid(max_retries=0)
            self.assertEqual(answered(client), "You said: Hi")
            server.revoke(self.key)
            later = polargrid.PolarGrid(max_retries=0)
            later.set_refresh_token(client.get_refresh_token())
            with self.assertRaises(self.package.errors.AuthenticationError) as caught:
                answered(later)
            self.assertIn('{"detail":"Invalid API key"}', str(caught.exception), "its body is shown as it is")
            self.assertIsNone(later.get_refresh_token())


class Directory(unittest.TestCase):
    """What the directory of edges answers, at an address that no variable changes."""

    def connected(self, version: str = "0.10.0", **wanted: str) -> tuple[str, str]:
        with packages[version].led(server.new_key()["key"]) as polargrid:
            client = asyncio.run(polargrid.PolarGrid.create(**wanted))
            self.assertEqual(answered(client), "You said: Hi")
            return client.get_region_id(), client.get_region_name()

    def test_it_takes_the_edge_that_it_is_told(self) -> None:
        self.assertEqual(self.connected(), ("us-east", "Ashburn"))
        self.assertEqual(self.connected(routing_scope="global"), ("us-east", "Ashburn"))

    def test_older_versions_measure_the_way_to_all_of_them(self) -> None:
        for version in ("0.4.0", "0.5.0"):
            with self.subTest(version):
                self.assertIn(self.connected(version), [("us-east", "Ashburn"), ("eu-west", "Vienna")])
        self.assertEqual(self.connected("0.6.0"), ("us-east", "Ashburn"))

    def test_it_takes_an_edge_that_has_the_model(self) -> None:
        self.assertEqual(self.connected(routing_model="small"), ("eu-west", "Vienna"))

    def test_without_such_an_edge_it_takes_its_usual_one(self) -> None:
        self.assertEqual(self.connected(routing_model="huge"), ("yto-01", "Toronto"))


class Streams(unittest.TestCase):
    def heard(self, package: Package, text: str, key: dict[str, Any], after: int | None = None) -> list[str]:
        async def listen() -> list[str]:
            words: list[str] = []
            async for chunk in polargrid.PolarGrid().chat_completion_stream(question(text)):
                words += [chunk.choices[0].delta.content] if chunk.choices[0].delta.content else []
                if len(words) == after:
                    server.revoke(key)
            return words

        with package.pointed(key["key"]) as polargrid:
            return asyncio.run(listen())

    def test_an_answer_streams_and_is_cut_when_its_key_is_revoked(self) -> None:
        for version in STREAMING:
            package = packages[version]
            words = self.heard(package, "Hello there", server.new_key())
            self.assertEqual("".join(words).split(), ["You", "said:", "Hello", "there"])
            with self.assertRaises(package.errors.NetworkError) as caught:
                self.heard(package, LONG, server.new_key(), after=20)
            self.assertIn("Invalid API key", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
