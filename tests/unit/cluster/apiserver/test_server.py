"""The way of a request: what is answered first, and what happens to every answer."""

from __future__ import annotations

import asyncio
import json
import re
import ssl
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme
from aiohttp.test_utils import make_mocked_request

from kubelearn.cluster import bootstrap
from kubelearn.cluster.apiserver import server as apiserver
from kubelearn.cluster.apiserver.authentication import ISSUER
from kubelearn.cluster.apiserver.options import WARNINGS
from kubelearn.cluster.apiserver.registry.registry import Registry
from kubelearn.cluster.apiserver.server import STEPS, ApiServer, Call
from kubelearn.cluster.store import Store
from tests.objects import bare

_POD = "/api/v1/namespaces/default/pods/web"


def _server() -> ApiServer:
    registry = Registry(Store())
    bootstrap.default_roles(registry)
    return ApiServer(registry, {})


def _ask(
    server: ApiServer, method: str, path: str, tls: ssl.SSLContext | bool = False, body: Any = None, **headers: str
) -> tuple[int, str, dict[str, str]]:
    """Return status, text and headers of an answer that comes over TLS."""

    async def main() -> tuple[int, str, dict[str, str]]:
        await server.start()
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.request(method, server.url + path, headers=headers, ssl=tls, json=body) as answer,
            ):
                return answer.status, await answer.text(), dict(answer.headers)
        finally:
            await server.stop()

    return asyncio.run(main())


def _bearer(server: ApiServer) -> str:
    return f"Bearer {server.tokens.administrator}"


@pytest.mark.parametrize(
    ("method", "path", "code", "text"),
    [
        # Who asks comes before what is asked for.
        ("GET", "/nosuch", 403, 'cannot get path \\"/nosuch\\"'),
        ("GET", "/api/v1/namespaces/default/nosuch", 403, 'cannot list resource \\"nosuch\\" in API group \\"\\"'),
        ("GET", _POD, 403, 'cannot get resource \\"pods\\" in API group \\"\\" in the namespace \\"default\\"'),
        ("GET", "/api/v1/nodes", 403, 'cannot list resource \\"nodes\\" in API group \\"\\" at the cluster scope'),
        ("POST", f"{_POD}/exec", 403, 'cannot create resource \\"pods/exec\\"'),
        ("GET", f"{_POD}/exec", 403, 'cannot create resource \\"pods/exec\\"'),
        ("PUT", f"{_POD}/nosuch", 403, 'cannot update resource \\"pods/nosuch\\"'),
        ("GET", "/healthz", 200, "ok"),
        ("GET", "/version", 200, "gitVersion"),
    ],
)
def test_without_a_token(method: str, path: str, code: int, text: str) -> None:
    status, body, _ = _ask(_server(), method, path)
    assert status == code
    assert text in body


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        # That there is nothing comes before that the method is wrong.
        ("DELETE", "/nosuch", 404),
        ("DELETE", "/version", 405),
        ("PUT", "/openapi/v2", 405),
        ("POST", "/healthz", 200),
        ("POST", "/apis/apps/v9", 404),
        # A subresource's methods come before its object, and before the doors.
        ("DELETE", f"{_POD}/log", 405),
        ("PUT", f"{_POD}/exec", 405),
        ("GET", f"{_POD}/binding", 405),
        ("GET", f"{_POD}/log", 404),
        ("DELETE", f"{_POD}/proxy/", 404),
        ("GET", _POD, 404),
        ("PATCH", "/api/v1/pods", 405),
        ("OPTIONS", _POD, 405),
    ],
)
def test_with_a_token(method: str, path: str, code: int) -> None:
    server = _server()
    assert _ask(server, method, path, Authorization=_bearer(server))[0] == code


def _certified(certificate: bytes, key: bytes, folder: Path) -> ssl.SSLContext:
    """Return the settings of a client that shows a certificate, and believes everybody."""
    path = folder / "pair.pem"
    path.write_bytes(certificate + key)
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    tls.load_cert_chain(path)
    return tls


def _issued(authority: trustme.CA, **names: str) -> tuple[bytes, bytes]:
    issued = authority.issue_cert("192.0.2.1", **names)
    return issued.cert_chain_pems[0].bytes(), issued.private_key_pem.bytes()


def test_with_a_client_certificate(tmp_path: Path) -> None:
    server = _server()
    tls = _certified(*server.client_certificate(), tmp_path)
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    answer = _ask(server, "POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", tls, review)[1]
    user = json.loads(answer)["status"]["userInfo"]
    assert user["username"] == "kubernetes-admin"
    assert user["groups"] == ["kubeadm:cluster-admins", "system:authenticated"]
    (identity,) = user["extra"]["authentication.kubernetes.io/credential-id"]
    assert re.fullmatch("X509SHA256=[0-9a-f]{64}", identity)
    assert _ask(server, "GET", "/api/v1/nodes", tls)[0] == 200
    assert _ask(server, "GET", "/api/v1/nodes", tls, Authorization="Bearer wrong")[0] == 200  # it comes before a token
    assert _ask(server, "GET", "/api/v1/nodes", tls, **{"Impersonate-User": "jane"})[0] == 403


def test_a_client_certificate_is_for_its_common_name_and_organization(tmp_path: Path) -> None:
    server = _server()
    tls = _certified(*_issued(server._authority, common_name="jane", organization_name="dev"), tmp_path)
    status, text, _ = _ask(server, "GET", "/api/v1/nodes", tls)
    assert (status, 'User \\"jane\\" cannot list resource' in text) == (403, True)
    nobody = _certified(*_issued(server._authority), tmp_path)
    assert "system:anonymous" in _ask(server, "GET", "/api/v1/nodes", nobody)[1]
    assert _ask(server, "GET", "/api/v1/nodes", nobody, Authorization=_bearer(server))[0] == 200


def test_a_client_certificate_of_another_authority_ends_the_handshake(tmp_path: Path) -> None:
    server = _server()
    strange = _issued(trustme.CA(), common_name="kubernetes-admin", organization_name="kubeadm:cluster-admins")
    with pytest.raises(aiohttp.ClientConnectionError):
        _ask(server, "GET", "/api/v1/nodes", _certified(*strange, tmp_path))


def test_what_the_server_tells_of_its_tokens() -> None:
    server = _server()
    text = _ask(server, "GET", "/.well-known/openid-configuration", Authorization=_bearer(server))[1]
    found = json.loads(text)
    assert (found["issuer"], found["id_token_signing_alg_values_supported"]) == (ISSUER, ["HS256"])
    assert found["jwks_uri"] == f"{server.url}/openid/v1/jwks"
    assert _ask(server, "GET", "/openid/v1/jwks", Authorization=_bearer(server))[:2] == (200, '{"keys":[]}')
    assert _ask(server, "GET", "/openid/v1/jwks")[0] == 403


def test_metrics_count_what_is_stored() -> None:
    server = _server()
    server.registry.create("namespaces", "", bare("Namespace", "course"))
    status, text, headers = _ask(server, "GET", "/metrics", Authorization=_bearer(server))
    assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert 'apiserver_resource_objects{group="",resource="namespaces"} 1' in text.splitlines()
    assert _ask(server, "GET", "/metrics")[0] == 403


def test_a_scale_has_a_table_of_its_own() -> None:
    server = _server()
    server.registry.create("namespaces", "", bare("Namespace", "course"))
    container = {"name": "c", "image": "nginx"}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    server.registry.create("deployments.apps", "course", {**bare("Deployment", "web"), "spec": spec})
    path = "/apis/apps/v1/namespaces/course/deployments/web/scale"
    accept = "application/json;as=Table;v=v1;g=meta.k8s.io"
    table = json.loads(_ask(server, "GET", path, Authorization=_bearer(server), Accept=accept)[1])
    assert [column["name"] for column in table["columnDefinitions"]] == ["Name", "Desired", "Available", "Age"]
    assert table["rows"][0]["cells"][:3] == ["web", 2, 0]


@pytest.mark.parametrize("path", ["/version", "/nosuch", _POD])
def test_a_wrong_token_is_worse_than_none(path: str) -> None:
    assert _ask(_server(), "GET", path, Authorization="Bearer nobody")[0] == 401


@pytest.mark.parametrize("path", ["/version", "/nosuch", _POD])
def test_a_connection_whose_upgrade_is_not_taken_is_closed(path: str) -> None:
    server = _server()
    kept = _ask(server, "GET", path, Authorization=_bearer(server))[2]
    closed = _ask(server, "GET", path, Authorization=_bearer(server), Upgrade="h2c")[2]
    assert (kept.get("Connection"), closed.get("Connection")) == (None, "close")


@pytest.mark.parametrize("path", ["/api", _POD])
def test_answers_and_errors_are_indented_for_people(path: str) -> None:
    server = _server()
    plain = _ask(server, "GET", path, Authorization=_bearer(server))[1]
    for_people = _ask(server, "GET", path, Authorization=_bearer(server), **{"User-Agent": "curl/8"})[1]
    assert "\n  " not in plain
    assert "\n  " in for_people


def _answer_of(steps: Any) -> Any:
    """Return the answer of a server that takes these steps."""
    server = _server()
    server.steps = steps
    return asyncio.run(server._handle(make_mocked_request("GET", "/version")))


def test_the_first_answer_ends_the_way() -> None:
    taken = []

    async def look(call: Call) -> None:
        taken.append(call.named)

    answer = _answer_of((*STEPS[:3], apiserver.answer_other_paths, look))
    assert (answer.status, taken) == (200, [])


@pytest.mark.parametrize(("failure", "said"), [(KeyError("x"), "KeyError: 'x'"), (None, "no step has answered")])
def test_whatever_breaks_is_a_status(failure: Exception | None, said: str, caplog: pytest.LogCaptureFixture) -> None:
    async def fail(_: Call) -> None:
        if failure is not None:
            raise failure

    answer = _answer_of((fail,))
    assert (answer.status, said in answer.text) == (500, True)
    assert "GET /version" in caplog.text


@pytest.mark.parametrize("end", [asyncio.CancelledError, ConnectionResetError])
def test_the_end_of_a_client_is_no_answer(end: type[BaseException]) -> None:
    async def leave(_: Call) -> None:
        raise end

    with pytest.raises(end):
        _answer_of((leave,))


def test_a_request_does_not_inherit_warnings() -> None:
    """Requests of one connection share a context."""
    server, refused = _server(), make_mocked_request("GET", _POD)

    async def main() -> Any:
        WARNINGS.set(["of another request"])
        return await server._handle(refused)

    answer = asyncio.run(main())
    assert (answer.status, answer.headers.get("Warning")) == (403, None)


def test_the_steps_after_the_other_paths_have_a_resource() -> None:
    call = Call(_server(), make_mocked_request("GET", "/version"))
    with pytest.raises(LookupError, match="/version names no resource"):
        _ = call.target


_PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/json, */*", "application/json"),
        (_PROTOBUF, _PROTOBUF),
        ("application/com.github.proto-openapi.spec.v2@v1.0+protobuf", _PROTOBUF),
        (f"text/html, {_PROTOBUF};q=0.5", _PROTOBUF),
        ("text/html", None),
    ],
)
def test_the_older_openapi_comes_in_two_forms(accept: str, content_type: str | None) -> None:
    server = _server()
    token = {"Authorization": _bearer(server)}
    status, _, headers = _ask(server, "HEAD", "/openapi/v2", Accept=accept, **token)
    assert status == (200 if content_type else 406)
    if content_type:
        assert headers["Content-Type"] == content_type
        again = {**token, "Accept": accept, "If-None-Match": headers["Etag"]}
        assert _ask(server, "GET", "/openapi/v2", **again)[:2] == (304, "")


def test_every_answer_has_its_number_and_does_not_say_what_the_server_is_made_with() -> None:
    server = _server()
    token = {"Authorization": _bearer(server)}
    headers = [_ask(server, "GET", path, **token)[2] for path in ("/version", "/nosuch", "/api/v1/nodes")]
    assert all("Server" not in each for each in headers)
    assert len({each["Audit-Id"] for each in headers}) == 3
