"""The process around a service: its clock, its settings, its log, its signals."""
