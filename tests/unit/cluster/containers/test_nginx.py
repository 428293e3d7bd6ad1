"""nginx: what its configuration does, and what it refuses."""

from __future__ import annotations

import asyncio

import pytest

from kubelearn.cluster.containers.filesystem import FileSystem
from kubelearn.cluster.containers.images import ImageRegistry
from kubelearn.cluster.containers.images.nginx.program import SIGHUP
from kubelearn.cluster.containers.images.nginx.proxy import Proxies
from kubelearn.cluster.containers.process import SIGQUIT, SIGTERM, User
from kubelearn.cluster.network import ConnectionRefused, ConnectionReset
from kubelearn.cluster.streams import Buffer
from tests.unit.cluster.containers.nginx import CONF, nginx, process_of
from tests.unit.cluster.containers.programs import image_process, printed, start
from tests.unit.network_fakes import FakeCluster
from tests.unit.virtual_time import run

_LOCATIONS = """
map $arg_who $greeting { default stranger; ada friend; }
server {
    listen 80;
    root /usr/share/nginx/html;
    location = /exact { return 200 "exact\\n"; }
    location /pre { return 200 prefix; }
    location ^~ /pre/static { return 200 first; }
    location ~ ^/pre/(\\w+)\\.php$ { return 200 "regex $1"; }
    location /go { return 302 /exact; }
    location /hello { add_header X-Who $arg_who; return 200 "$greeting at $host"; }
    location /old/ { rewrite ^/old/(.*)$ /$1 last; }
    location /spa/ { try_files $uri /index.html; }
    location /secret { deny all; }
}
"""


@pytest.mark.parametrize(
    ("target", "status", "body"),
    [
        ("/exact", 200, b"exact\n"),
        ("/pre/x", 200, b"prefix"),
        ("/pre/x.php", 200, b"regex x"),
        ("/pre/static/x.php", 200, b"first"),
        ("/hello?who=ada", 200, b"friend at web.example"),
        ("/hello", 200, b"stranger at web.example"),
        ("/old/exact", 200, b"exact\n"),
        ("/", 200, b"home"),
        ("/spa/anything", 200, b"home"),
        ("/secret", 403, None),
        ("/nosuch", 404, None),
    ],
)
def test_locations(target: str, status: int, body: bytes | None) -> None:
    run(_locations(target, status, body))


async def _locations(target: str, status: int, body: bytes | None) -> None:
    async with nginx(_LOCATIONS, index_html="home") as web:
        answer = await web.get(target, host="web.example")
        assert answer.status == status
        assert body is None or answer.body == body


def test_a_redirect_names_the_host_that_was_asked() -> None:
    run(_a_redirect_names_the_host_that_was_asked())


async def _a_redirect_names_the_host_that_was_asked() -> None:
    async with nginx(_LOCATIONS) as web:
        answer = await web.get("/go", host="shop")
        assert (answer.status, answer.header(b"location")) == (302, b"http://shop/exact")


def test_the_server_is_the_one_that_the_host_names() -> None:
    run(_the_server_is_the_one_that_the_host_names())


async def _the_server_is_the_one_that_the_host_names() -> None:
    conf = """
    server { listen 80; server_name a.example; return 200 a; }
    server { listen 80 default_server; return 200 other; }
    server { listen 80; server_name *.wild.example; return 200 wild; }
    """
    async with nginx(conf) as web:
        for host, body in (("a.example", b"a"), ("x.wild.example", b"wild"), ("b.example", b"other")):
            assert (await web.get("/", host=host)).body == body


def test_requests_are_passed_on_and_the_path_is_replaced() -> None:
    run(_requests_are_passed_on_and_the_path_is_replaced())


async def _requests_are_passed_on_and_the_path_is_replaced() -> None:
    cluster = FakeCluster()
    (back, asked), idle = cluster.serve("back", port=8080), cluster.attach("idle")
    conf = f"""
    upstream gone {{ server {idle.ip}:8080; }}
    server {{
        listen 80;
        location /api/ {{ proxy_pass http://{back.ip}:8080/v1/; proxy_set_header X-From $host; }}
        location /as-is/ {{ proxy_pass http://{back.ip}:8080; }}
        location /gone {{ proxy_pass http://gone; }}
    }}
    """
    async with nginx(conf, cluster) as web:
        assert (await web.get("/api/items?n=1", host="shop")).body == b"back"
        scope = asked.scopes[-1]
        assert (scope["path"], scope["query_string"]) == ("/v1/items", b"n=1")
        assert dict(scope["headers"])[b"x-from"] == b"shop"
        assert dict(scope["headers"])[b"host"] == f"{back.ip}:8080".encode()
        await web.get("/as-is/x")
        assert asked.scopes[-1]["path"] == "/as-is/x"
        assert (await web.get("/api", host="shop")).header(b"location") == b"http://shop/api/"
        assert (await web.get("/gone")).status == 502
        assert "connect() failed (111: Connection refused) while connecting to upstream" in web.log()


@pytest.mark.parametrize(
    ("conf", "said"),
    [
        ("server { listen 80; proxy_pas http://a; }", f'unknown directive "proxy_pas" in {CONF}:1'),
        ("server {\n listen 80\n}", f'unexpected "}}" in {CONF}:3'),
        ("server { listen 80;", f'unexpected end of file, expecting "}}" in {CONF}:1'),
        ("server { listen 99999; }", f'invalid port in "99999" of the "listen" directive in {CONF}:1'),
        ("server { listen abc; }", f'host not found in "abc" of the "listen" directive in {CONF}:1'),
        ("server { keepalive_timeout abc; }", f'"keepalive_timeout" directive invalid value in {CONF}:1'),
        ("server { client_max_body_size 1x; }", f'"client_max_body_size" directive invalid value in {CONF}:1'),
        ("server { root; }", f'invalid number of arguments in "root" directive in {CONF}:1'),
        ("listen 80;", f'"listen" directive is not allowed here in {CONF}:1'),
        ("server { root /a; root /b; }", f'"root" directive is duplicate in {CONF}:1'),
        ("server { location / { proxy_pass api; } }", f"invalid URL prefix in {CONF}:1"),
        ("server { location / { } location / { } }", f'duplicate location "/" in {CONF}:1'),
        ("server { location / { proxy_pass http://nosuch; } }", f'host not found in upstream "nosuch" in {CONF}:1'),
        ("server { return 200 $nosuch; }", 'unknown "nosuch" variable'),
        (
            "server { listen 443 ssl; }",
            f'no "ssl_certificate" is defined for the "listen ... ssl" directive in {CONF}:1',
        ),
        (
            "include /etc/nginx/none.conf;",
            f'open() "/etc/nginx/none.conf" failed (2: No such file or directory) in {CONF}:1',
        ),
        (
            "server { location / { limit_req zone=a; } }",
            f'"limit_req" directive is not emulated on this cluster (a real nginx has it) in {CONF}:1',
        ),
    ],
)
def test_what_is_wrong_or_cannot_be_done_is_refused(conf: str, said: str) -> None:
    run(_what_is_wrong_or_cannot_be_done_is_refused(conf, said))


async def _what_is_wrong_or_cannot_be_done_is_refused(conf: str, said: str) -> None:
    process = process_of(FakeCluster(), conf)
    assert await process.programs["nginx"](process) == 1
    assert f"[emerg] 1#1: {said}\n" in process.stderr.data.decode()  # type: ignore[attr-defined]


def test_reload_takes_a_good_configuration_and_keeps_the_old_one_before_a_bad_one() -> None:
    run(_reload_takes_a_good_configuration_and_keeps_the_old_one_before_a_bad_one())


async def _reload_takes_a_good_configuration_and_keeps_the_old_one_before_a_bad_one() -> None:
    async with nginx("server { listen 80; return 200 first; }") as web:

        async def reload(conf: str) -> None:
            web.process.files.write(CONF, conf.encode())
            child = web.process.child(["nginx", "-s", "reload"], stderr=Buffer())
            assert await child.programs["nginx"](child) == 0
            assert b"signal process started" in child.stderr.data  # type: ignore[attr-defined]
            await asyncio.sleep(0.1)

        await reload("server { listen 80; return 200 second; } server { listen 81; return 200 more; }")
        assert (await web.get("/")).body == b"second"
        assert (await web.get("/", port=81)).body == b"more"
        await reload("server { listen 80; retrun 200; }")
        assert (await web.get("/")).body == b"second"
        assert 'unknown directive "retrun"' in web.log()
        await reload("server { listen 80; return 200 third; }")
        with pytest.raises(ConnectionRefused):
            await web.get("/", port=81)
        web.process.handlers[SIGQUIT]()
        assert await web.task == 0


def test_reloads_are_taken_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    run(_reloads_are_taken_one_after_the_other(monkeypatch))


async def _reloads_are_taken_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    async with nginx("server { listen 80; return 200 first; }") as web:
        slow, resolve = iter([3.0, 0.0]), Proxies.resolve

        async def resolve_late(proxies: Proxies) -> None:
            await asyncio.sleep(next(slow))
            await resolve(proxies)

        monkeypatch.setattr(Proxies, "resolve", resolve_late)
        for name in ("second", "third"):
            web.process.files.write(CONF, b"server { listen 80; return 200 %s; }" % name.encode())
            web.process.handlers[SIGHUP]()
            await asyncio.sleep(1)
        assert (await web.get("/")).body == b"first"
        await asyncio.sleep(5)
        assert (await web.get("/")).body == b"third"


def test_the_configuration_is_tested_and_shown() -> None:
    run(_the_configuration_is_tested_and_shown())


async def _the_configuration_is_tested_and_shown() -> None:
    for conf, option, code, said in (
        ("server { listen 80; }", "-t", 0, "nginx: configuration file /etc/nginx/nginx.conf test is successful\n"),
        ("server { listen 80; }", "-T", 0, f"# configuration file {CONF}:\nserver {{ listen 80; }}\n"),
        ("serve { }", "-t", 1, "nginx: configuration file /etc/nginx/nginx.conf test failed\n"),
        ("", "-v", 0, "nginx version: nginx/1.27.5\n"),
        ("", "-z", 1, 'nginx: invalid option: "z"\n'),
    ):
        process = process_of(FakeCluster(), conf)
        process.argv = ["nginx", option]
        assert await process.programs["nginx"](process) == code
        assert said in printed(process)


def test_templates_are_filled_in_from_the_environment() -> None:
    run(_templates_are_filled_in_from_the_environment())


async def _templates_are_filled_in_from_the_environment() -> None:
    process = process_of(FakeCluster(), "")
    process.env["NAME"] = "shop"
    process.files.mkdir("/etc/nginx/templates")
    process.files.write("/etc/nginx/templates/site.conf.template", b"server { return 200 '${NAME} at $host'; }")
    process.argv = ["/docker-entrypoint.sh", "nginx", "-t"]
    assert await process.programs["docker-entrypoint.sh"](process) == 0
    assert process.files.read("/etc/nginx/conf.d/site.conf") == b"server { return 200 'shop at $host'; }"
    scripts = [line.partition("docker-entrypoint.d/")[2] for line in printed(process).splitlines() if "ing /" in line]
    assert scripts == [
        "10-listen-on-ipv6-by-default.sh",
        "15-local-resolvers.envsh",
        "20-envsubst-on-templates.sh",
        "30-tune-worker-processes.sh",
    ]


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (["nginx"], 0, ""),  # a daemon: the container's first process ends
        (["nginx", "-g", "daemon of;"], 1, 'invalid value "of" in "daemon" directive, it must be "on" or "off"'),
        (["nginx", "-g", "deamon off;"], 1, 'unknown directive "deamon" in command line'),
        (["nginx", "-g", "daemon off"], 1, 'unexpected end of file, expecting ";" or "}" in command line'),
    ],
)
def test_directives_of_the_command_line(argv: list[str], code: int, said: str) -> None:
    run(_directives_of_the_command_line(argv, code, said))


async def _directives_of_the_command_line(argv: list[str], code: int, said: str) -> None:
    process = process_of(FakeCluster(), "server { listen 80; }")
    process.argv, process.is_init = argv, True
    assert await process.programs["nginx"](process) == code
    assert said in process.stderr.data.decode()  # type: ignore[attr-defined]


_LIMITS = """
server {
    listen 80;
    client_max_body_size 4;
    location /silent { return 444; }
    location /read { limit_except GET { deny all; } }
    location /later { expires 1h; default_type text/plain; return 200 x; }
    location /now { expires -1; return 200 x; }
}
"""


@pytest.mark.parametrize(
    ("method", "target", "status", "header"),
    [
        ("GET", "/read", 404, ""),
        ("DELETE", "/read", 403, ""),
        ("GET", "/later", 200, "max-age=3600"),
        ("GET", "/now", 200, "no-cache"),
        ("GET", "/a/../../etc", 400, ""),
        ("GET", "/%2e%2e/etc", 400, ""),
        ("GET", "/a/../later", 200, "max-age=3600"),
    ],
)
def test_limits(method: str, target: str, status: int, header: str) -> None:
    async def check() -> None:
        async with nginx(_LIMITS) as web:
            answer = await web.get(target, method=method)
            assert (answer.status, (answer.header(b"cache-control") or b"").decode()) == (status, header)

    run(check())


def test_bodies_are_measured_before_anything_else_and_444_is_no_answer() -> None:
    async def check() -> None:
        async with nginx(_LIMITS) as web:
            connection = await web.client.connect(web.process.network.ip, 80)
            assert (await connection.request("POST", "/later", body=b"12345")).status == 413
            with pytest.raises(ConnectionReset):
                await web.get("/silent")

    run(check())


def test_a_port_that_is_taken_is_tried_five_times() -> None:
    async def check() -> None:
        async with nginx("server { listen 80; }") as web:
            second = web.process.child(["nginx", "-g", "daemon off;"], stderr=Buffer())
            assert await second.programs["nginx"](second) == 1
            said = second.stderr.data.decode()  # type: ignore[attr-defined]
            assert said.count("bind() to 0.0.0.0:80 failed (98: Address already in use)") == 5
            assert said.endswith("still could not bind()\n")

    run(check())


def test_a_daemon_goes_on_when_its_starter_has_ended() -> None:
    async def check() -> None:
        process = process_of(FakeCluster(), "server { listen 80; return 200 hi; }")
        process.argv = ["nginx"]
        assert await process.programs["nginx"](process) == 0
        connection = await process.network.connect(process.network.ip, 80)
        assert (await connection.request("GET", "/")).body == b"hi"
        assert process.files.read("/run/nginx.pid") == b"1\n"
        for daemon in process.daemons:
            daemon.cancel()
        await asyncio.gather(*process.daemons, return_exceptions=True)
        assert not process.files.exists("/run/nginx.pid")

    run(check())


@pytest.mark.parametrize(
    ("reference", "user", "sealed", "said"),
    [
        ("nginx", 1000, False, 'mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)'),
        ("nginx", 0, True, 'mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)'),
        ("nginxinc/nginx-unprivileged", 101, False, ""),
        ("nginxinc/nginx-unprivileged", 101, True, 'mkdir() "/tmp/client_temp" failed (30: Read-only file system)'),
    ],
)
def test_who_is_not_root_needs_another_image(reference: str, user: int, sealed: bool, said: str) -> None:
    async def check() -> None:
        process = image_process(reference, FakeCluster().attach("web"), command=("nginx", "-g", "daemon off;"))
        process.user = User(user, user)
        image = ImageRegistry().pull(reference)
        process.files = FileSystem(image.files, image.executables, sealed=sealed)
        task = start(process)
        await asyncio.sleep(0.1)
        assert task.done() == bool(said)
        assert said in printed(process)
        if not said:
            process.handlers[SIGTERM]()
        assert await task == int(bool(said))

    run(check())
