"""The applicant's pages: drafting and handing in, the cartable, tracking."""
