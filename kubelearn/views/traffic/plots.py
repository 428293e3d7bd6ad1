"""Still pictures of what the cluster did.

matplotlib takes half a second and 60 MB: it is imported by who draws.
"""

from __future__ import annotations

from collections.abc import Mapping

from kubelearn.views.display import COLOURS, HATCHES, Picture

from .load import Result
from .requests import Traffic


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
        axes.barh(
            row,
            count,
            height=0.6,
            color=COLOURS[row % len(COLOURS)],
            hatch=HATCHES[row % len(HATCHES)],
            edgecolor="white",
            label=pod,
        )
        axes.annotate(
            str(count),
            (count, row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1},
        )
    low, high = traffic.band
    if len(pods) > 1:
        axes.axvspan(low, high, color="black", alpha=0.12, label="95 % band", zorder=0)
        axes.axvline(traffic.share, color="black", linestyle="--", linewidth=1, label="expected share")
    axes.set_yticks(range(len(pods)), pods)
    axes.invert_yaxis()
    axes.set_xlim(0, max([*counts, high, 1]) * 1.12)
    axes.set_xlabel("requests (dashed: expected share; grey: where 95 of 100 runs end)")
    failed = traffic.failures.total()
    axes.set_title(f"{title}\n{failed} of {traffic.total} requests failed" if failed else title)
    axes.spines[["top", "right"]].set_visible(False)
    return Picture(figure, f"{title}. {traffic.summary}")


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
        answered = [attempt.at for attempt in result.attempts if not attempt.lost]
        lost = [attempt.at for attempt in result.attempts if attempt.lost]
        axes.plot(
            answered, [row] * len(answered), "|", color=COLOURS[0], markersize=12, label="answered" if not row else None
        )
        axes.plot(
            lost,
            [row] * len(lost),
            "x",
            color=COLOURS[5],
            markersize=8,
            markeredgewidth=2,
            label="lost" if not row else None,
        )
    axes.set_yticks(
        range(len(results)), [f"{name}\n{result.lost} of {result.total} lost" for name, result in results.items()]
    )
    axes.set_ylim(len(results) - 0.5, -0.5)
    axes.set_xlim(left=0)
    axes.set_xlabel("seconds since the load began")
    axes.set_title(title)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower right", ncols=2, frameon=False)
    # The counts vary from run to run; the description says what does not.
    outcomes = says or "; ".join(f"{name}: {result.outcome}" for name, result in results.items())
    return Picture(figure, f"{title}, one row each, a mark for each request. {outcomes}.")
