"""What every endpoint of the JSON API has in common; the endpoints stand in the apps' ``api``."""
