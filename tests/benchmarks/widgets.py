"""``python -m tests.benchmarks.widgets``: how quick the traffic widget is in a browser.

It prints figures and asserts nothing. It runs in JupyterLab in headless Chromium,
with the embedded cluster in the notebook's kernel, as a learner has it.
"""

from __future__ import annotations

import re
import statistics
from typing import Any

from tests.browser.lab import browsing, open_notebook

AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
#: Times that the slider is moved, between 9 and 10 replicas and back.
MOVES = 40
#: Seconds for which drawings are counted.
LOAD = 5
CELL = f"""
import kubelearn
from kubelearn import widgets
cluster = kubelearn.connect()
!kubectl create deployment hello --image={AGNHOST} --replicas=9 -- /agnhost netexec --http-port=8080
!kubectl expose deployment hello --port=8081 --target-port=8080
!kubectl run client --image={AGNHOST} --restart=Never -- pause
!kubectl wait --for=condition=Ready pod/client --timeout=60s
!kubectl rollout status deployment/hello --timeout=60s
cluster.exec("client", "sleep", "2")
widgets.traffic(cluster, "hello", "hello", 8081)
"""
# A new chart is the first whose rows (but those of pods that go) are as many as were asked for.
MOVE = """
([wanted, state]) => new Promise((done, fail) => {
  const frame = document.querySelector(".kubelearn-frame");
  const rows = () => [...frame.querySelectorAll("text[text-anchor=end]")]
    .map(row => row.textContent)
    .filter(row => !/Terminating|gone/.test(row));
  const there = () => rows().length === wanted && (state === "drawn" || rows().every(row => !row.includes("(")));
  const input = document.querySelector(".kubelearn-slider input");
  const observer = new MutationObserver(() => {
    if (there()) { observer.disconnect(); done(performance.now() - begin); }
  });
  observer.observe(frame, { childList: true, subtree: true });
  const begin = performance.now();
  input.value = wanted;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
  setTimeout(() => { observer.disconnect(); fail(new Error("no new chart within 20 s")); }, 20000);
})
"""
COUNT = """
seconds => new Promise(done => {
  let drawings = 0;
  const observer = new MutationObserver(() => { drawings += 1; });
  observer.observe(document.querySelector(".kubelearn-frame"), { childList: true });
  setTimeout(() => { observer.disconnect(); done(drawings / seconds); }, 1000 * seconds);
})
"""


def percentile(values: list[float], part: float) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[round(100 * part) - 1]


def show(name: str, values: list[float]) -> None:
    print(
        f"{name:<58} median {statistics.median(values):6.0f} ms, p95 {percentile(values, 0.95):6.0f} ms, most"
        f" {max(values):6.0f} ms",
        flush=True,
    )


def moves(page: Any, state: str) -> list[float]:
    """Move the slider to and fro, waiting for each chart, and return the times in milliseconds."""
    return [page.evaluate(MOVE, [10 - number % 2, state]) for number in range(MOVES)]


def measure(page: Any) -> None:
    page.get_by_role("slider", name="Replicas").wait_for()
    page.get_by_role("img").last.wait_for()
    show("slider moved, to the new chart in the page (9 and 10)", moves(page, "drawn"))
    show("the same, to all of its pods ready", moves(page, "ready"))
    page.get_by_role("spinbutton", name="Per second").fill("100")
    page.get_by_role("spinbutton", name="Per second").press("Enter")
    page.get_by_role("button", name="Start steady rate").click()
    page.get_by_role("img", name=re.compile("requests were answered")).wait_for()
    print(
        f"{'drawings per second, 10 pods, 100 requests per second':<58} {page.evaluate(COUNT, LOAD):6.1f}", flush=True
    )


def main() -> None:
    with browsing() as (lab, browser):
        measure(open_notebook(lab, browser, "widgets", [CELL.strip()]))


if __name__ == "__main__":
    main()
