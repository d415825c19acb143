"""The NATS JetStream adapters: the only importer of nats-py."""
