"""Sends requests to an embedded cluster, and says what is wrong with an answer."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
from collections import Counter
from types import TracebackType

from aiohttp.http_exceptions import HttpProcessingError

from kubelearn.cluster.embedded import EmbeddedCluster
from tests.raw import Door

from .requests import Request

#: Seconds within which the head of every answer must be here, and the whole of every answer that is not a stream.
LIMIT = 10.0


class Faults(logging.Handler):
    """Collects what the cluster's own parts report as their failures."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and isinstance(record.exc_info[1], HttpProcessingError):
            return  # aiohttp could not read a request as HTTP, and has answered so
        self.found.append(logging.Formatter().format(record))

    def __enter__(self) -> Faults:
        for name in ("kubelearn", "asyncio", "aiohttp"):
            logging.getLogger(name).addHandler(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in ("kubelearn", "asyncio", "aiohttp"):
            logging.getLogger(name).removeHandler(self)


class Sender:
    """One connection to a cluster, opened anew when an answer ended it.

    Attributes:
        statuses: how often each HTTP status came back.
    """

    def __init__(self, cluster: EmbeddedCluster):
        self._door = Door.of(cluster.kubeconfig())
        self._tls = self._door.tls()
        self._connection: http.client.HTTPSConnection | None = None
        self.statuses: Counter[int] = Counter()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def send(self, request: Request) -> str:
        """Send a request; return what is wrong with the answer, ``""`` for nothing."""
        try:
            return self._exchange(request)
        except TimeoutError:
            self.close()
            return f"no answer within {LIMIT:.0f} s"
        except (http.client.HTTPException, ConnectionError) as error:
            self.close()
            return f"no answer: {error!r}"

    def _exchange(self, request: Request) -> str:
        if self._connection is None:
            self._connection = http.client.HTTPSConnection(
                self._door.host, self._door.port, timeout=LIMIT, context=self._tls
            )
        connection = self._connection
        connection.putrequest(
            request.method, request.path.encode().decode("latin-1"), skip_host=True, skip_accept_encoding=True
        )
        headers = {
            "Host": "127.0.0.1",
            "Authorization": f"Bearer {self._door.token}",
            "Content-Length": str(len(request.body)),
        }
        for name, value in (*headers.items(), *request.headers):
            if name in headers and dict(request.headers).get(name, value) != value:
                continue
            connection.putheader(name, value.encode())
        with contextlib.suppress(BrokenPipeError):  # a server may answer a large body before it has read it
            connection.endheaders(request.body)
        response = connection.getresponse()
        self.statuses[response.status] += 1
        if request.is_stream and (response.status == 101 or response.getheader("Transfer-Encoding") == "chunked"):
            self.close()
            return self._judge(request, response, b"")
        body = response.read()
        if response.will_close:
            self.close()
        return self._judge(request, response, body)

    def _judge(self, request: Request, response: http.client.HTTPResponse, body: bytes) -> str:
        status = response.status
        # 504 is for a revision that does not come: the client may ask again.
        if status >= 500 and status != 504 and not (request.is_proxied and status in (502, 503)):
            return f"{status}: {body[:2000].decode(errors='replace')}"
        if response.getheader("Content-Type", "") != "application/json" or not body:
            return ""
        try:
            value = json.loads(body)
        except ValueError as error:
            return f"{status} with a body that is not JSON ({error}): {body[:500]!r}"
        if status >= 400 and not request.is_proxied and (value.get("kind"), value.get("code")) != ("Status", status):
            return f"{status} without a Status: {body[:500]!r}"
        return ""
