"""What goes over the bus: CloudEvents 1.0 JSON, read and written here and nowhere else."""
