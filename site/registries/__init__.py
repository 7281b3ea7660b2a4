"""The state's registers of persons and companies: adapters and stand-ins."""
