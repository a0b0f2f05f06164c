"""`cis-monitoring lint`: judges templates before anything is deployed, and tells what it found."""
