"""The hosted API, served on this machine: it validates, queues and makes real clips, for nothing."""
