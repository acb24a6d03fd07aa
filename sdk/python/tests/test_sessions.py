"""Session tokens against a real server: fetched once, renewed once, and what happens when a key ends."""

from __future__ import annotations

import asyncio
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, List
from unittest import mock

from gridkey import AsyncClient, AuthenticationError, Client, ConfigurationError, ConnectionFailed, ServerError

from .support import Clock, CountingProxy, Server

CALLERS = 1000
EXCHANGE, RENEWAL = "/v1/auth/session", "/v1/auth/refresh"
server: Server


def setUpModule() -> None:
    global server
    server = Server()


def tearDownModule() -> None:
    server.stop()


def at_once(deed: Callable[[], Any], callers: int = CALLERS) -> List[Any]:
    """What all callers get who begin at the same moment."""
    gate = threading.Barrier(callers)

    def wait() -> Any:
        gate.wait()
        return deed()

    with ThreadPoolExecutor(callers) as pool:
        return [future.result() for future in [pool.submit(wait) for _ in range(callers)]]


class WithProxy(unittest.TestCase):
    def setUp(self) -> None:
        self.proxy = CountingProxy(server.url)
        self.addCleanup(self.proxy.stop)
        self.clock = Clock(time.monotonic)
        self.key = server.new_key()

    def options(self) -> Any:
        return {"api_key": self.key["key"], "url": self.proxy.url, "clock": self.clock, "chance": lambda: 0.5}

    def counted(self, exchanges: int, renewals: int) -> None:
        counts = (self.proxy.counts[EXCHANGE], self.proxy.counts[RENEWAL])
        self.assertEqual(counts, (exchanges, renewals))


class Threads(WithProxy):
    def test_a_thousand_threads_exchange_once_and_renew_once(self) -> None:
        client = Client.create(**self.options())
        first = set(at_once(client.token))
        self.assertEqual(len(first), 1)
        self.counted(1, 0)
        self.clock.ahead = 71
        self.assertEqual(client.token(), next(iter(first)))
        self.counted(1, 0)
        # Past four fifths of 90 seconds. Those who do not renew go on with the token that is still good.
        self.clock.ahead = 73
        self.assertLessEqual(len(set(at_once(client.token))), 2)
        self.counted(1, 1)
        self.assertNotIn(client.token(), first)
        self.counted(1, 1)

    def test_a_thousand_threads_renew_an_expired_token_once(self) -> None:
        client = Client.create(**self.options())
        first = client.token()
        self.clock.ahead = 91
        second = set(at_once(client.token))
        self.assertEqual(len(second), 1)
        self.assertNotIn(first, second)
        self.counted(1, 1)
        self.assertEqual(client.request("GET", "/v1/me").json()["kind"], "key")

    def test_a_session_that_was_ended_is_replaced_once_for_all(self) -> None:
        client = Client.create(**self.options())
        token = client.token()
        server.call("POST", "/v1/auth/logout", bearer=token).expect()
        answers = at_once(lambda: client.request("GET", "/v1/me").status, 100)
        self.assertEqual(set(answers), {200})
        # One renewal, which is refused because the session is over, and one exchange.
        self.counted(2, 1)

    def test_a_revoked_key_is_noticed_and_said_to_every_caller(self) -> None:
        client = Client.create(**self.options())
        client.request("GET", "/v1/me")
        server.revoke(self.key)
        with self.assertRaises(AuthenticationError) as caught:
            client.request("GET", "/v1/me")
        error = caught.exception
        self.assertEqual((error.status, error.code), (401, "AUTH_TOKEN_INVALID"))
        self.assertTrue((error.request_id or "").startswith("req_"))
        # One try with the token, one renewal, one exchange: nothing is hammered.
        self.assertEqual(self.proxy.counts["/v1/me"], 2)
        self.counted(2, 1)

        def refused() -> str:
            try:
                return client.token()
            except AuthenticationError as error:
                return error.code

        self.assertEqual(set(at_once(refused, 100)), {"AUTH_TOKEN_INVALID"})

    def test_one_retry_and_no_more(self) -> None:
        self.proxy.failing["/v1/me"] = 401
        client = Client.create(**self.options())
        with self.assertRaises(AuthenticationError):
            client.request("GET", "/v1/me")
        self.assertEqual(self.proxy.counts["/v1/me"], 2)
        self.counted(1, 1)

    def test_a_server_that_is_away_costs_nothing_while_the_token_is_good(self) -> None:
        client = Client.create(**self.options())
        token = client.token()
        self.proxy.failing[RENEWAL] = 503
        self.clock.ahead = 80
        self.assertEqual([client.token() for _ in range(10)], [token] * 10)
        self.counted(1, 1)
        self.clock.ahead = 91
        with self.assertRaises(ServerError):
            client.token()
        del self.proxy.failing[RENEWAL]
        self.assertNotEqual(client.token(), token)
        self.counted(1, 3)

    def test_a_renewal_that_is_refused_falls_back_to_the_key(self) -> None:
        client = Client.create(**self.options())
        client.token()
        self.proxy.failing[RENEWAL] = 404
        self.clock.ahead = 91
        client.token()
        self.counted(2, 1)

    def test_a_key_that_ends_takes_its_tokens_with_it(self) -> None:
        client = Client.create(**self.options())
        client.request("GET", "/v1/me")
        end = time.time() + 1
        told = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(end + 1))
        server.call("PATCH", f"/v1/api-keys/{self.key['id']}", {"expires_at": told}).expect()
        time.sleep(max(0.0, int(end + 1) - time.time()) + 0.1)
        with self.assertRaises(AuthenticationError):
            client.request("GET", "/v1/me")

    def test_errors_say_what_to_do(self) -> None:
        client = Client.create(api_key=server.new_key(level="read-only")["key"], url=server.url)
        with self.assertRaises(Exception) as caught:
            client.request("POST", "/v1/users", json={"email": "a@acme.example", "display_name": "A"})
        error: Any = caught.exception
        self.assertEqual((error.status, error.code), (403, "permission_denied"))
        self.assertTrue(error.fix and error.request_id)


class Tasks(WithProxy):
    def test_a_thousand_tasks_exchange_once_and_renew_once(self) -> None:
        async def run() -> None:
            async with AsyncClient.create(**self.options()) as client:
                first = set(await asyncio.gather(*(client.token() for _ in range(CALLERS))))
                self.assertEqual(len(first), 1)
                self.counted(1, 0)
                self.clock.ahead = 73
                self.assertLessEqual(len(set(await asyncio.gather(*(client.token() for _ in range(CALLERS))))), 2)
                self.counted(1, 1)
                self.clock.ahead = 200
                third = set(await asyncio.gather(*(client.token() for _ in range(CALLERS))))
                self.assertEqual(len(third), 1)
                self.assertFalse(first & third)
                self.counted(1, 2)

        asyncio.run(run())

    def test_a_thousand_requests_after_the_session_ended_replace_it_once(self) -> None:
        async def run() -> None:
            async with AsyncClient.create(**self.options()) as client:
                server.call("POST", "/v1/auth/logout", bearer=await client.token()).expect()
                answers = await asyncio.gather(*(client.request("GET", "/v1/me") for _ in range(CALLERS)))
                self.assertEqual({answer.status for answer in answers}, {200})
                self.counted(2, 1)

        asyncio.run(run())

    def test_a_caller_that_is_cancelled_leaves_the_others_their_token(self) -> None:
        async def run() -> None:
            async with AsyncClient.create(**self.options()) as client:
                first = asyncio.ensure_future(client.token())
                second = asyncio.ensure_future(client.token())
                await asyncio.sleep(0)
                first.cancel()
                self.assertTrue(await second)
                self.counted(1, 0)

        asyncio.run(run())

    def test_a_revoked_key_is_noticed(self) -> None:
        async def run() -> None:
            async with AsyncClient.create(**self.options()) as client:
                await client.request("GET", "/v1/me")
                server.revoke(self.key)
                errors = await asyncio.gather(
                    *(client.request("GET", "/v1/me") for _ in range(20)), return_exceptions=True
                )
                self.assertTrue(all(isinstance(error, AuthenticationError) for error in errors), errors)
                self.assertEqual(len({id(error) for error in errors}), 20)

        asyncio.run(run())


class Configuration(unittest.TestCase):
    def test_key_and_address_come_from_the_environment(self) -> None:
        key = server.new_key()["key"]
        with mock.patch.dict("os.environ", {"GRIDKEY_API_KEY": key, "GRIDKEY_URL": server.url + "/"}):
            self.assertEqual(Client.create().request("GET", "/v1/me").json()["kind"], "key")
        with mock.patch.dict("os.environ", {}, clear=True):
            for arguments in ({}, {"api_key": key}, {"url": server.url}, {"api_key": "a\nb", "url": server.url}):
                with self.assertRaises(ConfigurationError):
                    Client.create(**arguments)
        for url in ("http://id.example.com", "ftp://x", "https://a:b@id.example.com", "id.example.com"):
            with self.assertRaises(ConfigurationError):
                Client.create(api_key=key, url=url)

    def test_nothing_shows_a_secret(self) -> None:
        key = server.new_key()["key"]
        client = Client.create(api_key=key, url=server.url)
        token = client.token()
        shown = [repr(client), str(client), repr(client._session), repr(client._session._tokens)]
        shown += [repr(client._session.next_request()), repr(AsyncClient.create(api_key=key, url=server.url))]
        for text in shown:
            self.assertNotIn(key, text)
            self.assertNotIn(token, text)
            self.assertNotIn("gkks_", text)

    def test_a_server_that_is_not_there(self) -> None:
        with self.assertRaises(ConnectionFailed):
            Client.create(api_key="gk_x", url="http://127.0.0.1:1").token()


if __name__ == "__main__":
    unittest.main()
