"""What `deploy/` asks of the metrics is there."""

import json
import re
from pathlib import Path

from prometheus_client import REGISTRY

from app.core import telemetry

DEPLOY = Path(__file__).parents[2] / "deploy"
ENDINGS = re.compile(r"_(total|created|bucket|count|sum)$")


def expressions() -> list[str]:
    board = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))
    rules = (DEPLOY / "alerts.yml").read_text(encoding="utf-8")
    shown = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    return [*shown, rules]


def names_of(metric: str) -> set[str]:
    """Return the names under which a metric is scraped."""
    gauges = [gauge for gauge in vars(telemetry).values() if isinstance(gauge, telemetry.Gauge)]
    if any(gauge.name == metric for gauge in gauges):
        return {metric}
    families = [family for family in REGISTRY.collect() if family.name == metric]
    kinds = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
    return {metric + ending for family in families for ending in kinds[family.type]}


def test_every_metric_that_is_shown_or_watched_exists() -> None:
    """A metric that is renamed would leave an empty panel, or an alert that never comes."""
    named = {name for expression in expressions() for name in re.findall(r"\bfootnote_\w+", expression)}
    known = {name for each in named for name in names_of(ENDINGS.sub("", each))}

    assert len(named) > 15
    assert named - known == set()


def test_every_label_that_is_asked_for_exists() -> None:
    """A label that is missing makes one sum of all."""
    labels = {
        label
        for family in vars(telemetry).values()
        for label in (
            family.labels if isinstance(family, telemetry.Gauge) else getattr(family, "_labelnames", ())
        )
    }
    asked = {
        label.strip()
        for expression in expressions()
        for group in re.findall(r"by \(([^)]*)\)", expression)
        for label in group.split(",")
    }

    assert asked - labels == {"le", "instance"}
