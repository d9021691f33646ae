"""One module a system. Each is imported in a process of its own, and imports nothing of graphc but the workloads."""
