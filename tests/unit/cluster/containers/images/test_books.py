"""Images of books, courses and demonstrations."""

from __future__ import annotations

import pytest

from kubelearn.cluster.network import ConnectionRefused
from kubelearn.cluster.network.resolv import hosts_file
from tests.unit.cluster.containers.programs import printed
from tests.unit.cluster.containers.world import World, get
from tests.unit.virtual_time import run

_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"
_PI = "3.14159265358979323846264338327950288419716939937510"


@pytest.mark.parametrize(
    ("reference", "args", "port", "target", "status", "said"),
    [
        ("luksa/quiz-api:0.1", (), 8080, "/", 200, "This is the quiz service running in pod one\n"),
        ("luksa/quiz-api:0.2", (), 8080, "/questions/1", 500, "ERROR: kubelearn's MongoDB answers no queries\n"),
        ("luksa/node-agent:0.1", ("--listen-address", ":11559"), 11559, "/", 200, "one uptime: "),
        (
            "luksa/static-http-server:0.1",
            ("--listen-address=:8080", "--response-code=404", "--response-text=Not here"),
            *(8080, "/", 404, "Not here"),
        ),
        ("luksa/kubia-pet", (), 8080, "/", 200, "You've hit one\nData stored on this pod: No data posted yet\n"),
        ("luksa/kiada:0.5.1", (), 8080, "/", 200, "Kiada version 0.5.1. "),
        ("stacksimplify/kubenginx:2.0.0", (), 80, "/", 200, "<p>Application Version: V2</p>"),
        ("stacksimplify/kube-helloworld:1.0.0", (), 8080, "/hello", 200, "Hello World  V1 one"),
        ("stacksimplify/kube-helloworld:1.0.0", (), 8080, "/", 404, '"Not Found"'),
        ("in28min/hello-world-rest-api:0.0.2.RELEASE", (), 8080, "/hello-world", 200, "Hello World  V2 one"),
        ("vfarcic/go-demo-2", (), 8080, "/demo/hello", 200, "hello, world!\n"),
        ("vfarcic/go-demo-2", (), 8080, "/this/path/does/not/exist", 404, "404 page not found\n"),
        ("k8s.gcr.io/liveness", (), 8080, "/healthz", 200, "ok"),
        ("wardviaene/k8s-demo", (), 3000, "/", 200, "Hello World!"),
        ("kennethreitz/httpbin", (), 80, "/get?a=1", 200, '"args": {\n    "a": "1"\n  }'),
        ("kennethreitz/httpbin", (), 80, "/status/418", 418, ""),
        ("kennethreitz/httpbin", (), 80, "/ip", 200, '"origin": "10.244.1.3"'),
        ("kennethreitz/httpbin", (), 80, "/post", 405, "Method Not Allowed"),
        ("mccutchen/go-httpbin", (), 8080, "/anything/x", 200, '"method": "GET"'),
        ("nginxdemos/hello:plain-text", (), 80, "/", 200, "Server name: one\n"),
        ("nginxdemos/hello", (), 80, "/", 200, "<p><span>Server name:</span> <span>one</span></p>"),
        ("jmalloc/echo-server", (), 8080, "/x", 200, "Request served by one\n\nGET /x HTTP/1.1\n\nHost: shop\n"),
        ("istio/examples-helloworld-v2:1.0", (), 5000, "/hello", 200, "Hello version: v2, instance: one\n"),
        ("gcr.io/google-samples/node-hello:1.0", (), 8080, "/", 200, "Hello Kubernetes!"),
        ("kiamol/ch02-whoami", (), 80, "/", 200, '"I\'m one running on Linux"'),
        ("kiamol/ch09-vweb:v2", (), 80, "/v.txt", 200, "v2"),
        ("kiamol/ch05-pi", ("-m", "web"), 80, "/?dp=40", 200, f"<p>{_PI[:31]}"),
    ],
)
def test_who_answers(reference: str, args: tuple[str, ...], port: int, target: str, status: int, said: str) -> None:
    run(_who_answers(reference, args, port, target, status, said))


async def _who_answers(reference: str, args: tuple[str, ...], port: int, target: str, status: int, said: str) -> None:
    world = World()
    server = world.process(reference, "one")
    server.argv = [server.argv[0], *args] if args else server.argv
    await world.begin(server)
    answer = await get(world.cluster.attach("client"), server, port, target)
    assert answer.status == status
    assert said in answer.body.decode()
    world.tasks[0].cancel()


def test_the_quiz_is_ready_when_its_database_listens() -> None:
    run(_the_quiz_is_ready_when_its_database_listens())


async def _the_quiz_is_ready_when_its_database_listens() -> None:
    world = World()
    quiz = await world.start("luksa/quiz-api:0.1", "quiz")
    client = world.cluster.attach("client")
    before = await get(client, quiz, 8080, "/healthz/ready")
    assert (before.status, b"Connection refused" in before.body) == (500, True)
    database = world.process("mongo:7", "other")
    database.network = quiz.network
    await world.begin(database)
    after = await get(client, quiz, 8080, "/healthz/ready")
    assert (after.status, after.body) == (200, b"Readiness check successful")
    for task in world.tasks:
        task.cancel()


def test_a_front_end_passes_on_to_its_service() -> None:
    run(_a_front_end_passes_on_to_its_service())


async def _a_front_end_passes_on_to_its_service() -> None:
    world = World()
    back = await world.start("stacksimplify/kube-helloworld:1.0.0", "back")
    front = world.process("stacksimplify/kube-frontend-nginx:1.0.0", "front")
    hosts = [{"ip": back.network.ip, "hostnames": ["my-backend-service"]}]
    front.network.etc["hosts"] = hosts_file(front.network.ip, "front", aliases=hosts).encode()
    await world.begin(front)
    answer = await get(world.cluster.attach("client"), front, 80, "/hello")
    assert answer.body == b"Hello World  V1 back"
    for task in world.tasks:
        task.cancel()


def test_kubia_is_not_well_after_five_requests() -> None:
    run(_kubia_is_not_well_after_five_requests())


async def _kubia_is_not_well_after_five_requests() -> None:
    world = World()
    server = await world.start("luksa/kubia-unhealthy", "one")
    client = world.cluster.attach("client")
    assert [(await get(client, server, 8080)).status for _ in range(7)] == [200] * 5 + [500] * 2
    world.tasks[0].cancel()


@pytest.mark.parametrize(
    ("reference", "args", "code", "said"),
    [
        ("luksa/init-demo:0.1", ("2",), 0, "Performing initialization procedure 2/2\nInitialization complete!\n"),
        ("luksa/network-connectivity-checker:0.1", ("nosuch.example",), 1, "Host unreachable!\n"),
        ("luksa/batch-job", (), 0, "Finished succesfully\n"),
        ("hello-world", (), 0, "Hello from Docker!\n"),
        ("perl:5.34", ("perl", "-Mbignum=bpi", "-wle", "print bpi(20)"), 0, "3.1415926535897932385\n"),
        ("perl", ("perl", "-Mbignum=bpi", "-wle", "print bpi(4000)"), 0, "3.14159"),
        ("perl", ("perl", "-Mbignum=bpi", "-wle", "print bpi(4001)"), 2, "perl: on this cluster only"),
        ("kiamol/ch05-pi", ("dotnet", "Pi.Web.dll", "-dp", "9999"), 0, "3.14159"),
        ("perl", ("perl", "-e", "print 1"), 2, "perl: on this cluster only perl -Mbignum=bpi"),
        ("kiamol/ch05-pi", ("dotnet", "Pi.Web.dll", "-m", "console", "-dp", "10"), 0, "3.1415926536\n"),
    ],
)
def test_what_ends_by_itself(reference: str, args: tuple[str, ...], code: int, said: str) -> None:
    run(_what_ends_by_itself(reference, args, code, said))


async def _what_ends_by_itself(reference: str, args: tuple[str, ...], code: int, said: str) -> None:
    world = World()
    program = world.process(reference, "one")
    program.argv = [*args] if args[:1] and args[0] in program.programs else [*program.argv[:1], *args]
    await world.begin(program)
    assert await world.tasks[0] == code
    assert said in printed(program)


def test_quotes_are_written_into_a_file() -> None:
    run(_quotes_are_written_into_a_file())


async def _quotes_are_written_into_a_file() -> None:
    world = World()
    writer = world.process("luksa/quote-writer:0.1", "one")
    writer.files.mkdir("/var/local/output", parents=True)
    await world.begin(writer)
    assert (
        writer.files.read("/var/local/output/quote").decode().strip() in writer.files.read("/book-quotes.txt").decode()
    )
    world.tasks[0].cancel()


def test_a_fortune_needs_its_file() -> None:
    run(_a_fortune_needs_its_file())


async def _a_fortune_needs_its_file() -> None:
    world = World()
    writer = world.process("luksa/quote-writer:0.1", "one")
    assert (await world.run(writer, "fortune", "/nosuch"))[0] == 1


def test_the_ambassador_needs_the_pods_token_and_listens_on_loopback() -> None:
    run(_the_ambassador_needs_the_pods_token_and_listens_on_loopback())


async def _the_ambassador_needs_the_pods_token_and_listens_on_loopback() -> None:
    world = World()
    proxy = await world.start("luksa/kubectl-proxy:1.6.2", "one")
    main = world.process("curlimages/curl", "other")
    main.network = proxy.network
    code, said = await world.run(main, "curl", "-s", "localhost:8001/api")
    assert (code, said) == (0, f"open {_TOKEN}: no such file or directory\n")
    proxy.files.mkdir(_TOKEN.rpartition("/")[0], parents=True)
    proxy.files.write(_TOKEN, b"secret")
    code, said = await world.run(main, "curl", "-s", "localhost:8001/api")
    assert (code, said) == (0, "Name or service not known\n")  # no cluster around it
    with pytest.raises(ConnectionRefused):
        await get(world.cluster.attach("client"), proxy, 8001)
    world.tasks[0].cancel()
