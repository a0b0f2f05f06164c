"""What mends a control: the fewest changes, proved on what is known of the account."""

from prowler_cis_monitoring.remedy.plan import Fix, propose, propose_all

__all__ = ["Fix", "propose", "propose_all"]
