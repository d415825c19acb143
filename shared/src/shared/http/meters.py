"""Counts, as Prometheus scrapes them from ``/metrics``."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from shared.domain.kinds import Kind
from shared.domain.webhooks import Outcome
from shared.ports.meters import Depth, Depths, Happening


class PrometheusMeters:
    """:class:`shared.ports.meters.Meters` as one counter, ``greenroom_jobs_total{kind, happening}``.

    What never happened to a job of ``kind`` is counted too, as 0: Prometheus sees no increase in what begins with 1.
    """

    def __init__(self, registry: CollectorRegistry, kind: Kind) -> None:
        self._jobs = Counter("greenroom_jobs", "What happened to jobs", ["kind", "happening"], registry=registry)
        for happening in Happening:
            self._jobs.labels(kind.value, happening.value)

    def count(self, kind: Kind, happening: Happening) -> None:
        """Count one."""
        self._jobs.labels(kind.value, happening.value).inc()


def queue_metrics(depths: Depths) -> CollectorRegistry:
    """Return a registry of the queues' gauges, each read when it is scraped. One for each app, as its queues are."""
    registry = CollectorRegistry()
    registry.register(_QueueGauges(depths))
    return registry


class _QueueGauges(Collector):
    def __init__(self, depths: Depths) -> None:
        self._depths = depths

    def collect(self) -> Iterator[GaugeMetricFamily]:
        depths = self._depths()
        for name, (says, value) in _GAUGES.items():
            gauge = GaugeMetricFamily(name, says, labels=["kind"])
            for kind, depth in depths.items():
                gauge.add_metric([kind.value], value(depth))
            yield gauge


_GAUGES: Mapping[str, tuple[str, Callable[[Depth], float]]] = MappingProxyType(
    {
        "greenroom_jobs_queued": ("Jobs that no worker has taken yet", lambda depth: depth.queued),
        "greenroom_jobs_running": ("Jobs in workers' hands", lambda depth: depth.running),
        "greenroom_workers": ("Workers alive that take jobs", lambda depth: depth.workers),
        "greenroom_oldest_wait_seconds": ("How long the first in line waits", lambda depth: depth.oldest_wait),
    }
)


def show_number(registry: CollectorRegistry, name: str, says: str, read: Callable[[], float]) -> None:
    """Show one number more, read when it is scraped."""
    Gauge(name, says, registry=registry).set_function(read)


class PrometheusDeliveryMeters:
    """:class:`shared.ports.webhooks.DeliveryMeters` as one counter, ``greenroom_webhook_tries_total{outcome}``."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._tries = Counter("greenroom_webhook_tries", "Tries to tell a client", ["outcome"], registry=registry)
        for outcome in Outcome:
            self._tries.labels(outcome.value)

    def count(self, outcome: Outcome) -> None:
        """Count one try."""
        self._tries.labels(outcome.value).inc()
