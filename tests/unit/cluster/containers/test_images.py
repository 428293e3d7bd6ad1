"""Names of images."""

from __future__ import annotations

from typing import Any

import pytest

from kubelearn.cluster.containers import accounts
from kubelearn.cluster.containers.images import PRELOADED, ImageRegistry, NotPulled
from kubelearn.cluster.containers.images.catalogue import CATALOGUE
from kubelearn.cluster.containers.references import invalid_reference, parse


@pytest.mark.parametrize(
    "reference",
    [*sorted(PRELOADED), "nginx", "shop/web_1:V2", "localhost:5000/a/b", "Host.example/x", f"a@sha256:{'0' * 64}"],
)
def test_names(reference: str) -> None:
    assert invalid_reference(reference) == ""


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("Nginx", "invalid reference format: repository name (Nginx) must be lowercase"),
        ("Shop/Web:1", "invalid reference format: repository name (Web) must be lowercase"),
        ("shop/Web:1", "invalid reference format: repository name (shop/Web) must be lowercase"),
        ("Not A Name", "invalid reference format"),
        ("nginx:", "invalid reference format"),
        ("a//b", "invalid reference format"),
        ("", "invalid reference format"),
    ],
)
def test_names_that_are_none(reference: str, problem: str) -> None:
    assert invalid_reference(reference) == problem


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        (f"nginx@sha256:{'0' * 63}", "invalid checksum digest length"),
        (f"nginx@sha256:{'A' * 64}", "invalid checksum digest format"),
        (f"nginx@md5:{'0' * 32}", "unsupported digest algorithm"),
    ],
)
def test_digests_that_are_none(reference: str, problem: str) -> None:
    assert invalid_reference(reference) == problem


@pytest.mark.parametrize(
    ("reference", "full"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("me/app:1", "docker.io/me/app:1"),
        ("docker.io/nginx", "docker.io/library/nginx:latest"),
        ("index.docker.io/library/nginx:1", "docker.io/library/nginx:1"),
        ("localhost/app", "localhost/app:latest"),
        ("registry:5000/app", "registry:5000/app:latest"),
        (f"nginx:1@sha256:{'0' * 64}", f"docker.io/library/nginx:1@sha256:{'0' * 64}"),
        (f"nginx@sha256:{'0' * 64}", f"docker.io/library/nginx@sha256:{'0' * 64}"),
    ],
)
def test_names_in_full(reference: str, full: str) -> None:
    assert str(parse(reference)) == full


def test_every_image_can_start() -> None:
    registry = ImageRegistry()
    for entry in CATALOGUE:
        image = registry.pull(f"{entry.repository}:{entry.any_tag}")
        words = [*image.entrypoint, *image.cmd]
        assert words[0].rpartition("/")[2] in image.programs, entry.repository
        for other in entry.also:
            assert registry.find(f"{other}:{entry.any_tag}") is image, other


@pytest.mark.parametrize(
    ("reference", "version"),
    [
        ("nginx", "1.29.4"),
        ("nginx:1.27", "1.27.5"),
        ("nginx:1.27.2-alpine", "1.27.2"),
        ("nginx:stable", "1.28.1"),
        ("public.ecr.aws/docker/library/nginx:1.25.3", "1.25.3"),
        ("mirror.gcr.io/library/nginx:1.25-bookworm", "1.25.5"),
        (f"nginx:1.26@sha256:{'0' * 64}", "1.26.3"),
    ],
)
def test_the_version_is_the_tags(reference: str, version: str) -> None:
    assert ImageRegistry().pull(reference).env["NGINX_VERSION"] == version


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("ubuntu", "Ubuntu 24.04 LTS"),
        ("ubuntu:25.04", "Ubuntu 25.04"),
        ("debian:bookworm-slim", "Debian GNU/Linux 12 (bookworm)"),
        ("alpine:3.20", "Alpine Linux v3.20"),
        ("nginx", "Debian GNU/Linux 13 (trixie)"),
    ],
)
def test_the_distribution_says_its_name(reference: str, name: str) -> None:
    assert f'PRETTY_NAME="{name}"' in ImageRegistry().pull(reference).files["/etc/os-release"].decode()


@pytest.mark.parametrize(
    ("reference", "there"),
    [
        ("ubuntu:24.10", True),
        ("ubuntu:24.03", False),
        ("python:3.12-slim-bookworm", True),
        ("python:2.7", False),
        ("busybox:1.36.1-musl", True),
        ("busybox:1.29-4", False),
        ("registry.k8s.io/e2e-test-images/busybox:1.29-4", True),
        ("gcr.io/google-containers/busybox", True),
        ("k8s.gcr.io/busybox:1.28", False),
        ("nginx:1.27.6", False),
        ("gcr.io/google-samples/hello-app:3.0", False),
        ("registry.k8s.io/e2e-test-images/agnhost:2.39", True),
        ("registry.k8s.io/e2e-test-images/agnhost", False),
    ],
)
def test_tags_that_exist(reference: str, there: bool) -> None:
    assert (ImageRegistry().find(reference) is not None) == there


_BEGIN = 'failed to pull and unpack image "{0}": failed to resolve reference "{0}": '


@pytest.mark.parametrize(
    ("reference", "full", "code", "why"),
    [
        ("nginx:1.99", "docker.io/library/nginx:1.99", "NotFound", "docker.io/library/nginx:1.99: not found"),
        (
            "ngnix",
            "docker.io/library/ngnix:latest",
            "Unknown",
            "pull access denied, repository does not exist or may require authorization: "
            "server message: insufficient_scope: authorization failed",
        ),
        ("k8s.gcr.io/nosuch:v1", "k8s.gcr.io/nosuch:v1", "NotFound", "k8s.gcr.io/nosuch:v1: not found"),
        (
            "quay.io/shop/web:2",
            "quay.io/shop/web:2",
            "Unknown",
            "unexpected status from HEAD request to https://quay.io/v2/shop/web/manifests/2: 401 UNAUTHORIZED",
        ),
        (
            "europe-west3-docker.pkg.dev/p/shop/web:2",
            "europe-west3-docker.pkg.dev/p/shop/web:2",
            "Unknown",
            "failed to authorize: failed to fetch anonymous token: unexpected status from GET request to "
            "https://europe-west3-docker.pkg.dev/v2/token?scope=repository%3Ap%2Fshop%2Fweb%3Apull"
            "&service=europe-west3-docker.pkg.dev: 403 Forbidden",
        ),
        (
            "shop.example/web:2",
            "shop.example/web:2",
            "Unknown",
            'failed to do request: Head "https://shop.example/v2/web/manifests/2": '
            "dial tcp: lookup shop.example on 172.18.0.1:53: no such host",
        ),
    ],
)
def test_what_a_registry_says_of_what_it_has_not(reference: str, full: str, code: str, why: str) -> None:
    with pytest.raises(NotPulled) as refused:
        ImageRegistry().pull(reference)
    assert (refused.value.code, str(refused.value)) == (code, _BEGIN.format(full) + why)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ngnix", "nginx:latest"),
        ("nginx:1.99", "nginx:latest"),
        ("buzybox", "busybox:latest"),
        ("Redis", "redis:latest"),
    ],
)
def test_the_nearest_name(typed: str, meant: str) -> None:
    assert ImageRegistry().like(typed)[0] == meant


def test_an_image_of_ones_own_is_found_and_listed() -> None:
    registry = ImageRegistry()

    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        raise AssertionError

    registry.register("me/app:1", app, 3000)
    assert registry.find("docker.io/me/app:1") is not None
    assert registry.find("me/app:2") is None
    assert registry.table()[0] == ("me/app", "1", "made in this session")
    assert registry.like("me/ap:1")[0] == "me/app:1"


def test_every_user_that_an_image_names_has_an_account_in_it() -> None:
    named = {entry.user for entry in CATALOGUE if entry.user and not entry.user.isdecimal()}
    assert "curl_user" in named
    for name in named:
        passwd = accounts.files(name)[accounts.PASSWD]
        assert name in {account.name for account in accounts.users_in(passwd)}
