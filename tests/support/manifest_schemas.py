"""What the manifests' resources may be, by Kubernetes' published schemas and by KEDA's documentation."""

import jsonschema
import kubernetes_validate
import yaml

from tests.support.manifests import Manifest

VERSIONS = ("1.31", "1.37")
"""Of the published schemas: what the oldest cluster we mean to run on knows, and the newest we have."""

# KEDA's resources are its own, and its schema is in no package. This is what its documentation says of the fields used
# here (keda.sh, "ScaledObject specification" and the scaler "NATS JetStream", 2.19); others are refused.
SCALED_OBJECT = yaml.safe_load("""
type: object
additionalProperties: false
required: [apiVersion, kind, metadata, spec]
properties:
  apiVersion: { const: keda.sh/v1alpha1 }
  kind: { const: ScaledObject }
  metadata: { type: object, required: [name] }
  spec:
    type: object
    additionalProperties: false
    required: [scaleTargetRef, triggers]
    properties:
      scaleTargetRef:
        type: object
        required: [name]
        additionalProperties: false
        properties: { name: { type: string } }
      pollingInterval: { type: integer, minimum: 1 }
      minReplicaCount: { type: integer, minimum: 0 }
      maxReplicaCount: { type: integer, minimum: 1 }
      fallback:
        type: object
        additionalProperties: false
        required: [failureThreshold, replicas]
        properties: { failureThreshold: { type: integer, minimum: 0 }, replicas: { type: integer, minimum: 0 } }
      advanced:
        type: object
        additionalProperties: false
        properties:
          horizontalPodAutoscalerConfig:
            type: object
            additionalProperties: false
            properties: { behavior: { type: object } }
      triggers:
        type: array
        minItems: 1
        items:
          type: object
          additionalProperties: false
          required: [type, metadata]
          properties:
            type: { const: nats-jetstream }
            metadata:
              type: object
              additionalProperties: false
              required: [natsServerMonitoringEndpoint, account, stream, consumer]
              properties:
                natsServerMonitoringEndpoint: { type: string, pattern: "^[a-z0-9.-]+:[0-9]+$" }
                account: { type: string }
                stream: { type: string }
                consumer: { type: string }
                lagThreshold: { type: string, pattern: "^[0-9]+$" }
                activationLagThreshold: { type: string, pattern: "^[0-9]+$" }
                useHttps: { enum: ["true", "false"] }
""")


def check(manifest: Manifest) -> None:
    """Hold a resource against its schema; behaviours of an autoscaler are Kubernetes' own, KEDA passes them on."""
    if manifest["kind"] != "ScaledObject":
        for version in VERSIONS:
            kubernetes_validate.validate(manifest, version, strict=True)
        return
    jsonschema.validate(manifest, SCALED_OBJECT)
    behavior = manifest["spec"]["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
    target = {"apiVersion": "apps/v1", "kind": "Deployment", **manifest["spec"]["scaleTargetRef"]}
    spec = {"scaleTargetRef": target, "maxReplicas": 1, "behavior": behavior}
    autoscaler = {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {}, "spec": spec}
    kubernetes_validate.validate(autoscaler, VERSIONS[-1], strict=True)
