"""Images of *Kubernetes in Action*, whose programs are small enough to be there as they are."""

from __future__ import annotations

from itertools import pairwise

from kubelearn.cluster.containers.process import Process, Program
from kubelearn.cluster.network import NetworkError

from .listening import Call, Reply, http


def quiz_api(version: str) -> dict[str, Program]:
    """Return the quiz service: ready when its database listens; questions would need queries."""

    async def answer(call: Call) -> Reply:
        if call.path == "/":
            return Reply(f"This is the quiz service running in pod {call.process.hostname}\n")
        if call.path == "/healthz/ready":
            why = await _unreachable(call.process)
            return Reply(f"ERROR: {why}\n", status=500) if why else Reply("Readiness check successful")
        if call.path.startswith("/questions/"):
            return Reply("ERROR: kubelearn's MongoDB answers no queries\n", status=500)
        return Reply("404 page not found\n", status=404)

    return {"quiz-api": http(answer, 8080, option="--listen-address", start=f"Quiz API Server {version} starting...")}


async def _unreachable(process: Process) -> str:
    """Return why the database cannot be reached, empty if it can."""
    words = " ".join(process.argv[1:]).replace("=", " ").split()
    url = dict(pairwise(words)).get("--mongo-address", "mongodb://127.0.0.1:27017")
    host, _, port = url.partition("://")[2].partition("/")[0].partition(":")
    try:
        (await process.network.connect(host, int(port or 27017), timeout=1)).close()
    except NetworkError as error:
        return f"server selection error: {host}: {error.reason}"
    return ""


def _node(call: Call) -> Reply:
    name = call.process.env.get("NODE_NAME", call.process.hostname)
    return Reply(f"{name} uptime: 1h0m0s, load average: 0.00, 0.00, 0.00", b"text/plain")


async def static_server(process: Process) -> int:
    """``/server [--listen-address :8080] [--response-code 200] [--response-text OK]``"""
    words = [part for word in process.argv[1:] for part in word.split("=", 1)]
    given = dict(zip(words[::2], words[1::2], strict=False))
    code = given.get("--response-code", "200")

    def answer(_call: Call) -> Reply:
        return Reply(given.get("--response-text", "OK"), status=int(code) if code.isdigit() else 200)

    return await http(answer, 8080, option="--listen-address", start="Static HTTP Server 0.1 starting...")(process)


async def unhealthy(process: Process) -> int:
    """kubia that is not well after five requests."""
    requests = 0

    def answer(call: Call) -> Reply:
        nonlocal requests
        requests += 1
        if requests > 5:
            return Reply("I'm not well. Please restart me!", b"", 500)
        return Reply(f"You've hit {call.process.hostname}\n", b"")

    return await http(answer, 8080, start="Kubia server starting...", note=_received)(process)


def _received(call: Call, _reply: Reply) -> str:
    return f"Received request from ::ffff:{call.client}"


_PET = "/var/data/kubia.txt"


def _pet(call: Call) -> Reply:
    files, name = call.process.files, call.process.hostname
    if call.scope["method"] == "POST":
        files.write(_PET, call.body)
        return Reply(f"Data stored on pod {name}\n", b"")
    stored = files.read(_PET).decode(errors="replace") if files.is_file(_PET) else "No data posted yet"
    if call.path == "/data":
        return Reply(stored, b"")
    return Reply(f"You've hit {name}\nData stored on this pod: {stored}\n", b"")


_API = ("kubernetes.default.svc", 443)
_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/token"
_OF_CLIENT = frozenset({"host", "authorization", "connection", "content-length"})


async def _proxied(call: Call) -> Reply:
    """Pass a request on to the API server, with the pod's token."""
    try:
        token = call.process.files.read(_ACCOUNT)
    except OSError:
        return Reply(f"open {_ACCOUNT}: no such file or directory\n", status=502)
    headers = [(name.encode(), value.encode()) for name, value in call.headers.items() if name not in _OF_CLIENT]
    headers += [(b"host", _API[0].encode()), (b"authorization", b"Bearer " + token)]
    try:
        connection = await call.process.network.connect(*_API, timeout=5)
        connection.start_tls(_API[0], None)
        answer = await connection.request(call.scope["method"], call.target, headers, call.body)
        connection.close()
    except NetworkError as error:
        return Reply(f"{error.reason}\n", status=502)
    return Reply(answer.body, answer.header(b"content-type") or b"", answer.status)


_FORTUNES = (
    "A Service is a name for whoever is ready.",
    "Pods come and go. Ask for a name, and never for an address.",
    "What no selector selects, no request will find.",
)


async def fortune(process: Process) -> int:
    """``fortune [FILE]``: one of the quotes in a file, which ``%`` separates."""
    known = list(_FORTUNES)
    if process.argv[1:]:
        name = process.argv[-1]
        if not process.files.is_file(name):
            process.complain(f"{name}: No such file or directory")
            return 1
        known = [text.strip("\n") for text in process.files.read(name).decode(errors="replace").split("\n%\n")]
    process.print(known[sum(process.hostname.encode(), process.pid) % len(known)])
    return 0


def _script(text: str) -> Program:
    """Make a program of a shell script."""

    async def main(process: Process) -> int:
        process.argv = ["sh", "-c", text, *process.argv]
        return await process.programs["sh"](process)

    return main


_WRITER = """\
INPUT_FILE=${INPUT_FILE:-/book-quotes.txt}
OUTPUT_FILE=${1:-/var/local/output/quote}
INTERVAL=${INTERVAL:-60}
echo "Quote Writer 0.1"
echo "Configured to write quote from ${INPUT_FILE} to $OUTPUT_FILE every $INTERVAL seconds"
while :
do
  echo "$(date) Writing fortune..."
  fortune $INPUT_FILE > $OUTPUT_FILE
  sleep $INTERVAL
done
"""
_LOOP = """\
mkdir -p /var/htdocs
while :
do
  echo $(date) Writing fortune to /var/htdocs/index.html
  fortune > /var/htdocs/index.html
  sleep ${1:-${INTERVAL:-10}}
done
"""
_INIT = """\
echo "Initialization started..."
for i in $(seq 1 ${1:-5}); do
  echo "Performing initialization procedure $i/${1:-5}"
  sleep 1
done
echo "Initialization complete!"
"""
_CHECKER = """\
echo "Checking network connectivity to ${1:-1.1.1.1} ..."
if ping ${1:-1.1.1.1} -c 1 >/dev/null 2>/dev/null; then
  echo "Host appears to be reachable"
else
  echo "Host unreachable!"
  exit 1
fi
"""
_BATCH = 'echo "$(date) Batch job starting"; sleep 120; echo "$(date) Finished succesfully"'
_INSTALLER = """\
cp /insert-questions.js /initdb.d/ \\
  && echo "Successfully copied insert-questions.js to /initdb.d" \\
  || echo "Error copying insert-questions.js to /initdb.d"
"""
_METER = """\
echo "[traffic-meter] Starting traffic meter..."
while true; do
  sleep 10
  echo "[traffic-meter] kubelearn counts no bytes of eth0"
done
"""

NODE_AGENT: dict[str, Program] = {
    "node-agent": http(_node, 80, option="--listen-address", start="Kiada Node Agent 0.1 starting...")
}
STATIC_SERVER: dict[str, Program] = {"server": static_server}
UNHEALTHY: dict[str, Program] = {"node": unhealthy}
PET: dict[str, Program] = {"node": http(_pet, 8080, start="Kubia server starting...")}
WRITER: dict[str, Program] = {"docker_entrypoint.sh": _script(_WRITER), "fortune": fortune}
PROXY: dict[str, Program] = {
    "kubectl-proxy.sh": http(_proxied, 8001, start="Starting to serve on 127.0.0.1:8001", loopback=True)
}
QUOTES = {"/book-quotes.txt": "\n%\n".join(_FORTUNES).encode()}
FORTUNE: dict[str, Program] = {"fortuneloop.sh": _script(_LOOP), "fortune": fortune}
INIT_DEMO: dict[str, Program] = {"docker_entrypoint.sh": _script(_INIT)}
CHECKER: dict[str, Program] = {"docker_entrypoint.sh": _script(_CHECKER)}
BATCH_JOB: dict[str, Program] = {"batch-job": _script(_BATCH)}
SSD_MONITOR: dict[str, Program] = {"ssd-monitor": _script("while true; do echo 'SSD OK'; sleep 5; done")}
INSTALLER: dict[str, Program] = {"installer": _script(_INSTALLER)}
INSTALLED = {"/insert-questions.js": b"// The questions of the quiz: kubelearn's MongoDB answers no queries.\n"}
METER: dict[str, Program] = {"entrypoint.sh": _script(_METER)}
