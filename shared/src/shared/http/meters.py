"""Counts, as Prometheus scrapes them from ``/metrics``."""

from prometheus_client import CollectorRegistry, Counter

from shared.domain.kinds import Kind
from shared.ports.meters import Happening


class PrometheusMeters:
    """:class:`shared.ports.meters.Meters` as one counter, ``greenroom_jobs_total{kind, happening}``."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._jobs = Counter("greenroom_jobs", "What happened to jobs", ["kind", "happening"], registry=registry)

    def count(self, kind: Kind, happening: Happening) -> None:
        """Count one."""
        self._jobs.labels(kind.value, happening.value).inc()
