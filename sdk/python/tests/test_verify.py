"""Offline checks of tokens, by the keys of a real server that changes them."""

from __future__ import annotations

import base64
import json
import time
import unittest
from typing import Any, Dict

from gridkey import Client, InvalidToken, Verifier
from gridkey._http import send

from .support import MODELS, Clock, Server

server: Server


def setUpModule() -> None:
    global server
    server = Server()


def tearDownModule() -> None:
    server.stop()


def encode(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def forged(token: str, header: Dict[str, Any], claims: Dict[str, Any]) -> str:
    """The token with other members and the old signature."""
    first, second, third = token.split(".")
    pad = "=" * 2
    old = [json.loads(base64.urlsafe_b64decode(part + pad)) for part in (first, second)]
    return f"{encode({**old[0], **header})}.{encode({**old[1], **claims})}.{third}"


class Offline(unittest.TestCase):
    def setUp(self) -> None:
        self.clock = Clock(time.time)
        self.asked = 0

        def counted(request: Any) -> Any:
            self.asked += 1
            return send(request)

        self.transport = counted

    def verifier(self, audience: str = MODELS, **options: Any) -> Verifier:
        return Verifier(server.issuer, audience, clock=self.clock, transport=self.transport, **options)

    def refused(self, code: str, token: str, verifier: Verifier) -> None:
        with self.assertRaises(InvalidToken) as caught:
            verifier.verify(token)
        self.assertEqual(caught.exception.code, code)

    def test_every_algorithm_stands(self) -> None:
        verifier = self.verifier()
        for name in ("rs256", "es256", "eddsa"):
            token = server.program_token(name)
            self.assertEqual(verifier.verify(token)["client_id"], name)
            first, second, third = token.split(".")
            other = "A" if third[10] != "A" else "B"
            broken = f"{first}.{second}.{third[:10]}{other}{third[11:]}"
            self.refused("invalid_signature", broken, verifier)
            self.refused("invalid_signature", forged(token, {}, {"sub": "somebody"}), verifier)
        # Discovery and keys, once.
        self.assertEqual(self.asked, 2)

    def test_session_tokens_are_for_the_issuer_itself(self) -> None:
        token = Client.create(api_key=server.new_key()["key"], url=server.url).token()
        self.assertIn("key_id", self.verifier(server.issuer).verify(token))
        self.refused("wrong_audience", token, self.verifier())

    def test_who_for_whom_and_when(self) -> None:
        token = server.program_token("eddsa")
        self.refused("wrong_audience", token, self.verifier("https://other.example"))
        other = Verifier(server.url, MODELS, transport=self.transport, jwks_url=f"{server.issuer}/oauth2/jwks")
        self.refused("wrong_issuer", token, other)
        self.refused("algorithm_not_allowed", token, self.verifier(algorithms=["ES256", "RS256"]))
        self.refused("wrong_type", token, self.verifier(token_type="JWT"))
        verifier = self.verifier(leeway=5)
        claims = verifier.verify(token)
        for moment, code in (
            (claims["exp"] + 4, None),
            (claims["exp"] + 6, "token_expired"),
            (claims["iat"] - 4, None),
            (claims["iat"] - 7, "token_not_yet_valid"),
        ):
            self.clock.ahead = moment - time.time()
            if code is None:
                verifier.verify(token)
            else:
                self.refused(code, token, verifier)

    def test_what_is_no_token(self) -> None:
        verifier = self.verifier()
        token = server.program_token("rs256")
        for text in ("", "a.b", "a.b.c", token + ".x", token + "=", "x" * 20_000, "bnVsbA.bnVsbA.bnVsbA", "é.é.é"):
            self.refused("malformed_token", text, verifier)
        self.refused("algorithm_not_allowed", forged(token, {"alg": "none"}, {}), verifier)
        self.refused("algorithm_not_allowed", forged(token, {"alg": "HS256"}, {}), verifier)
        self.refused("invalid_signature", forged(token, {"alg": "ES256"}, {}), verifier)
        self.refused("malformed_token", forged(token, {"crit": ["x"]}, {}), verifier)

    def test_new_keys_are_learned_and_made_up_ones_do_not_pester_the_server(self) -> None:
        verifier = self.verifier(min_interval=1_000, leeway=10_000)
        old = server.program_token("eddsa")
        verifier.verify(old)
        asked = self.asked
        for number in range(50):
            self.refused("unknown_key", forged(old, {"kid": f"made-up-{number}"}, {}), verifier)
        self.assertEqual(self.asked, asked)
        server.run("keys", "rotate", "--now", "--algorithm", "EdDSA")
        server.restart()
        new = server.program_token("eddsa")
        self.assertNotEqual(new.split(".")[0], old.split(".")[0])
        self.refused("unknown_key", new, verifier)
        self.clock.ahead = 1_001
        self.assertEqual(verifier.verify(new)["client_id"], "eddsa")
        self.assertEqual(verifier.verify(old)["client_id"], "eddsa")
        self.assertEqual(self.asked, asked + 1)

    def test_keys_outlive_a_server_that_is_away(self) -> None:
        away = False

        def transport(request: Any) -> Any:
            return send(type(request)("GET", "http://127.0.0.1:1/")) if away else send(request)

        verifier = Verifier(server.issuer, MODELS, clock=self.clock, transport=transport, leeway=10_000)
        token = server.program_token("es256")
        verifier.verify(token)
        away = True
        self.clock.ahead = 1_000
        verifier.verify(token)


if __name__ == "__main__":
    unittest.main()
