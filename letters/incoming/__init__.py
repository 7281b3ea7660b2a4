"""The incoming register: what comes in, what it refers to, what it answers, how it is corrected."""
