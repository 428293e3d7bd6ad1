"""``python -m kubelearn up``, as a process."""

from __future__ import annotations

import json
import signal
import ssl
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml


@contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command; yield it and its ready line."""
    process = subprocess.Popen([sys.executable, "-m", "kubelearn", "up", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_ready_line_a_private_kubeconfig_and_a_clean_end(number: signal.Signals, tmp_path: Path) -> None:
    path = tmp_path / "config"
    with running("--kubeconfig", str(path)) as (process, line):
        assert line == f"Kubernetes v1.32.5 is ready: export KUBECONFIG={path}\n"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        process.send_signal(number)
        out, errors = process.communicate(timeout=30)
    assert (process.returncode, out, errors) == (0, "", "")
    assert not path.exists()


def test_somebody_elses_kubeconfig_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("current-context: production\n")
    done = subprocess.run([sys.executable, "-m", "kubelearn", "up", "--kubeconfig", str(path)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "exists and is not a kubeconfig of kubelearn's" in done.stderr
    assert path.read_text() == "current-context: production\n"


def answer(url: str, context: ssl.SSLContext, token: str = "") -> tuple[int, dict[str, object]]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(request, context=context, timeout=30) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_who_has_no_token_or_a_wrong_one_is_refused(kubeconfig: Path) -> None:
    config = yaml.safe_load(kubeconfig.read_text())
    server, token = config["clusters"][0]["cluster"]["server"], config["users"][0]["user"]["token"]
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    url = f"{server}/api/v1/namespaces/default/services"
    status, body = answer(url, context)
    assert (status, body["message"]) == (403, 'services is forbidden: User "system:anonymous" cannot list resource "services" in API group "" in the namespace "default"')
    status, body = answer(url, context, "wrong")
    assert (status, body["reason"]) == (401, "Unauthorized")
    status, body = answer(url, context, token)
    assert (status, body["kind"]) == (200, "ServiceList")
    assert answer(f"{server}/version", context)[0] == 200


def test_doubled_and_unknown_fields_are_named(kubeconfig: Path) -> None:
    config = yaml.safe_load(kubeconfig.read_text())
    server, token = config["clusters"][0]["cluster"]["server"], config["users"][0]["user"]["token"]
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    body = b'{"metadata":{"name":"twice"},"spec":{"ports":[{"port":80}],"type":"ClusterIP","type":"NodePort","foo":1}}'
    request = urllib.request.Request(
        f"{server}/api/v1/namespaces/default/services?fieldValidation=Strict&dryRun=All", data=body, headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(request, context=context, timeout=30):
        pass
    with refused.value as error:
        message = json.load(error)["message"]
    assert message == 'Service in version "v1" cannot be handled as a Service: strict decoding error: duplicate field "spec.type", unknown field "spec.foo"'
