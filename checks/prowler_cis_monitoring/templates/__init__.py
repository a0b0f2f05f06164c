"""Templates that are not deployed yet, as the account that they would make; pure, without AWS and Prowler."""
