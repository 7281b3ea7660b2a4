"""The company's register of contracts: import, search, claims."""
