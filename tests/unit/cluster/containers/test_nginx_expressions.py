"""nginx' regular expressions: PCRE's, wherever they stand in a configuration."""

from __future__ import annotations

import pytest

from tests.unit.cluster.containers.nginx import CONF, nginx, process_of
from tests.unit.network_fakes import FakeCluster
from tests.unit.virtual_time import run

_CONF = r"""
map $arg_path $kind {
    default other;
    ~^/(?<section>[a-z]+)/\d+$ $section;
    ~*\.PNG$ picture;
    ~^/special special;
    /specially itself;
}
server { listen 80 default_server; return 200 default; }
server { listen 80; server_name ~^(www\.)?(?<shop>[a-z]++)\.example$; location ~ ^/(\d+) { return 200 "$shop $1"; } }
server {
    listen 80;
    server_name web;
    location /kind { return 200 $kind; }
    location ~* \.(?:gif|jpe?g)$ { return 200 image; }
    location ~ ^/items/(?<number>\d+)(?!\d*/private) { return 200 $number; }
    location /agent { if ($http_user_agent ~* "^curl/(\d+)") { return 200 "curl $1"; } return 200 unknown; }
    location /not { if ($arg_a !~ ^[0-9]+$) { return 400 text; } return 200 number; }
    rewrite ^/users/(?<user>\w+)/(.*)$ /kind?path=/$user/1 last;
}
"""


@pytest.mark.parametrize(
    ("host", "target", "agent", "body"),
    [
        ("www.shoes.example", "/42", "", "shoes 42"),
        ("HATS.Example:80", "/7", "", "hats 7"),
        ("shoes2.example", "/42", "", "default"),
        ("web", "/kind?path=/books/12", "", "books"),
        ("web", "/kind?path=/a.png", "", "picture"),
        ("web", "/kind?path=/special", "", "special"),
        ("web", "/kind?path=/specially", "", "itself"),
        ("web", "/kind?path=/12/books", "", "other"),
        ("web", "/photo.JPEG", "", "image"),
        ("web", "/items/12", "", "12"),
        ("web", "/agent", "Curl/8", "curl 8"),
        ("web", "/agent", "Wget/1", "unknown"),
        ("web", "/not?a=x1", "", "text"),
        ("web", "/not?a=11", "", "number"),
        ("web", "/users/ada/x", "", "ada"),
    ],
)
def test_expressions_find_and_catch(host: str, target: str, agent: str, body: str) -> None:
    run(_expressions_find_and_catch(host, target, agent, body))


async def _expressions_find_and_catch(host: str, target: str, agent: str, body: str) -> None:
    async with nginx(_CONF) as web:
        answer = await web.get(target, host=host, user_agent=agent)
        assert answer.body == body.encode(), web.log()


def test_redirects_of_other_servers_are_rewritten_by_an_expression() -> None:
    run(_redirects_of_other_servers_are_rewritten_by_an_expression())


async def _redirects_of_other_servers_are_rewritten_by_an_expression() -> None:
    conf = """
    server { listen 8080; return 302 HTTP://back:8080/a/b; }
    server {
        listen 80;
        location / { proxy_pass http://127.0.0.1:8080; proxy_redirect ~*^http://back:8080/(.*)$ /outside/$1; }
    }
    """
    async with nginx(conf) as web:
        assert (await web.get("/", host="shop")).header(b"location") == b"http://shop/outside/a/b"


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("(a", 'missing closing parenthesis in "(a"'),
        ("a)b", 'unmatched closing parenthesis in "a)b" at ")b"'),
        ("+a", 'quantifier does not follow a repeatable item in "+a" at "+a"'),
        pytest.param("(" * 5000, f'parentheses are too deeply nested in "{"(" * 5000}"', id="deep"),
        ("[ab", 'missing terminating ] for character class in "[ab"'),
    ],
)
@pytest.mark.parametrize(
    "conf",
    [
        "server { location ~ %s { return 200; } }",
        "server { location ~* %s { return 200; } }",
        "server { location /a { location ~ %s { return 200; } } }",
        "server { rewrite %s /b; }",
        "server { location / { if ($uri !~* %s ) { return 200; } } }",
        "server { server_name a ~%s; }",
        "map $uri $a { ~*%s b; }",
        "server { location / { proxy_pass http://127.0.0.1; proxy_redirect ~%s /b; } }",
    ],
)
def test_what_is_no_expression_is_refused_when_nginx_starts(conf: str, pattern: str, said: str) -> None:
    run(_what_is_no_expression_is_refused_when_nginx_starts(conf % pattern, said))


async def _what_is_no_expression_is_refused_when_nginx_starts(conf: str, said: str) -> None:
    process = process_of(FakeCluster(), conf)
    assert await process.programs["nginx"](process) == 1
    printed = process.stderr.data.decode()  # type: ignore[attr-defined]
    assert f"[emerg] 1#1: pcre2_compile() failed: {said} in {CONF}:1\n" in printed


_ENDLESS, _TEXT = "(a|a|aa)*$", "a" * 40 + "b"


@pytest.mark.parametrize(
    ("conf", "status", "body"),
    [
        (f"server {{ location ~ ^/{_ENDLESS} {{ return 200; }} location / {{ return 200 ok; }} }}", 500, None),
        (f"server {{ rewrite ^/{_ENDLESS} /b; location / {{ return 200 ok; }} }}", 500, None),
        (f"server {{ location / {{ if ($uri ~ ^/{_ENDLESS} ) {{ return 201; }} return 200 ok; }} }}", 500, None),
        (f"map $uri $a {{ ~^/{_ENDLESS} b; default c; }} server {{ return 200 $a; }}", 200, b"c"),
    ],
)
def test_a_search_that_would_never_end_is_given_up(conf: str, status: int, body: bytes | None) -> None:
    run(_a_search_that_would_never_end_is_given_up(conf, status, body))


async def _a_search_that_would_never_end_is_given_up(conf: str, status: int, body: bytes | None) -> None:
    async with nginx(conf) as web:
        answer = await web.get(f"/{_TEXT}", host="web")
        assert answer.status == status
        assert body is None or answer.body == body
        assert f'pcre2_match() failed: -47 on "/{_TEXT}" using "^/{_ENDLESS}", client: ' in web.log()
        assert (await web.get("/aa", host="web")).status in (200, 201, 404)
