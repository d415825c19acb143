"""HTTP: errors as problem details, ranges, health; the only importer of FastAPI beside the gateway."""
