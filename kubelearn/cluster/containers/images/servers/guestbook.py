"""The guestbook of the documentation: a front end before redis, and redis that follows a leader."""

from __future__ import annotations

import json

from kubelearn.cluster.containers.images.redis import programs as redis_programs
from kubelearn.cluster.containers.images.redis import resp
from kubelearn.cluster.containers.images.web import HTML, JSON, query
from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.network import NetworkError

from .listening import Call, Reply, http

_PAGE = """<html ng-app="redis">
  <head>
    <title>Guestbook</title>
  </head>
  <body ng-controller="RedisCtrl">
    <div style="width: 50%; margin-left: 20px">
      <h2>Guestbook</h2>
      <form>
      <fieldset>
      <input ng-model="msg" placeholder="Messages" class="form-control" type="text" name="input"><br>
      <button type="button" class="btn btn-primary" ng-click="controller.onRedis()">Submit</button>
      </fieldset>
      </form>
    </div>
  </body>
</html>
"""
_NAMES = {"new": ("redis-leader", "redis-follower"), "old": ("redis-master", "redis-slave")}


def frontend(version: str) -> dict[str, Program]:
    """Return the front end; until version 4 its Services were called master and slave."""
    leader, follower = _NAMES["old" if int(version) < 5 else "new"]

    async def answer(call: Call) -> Reply:
        if call.path in ("/", "/index.html"):
            return Reply(_PAGE, HTML)
        if call.path != "/guestbook.php":
            return Reply("404 Not Found\n", HTML, 404)
        asked = query(call.scope)
        key = asked.get("key", "messages")
        try:
            if asked.get("cmd") == "set":
                await _ask(call.process, leader, ["SET", key, asked.get("value", "")])
                return Reply('{"message": "Updated"}', JSON)
            value = await _ask(call.process, follower, ["GET", key])
        except (NetworkError, resp.Incomplete, resp.RedisError) as error:
            return Reply(f"<b>Fatal error</b>: Uncaught Predis\\Connection\\ConnectionException: {error}", HTML, 500)
        return Reply(json.dumps({"data": value.decode(errors="replace") if isinstance(value, bytes) else ""}), JSON)

    def note(call: Call, said: Reply) -> str:
        return f'{call.client} - - "{call.scope["method"]} {call.target} HTTP/1.1" {said.status} {len(said.body)}'

    return {"apache2-foreground": http(answer, 80, note=note)}


def _address(process: Process, service: str) -> str:
    """Return where a Service is asked for: by its name, or where its variable says if the pod wants that."""
    variable = f"{service.upper().replace('-', '_')}_SERVICE_HOST"
    asked = process.env.get(variable) if process.env.get("GET_HOSTS_FROM") == "env" else None
    return asked or service


async def _ask(process: Process, host: str, words: list[str]) -> resp.Value:
    """Ask a redis server one thing.

    Raises:
        NetworkError: it cannot be reached.
        RedisError: what it answers is an error.
    """
    connection = await process.network.connect(_address(process, host), 6379, timeout=5)
    try:
        stream = connection.open_stream()
        stream.write(resp.command([word.encode() for word in words]))
        found = await resp.Reader(stream).value()
    finally:
        connection.close()
    if isinstance(found, resp.RedisError):
        raise found
    return found


def follower(version: str) -> dict[str, Program]:
    """Return redis that follows ``redis-leader``, or ``redis-master`` in version 1."""
    programs = redis_programs("6.0.20")
    leader = _NAMES["old" if version == "1" else "new"][0]

    async def run(process: Process) -> int:
        process.argv = ["redis-server", "--replicaof", _address(process, leader), "6379"]
        return await programs["redis-server"](process)

    return {**programs, "run.sh": run}
