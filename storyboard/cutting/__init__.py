"""A story's cut to a film: what its author wrote, the takes that are there, and the assembly of both."""
