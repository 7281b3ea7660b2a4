"""Templates of letters: designed by those who write letters, published as versions that letters keep."""
