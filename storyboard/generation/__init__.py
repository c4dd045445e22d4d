"""Plan to takes: the API client, the ledger, the engine; ``sandbox`` is the same API served locally."""
