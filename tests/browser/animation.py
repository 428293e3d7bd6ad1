"""``python -m tests.browser.animation``: the README's moving picture, and the still one for those who want none.

It is taken in JupyterLab in headless Chromium, with the embedded cluster in the notebook's kernel, as a learner has it.
Each frame is shown for as long as it lasted. It is a GIF, since GitHub shows those with a button that stops them.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from .lab import PATIENCE, browsing, open_notebook

DOCS = Path(__file__).parent.parent.parent / "docs"
MOVING, STILL = DOCS / "kubelearn.gif", DOCS / "kubelearn.png"
AGNHOST = "registry.k8s.io/e2e-test-images/agnhost:2.53"
SETUP = f"""
import kubelearn
from kubelearn import widgets
cluster = kubelearn.connect(seed=1)
!kubectl create deployment shop --image={AGNHOST} --replicas=2 -- /agnhost netexec --http-port=8080
!kubectl expose deployment shop --port=80 --target-port=8080
!kubectl run client --image={AGNHOST} --restart=Never -- pause
!kubectl wait --for=condition=Ready pod/client --timeout=60s
!kubectl rollout status deployment/shop --timeout=60s
!kubectl exec client -- sh -c 'until curl -s -m 1 http://shop/hostname; do sleep 0.1; done'
"""
CELLS = [
    SETUP.strip(),
    'widgets.traffic(cluster, "shop", "shop", 80, most=4)',
    'widgets.rollout(cluster, "shop", "shop", 80)',
]
#: A page in which a notebook is as wide as a README on GitHub, and as high as the higher of both widgets.
SIZE = {"width": 910, "height": 640}
#: Screenshots have no pointer of their own.
POINTER = """
() => {
  const pointer = document.createElement("div");
  pointer.innerHTML = '<svg width="16" height="22"><path d="M1 1v16l4-4 3 7 3-1-3-7h6z" stroke="white"/></svg>';
  Object.assign(pointer.style, { position: "fixed", zIndex: 9999, pointerEvents: "none" });
  document.body.append(pointer);
  document.addEventListener("mousemove", event => {
    Object.assign(pointer.style, { left: `${event.clientX}px`, top: `${event.clientY}px` });
  }, true);
}
"""
#: Frames that a movement of the pointer takes.
STEPS = 5
#: Seconds for which the last frame is shown.
END = 3.0
COLOURS = 64


class Film:
    """Screenshots of a part of a page, each with the time at which it was taken."""

    def __init__(self, page: Any, clip: dict[str, float]):
        self._page = page
        self._clip = clip
        self._at = clip["x"] + clip["width"] / 2, clip["y"] + clip["height"] / 2
        self._times: list[float] = []
        self._frames: list[Image.Image] = []
        self._stills: list[Image.Image] = []

    def watch(self, done: Callable[[], bool], limit: float = PATIENCE / 1000) -> None:
        """Take frames until something has happened.

        Raises:
            TimeoutError: it does not happen.
        """
        end = time.monotonic() + limit
        while not done():
            if time.monotonic() > end:
                raise TimeoutError(f"not done after {limit:g} s")
            self._shoot()

    def rest(self, seconds: float) -> None:
        """Take frames for some time, for those who look on."""
        end = time.monotonic() + seconds
        self.watch(lambda: time.monotonic() >= end)

    def point(self, control: Any, part: float = 0.5) -> None:
        """Move the pointer to a control, to a part of its width."""
        box, (x, y) = control.bounding_box(), self._at
        self._at = box["x"] + box["width"] * part, box["y"] + box["height"] / 2
        for step in range(1, STEPS + 1):
            self._page.mouse.move(x + (self._at[0] - x) * step / STEPS, y + (self._at[1] - y) * step / STEPS)
            self._shoot()

    def click(self, control: Any) -> None:
        """Move the pointer to a control, and press it."""
        self.point(control)
        self._page.mouse.down()
        self._page.mouse.up()

    def keep(self) -> None:
        """Take the latest frame into the still picture."""
        self._stills.append(self._frames[-1])

    def _shoot(self) -> None:
        shot = self._page.screenshot(clip=self._clip, animations="allow")
        self._times.append(time.monotonic())
        self._frames.append(Image.open(io.BytesIO(shot)).convert("RGB"))

    def save(self, moving: Path, still: Path) -> float:
        """Write all frames, and those that were kept one below the other; return for how many seconds it plays."""
        kept = Image.new("RGB", (self._frames[0].width, sum(frame.height for frame in self._stills)))
        for number, frame in enumerate(self._stills):
            kept.paste(frame, (0, number * frame.height))
        kept = kept.quantize(COLOURS, dither=Image.Dither.NONE)
        kept.save(still, optimize=True)
        first, *others = [frame.quantize(palette=kept, dither=Image.Dither.NONE) for frame in self._frames]
        ends = [*self._times[1:], self._times[-1] + END]
        lasting = [10 * round(100 * (end - begin)) for begin, end in zip(self._times, ends, strict=True)]
        first.save(moving, save_all=True, append_images=others, duration=lasting, loop=0, optimize=True)
        return sum(lasting) / 1000


def scale(page: Any, film: Film) -> None:
    """Scale a Deployment while requests come in."""
    film.click(page.get_by_role("button", name="Start steady rate"))
    film.watch(page.get_by_role("img", name=re.compile(r"[1-9]\d requests were answered by 2 of 2 pods")).count)
    slider = page.get_by_role("slider", name="Replicas")
    film.point(slider, 0.5)
    page.mouse.down()
    film.point(slider, 0.99)
    page.mouse.up()
    film.watch(page.get_by_role("img", name=re.compile("requests were answered by 4 of 4 pods")).count)
    film.rest(1.5)
    film.keep()
    film.click(page.get_by_role("button", name="Stop sending"))
    film.watch(page.get_by_role("button", name="Start steady rate").count)


def update(page: Any, film: Film) -> None:
    """Update the Deployment while requests come in."""
    page.locator(".jp-Notebook .jp-CodeCell").last.evaluate("cell => cell.scrollIntoView()")
    film.click(page.get_by_role("button", name="Update"))
    film.watch(page.get_by_text("Rolling update of shop, finished").count)
    film.watch(page.get_by_role("button", name="Update", disabled=False).count)
    film.keep()


def main() -> None:
    with browsing() as (lab, browser):
        page = open_notebook(lab, browser, "kubelearn", CELLS)
        page.set_viewport_size(SIZE)
        page.keyboard.press("Control+b")  # no files at the side
        page.get_by_role("button", name="Update").wait_for()
        page.evaluate(POINTER)
        page.locator(".jp-Notebook .jp-CodeCell").nth(1).evaluate("cell => cell.scrollIntoView()")
        film = Film(page, page.locator(".jp-WindowedPanel-outer").bounding_box())
        scale(page, film)
        update(page, film)
    seconds = film.save(MOVING, STILL)
    print(f"{MOVING}: {seconds:.1f} s, {MOVING.stat().st_size / 1000:.0f} kB; {STILL}")


if __name__ == "__main__":
    main()
