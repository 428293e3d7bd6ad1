"""What all live widgets share: following the cluster, drawing at a bounded rate, and leaving nothing behind."""

from __future__ import annotations

import html
import json
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import ipywidgets as widgets
from kubernetes.client import ApiException

from kubelearn.notebook import cell
from kubelearn.target.connection import Cluster
from kubelearn.views.display import Bundle, Picture
from kubelearn.views.objects import Follower, Object, Objects

from .frame import Frame

#: Shortest time between two drawings, in seconds.
FRAME = 0.04
#: Shortest time between two changes of the text, in seconds: screen readers read each one aloud.
_SPOKEN = 1.0
#: What stands below the picture that stays in the notebook.
_NOTE = "This is a still picture of a live one. Run the cell to make it live."

#: The widgets that are shown, and the cell that made each.
_open: weakref.WeakKeyDictionary[LiveWidget, cell.Place] = weakref.WeakKeyDictionary()


class View(NamedTuple):
    """What a widget shows.

    Attributes:
        picture: None, if there is nothing to draw.
        text: the same in words.
        heading: what of the words stands above the picture; by default all.
        below: HTML that stands below it.
    """

    picture: Picture | None
    text: str
    heading: str | None = None
    below: str = ""


class LiveWidget(widgets.VBox):
    """A widget that draws the cluster as it is, again and again.

    A subclass has :meth:`view`; it may be called from several threads, one at a time.
    Running a cell again closes the widgets that its last run made; where the cell is unknown, making a widget closes
    the one with the same name.

    Attributes:
        name: what it shows, in a few words.
        text: what it shows now, in words; also its ``repr``.
    """

    text = ""
    _still: Picture | None = None
    _whole = False  # ipywidgets closes what is collected, even if it was never whole

    def __init__(
        self,
        cluster: Cluster,
        name: str,
        controls: Sequence[widgets.Widget] = (),
        kinds: Sequence[str] = (),
        namespace: str | None = None,
    ):
        """Draw once, then follow the cluster. Attributes that :meth:`view` needs must be there before.

        Args:
            controls: rows of controls above the picture.
            kinds: objects to follow (see :func:`kubelearn.views.objects.read`).
            namespace: where; by default the handle's namespace, and ``""`` for all.

        Raises:
            kubernetes.client.ApiException: the API refuses.
        """
        self.cluster = cluster
        self.name = name
        place = cell.current()
        _close_those_before(place, name)
        self._ended = threading.Event()
        self._dirty = threading.Event()
        self._drawing = threading.Lock()
        self._message, self._spoken = "", 0.0
        self._work: set[threading.Thread] = set()
        self._controls = tuple(controls)
        _narrow(self._controls)
        self._status, self._picture = widgets.HTML(), Frame()
        self._follower = Follower(cluster, kinds, self._on_change, namespace)
        self._draw()
        super().__init__([*controls, self._status, self._picture])
        self.add_class("kubelearn-live")
        _open[self] = place
        self._drawer = threading.Thread(target=self._keep_drawing, daemon=True, name="kubelearn-draw")
        self._whole = True
        self._drawer.start()
        self._follower.start()

    def view(self) -> View:
        """Return what to show now."""
        raise NotImplementedError

    def changed(self, kind: str, event: str, item: Object) -> None:
        """Note a change of the cluster; called from a watch's thread before the next drawing.

        Args:
            kind: the object's kind, as in ``kinds``.
            event: ``ADDED``, ``MODIFIED`` or ``DELETED``.
            item: the object.
        """

    @property
    def objects(self) -> Objects:
        """The followed objects as they are now."""
        return self._follower.objects()

    @property
    def ended(self) -> threading.Event:
        """Set when the widget is closed: work in :meth:`start` ends then."""
        return self._ended

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **options: Any) -> Bundle | None:
        live: dict[str, Any] | None = super()._repr_mimebundle_(**options)
        if live is None:
            return None
        still, metadata = self._still.bundle(_NOTE) if self._still else ({}, {})
        # ipywidgets cuts the words off after 110 characters
        return {**live, **still, "text/plain": repr(self)}, metadata

    def refresh(self) -> None:
        """Draw soon; many calls in a short time are one drawing."""
        self._dirty.set()

    def say(self, message: str) -> None:
        """Show a message in front of the text, until the next one."""
        self._message, self._spoken = message, 0.0
        self.refresh()

    def start(self, work: Callable[[], None]) -> None:
        """Do something in a thread, so that the notebook stays usable meanwhile; what goes wrong is shown."""
        thread = threading.Thread(target=self._guard, args=(work,), daemon=True, name="kubelearn-widget")
        self._work.add(thread)
        thread.start()

    def _guard(self, work: Callable[[], None]) -> None:
        try:
            work()
        except (ApiException, OSError, TimeoutError, RuntimeError, LookupError, ValueError) as error:
            if not self._ended.is_set():
                self.say(f"That did not work: {_reason(error)}.")
        finally:
            self._work.discard(threading.current_thread())

    def _on_change(self, kind: str, event: str, item: Object) -> None:
        self.changed(kind, event, item)
        self.refresh()

    def _keep_drawing(self) -> None:
        while not self._ended.is_set():
            self._dirty.wait(_SPOKEN)
            if self._ended.is_set():
                return
            self._dirty.clear()
            self._draw()
            self._ended.wait(FRAME)

    def _draw(self) -> None:
        with self._drawing:
            shown = self.view()
            self.text, self._still = shown.text, shown.picture
            self._set(self._picture, (shown.picture.inline() if shown.picture else "") + shown.below)
            now = time.monotonic()
            if now - self._spoken >= _SPOKEN and self._set(self._status, self._words(shown)):
                self._spoken = now

    def _words(self, shown: View) -> str:
        """Return the text above the picture, as HTML."""
        lost = self._follower.lost
        fault = f"The cluster does not answer any more ({lost}); run the cell again." if lost else ""
        heading = shown.text if shown.heading is None else shown.heading
        words = " ".join(part for part in (fault, self._message, heading) if part)
        return f'<p role="status" style="line-height:1.4;margin:4px 0">{html.escape(words)}</p>'

    @staticmethod
    def _set(widget: widgets.HTML | Frame, value: str) -> bool:
        if widget.value == value:
            return False
        widget.value = value
        return True

    def ending(self) -> None:
        """End what a subclass has begun; called by :meth:`close` after :attr:`ended` is set."""

    def close(self) -> None:
        """End the watches and the threads, and take the widget off the page; safe to call twice."""
        if not self._whole:
            super().close()
            return
        self._ended.set()
        self.ending()
        self._dirty.set()
        _open.pop(self, None)
        self._follower.close()
        for thread in (self._drawer, *self._work):
            if thread is not threading.current_thread():
                thread.join()
        for part in _parts([*self._controls, self._status, self._picture]):
            part.close()
        self.layout.close()
        super().close()


def _close_those_before(place: cell.Place, name: str) -> None:
    for widget, other in list(_open.items()):
        if other.gives_way_to(place, same_name=widget.name == name):
            widget.close()


def _narrow(controls: Sequence[widgets.Widget]) -> None:
    for part in _parts(controls):
        if hasattr(part, "layout"):
            part.layout.max_width = "98%"  # of a narrow window


def _reason(error: Exception) -> str:
    """Return an error in the API's own words where it is one of the API."""
    if isinstance(error, ApiException) and isinstance(error.body, str) and error.body.startswith("{"):
        return str(json.loads(error.body).get("message", error.reason))
    return str(getattr(error, "reason", None) or error)


def _parts(controls: Sequence[widgets.Widget]) -> list[widgets.Widget]:
    """Return controls and everything in them, with their layouts and styles."""
    found = []
    for control in controls:
        found.extend(_parts(getattr(control, "children", ())))
        found.extend(getattr(control, name) for name in ("layout", "style") if hasattr(control, name))
        found.append(control)
    return found
