"""The published packages `openai` and `anthropic` at the sample inference server, unmodified.

Run from the root of the repository, with those packages and `gridkey` installed:

    cargo build && cargo build --example inference
    python -m unittest examples/inference/sdk_test.py
"""

import os
import re
import subprocess
import sys
import threading
import time
import unittest
from pathlib import Path

import anthropic
import openai

import gridkey

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "sdk" / "python"))

from tests.support import Server  # noqa: E402

PROGRAM = os.environ.get("INFERENCE_BIN", str(ROOT / "target" / "debug" / "examples" / "inference"))
#: Within a second, and more for a machine that does much else. Left alone, the answer would take 40 seconds.
AT_ONCE = 5.0
LONG = " ".join(f"word{number}" for number in range(2_000))


class Inference:
    """The sample server, on a free port."""

    def __init__(self, server: Server) -> None:
        key = server.new_key(name="inference", scopes=["credentials:verify"], level=None)["key"]
        environment = {"GRIDKEY_URL": server.url, "GRIDKEY_API_KEY": key, "INFERENCE_LISTEN": "127.0.0.1:0"}
        self._process = subprocess.Popen(
            [PROGRAM], env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
        )
        line = self._process.stdout.readline()
        self.url = re.search(r"http://\S+", line).group()
        threading.Thread(target=self._process.stdout.read, daemon=True).start()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._process.stdout.close()


server: Server
inference: Inference


def setUpModule() -> None:
    global server, inference
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "OPENAI_API_KEY"):
        os.environ.pop(name, None)
    server = Server()
    inference = Inference(server)


def tearDownModule() -> None:
    inference.stop()
    server.stop()


def by_openai(key: str) -> openai.OpenAI:
    return openai.OpenAI(api_key=key, base_url=f"{inference.url}/v1", max_retries=0)


def by_anthropic(key: str) -> anthropic.Anthropic:
    return anthropic.Anthropic(api_key=key, base_url=inference.url, max_retries=0)


def asked(text: str) -> dict:
    return {"model": "sample-small", "messages": [{"role": "user", "content": text}], "max_tokens": 5_000}


class WithKey(unittest.TestCase):
    def setUp(self) -> None:
        self.key = server.new_key()

    def assert_cut(self, words, error) -> float:
        """Reads a stream, revokes its key after some words, and sees it break off at once, with the error."""
        heard, revoked_at = 0, None
        with self.assertRaises(error) as caught:
            for _ in words:
                heard += 1
                if heard == 20:
                    server.revoke(self.key)
                    revoked_at = time.monotonic()
        self.assertIsNotNone(revoked_at, "the stream ended before its key was revoked")
        self.assertLess(time.monotonic() - revoked_at, AT_ONCE)
        self.assertIn("Invalid API key", str(caught.exception))
        self.assertLess(heard, 400)


class OpenAi(WithKey):
    def test_models_and_answers(self) -> None:
        client = by_openai(self.key["key"])
        self.assertIn("sample-small", [model.id for model in client.models.list()])
        answer = client.chat.completions.create(**asked("Hello there"))
        self.assertEqual(answer.choices[0].message.content, "You said: Hello there")
        self.assertEqual((answer.usage.prompt_tokens, answer.usage.completion_tokens), (2, 4))

    def test_an_answer_streams(self) -> None:
        chunks = list(by_openai(self.key["key"]).chat.completions.create(**asked("Hello there"), stream=True))
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        self.assertEqual(text.split(), ["You", "said:", "Hello", "there"])
        self.assertEqual(chunks[-1].choices[0].finish_reason, "stop")

    def test_a_session_token_is_as_good_as_the_key(self) -> None:
        session = gridkey.Client.create(api_key=self.key["key"], url=server.url)
        stream = by_openai(session.token()).chat.completions.create(**asked(LONG), stream=True)
        self.assert_cut(stream, openai.APIError)

    def test_a_stream_is_cut_when_the_key_is_revoked(self) -> None:
        stream = by_openai(self.key["key"]).chat.completions.create(**asked(LONG), stream=True)
        self.assert_cut(stream, openai.APIError)
        with self.assertRaises(openai.AuthenticationError):
            by_openai(self.key["key"]).models.list()

    def test_a_stream_of_another_key_goes_on(self) -> None:
        other = server.new_key()
        text = " ".join(["word"] * 100)
        stream = by_openai(self.key["key"]).chat.completions.create(**asked(text), stream=True)
        heard = 0
        for chunk in stream:
            heard += bool(chunk.choices[0].delta.content)
            if heard == 10 and other is not None:
                server.revoke(other)
                other = None
        self.assertEqual(heard, 102)

    def test_an_answer_that_does_not_stream_is_cut_too(self) -> None:
        timer = threading.Timer(0.5, lambda: server.revoke(self.key))
        timer.start()
        began = time.monotonic()
        with self.assertRaises(openai.AuthenticationError):
            by_openai(self.key["key"]).chat.completions.create(**asked(LONG))
        self.assertLess(time.monotonic() - began, 0.5 + AT_ONCE)
        timer.join()

    def test_keys_that_are_none_and_keys_that_may_not(self) -> None:
        with self.assertRaises(openai.AuthenticationError) as caught:
            by_openai("gk_unknown").models.list()
        self.assertEqual(caught.exception.body["message"], "Invalid API key")
        narrow = server.new_key(level="read-only")["key"]
        with self.assertRaises(openai.PermissionDeniedError):
            by_openai(narrow).chat.completions.create(**asked("Hello"))


class WhatElseEndsAStream(unittest.TestCase):
    def stream(self, key: str, at: Inference) -> openai.Stream:
        client = openai.OpenAI(api_key=key, base_url=f"{at.url}/v1", max_retries=0)
        return client.chat.completions.create(**asked(LONG), stream=True)

    def ends(self, stream: openai.Stream, deed, said: str) -> None:
        with self.assertRaises(openai.APIError) as caught:
            for number, _ in enumerate(stream):
                if number == 20:
                    deed()
                    began = time.monotonic()
        self.assertLess(time.monotonic() - began, AT_ONCE)
        self.assertIn(said, str(caught.exception))

    def test_an_owner_who_is_suspended(self) -> None:
        person = {"email": "eve@acme.example", "display_name": "Eve", "status": "active", "roles": ["caller"]}
        owner = server.call("POST", "/v1/users", person).expect().json()["id"]
        key = server.new_key(owner={"kind": "user", "id": owner})["key"]

        def suspend() -> None:
            server.call("PATCH", f"/v1/users/{owner}", {"status": "suspended"}).expect()

        self.ends(self.stream(key, inference), suspend, "Invalid API key")

    def test_a_role_that_is_taken_away(self) -> None:
        person = {"email": "bob@acme.example", "display_name": "Bob", "status": "active", "roles": ["caller"]}
        owner = server.call("POST", "/v1/users", person).expect().json()["id"]
        key = server.new_key(owner={"kind": "user", "id": owner})["key"]

        def take() -> None:
            server.call("PUT", f"/v1/users/{owner}/roles", {"roles": []}).expect()

        self.ends(self.stream(key, inference), take, "does not permit")

    def test_gridkey_itself_being_away(self) -> None:
        other = Server()
        at = Inference(other)
        self.addCleanup(at.stop)
        key = other.new_key()["key"]
        self.ends(self.stream(key, at), other.stop, "Try again")
        with self.assertRaises(openai.InternalServerError) as caught:
            self.stream(key, at)
        self.assertEqual(caught.exception.status_code, 503)


class Anthropic(WithKey):
    def test_an_answer(self) -> None:
        answer = by_anthropic(self.key["key"]).messages.create(**asked("Hello there"))
        self.assertEqual(answer.content[0].text, "You said: Hello there")
        self.assertEqual((answer.stop_reason, answer.usage.output_tokens), ("end_turn", 4))

    def test_an_answer_streams(self) -> None:
        with by_anthropic(self.key["key"]).messages.stream(**asked("Hello there")) as stream:
            self.assertEqual("".join(stream.text_stream).split(), ["You", "said:", "Hello", "there"])
            self.assertEqual(stream.get_final_message().stop_reason, "end_turn")

    def test_the_key_as_a_bearer(self) -> None:
        client = anthropic.Anthropic(auth_token=self.key["key"], base_url=inference.url, max_retries=0)
        self.assertTrue(client.messages.create(**asked("Hello")).id)

    def test_a_stream_is_cut_when_the_key_is_revoked(self) -> None:
        with by_anthropic(self.key["key"]).messages.stream(**asked(LONG)) as stream:
            self.assert_cut(stream.text_stream, anthropic.APIError)
        with self.assertRaises(anthropic.AuthenticationError):
            by_anthropic(self.key["key"]).messages.create(**asked("Hello"))


if __name__ == "__main__":
    unittest.main()
