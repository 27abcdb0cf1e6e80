"""Who is eligible, which requirements are met, and how a ranking becomes a shortlist."""
