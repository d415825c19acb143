"""The clients' documents as typed views: every field optional, wrong types ignored, nothing in them fatal."""
