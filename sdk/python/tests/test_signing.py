"""Signatures: the published vectors, and what a real server says to them."""

from __future__ import annotations

import base64
import unittest
from typing import Any, Dict

from gridkey import GRID, RFC9421, Signer, SigningError, SigningKey

from .support import VECTORS, Server

server: Server


def setUpModule() -> None:
    global server
    server = Server(EDGE_SIGNATURE_AUTHORITIES="trading.example.com")


def tearDownModule() -> None:
    server.stop()


class Vectors(unittest.TestCase):
    def test_the_key_is_read_in_every_form(self) -> None:
        seed = base64.b64decode(VECTORS["seed"])
        public = base64.b64decode(VECTORS["public_key"])
        long = base64.b64encode(seed + public).decode()
        for text in (VECTORS["seed"], VECTORS["pem"], long, VECTORS["pem"].encode()):
            key = SigningKey.load(text)
            self.assertEqual((key.public_key, key.fingerprint), (VECTORS["public_key"], VECTORS["fingerprint"]))
            self.assertNotIn(VECTORS["seed"], repr(key))
        self.assertEqual(SigningKey.load(key.to_pem()).fingerprint, key.fingerprint)
        wrong = base64.b64encode(seed + seed).decode()
        for text in ("", "AAAA", wrong, VECTORS["seed"] + "!", "-----BEGIN PRIVATE KEY-----"):
            with self.assertRaises(SigningError):
                SigningKey.load(text)

    def test_grid_v1(self) -> None:
        key = SigningKey.load(VECTORS["seed"])
        for vector in VECTORS["grid"]:
            signer = Signer(key, GRID, sign_query=vector["sign_query"])
            headers = signer.sign(vector["method"], vector["url"], vector["body"].encode(), now=VECTORS["now"])
            self.assertEqual(
                headers,
                {
                    "x-thegrid-timestamp": "1700000000",
                    "x-thegrid-fingerprint": VECTORS["fingerprint"],
                    "x-thegrid-signature": vector["signature"],
                },
            )
        headers = Signer(key, GRID, prefix="x-acme-").sign("GET", "/v1/orders", now=VECTORS["now"])
        self.assertEqual(sorted(headers), ["x-acme-fingerprint", "x-acme-signature", "x-acme-timestamp"])

    def test_rfc9421_v1(self) -> None:
        vector = VECTORS["rfc9421"]
        headers = Signer(SigningKey.load(VECTORS["seed"])).sign(
            vector["method"], vector["url"], vector["body"].encode(),
            now=VECTORS["now"], nonce=vector["nonce"], expires=vector["expires"],
        )
        self.assertEqual(headers["Content-Digest"], vector["content_digest"])
        self.assertEqual(headers["Signature-Input"], vector["input"])
        self.assertEqual(headers["Signature"], vector["signature"])

    def test_what_no_server_would_take_is_not_signed(self) -> None:
        key = SigningKey.generate()
        for method, url, body in (
            ("GET", "https://a.example/x", b"{}"),
            ("POST", "https://a.example/x", b"name=value"),
            ("POST", "https://a.example/x", b" {}"),
            ("GET", 'https://a.example/x?a="b"', b""),
            ("GET", "https://a.example/{x}", b""),
            ("G T", "https://a.example/", b""),
        ):
            with self.assertRaises(SigningError):
                Signer(key, GRID).sign(method, url, body)
        with self.assertRaises(SigningError):
            Signer(key, RFC9421).sign("GET", "/only/a/path")
        with self.assertRaises(SigningError):
            Signer(key, "rot13")


class Accepted(unittest.TestCase):
    key: SigningKey

    @classmethod
    def setUpClass(cls) -> None:
        cls.key = SigningKey.generate()
        body = {"name": "test", "public_key": cls.key.public_key, "level": "read-write"}
        told = server.call("POST", "/v1/signing-keys", body).expect().json()
        assert told["fingerprint"] == cls.key.fingerprint

    def verdict(self, headers: Dict[str, str], method: str, target: str, body: bytes) -> Any:
        listed = [[name, value] for name, value in headers.items()] + [["content-type", "application/json"]]
        request = {
            "method": method, "target": target, "headers": listed, "authority": "trading.example.com",
            "scheme": "https", "body": base64.b64encode(body).decode(),
        }
        return server.call("POST", "/v1/verify", {"request": request, "address": "127.0.0.1"}).expect().json()

    def test_a_server_takes_both_schemes(self) -> None:
        for scheme in (GRID, RFC9421):
            signer = Signer(self.key, scheme)
            for method, target, body in (
                ("GET", "/v1/orders?status=open&limit=2", b""),
                ("GET", "/v1/orders?", b""),
                ("POST", f"/v1/orders?scheme={scheme}", b'{"quantity":1}'),
                ("DELETE", "/v1/orders/1", b""),
            ):
                with self.subTest(scheme=scheme, method=method, target=target):
                    headers = signer.sign(method, "https://trading.example.com" + target, body)
                    verdict = self.verdict(headers, method, target, body)
                    self.assertTrue(verdict["active"], verdict)
                    self.assertEqual(verdict["credential"]["fingerprint"], self.key.fingerprint)
                    changed = self.verdict(headers, method, target + "1", body)
                    self.assertEqual(changed["reason"], "signature_invalid")

    def test_the_same_order_twice_is_a_replay_and_a_new_signature_is_not(self) -> None:
        url, body = "https://trading.example.com/v1/orders", b'{"side":"buy"}'
        signer = Signer(self.key)
        headers = signer.sign("POST", url, body)
        self.assertTrue(self.verdict(headers, "POST", "/v1/orders", body)["active"])
        self.assertEqual(self.verdict(headers, "POST", "/v1/orders", body)["reason"], "replayed_request")
        self.assertTrue(self.verdict(signer.sign("POST", url, body), "POST", "/v1/orders", body)["active"])


if __name__ == "__main__":
    unittest.main()
