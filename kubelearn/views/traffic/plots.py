"""Still pictures of what the cluster did, with axes: for a lesson's text.

The bars of the traffic widget are a picture of their own (:mod:`kubelearn.views.traffic.diagram`): they change while
requests are sent, with each pod's state, and a share for each pod, where pods come and go. What both say, and in which
words, is in :class:`~kubelearn.views.traffic.requests.Traffic`.

matplotlib takes half a second and 60 MB: it is imported by who draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kubelearn.views.colours import SERIES, colour_of
from kubelearn.views.display import Picture

from .load import Result
from .requests import EXPECTED_MARKS, Traffic

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def distribution(traffic: Traffic, title: str = "Requests answered by each pod") -> Picture:
    """Draw how requests spread over the pods: a bar a pod, the expected share, and its 95 % band.

    Args:
        traffic: counts from :func:`kubelearn.traffic.send`.
        title: heading of the picture.
    """
    from matplotlib.figure import Figure

    pods = traffic.pods
    figure = Figure(figsize=(7, 0.9 + 0.45 * max(len(pods), 2)), layout="constrained")
    axes = figure.add_subplot()
    counts = [traffic.answers[pod] for pod in pods]
    for row, (pod, count) in enumerate(zip(pods, counts, strict=True)):
        _bar(axes, row, pod, count)
    low, high = traffic.band
    if len(pods) > 1:
        axes.axvspan(low, high, color="black", alpha=0.12, label="95 % band", zorder=0)
        axes.axvline(traffic.share, color="black", linestyle="--", linewidth=1, label="expected share")
    axes.set_yticks(range(len(pods)), pods)
    axes.invert_yaxis()
    axes.set_xlim(0, max([*counts, high, 1]) * 1.12)
    axes.set_xlabel(f"requests ({EXPECTED_MARKS})")
    failed = traffic.failures.total()
    axes.set_title(f"{title}\n{failed} of {traffic.total} requests failed" if failed else title)
    axes.spines[["top", "right"]].set_visible(False)
    return Picture(figure, f"{title}. {traffic.summary}")


def _bar(axes: Axes, row: int, pod: str, count: int) -> None:
    colour, hatch = SERIES[row % len(SERIES)]
    axes.barh(row, count, height=0.6, color=colour, hatch=hatch, edgecolor="white", label=pod)
    halo = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1}
    axes.annotate(str(count), (count, row), xytext=(4, 0), textcoords="offset points", va="center", bbox=halo)


def losses(results: Mapping[str, Result], title: str = "Requests over time", says: str = "") -> Picture:
    """Draw when requests were answered and when they were lost: a row for each load, a mark for each request.

    Args:
        results: name of a row → what :meth:`kubelearn.load.Load.wait` returned.
        title: heading of the picture.
        says: what it shows, in words, where chance decides whether a row has losses; by default every row's outcome.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 1.3 + 0.5 * len(results)), layout="constrained")
    axes = figure.add_subplot()
    for row, result in enumerate(results.values()):
        _marks(axes, row, result)
    names = [f"{name}\n{result.lost} of {result.total} lost" for name, result in results.items()]
    axes.set_yticks(range(len(results)), names)
    axes.set_ylim(len(results) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set_xlabel("seconds since the load began")
    axes.set_title(title)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower right", ncols=2, frameon=False)
    # The counts vary from run to run; the description says what does not.
    outcomes = says or "; ".join(f"{name}: {result.outcome}" for name, result in results.items())
    return Picture(figure, f"{title}, one row each, a mark for each request. {outcomes}.")


def _marks(axes: Axes, row: int, result: Result) -> None:
    """Draw a row of marks; the first row also stands for the others in the legend."""
    answered = [attempt.at for attempt in result.attempts if not attempt.lost]
    lost = [attempt.at for attempt in result.attempts if attempt.lost]
    labels = (None, None) if row else ("answered", "lost")
    axes.plot(answered, [row] * len(answered), "|", color=colour_of("service"), markersize=12, label=labels[0])
    (crosses,) = axes.plot(lost, [row] * len(lost), "x", color=colour_of("broken"), label=labels[1])
    crosses.set(markersize=8, markeredgewidth=2)
