"""The registers of the state that are asked about a person: adapters and stand-ins."""
