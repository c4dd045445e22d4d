"""Workers on several machines: the ledger on Postgres is the truth, and a queue beside it says who does what next."""
