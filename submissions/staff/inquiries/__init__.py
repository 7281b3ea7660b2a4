"""What bodies outside were asked, on the pages of the staff."""
