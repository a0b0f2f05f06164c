"""The command `cis-monitoring scan`: Prowler's provider, checks and output writers as a library, for many accounts too.

Prowler's own start loads every provider's arguments and every compliance framework; this loads what it uses.
"""
