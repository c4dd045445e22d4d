"""Everything that asks git: a series at an address, a revision written out, the commit a folder stands at."""
