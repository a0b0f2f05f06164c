"""The embedded AWS account: a moto server on loopback, seeded with alert paths that work and paths that do not."""
