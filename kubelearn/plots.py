"""Still pictures of what the cluster did."""

from __future__ import annotations

from matplotlib.figure import Figure

from .display import COLOURS, HATCHES, Picture
from .traffic import Traffic


def distribution(traffic: Traffic, title: str = "Requests answered by each pod") -> Picture:
    """Draw how requests spread over the pods: a bar a pod, the expected share, and its 95 % band.

    Args:
        traffic: counts from :func:`kubelearn.traffic.send`.
        title: heading of the picture.
    """
    pods = traffic.pods
    figure = Figure(figsize=(7, 0.9 + 0.45 * max(len(pods), 2)), layout="constrained")
    axes = figure.add_subplot()
    counts = [traffic.answers[pod] for pod in pods]
    for row, (pod, count) in enumerate(zip(pods, counts, strict=True)):
        axes.barh(row, count, height=0.6, color=COLOURS[row % len(COLOURS)], hatch=HATCHES[row % len(HATCHES)], edgecolor="white", label=pod)
        axes.annotate(str(count), (count, row), xytext=(4, 0), textcoords="offset points", va="center", bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1})
    low, high = traffic.band
    if len(pods) > 1:
        axes.axvspan(low, high, color="black", alpha=0.12, label="95 % band", zorder=0)
        axes.axvline(traffic.share, color="black", linestyle="--", linewidth=1, label="expected share")
    axes.set_yticks(range(len(pods)), pods)
    axes.invert_yaxis()
    axes.set_xlim(0, max([*counts, high, 1]) * 1.12)
    axes.set_xlabel("requests (dashed: expected share; grey: where 95 of 100 runs end)")
    axes.set_title(title)
    axes.spines[["top", "right"]].set_visible(False)
    return Picture(figure, f"{title}. {traffic.summary}")
