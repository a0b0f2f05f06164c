"""The command `cis-monitoring fix`: prints what mends the failing controls of an account; it never writes to AWS."""
