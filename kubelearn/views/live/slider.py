"""A slider with a name: that of ipywidgets has none for screen readers."""

from __future__ import annotations

import anywidget
import traitlets

_SCRIPT = """
function render({ model, el }) {
  const label = document.createElement("label");
  const input = Object.assign(document.createElement("input"), {
    type: "range", min: model.get("min"), max: model.get("max"), value: model.get("value"),
    title: model.get("tooltip") });
  const shown = Object.assign(document.createElement("span"),
    { textContent: input.value, className: "kubelearn-number" });
  shown.setAttribute("aria-hidden", "true");
  input.addEventListener("input", () => { shown.textContent = input.value; });
  input.addEventListener("change", () => { model.set("value", Number(input.value)); model.save_changes(); });
  model.on("change:value", () => { input.value = model.get("value"); shown.textContent = input.value; });
  const name = Object.assign(document.createElement("span"),
    { textContent: model.get("description"), className: "kubelearn-name" });
  label.append(name, input);
  el.classList.add("kubelearn-slider");
  el.append(label, shown);
}
export default { render };
"""
_STYLE = """
.kubelearn-slider {
  display: flex; align-items: center;
  font-size: var(--jp-widgets-font-size, 13px); color: var(--jp-ui-font-color1, black);
}
.kubelearn-slider label { display: flex; align-items: center; gap: 8px; }
.kubelearn-slider input { width: 180px; accent-color: var(--jp-brand-color1, #1976d2); }
.kubelearn-slider .kubelearn-name { width: var(--jp-widgets-inline-label-width, 80px); text-align: right; }
.kubelearn-slider .kubelearn-number { width: 3em; padding-left: 8px; }
"""


class Slider(anywidget.AnyWidget):
    """A whole number, chosen by sliding; it changes when the handle is let go, or by a key."""

    _esm = _SCRIPT
    _css = _STYLE
    value = traitlets.Int(0).tag(sync=True)
    min = traitlets.Int(0).tag(sync=True)
    max = traitlets.Int(10).tag(sync=True)
    description = traitlets.Unicode("").tag(sync=True)
    tooltip = traitlets.Unicode("").tag(sync=True)
